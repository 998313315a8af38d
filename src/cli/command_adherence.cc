#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/numbers.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/live_schedules.h"
#include "cli/text_layout.h"
#include "cli/text_table.h"
#include "study/adherence.h"
#include "value/json.h"

// adherence: what was planned, and what was called.

namespace cxctl {

namespace {

constexpr int kUsualDays = 7, kMostDays = 366;

/// Local days: each schedule has its own clock.
struct Days {
  std::optional<Date> from, to;  ///< Both of them belong to it.
  std::int64_t days = kUsualDays;
};

Result<Days> ReadDays(const Arguments& arguments) {
  Days days;
  TRY(CheckCharts(arguments));
  TRY_ASSIGN(days.from, ReadDay(arguments, "from"));
  TRY_ASSIGN(days.to, ReadDay(arguments, "to"));
  TRY_ASSIGN(days.days, ReadWhole(arguments, "days", kUsualDays, 1, kMostDays));
  if (days.from && arguments.Has("days") && days.to) {
    return Fail(ErrorCode::kUsage, "--from, --to and --days are too much: two of them say all");
  }
  if (days.from && days.to && *days.to < *days.from) return Fail(ErrorCode::kUsage, "--to is before --from");
  if (days.from && days.to && DayNumberOf(*days.to) - DayNumberOf(*days.from) >= kMostDays) {
    return Fail(ErrorCode::kUsage, fmt::format("--from and --to are more than {} days apart", kMostDays));
  }
  return days;
}

/// From the first to the last day, as far as it is past. Without days: whole ones, up to yesterday.
Interval RangeOf(const Days& days, const Zone& zone, Instant now) {
  const Date today = zone.LocalAt(now).date;
  const int length = static_cast<int>(days.days) - 1;
  Date last = days.to ? *days.to : AddDays(today, -1);
  if (days.from && !days.to) last = AddDays(*days.from, length);
  const Date first = days.from ? *days.from : AddDays(last, -length);
  if (last > today) last = today;
  if (last < first) return {now, now};
  return {zone.StartOfDay(first), std::min(now, zone.StartOfDay(AddDays(last, 1)))};
}

struct AdherentSchedule {
  const Document* document = nullptr;
  Zone zone = Zone::Utc();
  bool is_live = false;
  bool has_volume = false;  ///< Planned by plannedVolume.perDay.
  Interval range;           ///< What of it is looked at.
  std::vector<DayAdherence> days;
};

std::string RateText(const DayAdherence& day) {
  const auto rate = day.rate();
  return rate ? PercentText(*rate) : "-";
}

std::string DayLabel(Date date) {
  static constexpr std::string_view kNames[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return fmt::format("{} {}", kNames[WeekdayOf(date)], FormatDate(date));
}

std::string PlanText(const AdherentSchedule& schedule) {
  return fmt::format("planned by {}, days of {}{}", schedule.has_volume ? "plannedVolume" : "callRate",
                     schedule.zone.name(), schedule.is_live ? "" : "; not on the tenant yet: nothing was called");
}

Chart ChartOf(const AdherentSchedule& schedule) {
  Chart chart{schedule.document->address + ": planned and actual contacts by day",
              PlanText(schedule),
              {"planned", "actual"},
              {},
              "",
              0,
              ""};
  for (const DayAdherence& day : schedule.days) {
    const ChartBar planned{std::round(day.planned), {}, {}, false};
    const ChartBar actual{static_cast<double>(day.actual.attempts), {}, {}, false};
    chart.groups.push_back({DayLabel(day.date), {planned, actual}, day.planned > 0 ? RateText(day) : ""});
  }
  return chart;
}

std::vector<std::string> Row(const std::string& label, const DayAdherence& day) {
  return {label + (day.is_part ? " (part)" : ""),
          fmt::format("{:.1f}", day.permitted_minutes / 60),
          Grouped(std::llround(day.planned)),
          Grouped(day.actual.attempts),
          RateText(day),
          Grouped(day.actual.answered),
          PercentText(day.actual.answer_rate())};
}

/// `width`: of the terminal; 0: no limit.
std::string Rendered(const AdherentSchedule& schedule, std::size_t columns, std::size_t width, bool color) {
  TextTable table({"day", "hours", "planned", "actual", "adherence", "answered", "rate"}, 1);
  for (const DayAdherence& day : schedule.days) table.Add(Row(DayLabel(day.date), day));
  table.Add(Row("all days", Sum(schedule.days)));
  return FittedLines(DrawTextChart(ChartOf(schedule), columns, color), width) + '\n' + table.Draw(2, width) + '\n';
}

Value DayJson(Arena& arena, const DayAdherence& day, bool is_sum) {
  ObjectBuilder json(arena);
  if (!is_sum) json.Set("date", FormatDate(day.date));
  const auto rate = day.rate();
  json.Set("permittedMinutes", day.permitted_minutes);
  json.Set("planned", static_cast<std::int64_t>(std::llround(day.planned)));
  json.Set("actual", day.actual.attempts).Set("rate", rate ? Value::Double(*rate) : Value::Null());
  json.Set("answered", day.actual.answered);
  json.Set("answerRate", day.actual.attempts > 0 ? Value::Double(day.actual.answer_rate()) : Value::Null());
  json.Set("abandoned", day.actual.abandoned).Set("part", day.is_part);
  return json.Build();
}

Value ScheduleJson(Arena& arena, const AdherentSchedule& schedule) {
  ArrayBuilder days(arena);
  for (const DayAdherence& day : schedule.days) days.Add(DayJson(arena, day, false));
  return ObjectBuilder(arena)
      .Set("address", schedule.document->address)
      .Set("timeZone", schedule.zone.name())
      .Set("from", FormatUtc(schedule.range.start))
      .Set("to", FormatUtc(schedule.range.end))
      .Set("live", schedule.is_live)
      .Set("plannedBy", schedule.has_volume ? "plannedVolume" : "callRate")
      .Set("days", days.Build())
      .Set("total", DayJson(arena, Sum(schedule.days), true))
      .Build();
}

class AdherenceRun {
 public:
  explicit AdherenceRun(Context& context) : context_(context), session_(context) {}

  int Run() {
    const auto days = ReadDays(context_.arguments);
    if (!days) return ReportError(context_, days.error());
    if (const auto exit = session_.LoadManifests(Session::Demand::kReadable)) return *exit;
    const auto schedules = Study(*days);
    if (!schedules) return ReportError(context_, schedules.error());
    std::vector<Chart> charts;
    for (const AdherentSchedule& schedule : *schedules) charts.push_back(ChartOf(schedule));
    if (const auto written = WriteCharts(context_, charts); !written) return ReportError(context_, written.error());
    Print(*schedules);
    return kSuccess;
  }

 private:
  Result<std::vector<AdherentSchedule>> Study(const Days& days) {
    TRY_ASSIGN(const std::vector<LiveSchedule> found, FindLiveSchedules(session_, context_.arguments, false));
    std::vector<AdherentSchedule> schedules;
    for (const LiveSchedule& live : found) {
      TRY_ASSIGN(AdherentSchedule schedule, StudyOne(live, days));
      schedules.push_back(std::move(schedule));
    }
    return schedules;
  }

  Result<AdherentSchedule> StudyOne(const LiveSchedule& live, const Days& days) {
    const Value& spec = live.document->spec();
    AdherentSchedule schedule{live.document, Zone::Utc(), !live.schedule_id.empty(), false, {}, {}};
    schedule.zone = Zone::Load(spec.GetString("timeZone")).value_or(Zone::Utc());
    DailyPlan plan;
    plan.call_rate = spec.Find("dialerSettings", "callRate")->as_double();
    if (const Value* volume = spec.Find("plannedVolume", "perDay")) plan.per_day = volume->as_int();
    schedule.has_volume = plan.per_day.has_value();
    schedule.range = plan.range = RangeOf(days, schedule.zone, session_.now());
    constexpr Duration kAround = std::chrono::hours(26);
    plan.permitted = live.time.Permitted({plan.range.start - kAround, plan.range.end + kAround});
    std::vector<ContactCount> rows;
    if (schedule.is_live) {
      TRY_ASSIGN(rows, ReadHistory(session_, live, plan.range));
    }
    schedule.days = AdherenceByDay(plan, schedule.zone, rows);
    return schedule;
  }

  void Print(const std::vector<AdherentSchedule>& schedules) {
    Console& console = context_.system.console;
    if (context_.json()) {
      ArrayBuilder items(session_.arena());
      for (const AdherentSchedule& schedule : schedules) items.Add(ScheduleJson(session_.arena(), schedule));
      const Value document = ObjectBuilder(session_.arena()).Set("schedules", items.Build()).Build();
      console.Out(MaskPhoneNumbers(ToPrettyJson(document)) + "\n");
      return;
    }
    for (const AdherentSchedule& schedule : schedules) {
      console.Out(Rendered(schedule, ColumnsOf(context_), console.OutSize().columns, context_.color_out));
    }
    if (schedules.empty() && !context_.quiet()) console.Err("There is no CampaignSchedule.\n");
  }

  Context& context_;
  Session session_;
};

}  // namespace

int RunAdherence(Context& context) {
  return AdherenceRun(context).Run();
}

}  // namespace cxctl
