#include "apply/schedule_watch.h"

#include <algorithm>

#include "plan/content.h"

namespace cxctl {

Value ScheduleWatch::Canonical(const Value& content) const {
  return CanonicalContent(arena_, ObjectKind::kSchedule, content);
}

void ScheduleWatch::Note(const Change& change, const std::optional<LiveObject>& written) {
  if (change.kind != ObjectKind::kSchedule) return;
  if (change.action == Action::kDelete) {
    written_[change.scope][change.live_id] = std::nullopt;
  } else if (written) {
    // Not what the tenant answered: a write that was repeated with a new ETag answers with somebody's edit in it.
    const std::vector<LiveObject>& planned = planned_.SchedulesOf(change.scope);
    const auto before = std::ranges::find(planned, written->id, &LiveObject::id);
    const Value after =
        before == planned.end() ? written->content : MergePatch(arena_, Canonical(before->content), change.payload);
    written_[change.scope][written->id] = Canonical(after);
  }
}

std::map<std::string, Value> ScheduleWatch::Expected(const std::string& campaign) const {
  std::map<std::string, Value> expected;
  for (const LiveObject& schedule : planned_.SchedulesOf(campaign)) expected[schedule.id] = Canonical(schedule.content);
  const auto written = written_.find(campaign);
  if (written == written_.end()) return expected;
  for (const auto& [id, content] : written->second) {
    if (content) {
      expected[id] = *content;
    } else {
      expected.erase(id);
    }
  }
  return expected;
}

/// Neutral changes run beside an activation: their effect shows before their answer arrives.
bool ScheduleWatch::IsOwnWrite(const std::string& id, const Value& before, const Value& found) const {
  return std::ranges::any_of(changes_, [&](const Change& change) {
    if (change.kind != ObjectKind::kSchedule || change.live_id != id || !change.payload.is_object()) return false;
    return Canonical(MergePatch(arena_, before, change.payload)) == found;
  });
}

bool ScheduleWatch::IsAsExpected(const std::string& campaign, const std::vector<LiveObject>& listed) const {
  const std::map<std::string, Value> expected = Expected(campaign);
  if (listed.size() != expected.size()) return false;
  return std::ranges::all_of(listed, [&](const LiveObject& schedule) {
    const auto known = expected.find(schedule.id);
    if (known == expected.end()) return false;
    const Value found = Canonical(schedule.content);
    return known->second == found || IsOwnWrite(schedule.id, known->second, found);
  });
}

}  // namespace cxctl
