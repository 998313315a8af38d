#include "author/side_effects.h"

#include <fmt/format.h>

#include <algorithm>

#include "author/accept.h"
#include "author/adjust_calendar.h"
#include "author/live_time.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

constexpr std::string_view kByHand =
    "change the calendar by hand, or write regulatoryWindows and blackoutPeriods into the schedule instead of the "
    "calendar's name";

/// Which documents differ although nobody meant them to.
std::string ChangedDocuments(const ManifestSet& before, const ManifestSet& after, const Expected& expected) {
  for (const Document& document : before.documents) {
    if (expected.touched.contains(document.address) || expected.accepted.contains(document.address)) continue;
    const Document* now = after.Find(document.kind->name, document.name);
    if (!now || !(now->root == document.root)) {
      return fmt::format(
          "the edit would change {} as well, which says the same by a patch, a value, an alias or a "
          "calendar: change it by hand",
          document.address);
    }
  }
  return "";
}

/// Campaigns that are checked against the calendar, but for those whose schedules are accepted.
std::string OtherCampaign(const ManifestSet& set, const std::string& calendar, const std::set<std::string>& accepted) {
  for (const Document* campaign : set.OfKind("Campaign")) {
    if (campaign->spec().GetString("calendar") == calendar && !accepted.contains(campaign->name))
      return campaign->address;
  }
  return "";
}

/// What an edited calendar would mean beyond what the accepted schedules can tell.
std::string CalendarProblem(const ManifestSet& set, const Document& before, const Document& after,
                            const Expected& expected) {
  std::vector<Interval> ranges;
  std::set<std::string> campaigns;
  for (const Document* schedule : set.OfKind("CampaignSchedule")) {
    const auto accepted = expected.accepted.find(schedule->address);
    if (schedule->spec().GetString("calendar") != before.name || accepted == expected.accepted.end()) continue;
    if (!accepted->second) continue;
    const Value& live = accepted->second->content;
    const auto start = ParseDateTime(live.GetString("startTime")), end = ParseDateTime(live.GetString("endTime"));
    if (start && end && start->instant < end->instant) ranges.push_back({start->instant, end->instant});
    campaigns.emplace(schedule->spec().GetString("campaign"));
  }
  const IntervalSet told(std::move(ranges));
  if (!CloseTheSameOutside(before.spec(), after.spec(), told)) {
    return fmt::format("the edit would change what {} closes outside of the schedule's dates: {}", before.address,
                       kByHand);
  }
  const std::string other = OtherCampaign(set, before.name, campaigns);
  if (other.empty() || PermitsNoMore(before.spec(), after.spec(), told)) return "";
  return fmt::format("the edit would permit more by {}, against which {} is checked, too: {}", before.address, other,
                     kByHand);
}

std::string CalendarProblems(const ManifestSet& before, const ManifestSet& after, const Expected& expected) {
  for (const Document* calendar : before.OfKind("CallingCalendar")) {
    const Document* now = after.Find("CallingCalendar", calendar->name);
    if (!now || now->spec() == calendar->spec()) continue;
    if (std::string problem = CalendarProblem(before, *calendar, *now, expected); !problem.empty()) return problem;
  }
  return "";
}

bool Covers(const std::set<std::string>& paths, const std::string& path) {
  return paths.empty() ||
         std::ranges::any_of(paths, [&](const std::string& each) { return PointerCovers(each, path); });
}

/// Whether other windows are all that differs in the blackouts: closures reach as far as the windows do.
bool FollowsWindows(const Value& before, const Value& after, const std::set<std::string>& paths,
                    const std::string& path) {
  if (path != "/blackoutPeriods" || !Covers(paths, "/regulatoryWindows")) return false;
  const auto was = ReadLiveTime(before), is = ReadLiveTime(after);
  if (!was || !is) return false;
  const IntervalSet open = Intersection(was->Open(), is->Open());
  return ClosedTimeOf(was->blackouts, open) == ClosedTimeOf(is->blackouts, open);
}

/// Whether it wants what is live.
std::string ReachProblem(const AcceptInputs& in, const DesiredObject& object, const LiveObject* live,
                         const std::set<std::string>& paths) {
  if (!live) return fmt::format("the edit does not take {} out: it is written somewhere else, too", object.address);
  const Value content = CanonicalContent(in.arena, object.kind, live->content);
  for (const FieldChange& field : CompareContent(object.kind, content, object.content)) {
    if (Covers(paths, field.path))
      return fmt::format("the edit does not reach {}: something else decides on {}", object.address, field.path);
  }
  return "";
}

std::string OtherObjectProblem(const DesiredObject& object, const FieldChange& field) {
  if (field.path.starts_with("/calendar/"))
    return fmt::format("the edit would change the calling time of {} as well: {}", object.address, kByHand);
  const Value* calendar = object.kind == ObjectKind::kSchedule ? object.document->spec().Find("calendar") : nullptr;
  if (!calendar || (field.path != "/regulatoryWindows" && field.path != "/blackoutPeriods"))
    return fmt::format("the edit would change {} as well: change it by hand", object.address);
  return fmt::format("the edit would change {} as well, which follows CallingCalendar/{}, too: {}", object.address,
                     calendar->as_string(), kByHand);
}

std::string ObjectProblem(const AcceptInputs& in, const DesiredObject* before, const DesiredObject& after,
                          const Expected& expected) {
  const auto accepted = expected.accepted.find(after.address);
  const auto named = expected.paths.find(after.address);
  const std::set<std::string> paths = named == expected.paths.end() ? std::set<std::string>() : named->second;
  const bool is_accepted = accepted != expected.accepted.end();
  if (is_accepted) {
    if (std::string problem = ReachProblem(in, after, accepted->second, paths); !problem.empty()) return problem;
  }
  if (!before) return "";
  for (const FieldChange& field : CompareContent(after.kind, before->content, after.content)) {
    if (!is_accepted) return OtherObjectProblem(after, field);
    if (!Covers(paths, field.path) && !FollowsWindows(before->content, after.content, paths, field.path))
      return fmt::format("the edit would change {} of {} as well: change it by hand", field.path, after.address);
  }
  return "";
}

/// What no agent runs changes nothing. Callbacks are asked for wherever the policy is in force.
bool IsInForce(const DesiredObject& object, bool has_agent) {
  return has_agent || !LivesInAgent(object.kind) || object.kind == ObjectKind::kCallbackPolicy;
}

std::string ObjectProblems(const AcceptInputs& in, const ManifestSet& after, const Expected& expected) {
  const DesiredState was = BuildDesired(in.arena, in.set, {}, true);
  const DesiredState now = BuildDesired(in.arena, after, {}, true);
  std::map<std::string, const DesiredObject*> before;
  for (const DesiredObject& object : was.objects) before.emplace(object.address, &object);
  for (const DesiredObject& object : now.objects) {
    if (!IsInForce(object, in.has_agent)) continue;
    const auto found = before.find(object.address);
    std::string problem = ObjectProblem(in, found == before.end() ? nullptr : found->second, object, expected);
    if (!problem.empty()) return problem;
  }
  return "";
}

}  // namespace

void Expected::Add(const Expected& other) {
  for (const auto& [address, live] : other.accepted) {
    const auto named = other.paths.find(address);
    const bool is_new = accepted.emplace(address, live).second;
    if (named == other.paths.end()) {
      paths.erase(address);
    } else if (is_new || paths.contains(address)) {
      paths[address].insert(named->second.begin(), named->second.end());
    }
  }
  touched.insert(other.touched.begin(), other.touched.end());
}

std::string FindSideEffects(const AcceptInputs& in, const std::vector<FileChange>& changes, const Expected& expected) {
  if (changes.empty()) return "";
  ChangedFiles files(in.files, changes);
  const auto after = in.load(files);
  if (!after) return after.error().message;
  for (const Diagnostic& each : after->diagnostics) {
    if (each.severity == Severity::kError)
      return fmt::format("the manifests would be invalid: {}: {}{}", each.rule,
                         each.address.empty() ? "" : each.address + ": ", each.message);
  }
  if (std::string changed = ChangedDocuments(in.set, *after, expected); !changed.empty()) return changed;
  if (std::string changed = ObjectProblems(in, *after, expected); !changed.empty()) return changed;
  return CalendarProblems(in.set, *after, expected);
}

}  // namespace cxctl
