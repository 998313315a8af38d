#include "drift/drift.h"

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

Value AtPath(const Value& object, const std::string& path) {
  const Value* value = ResolvePointer(object, path);
  return value ? *value : Value::Null();
}

class DriftBuilder {
 public:
  DriftBuilder(Arena& arena, const std::vector<AppliedObject>& applied, bool stateless)
      : arena_(arena), stateless_(stateless) {
    for (const AppliedObject& object : applied) applied_.emplace(object.address, &object);
  }

  void Add(const Change& change) {
    if (change.kind == ObjectKind::kCallback) return;  // held to its policy, not to what was applied
    if (change.reason == Reason::kRenamed && change.action == Action::kDelete) return;  // told of its new name
    switch (change.action) {
      case Action::kAdopt:
      case Action::kRelease:
        return;
      case Action::kCreate:
        AddMissing(change);
        return;
      case Action::kDelete:
      case Action::kDeactivate:
        AddRemoved(change);
        return;
      case Action::kUpdate:
      case Action::kRename:
        AddChanged(change);
        return;
    }
  }

  std::vector<DriftItem> Take() { return std::move(items_); }

 private:
  DriftItem& Start(const Change& change, DriftStatus status) {
    DriftItem item;
    item.address = change.address;
    item.status = status;
    item.updated_by = change.updated_by;
    item.updated_at = change.updated_at;
    item.source = change.source;
    item.time_zone = std::string(change.after.GetString("timeZone"));
    if (status == DriftStatus::kDrifted || status == DriftStatus::kConflicting) item.live_time = change.permitted_time;
    return items_.emplace_back(std::move(item));
  }

  const AppliedObject* Known(const Change& change) const {
    if (const auto own = applied_.find(change.address); own != applied_.end()) return own->second;
    for (const std::string& previous : change.previous_addresses) {
      if (const auto earlier = applied_.find(previous); earlier != applied_.end()) return earlier->second;
    }
    return nullptr;
  }

  /// Whether git now means another object than the one that was applied: a schedule moved to another campaign, codes to
  /// another category, a campaign has another id.
  static bool IsAnother(const AppliedObject& known, const Change& change) {
    return known.scope != change.scope || (change.kind == ObjectKind::kCampaign && known.live_id != change.live_id);
  }

  std::optional<Value> LastApplied(const Change& change) const {
    const AppliedObject* known = Known(change);
    if (!known || IsAnother(*known, change)) return std::nullopt;
    const auto content = ParseJson(arena_, known->content);
    return content ? std::optional(*content) : std::nullopt;
  }

  void AddMissing(const Change& change) {
    const AppliedObject* known = Known(change);
    const auto last = LastApplied(change);
    const bool is_missing = (known && !IsAnother(*known, change)) || stateless_;
    DriftItem& item = Start(change, is_missing ? DriftStatus::kMissing : DriftStatus::kPending);
    for (const Member& member : change.after.members()) {
      if (member.key == "parentCallCodeId") continue;
      const std::string path = "/" + EscapePointerSegment(member.key);
      item.fields.push_back({path, last ? AtPath(*last, path) : Value::Null(), member.value, Value::Null()});
    }
  }

  void AddRemoved(const Change& change) {
    const auto last = LastApplied(change);
    if (!last) {
      Start(change, DriftStatus::kUnmanaged);
      return;
    }
    // Git took it out. Somebody who changed it meanwhile wanted something else.
    std::vector<DriftField> touched;
    for (const FieldChange& field : CompareContent(change.kind, change.before, *last)) {
      touched.push_back({field.path, field.after, Value::Null(), field.before});
    }
    DriftItem& item = Start(change, touched.empty() ? DriftStatus::kPending : DriftStatus::kConflicting);
    item.fields = std::move(touched);
  }

  void AddChanged(const Change& change) {
    const auto last = LastApplied(change);
    std::map<DriftStatus, std::vector<DriftField>> by_status;
    for (const FieldChange& field : change.fields) {
      const Value* before = last ? ResolvePointer(*last, field.path) : nullptr;
      DriftStatus status = stateless_ ? DriftStatus::kDrifted : DriftStatus::kPending;
      if (before) {
        const bool git_same = SameMeaning(change.kind, field.path, *before, field.after, *last, change.after);
        const bool live_same = SameMeaning(change.kind, field.path, *before, field.before, *last, change.before);
        status = git_same ? DriftStatus::kDrifted : live_same ? DriftStatus::kPending : DriftStatus::kConflicting;
      }
      const bool controlled = std::ranges::find(change.controlled_paths, field.path) != change.controlled_paths.end();
      // Found by the id that was applied: it had the name that git has, then.
      const bool renamed = change.kind == ObjectKind::kCampaign && field.path == "/name";
      if (renamed) {
        before = &field.after;
        status = DriftStatus::kDrifted;
      }
      // Out of the range of the policy that owns it: that is nobody's intention, in git or in what was applied.
      if (controlled && last) status = DriftStatus::kDrifted;
      by_status[status].push_back(
          {field.path, before ? *before : Value::Null(), field.after, field.before, field.source});
    }
    for (auto& [status, fields] : by_status) Start(change, status).fields = std::move(fields);
    if (change.fields.empty()) Start(change, DriftStatus::kPending);  // a rename in git
  }

  Arena& arena_;
  bool stateless_;
  std::map<std::string, const AppliedObject*> applied_;
  std::vector<DriftItem> items_;
};

}  // namespace

std::string_view DriftStatusName(DriftStatus status) {
  switch (status) {
    case DriftStatus::kDrifted:
      return "drifted";
    case DriftStatus::kPending:
      return "pending";
    case DriftStatus::kConflicting:
      return "conflicting";
    case DriftStatus::kMissing:
      return "missing";
    case DriftStatus::kUnmanaged:
      return "unmanaged";
  }
  return "";
}

bool DriftReport::has_drift() const {
  return std::ranges::any_of(items, [](const DriftItem& item) { return item.status != DriftStatus::kPending; });
}

DriftReport BuildDrift(Arena& arena, const Plan& plan, const std::vector<AppliedObject>& applied, bool stateless,
                       bool with_unmanaged) {
  DriftBuilder builder(arena, applied, stateless);
  for (const Change& change : plan.changes) builder.Add(change);
  for (const Change& change : plan.missing) builder.Add(change);
  DriftReport report;
  report.items = builder.Take();
  if (with_unmanaged) {
    for (const Unmanaged& object : plan.unmanaged) {
      report.items.push_back(
          {object.address, DriftStatus::kUnmanaged, {}, object.updated_by, object.updated_at, {}, "", {}});
    }
  }
  std::ranges::stable_sort(report.items, [](const DriftItem& a, const DriftItem& b) {
    return a.address != b.address ? a.address < b.address : a.status < b.status;
  });
  report.seen = plan.live_objects;
  std::size_t unmanaged = plan.unmanaged.size();
  for (const DriftItem& item : report.items)
    unmanaged += item.status == DriftStatus::kUnmanaged && !with_unmanaged ? 1 : 0;
  if (with_unmanaged)
    unmanaged = static_cast<std::size_t>(std::ranges::count(report.items, DriftStatus::kUnmanaged, &DriftItem::status));
  report.managed = report.seen - std::min(unmanaged, report.seen);
  return report;
}

std::string DriftEventData(const DriftReport& report, std::string_view tenant) {
  constexpr std::size_t kMostAddresses = 100;
  Arena arena;
  std::map<DriftStatus, std::size_t> counts;
  ArrayBuilder addresses(arena);
  std::string_view last;
  for (const DriftItem& item : report.items) {
    if (item.status == DriftStatus::kPending) continue;
    ++counts[item.status];
    if (item.address == last || addresses.size() == kMostAddresses) continue;
    last = item.address;
    addresses.Add(MaskPhoneNumbers(item.address));
  }
  ObjectBuilder items(arena);
  for (const auto& [status, count] : counts) items.Set(DriftStatusName(status), count);
  return ToJson(ObjectBuilder(arena)
                    .Set("tenant", tenant)
                    .Set("items", items.Build())
                    .Set("addresses", addresses.Build())
                    .Build());
}

}  // namespace cxctl
