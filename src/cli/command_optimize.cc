#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "author/member_edits.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/live_schedules.h"
#include "cli/text_table.h"
#include "cli/view_files.h"
#include "cli/view_optimize.h"
#include "rules/rules.h"
#include "study/planned_attempts.h"
#include "value/json.h"

// optimize: from what people answered to proposals for schedules. It never writes to the tenant.

namespace cxctl {

namespace {

constexpr int kMostDays = 366;
constexpr Duration kDay = std::chrono::hours(24);
constexpr std::int64_t kMostWeeks = 4;

struct Options {
  std::int64_t days = kUsualHistoryDays, least_attempts = kUsualLeastAttempts;
  Duration ring, talk;
};

Result<Options> ReadOptions(const Arguments& arguments) {
  Options options;
  const TuningInput usual;
  TRY(CheckCharts(arguments));
  TRY_ASSIGN(options.days, ReadWhole(arguments, "days", options.days, 1, kMostDays));
  TRY_ASSIGN(options.least_attempts, ReadWhole(arguments, "min-attempts", options.least_attempts, 1, 1'000'000'000));
  TRY_ASSIGN(options.ring, ReadLength(arguments, "ring", usual.ring));
  TRY_ASSIGN(options.talk, ReadLength(arguments, "talk", usual.talk));
  return options;
}

struct WeeksAhead {
  Interval range;
  double weeks = 1;
};

/// The next weeks that the schedule is about, whole ones as far as it has them left, four at most.
WeeksAhead FindWeeksAhead(const Document& schedule, Instant now) {
  constexpr Duration kWeek = 7 * kDay;
  const auto start = ParseDateTime(schedule.spec().GetString("startTime"));
  const auto end = ParseDateTime(schedule.spec().GetString("endTime"));
  const Instant from = start && start->instant > now ? start->instant : now;
  const std::int64_t left = end ? (end->instant - from) / kWeek : kMostWeeks;
  const std::int64_t weeks = std::clamp<std::int64_t>(left, 1, kMostWeeks);
  return {{from, from + weeks * kWeek}, static_cast<double>(weeks)};
}

class OptimizeRun {
 public:
  explicit OptimizeRun(Context& context) : context_(context), session_(context) {}

  int Run() {
    const auto options = ReadOptions(context_.arguments);
    if (!options) return ReportError(context_, options.error());
    options_ = *options;
    if (const auto exit = session_.LoadManifests()) return *exit;
    ReportWarnings(context_, session_.diagnostics(), session_.sources());
    report_.diagnostics = session_.diagnostics();
    if (const auto studied = Study(); !studied) return ReportError(context_, studied.error());
    if (const auto edited = Edit(); !edited) return ReportError(context_, edited.error());
    if (context_.arguments.Has("write")) {
      if (const auto written = Write(); !written) return ReportError(context_, written.error());
    }
    std::vector<Chart> charts;
    for (const OptimizedSchedule& schedule : report_.schedules) charts.push_back(ChartOfRates(schedule));
    if (const auto written = WriteCharts(context_, charts); !written) return ReportError(context_, written.error());
    Print();
    return kSuccess;
  }

 private:
  Result<void> Study() {
    report_.range = HistoryRange(session_.now(), options_.days);
    TRY_ASSIGN(const std::vector<LiveSchedule> schedules, FindLiveSchedules(session_, context_.arguments, true));
    capacity_ = session_.live().capacity ? session_.live().capacity : session_.settings().capacity;
    for (const LiveSchedule& live : schedules) {
      TRY_ASSIGN(const auto rows, ReadHistory(session_, live, report_.range));
      report_.schedules.push_back(StudyOne(live, rows));
    }
    return {};
  }

  OptimizedSchedule StudyOne(const LiveSchedule& live, const std::vector<ContactCount>& rows) const {
    const Document& document = *live.document;
    const Zone zone = Zone::Load(document.spec().GetString("timeZone")).value_or(Zone::Utc());
    const Value& dialer = *document.spec().Find("dialerSettings");
    TuningInput input;
    input.call_rate = dialer.Find("callRate")->as_double();
    input.max_concurrent_calls = dialer.Find("maxConcurrentCalls")->as_int();
    input.capacity_threshold = dialer.Find("capacityThreshold")->as_double();
    if (const Value* boost = document.spec().Find("optimizationSettings", "peakHourBoost")) {
      input.peak_hour_boost = boost->as_double();
    }
    if (const Value* use = document.spec().Find("optimizationSettings", "useHistoricalAnswerRates")) {
      input.has_use_of_history = true;
      input.uses_history = use->as_bool();
    }
    SetLimit(document, input);
    const WeeksAhead ahead = FindWeeksAhead(document, session_.now());
    input.permitted_minutes = MinutesByHour(live.time.Permitted(ahead.range), zone, ahead.weeks);
    input.rates = RatesByHour(rows, zone, options_.least_attempts);
    input.ring = options_.ring;
    input.talk = options_.talk;
    OptimizedSchedule schedule{&document, zone, !live.schedule_id.empty(), input.rates, Tune(input), {}};
    return schedule;
  }

  void SetLimit(const Document& document, TuningInput& input) const {
    input.most_calls = capacity_;
    input.most_calls_by = "the dialer's capacity, CX203";
    const Document* campaign = session_.set().Find("Campaign", document.spec().GetString("campaign"));
    const Value* limit = campaign ? campaign->spec().Find("carrierLimit", "maxConcurrentCalls") : nullptr;
    if (limit && (!input.most_calls || limit->as_int() < *input.most_calls)) {
      input.most_calls = limit->as_int();
      input.most_calls_by = "the campaign's carrierLimit, CX203";
    }
  }

  static Value NumberOf(double value) {
    const double whole = std::round(value);
    if (std::abs(whole - value) < 1e-9) return Value::Int(static_cast<std::int64_t>(whole));
    return Value::Double(std::round(value * 100) / 100);
  }

  Result<ManifestSet> Load(FileReader& files) const { return ManifestLoader(files).Load(session_.pick()); }

  /// The edits, without those that would break a rule: the sum over schedules that dial at one time is only known of
  /// all of them together.
  Result<void> Edit() {
    TRY(MakeEdits(true));
    ChangedFiles changed(context_.system.files, report_.files);
    TRY_ASSIGN(const ManifestSet after, Load(changed));
    if (IsNoWorse(after)) return {};
    return MakeEdits(false);
  }

  Result<void> MakeEdits(bool may_raise_calls) {
    std::vector<MemberEdit> edits;
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (std::size_t i = 0; i < report_.schedules.size(); ++i) {
      OptimizedSchedule& schedule = report_.schedules[i];
      schedule.refusals.assign(schedule.tuning.values.size(), "");
      for (std::size_t j = 0; j < schedule.tuning.values.size(); ++j) {
        TunedValue& value = schedule.tuning.values[j];
        const bool is_calls = value.pointer.ends_with("/maxConcurrentCalls");
        if (!may_raise_calls && is_calls && value.before && value.after > *value.before) {
          value.after = *value.before;
          value.reason += "; not raised: together with the other schedules it would exceed the capacity (CX203)";
        }
        if (!value.changes() || IsPartOfAnother(*schedule.document, value)) continue;
        edits.push_back(EditOf(*schedule.document, value));
        places.emplace_back(i, j);
      }
    }
    TRY_ASSIGN(report_.files,
               EditMembers(
                   session_.set(), context_.system.files, [this](FileReader& files) { return Load(files); }, edits));
    for (std::size_t i = 0; i < edits.size(); ++i) {
      report_.schedules[places[i].first].refusals[places[i].second] = edits[i].refusal;
    }
    return {};
  }

  /// Where there are no optimizationSettings they are made as a whole, with the boost.
  static bool IsPartOfAnother(const Document& document, const TunedValue& value) {
    return value.pointer == kUseOfHistory && !document.spec().Find("optimizationSettings");
  }

  MemberEdit EditOf(const Document& document, const TunedValue& value) {
    if (value.is_switch) return {&document, value.pointer, Value::Bool(value.after != 0), ""};
    if (value.pointer != kPeakBoost || document.spec().Find("optimizationSettings")) {
      return {&document, value.pointer, NumberOf(value.after), ""};
    }
    // A boost is for the hours that history knows.
    const Value settings = ObjectBuilder(session_.arena())
                               .Set("useHistoricalAnswerRates", true)
                               .Set("peakHourBoost", NumberOf(value.after))
                               .Build();
    return {&document, "/optimizationSettings", settings, ""};
  }

  std::size_t CapacityFindings(const ManifestSet& set) const {
    Diagnostics diagnostics = set.diagnostics;
    CheckRules(set, {session_.now(), capacity_, nullptr}, diagnostics);
    return static_cast<std::size_t>(std::ranges::count(diagnostics, "CX203", &Diagnostic::rule));
  }
  bool IsNoWorse(const ManifestSet& after) const { return CapacityFindings(after) <= CapacityFindings(session_.set()); }

  Result<void> Write() {
    FileSystem& files = context_.system.files;
    for (const FileChange& file : report_.files) TRY(files.Write(files.Canonical(file.path), file.after, false));
    report_.is_written = true;
    return {};
  }

  void Print() {
    Console& console = context_.system.console;
    if (context_.json()) {
      console.Out(MaskPhoneNumbers(ToPrettyJson(OptimizeJson(session_.arena(), report_, session_.sources()))) + "\n");
      return;
    }
    console.Out(RenderOptimize(report_, ColumnsOf(context_), console.OutSize().columns, context_.color_out));
    if (!context_.quiet()) console.Err(OptimizeSummary(report_));
  }

  Context& context_;
  Session session_;
  Options options_;
  std::optional<std::int64_t> capacity_;
  OptimizeReport report_;
};

}  // namespace

int RunOptimize(Context& context) {
  return OptimizeRun(context).Run();
}

}  // namespace cxctl
