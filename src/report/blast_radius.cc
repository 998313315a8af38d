#include "report/blast_radius.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/numbers.h"
#include "base/strings.h"
#include "calendar/schedule_timing.h"

namespace cxctl {

namespace {

constexpr Duration kWeek = std::chrono::hours(7 * 24);
constexpr double kMicrosPerHour = 3600e6;

/// What a campaign may do at one instant.
struct Ceiling {
  double calls = 0;  ///< an hour
  double lines = 0;  ///< at one time
  friend bool operator==(const Ceiling&, const Ceiling&) = default;
};

Ceiling CeilingAt(const Dialing& dialing, Instant instant) {
  if (!dialing.active) return {};
  if (dialing.schedules.empty()) return {60 * dialing.limit.value_or(0), 0};
  Ceiling ceiling;
  for (const DialingSchedule& each : dialing.schedules) {
    if (!each.permitted.Contains(instant)) continue;
    ceiling.calls += 60 * each.call_rate;
    ceiling.lines += each.lines;
  }
  if (dialing.limit) ceiling.calls = std::min(ceiling.calls, 60 * *dialing.limit);
  return ceiling;
}

/// The instants from `now` on at which a ceiling may change.
std::set<Instant> Steps(const Dialing& before, const Dialing& after, Instant now) {
  std::set<Instant> steps{now};
  for (const Dialing* dialing : {&before, &after}) {
    for (const DialingSchedule& schedule : dialing->schedules) {
      for (const Interval& each : schedule.permitted.intervals()) {
        if (each.start > now) steps.insert(each.start);
        if (each.end > now) steps.insert(each.end);
      }
    }
  }
  return steps;
}

/// The days that are compared: from the first difference on.
Interval WeekToCompare(const Dialing& before, const Dialing& after, const std::set<Instant>& steps, Instant now) {
  for (const Instant step : steps) {
    // What differs within the coming week is shown as part of that week.
    if (CeilingAt(before, step) != CeilingAt(after, step)) {
      const Instant from = step < now + kWeek ? now : step;
      return {from, from + kWeek};
    }
  }
  return {now, now + kWeek};
}

class RadiusBuilder {
 public:
  explicit RadiusBuilder(const RadiusInputs& inputs) : in_(inputs) {
    for (const auto& [address, object] : inputs.live.campaigns) addresses_.emplace(object.id, address);
    for (const Change& change : inputs.changes) {
      if (change.campaign.empty() || !change.is_difference()) continue;
      touched_[change.campaign].push_back(&change);
    }
  }

  BlastRadius Build() {
    BlastRadius radius;
    for (const auto& [id, changes] : touched_) radius.campaigns.push_back(ReachOf(id, changes));
    std::ranges::stable_sort(radius.campaigns, std::greater(),
                             [](const CampaignReach& each) { return std::max(each.more, each.less); });
    for (const CampaignReach& each : radius.campaigns) {
      radius.more += each.more;
      radius.less += each.less;
      (each.week_after >= each.week_before ? radius.week_more : radius.week_less) +=
          std::abs(each.week_after - each.week_before);
    }
    return radius;
  }

 private:
  using Changes = std::vector<const Change*>;

  CampaignReach ReachOf(const std::string& id, const Changes& changes) const {
    const auto known = addresses_.find(id);
    const std::string address = known == addresses_.end() ? fmt::format("campaign {}", id) : known->second;
    const Value campaign = known == addresses_.end() ? Value() : in_.live.campaigns.at(address).content;
    Dialing before = DialingOf(campaign, address);
    Dialing after = DialingOf(Changed(changes, ObjectKind::kCampaign, id, campaign), address);
    for (const LiveObject& schedule : in_.live.SchedulesOf(id)) {
      AddSchedule(schedule.content, before);
      AddSchedule(Changed(changes, ObjectKind::kSchedule, schedule.id, schedule.content), after);
    }
    for (const Change* change : changes) {
      if (change->kind == ObjectKind::kSchedule && change->action == Action::kCreate) AddSchedule(change->after, after);
    }
    if (in_.reversed) std::swap(before, after);
    return CompareDialing(MaskPhoneNumbers(EscapeControls(address)), before, after, in_.now);
  }

  /// The live object as the changes leave it; null where they delete it.
  Value Changed(const Changes& changes, ObjectKind kind, const std::string& live_id, const Value& content) const {
    Value changed = content;
    for (const Change* change : changes) {
      if (change->kind != kind || change->live_id != live_id) continue;
      if (change->action == Action::kDelete) return Value::Null();
      changed = MergePatch(in_.arena, changed, change->after);
    }
    return changed;
  }

  Dialing DialingOf(const Value& campaign, const std::string& address) const {
    Dialing dialing;
    dialing.active = campaign.GetString("state") == "ACTIVE";
    if (const Value* rate = campaign.Find("dialRate"); rate && rate->is_number()) dialing.limit = rate->as_double();
    if (const auto paced = in_.paced.find(address); paced != in_.paced.end()) dialing.limit = paced->second;
    return dialing;
  }

  static double NumberAt(const Value& schedule, std::string_view member) {
    const Value* value = schedule.Find("dialerSettings", member);
    return value ? value->as_double() : 0;
  }

  static void AddSchedule(const Value& schedule, Dialing& dialing) {
    if (schedule.is_null()) return;
    // One that cannot be read stands for no time, not for no schedule.
    const auto timing = ReadScheduleTiming(schedule);
    const Value* boost = schedule.Find("optimizationSettings", "peakHourBoost");
    const double peak = boost && boost->is_number() ? std::max(1.0, boost->as_double()) : 1;
    dialing.schedules.push_back({timing ? timing->Permitted() : IntervalSet(), peak * NumberAt(schedule, "callRate"),
                                 NumberAt(schedule, "maxConcurrentCalls")});
  }

  const RadiusInputs& in_;
  std::map<std::string, std::string> addresses_;  ///< Of campaigns, by id.
  std::map<std::string, Changes> touched_;        ///< By campaign id.
};

}  // namespace

CampaignReach CompareDialing(std::string campaign, const Dialing& before, const Dialing& after, Instant now) {
  const std::set<Instant> steps = Steps(before, after, now);
  CampaignReach reach;
  reach.campaign = std::move(campaign);
  reach.week = WeekToCompare(before, after, steps, now);
  Instant at = reach.week.start;
  while (at < reach.week.end) {
    const auto next = steps.upper_bound(at);
    const Instant end = next == steps.end() ? reach.week.end : std::min(*next, reach.week.end);
    const Ceiling was = CeilingAt(before, at), is = CeilingAt(after, at);
    const double hours = static_cast<double>((end - at).count()) / kMicrosPerHour;
    reach.more = std::max(reach.more, is.calls - was.calls);
    reach.less = std::max(reach.less, was.calls - is.calls);
    reach.peak_before = std::max(reach.peak_before, was.calls);
    reach.peak_after = std::max(reach.peak_after, is.calls);
    reach.lines_before = std::max(reach.lines_before, was.lines);
    reach.lines_after = std::max(reach.lines_after, is.lines);
    reach.week_before += was.calls * hours;
    reach.week_after += is.calls * hours;
    at = end;
  }
  return reach;
}

BlastRadius RadiusOf(const RadiusInputs& inputs) {
  return RadiusBuilder(inputs).Build();
}

std::string_view RadiusExplanation() {
  return "A ceiling, not a forecast. A campaign that is not ACTIVE may place no calls. One that is may place 60 times "
         "the "
         "sum of callRate over its schedules that permit calls at that time, but no more than 60 times its dialRate "
         "(or "
         "the dialRate.max of its PacingPolicy) an hour; without schedules that limit holds at any time. Live "
         "schedules "
         "that are not in git count, too, where they were read. Compared over seven days, from now or from the first "
         "difference on if that comes later.";
}

std::string NumberText(double number) {
  return GroupedRounded(std::max(0.0, std::ceil(number - 1e-6)));
}

std::string RadiusText(const BlastRadius& radius) {
  if (radius.campaigns.empty()) return "no campaign is touched";
  std::size_t changed = 0;
  for (const CampaignReach& each : radius.campaigns) changed += each.is_changed() ? 1 : 0;
  const std::string campaigns = Count(radius.campaigns.size(), "campaign");
  if (changed == 0) return fmt::format("{} touched, no more and no fewer calls", campaigns);
  return fmt::format("{} touched, up to {} calls an hour more and {} fewer", campaigns, NumberText(radius.more),
                     NumberText(radius.less));
}

}  // namespace cxctl
