#include "inspect/compare_plans.h"

#include <map>
#include <set>

#include "value/pointer.h"

namespace cxctl {

namespace {

std::map<std::string, const Value*> ByAddress(const SavedPlan& plan) {
  std::map<std::string, const Value*> changes;
  for (const Value& change : plan.document.Find("changes")->items())
    changes.emplace(std::string(change.GetString("address")), &change);
  return changes;
}

/// Pointers to the members of two objects that differ, as deep as both are objects.
void FindDifferences(const std::string& pointer, const Value& a, const Value& b, std::set<std::string>& found) {
  if (a == b) return;
  if (!a.is_object() || !b.is_object()) {
    found.insert(pointer.empty() ? "/" : pointer);
    return;
  }
  static const Value kNothing = Value::Null();
  for (const auto& [object, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    for (const Member& member : object->members()) {
      const Value* theirs = other->Find(member.key);
      FindDifferences(pointer + "/" + EscapePointerSegment(member.key), member.value, theirs ? *theirs : kNothing,
                      found);
    }
  }
}

std::vector<std::string> Differences(const Value& a, const Value& b) {
  std::vector<std::string> members;
  for (const char* name : {"action", "risk"}) {
    if (a.GetString(name) != b.GetString(name)) members.emplace_back(name);
  }
  std::set<std::string> found;
  FindDifferences("", *a.Find("before"), *b.Find("before"), found);
  FindDifferences("", *a.Find("after"), *b.Find("after"), found);
  members.insert(members.end(), found.begin(), found.end());
  return members;
}

}  // namespace

std::vector<PlanDifference> ComparePlans(const SavedPlan& first, const SavedPlan& second) {
  const auto before = ByAddress(first), after = ByAddress(second);
  std::set<std::string> addresses;
  for (const auto& [address, change] : before) addresses.insert(address);
  for (const auto& [address, change] : after) addresses.insert(address);
  std::vector<PlanDifference> differences;
  for (const std::string& address : addresses) {
    const auto left = before.find(address), right = after.find(address);
    PlanDifference difference{
        address, left == before.end() ? nullptr : left->second, right == after.end() ? nullptr : right->second, {}};
    if (difference.before && difference.after) {
      difference.members = Differences(*difference.before, *difference.after);
      if (difference.members.empty()) continue;
    }
    differences.push_back(std::move(difference));
  }
  return differences;
}

Value ShownChange(Arena& arena, const Value& change) {
  ObjectBuilder shown(arena);
  for (const char* name : {"action", "risk", "before", "after"}) {
    const Value* value = change.Find(name);
    shown.Set(name, value ? *value : Value::Null());
  }
  return shown.Build();
}

}  // namespace cxctl
