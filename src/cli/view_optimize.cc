#include "cli/view_optimize.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "base/strings.h"
#include "cli/live_schedules.h"
#include "cli/text_layout.h"
#include "cli/text_table.h"
#include "cli/view_files.h"
#include "plan/plan_document.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

std::string HourText(std::size_t hour) {
  return fmt::format("{:02}:00", hour);
}

std::string_view JudgementOf(const HourRate& hour) {
  if (!hour.is_judged) return "too few";
  return hour.is_peak ? "peak" : "";
}

std::string TitleOf(const OptimizedSchedule& schedule) {
  return fmt::format("{}: answer rate by hour in {}", schedule.document->address, schedule.zone.name());
}

std::string SumsOf(const OptimizedSchedule& schedule) {
  const ContactSums& all = schedule.rates.all;
  return fmt::format("{} attempts, {} answered ({}), {} of them abandoned{}", Grouped(all.attempts),
                     Grouped(all.answered), PercentText(all.answer_rate()), Grouped(all.abandoned),
                     schedule.is_live ? "" : "; of the whole campaign: the schedule is not on the tenant yet");
}

std::string RateTable(const AnswerRates& rates, std::size_t width) {
  TextTable table({"hour", "", "attempts", "answered", "abandoned", "rate", "95 % interval"}, 2);
  for (std::size_t hour = 0; hour < rates.hours.size(); ++hour) {
    const HourRate& each = rates.hours[hour];
    if (each.sums.attempts == 0) continue;
    table.Add({HourText(hour), std::string(JudgementOf(each)), Grouped(each.sums.attempts), Grouped(each.sums.answered),
               Grouped(each.sums.abandoned), PercentText(each.sums.answer_rate()),
               fmt::format("{:.1f} to {:.1f} %", 100 * each.interval.low, 100 * each.interval.high)});
  }
  return table.Draw(2, width);
}

std::string NameOf(const TunedValue& value) {
  return value.pointer.substr(value.pointer.rfind('/') + 1);
}

std::string TextOf(const TunedValue& value, double number) {
  if (value.is_switch) return number != 0 ? "true" : "false";
  return ShortNumber(number);
}

std::string Proposals(const OptimizedSchedule& schedule) {
  std::string out;
  std::size_t longest = 0;
  for (const TunedValue& value : schedule.tuning.values) longest = std::max(longest, NameOf(value).size());
  for (std::size_t i = 0; i < schedule.tuning.values.size(); ++i) {
    const TunedValue& value = schedule.tuning.values[i];
    const std::string before = value.before ? TextOf(value, *value.before) : "(not set)";
    const std::string change =
        value.changes() ? fmt::format("{} -> {}", before, TextOf(value, value.after)) : fmt::format("{} stays", before);
    out += fmt::format("  {:<{}}{:<18}{}\n", NameOf(value), longest + 2, change, value.reason);
    if (!schedule.refusals[i].empty()) {
      out += fmt::format("    not written: {}\n", EscapeControls(schedule.refusals[i]));
    }
  }
  for (const std::string& remark : schedule.tuning.remarks) out += fmt::format("  {}\n", EscapeControls(remark));
  return out;
}

std::string Rendered(const OptimizedSchedule& schedule, std::size_t columns, std::size_t width, bool color) {
  if (!schedule.rates.has_history()) {
    return FittedLines(fmt::format("{}\n{}\n", EscapeControls(schedule.document->address), Proposals(schedule)), width);
  }
  return fmt::format("{}\n{}\n{}\n", FittedLines(DrawTextChart(ChartOfRates(schedule), columns, color), width),
                     RateTable(schedule.rates, width), FittedLines(Proposals(schedule), width, 2));
}

Value AnswerRateJson(const ContactSums& sums) {
  return sums.attempts == 0 ? Value::Null() : Value::Double(sums.answer_rate());
}

Value HourJson(Arena& arena, std::size_t hour, const HourRate& rate) {
  return ObjectBuilder(arena)
      .Set("hour", hour)
      .Set("attempts", rate.sums.attempts)
      .Set("answered", rate.sums.answered)
      .Set("abandoned", rate.sums.abandoned)
      .Set("answerRate", AnswerRateJson(rate.sums))
      .Set("answerRateLow", rate.interval.low)
      .Set("answerRateHigh", rate.interval.high)
      .Set("judged", rate.is_judged)
      .Set("peak", rate.is_peak)
      .Build();
}

Value ValueJson(Arena& arena, const OptimizedSchedule& schedule, std::size_t index, const SourceMap& sources) {
  const TunedValue& value = schedule.tuning.values[index];
  ObjectBuilder json(arena);
  const auto shown = [&](double number) { return value.is_switch ? Value::Bool(number != 0) : Value::Double(number); };
  json.Set("path", value.pointer).Set("before", value.before ? shown(*value.before) : Value::Null());
  json.Set("after", shown(value.after)).Set("changes", value.changes()).Set("reason", value.reason);
  const std::string& refusal = schedule.refusals[index];
  json.Set("refusal", refusal.empty() ? Value::Null() : MakeString(arena, refusal));
  const Value* written = ResolvePointer(schedule.document->spec(), value.pointer);
  json.Set("source", written ? SourceJson(arena, written->position(), sources) : Value::Null());
  return json.Build();
}

Value ScheduleJson(Arena& arena, const OptimizedSchedule& schedule, const SourceMap& sources) {
  ArrayBuilder hours(arena), proposals(arena), remarks(arena);
  for (std::size_t hour = 0; hour < schedule.rates.hours.size(); ++hour) {
    const HourRate& rate = schedule.rates.hours[hour];
    if (rate.sums.attempts > 0) hours.Add(HourJson(arena, hour, rate));
  }
  for (std::size_t i = 0; i < schedule.tuning.values.size(); ++i) {
    proposals.Add(ValueJson(arena, schedule, i, sources));
  }
  for (const std::string& remark : schedule.tuning.remarks) remarks.Add(remark);
  return ObjectBuilder(arena)
      .Set("address", schedule.document->address)
      .Set("timeZone", schedule.zone.name())
      .Set("historyOf", schedule.is_live ? "schedule" : "campaign")
      .Set("attempts", schedule.rates.all.attempts)
      .Set("answered", schedule.rates.all.answered)
      .Set("abandoned", schedule.rates.all.abandoned)
      .Set("answerRate", AnswerRateJson(schedule.rates.all))
      .Set("hours", hours.Build())
      .Set("proposals", proposals.Build())
      .Set("remarks", remarks.Build())
      .Build();
}

}  // namespace

Chart ChartOfRates(const OptimizedSchedule& schedule) {
  Chart chart{TitleOf(schedule), SumsOf(schedule), {"answer rate"}, {}, " %", 1, "95 % confidence"};
  const auto& hours = schedule.rates.hours;
  const auto has = [](const HourRate& hour) { return hour.sums.attempts > 0; };
  const auto first = std::ranges::find_if(hours, has);
  for (auto hour = first; hour != hours.end(); ++hour) {
    if (std::none_of(hour, hours.end(), has)) break;
    ChartGroup group{HourText(static_cast<std::size_t>(hour - hours.begin())), {std::nullopt}, ""};
    if (has(*hour)) {
      group.bars[0] = ChartBar{100 * hour->sums.answer_rate(), 100 * hour->interval.low, 100 * hour->interval.high,
                               !hour->is_judged};
      group.note = JudgementOf(*hour);
    }
    chart.groups.push_back(std::move(group));
  }
  return chart;
}

std::string RenderOptimize(const OptimizeReport& report, std::size_t columns, std::size_t width, bool color) {
  std::string out;
  for (const OptimizedSchedule& schedule : report.schedules) out += Rendered(schedule, columns, width, color);
  return out + RenderFileDiff(report.files, color);
}

std::string OptimizeSummary(const OptimizeReport& report) {
  std::size_t changes = 0, refused = 0;
  bool history = false;
  for (const OptimizedSchedule& schedule : report.schedules) {
    history |= schedule.rates.has_history();
    for (std::size_t i = 0; i < schedule.tuning.values.size(); ++i) {
      changes += schedule.tuning.values[i].changes() ? 1 : 0;
      refused += schedule.refusals[i].empty() ? 0 : 1;
    }
  }
  const std::string range = fmt::format("{} to {}", FormatUtc(report.range.start), FormatUtc(report.range.end));
  if (report.schedules.empty()) return "There is no CampaignSchedule: nothing is proposed.\n";
  if (!history) return fmt::format("There is no history from {}: nothing is proposed.\n", range);
  std::string out = fmt::format("From the history of {}: {} to {}", range, Count(changes, "change"),
                                Count(report.schedules.size(), "schedule"));
  if (refused > 0) out += fmt::format(", {} cannot be written", refused);
  if (changes == refused) return out + ".\n";
  return out + (report.is_written ? fmt::format("; written to {}.\n", Count(report.files.size(), "file"))
                                  : "; --write edits the manifests.\n");
}

Value OptimizeJson(Arena& arena, const OptimizeReport& report, const SourceMap& sources) {
  ArrayBuilder schedules(arena), files(arena);
  for (const OptimizedSchedule& schedule : report.schedules) schedules.Add(ScheduleJson(arena, schedule, sources));
  for (const FileChange& file : report.files) files.Add(file.path);
  return ObjectBuilder(arena)
      .Set("from", FormatUtc(report.range.start))
      .Set("to", FormatUtc(report.range.end))
      .Set("schedules", schedules.Build())
      .Set("files", files.Build())
      .Set("diff", RenderFileDiff(report.files, false))
      .Set("written", report.is_written)
      .Set("diagnostics", DiagnosticsJson(arena, report.diagnostics, sources))
      .Build();
}

}  // namespace cxctl
