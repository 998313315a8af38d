#include "rules/calling_time.h"

#include <fmt/format.h>

#include <algorithm>

namespace cxctl {

namespace {

std::optional<CallingCalendar> FindCalendar(const ManifestSet& set, std::string_view name) {
  const Document* document = set.Find("CallingCalendar", name);
  return document && document->valid ? CallingCalendar::Read(document->spec()) : std::nullopt;
}

/// What a blackout that was compiled from a calendar stands for.
CallingCause Decompiled(const CallingCause& cause) {
  if (cause.kind != CallingKind::kBlackout) return cause;
  if (cause.reason.starts_with("closed: ")) return {CallingKind::kClosed, "outside the windows", "", "", ""};
  const RulePack* pack = FindRulePack(cause.reason);
  if (!pack || pack->hours.empty()) return cause;
  const HoursRule& rule = pack->hours.front();
  return {CallingKind::kLaw, pack->title + ": no calls at this time", pack->name, rule.law, rule.source};
}

}  // namespace

std::optional<CallingTime::Schedule> CallingTime::ReadSchedule(const ManifestSet& set, const Value& spec) {
  const Value* calendar = spec.Find("calendar");
  if (!calendar) {
    auto timing = ReadScheduleTiming(spec);
    if (!timing) return std::nullopt;
    return Schedule{timing->range, std::nullopt, std::move(timing->windows), std::move(timing->blackouts)};
  }
  sources_.push_back(fmt::format("CallingCalendar/{}", calendar->as_string()));
  const auto start = ParseDateTime(spec.GetString("startTime"));
  const auto end = ParseDateTime(spec.GetString("endTime"));
  auto read = FindCalendar(set, calendar->as_string());
  if (!start || !end || !read) return std::nullopt;
  return Schedule{{start->instant, end->instant}, std::move(read), {}, {}};
}

std::optional<CallingTime> CallingTime::Of(const ManifestSet& set, const Document& document) {
  CallingTime time;
  time.sources_.push_back(document.address);
  const Value& spec = document.spec();
  std::optional<Zone> zone;
  if (document.kind->name == "CallingCalendar") {
    time.calendar_ = CallingCalendar::Read(spec);
    if (!time.calendar_) return std::nullopt;
  } else if (document.kind->name == "CampaignSchedule") {
    auto schedule = time.ReadSchedule(set, spec);
    zone = Zone::Load(spec.GetString("timeZone"));
    if (!schedule || !zone) return std::nullopt;
    time.schedules_.push_back(*std::move(schedule));
  } else if (document.kind->name == "Campaign") {
    for (const Document* each : set.OfKind("CampaignSchedule")) {
      if (each->spec().GetString("campaign") != document.name) continue;
      time.sources_.push_back(each->address);
      // One that cannot be read stands for no time, not for no schedule.
      time.schedules_.push_back(time.ReadSchedule(set, each->spec()).value_or(Schedule{}));
      if (!zone) zone = Zone::Load(each->spec().GetString("timeZone"));
    }
    if (const Value* calendar = spec.Find("calendar")) {
      time.sources_.push_back(fmt::format("CallingCalendar/{}", calendar->as_string()));
      time.calendar_ = FindCalendar(set, calendar->as_string());
    }
  } else {
    return std::nullopt;
  }
  if (time.calendar_) zone = time.calendar_->zone();
  if (zone) time.zone_ = *zone;
  return time;
}

std::optional<CallingTime> CallingTime::OfPayload(const Value& schedule) {
  auto timing = ReadScheduleTiming(schedule);
  if (!timing) return std::nullopt;
  CallingTime time;
  if (const auto zone = Zone::Load(schedule.GetString("timeZone"))) time.zone_ = *zone;
  time.schedules_.push_back(
      {timing->range, std::nullopt, std::move(timing->windows), std::move(timing->blackouts), true});
  return time;
}

IntervalSet CallingTime::PermittedBy(const Schedule& schedule, Interval range) {
  const Interval common{std::max(schedule.range.start, range.start), std::min(schedule.range.end, range.end)};
  if (common.empty()) return {};
  return schedule.calendar ? schedule.calendar->Permitted(common)
                           : PermittedTime(schedule.windows, schedule.blackouts, common);
}

ExplainedTime CallingTime::ExplainSchedule(const Schedule& schedule, Interval range) {
  ExplainedTime explained = schedule.calendar ? ExplainCalendar(*schedule.calendar, range)
                                              : ExplainWindows(schedule.windows, schedule.blackouts, range);
  if (schedule.is_compiled) {
    for (CallingStretch& each : explained) each.cause = Decompiled(each.cause);
  }
  return Between(schedule.range, range, explained);
}

IntervalSet CallingTime::Permitted(Interval range) const {
  if (range.empty()) return {};
  if (schedules_.empty()) return calendar_ ? calendar_->Permitted(range) : IntervalSet({range});
  IntervalSet permitted;
  for (const Schedule& schedule : schedules_) permitted = Union(permitted, PermittedBy(schedule, range));
  return calendar_ ? Intersection(permitted, calendar_->Permitted(range)) : permitted;
}

ExplainedTime CallingTime::Explain(Interval range) const {
  if (range.empty()) return {};
  std::optional<ExplainedTime> scheduled;
  for (const Schedule& schedule : schedules_) {
    ExplainedTime each = ExplainSchedule(schedule, range);
    scheduled = scheduled ? Either(*scheduled, each) : std::move(each);
  }
  if (!calendar_) return scheduled ? *std::move(scheduled) : ExplainAs({}, range);
  const ExplainedTime within = ExplainCalendar(*calendar_, range);
  return scheduled ? Both(*scheduled, within) : within;
}

}  // namespace cxctl
