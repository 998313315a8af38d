#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/numbers.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/live_schedules.h"
#include "cli/text_layout.h"
#include "cli/text_table.h"
#include "plan/content.h"
#include "plan/desired.h"
#include "study/adherence.h"
#include "study/tuning.h"
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
  DailyPlan plan;  ///< Its range is what is looked at.
  std::vector<DayAdherence> days;
  std::vector<std::string> notes;  ///< Sentences, fit to be shown.
};

std::string ValueText(const Value& value) {
  return value.is_null() ? "nothing" : EscapeControls(ToJson(value));
}

std::string RateText(const DayAdherence& day) {
  const auto rate = day.rate();
  return rate ? PercentText(*rate) : "-";
}

std::string DayLabel(Date date) {
  static constexpr std::string_view kNames[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return fmt::format("{} {}", kNames[WeekdayOf(date)], FormatDate(date));
}

std::string_view PlannedBy(const AdherentSchedule& schedule) {
  return schedule.plan.per_day ? "plannedVolume" : "callRate";
}

std::string PlanText(const AdherentSchedule& schedule) {
  const DialSpeed& speed = schedule.plan.speed;
  std::string boost;
  if (const std::string peaks = HoursText(speed.is_peak); speed.peak_boost > 1 && !peaks.empty())
    boost = fmt::format(", {} times in the peak hours {}", ShortNumber(speed.peak_boost), peaks);
  return fmt::format("planned by {}{}, days of {}{}", PlannedBy(schedule), boost, schedule.zone.name(),
                     schedule.is_live ? "" : "; not on the tenant yet: nothing was called");
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
  std::string out = FittedLines(DrawTextChart(ChartOf(schedule), columns, color), width) + '\n' + table.Draw(2, width);
  for (const std::string& note : schedule.notes) out += FittedLines(fmt::format("  {}\n", note), width);
  return out + '\n';
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
  ArrayBuilder notes(arena);
  for (const std::string& note : schedule.notes) notes.Add(note);
  return ObjectBuilder(arena)
      .Set("address", schedule.document->address)
      .Set("timeZone", schedule.zone.name())
      .Set("from", FormatUtc(schedule.plan.range.start))
      .Set("to", FormatUtc(schedule.plan.range.end))
      .Set("live", schedule.is_live)
      .Set("plannedBy", PlannedBy(schedule))
      .Set("notes", notes.Build())
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
    AdherentSchedule schedule;
    schedule.document = live.document;
    schedule.is_live = !live.schedule_id.empty();
    schedule.zone = Zone::Load(spec.GetString("timeZone")).value_or(Zone::Utc());
    DailyPlan& plan = schedule.plan;
    plan.range = RangeOf(days, schedule.zone, session_.now());
    if (const Value* volume = spec.Find("plannedVolume", "perDay")) {
      plan.per_day = volume->as_int();
    } else {
      TRY_ASSIGN(plan.speed, ReadSpeed(live, schedule));
      AddNotesOfChanges(live, schedule);
    }
    constexpr Duration kAround = std::chrono::hours(26);
    plan.permitted = live.time.Permitted({plan.range.start - kAround, plan.range.end + kAround});
    std::vector<ContactCount> rows;
    if (schedule.is_live) {
      TRY_ASSIGN(rows, ReadHistory(session_, live, plan.range));
    }
    schedule.days = AdherenceByDay(plan, schedule.zone, rows);
    return schedule;
  }

  /// With the peak hours that optimize finds, by default.
  Result<DialSpeed> ReadSpeed(const LiveSchedule& live, AdherentSchedule& schedule) {
    const Value& spec = live.document->spec();
    DialSpeed speed{spec.Find("dialerSettings", "callRate")->as_double(), PeakBoostOf(spec), {}};
    const Value* written = spec.Find("optimizationSettings", "peakHourBoost");
    if (speed.peak_boost <= 1) {
      if (written && written->as_double() > 1)
        schedule.notes.emplace_back("peakHourBoost counts for nothing without useHistoricalAnswerRates: true.");
      return speed;
    }
    const Interval range = HistoryRange(session_.now(), kUsualHistoryDays);
    TRY_ASSIGN(const auto rows, ReadHistory(session_, live, range));
    speed.is_peak = PeaksOf(RatesByHour(rows, schedule.zone, kUsualLeastAttempts));
    if (HoursText(speed.is_peak).empty()) {
      schedule.notes.push_back(
          fmt::format("No hour of the last {} days is a peak: peakHourBoost counts nowhere.", kUsualHistoryDays));
    }
    return speed;
  }

  /// The plan is what the manifests say now, whatever held when the calls were made.
  void AddNotesOfChanges(const LiveSchedule& schedule, AdherentSchedule& into) {
    const LiveObject* live = LiveObjectOf(session_, schedule);
    if (!live) return;
    if (const auto pending = PendingMembers(*live, schedule.document->address); !pending.empty()) {
      into.notes.push_back(fmt::format(
          "Not applied yet: {}. Planned is what the manifests say, called was by what is live.", Join(pending, ", ")));
    }
    const auto changed = ParseDateTime(live->updated_at);
    if (changed && changed->instant > into.plan.range.start) {
      into.notes.push_back(fmt::format(
          "Changed on the tenant at {}: what was called before that may have been planned otherwise. Planned is what "
          "the manifests say now.",
          FormatUtc(changed->instant)));
    }
  }

  /// What differs of that which decides how much is called: `callRate (live 9, manifest 6.7)`.
  std::vector<std::string> PendingMembers(const LiveObject& live, const std::string& address) {
    Selection selection;
    selection.targets.push_back(address);
    const DesiredState desired = BuildDesired(session_.arena(), session_.set(), selection, false);
    const auto object = std::ranges::find(desired.objects, address, &DesiredObject::address);
    if (object == desired.objects.end()) return {};
    const Value now = CanonicalContent(session_.arena(), ObjectKind::kSchedule, live.content);
    std::vector<std::string> pending;
    for (const FieldChange& field : CompareContent(ObjectKind::kSchedule, now, object->content)) {
      if (field.path == "/name" || field.path == "/description") continue;
      const std::string name = field.path.substr(field.path.rfind('/') + 1);
      const bool is_list = field.after.is_array();
      pending.push_back(
          is_list ? name
                  : fmt::format("{} (live {}, manifest {})", name, ValueText(field.before), ValueText(field.after)));
    }
    return pending;
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
