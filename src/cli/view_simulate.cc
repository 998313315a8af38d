#include "cli/view_simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/numbers.h"
#include "base/strings.h"
#include "cli/live_schedules.h"
#include "cli/text_layout.h"
#include "cli/text_table.h"
#include "report/markdown_text.h"

namespace cxctl {

namespace {

std::string LengthOf(Duration length) {
  const auto minutes = std::chrono::round<std::chrono::minutes>(length).count();
  return fmt::format("{}:{:02} h", minutes / 60, minutes % 60);
}

const CampaignFigures* FindFigures(const SimulatedVersion& version, const std::string& name) {
  const auto& campaigns = version.figures.campaigns;
  const auto found = std::ranges::find(campaigns, name, &CampaignFigures::name);
  return found == campaigns.end() ? nullptr : &*found;
}

std::string RateText(const SimulatedCounts& counts) {
  return counts.answered == 0 ? "-" : fmt::format("{:.2f} %", 100 * counts.abandon_rate());
}

std::vector<std::string> Row(const std::string& name, const SimulatedCounts& counts, const std::string& dialing,
                             const std::string& pauses) {
  return {name,
          Grouped(counts.dialed),
          Grouped(counts.answered),
          counts.dialed == 0 ? "-" : PercentText(counts.answer_rate()),
          Grouped(counts.abandoned),
          RateText(counts),
          dialing,
          pauses};
}

std::string PausesOf(const CampaignFigures& figures) {
  if (figures.pauses.empty()) return "0";
  return fmt::format("{} ({})", figures.pauses.size(), LengthOf(figures.paused));
}

TextTable TableOf(const SimulatedVersion& version) {
  TextTable table({"campaign", "calls", "answered", "rate", "abandoned", "rate", "dialing", "pauses"}, 1);
  for (const CampaignFigures& each : version.figures.campaigns) {
    table.Add(Row(each.name, each.counts, LengthOf(each.dialing), PausesOf(each)));
  }
  if (version.figures.campaigns.size() != 1) table.Add(Row("all", version.figures.all, "", ""));
  return table;
}

/// In points of a percentage.
std::string Difference(double before, double after) {
  const double points = std::round((after - before) * 10'000) / 100;
  return points == 0 ? "=" : fmt::format("{:+.2f} points", points);
}

/// What of one campaign, or of all, is compared.
struct Compared {
  std::string name;
  SimulatedCounts before, after;
  std::optional<double> occupancy_before, occupancy_after;
  std::string pauses_before, pauses_after;
};

void AddRows(TextTable& table, const Compared& each) {
  const auto count = [&](std::string_view what, std::int64_t before, std::int64_t after) {
    const std::string difference = after == before ? "=" : (after > before ? "+" : "") + Grouped(after - before);
    table.Add({each.name, std::string(what), Grouped(before), Grouped(after), difference});
  };
  const auto share = [&](std::string_view what, double before, double after) {
    table.Add({each.name, std::string(what), fmt::format("{:.2f} %", 100 * before),
               fmt::format("{:.2f} %", 100 * after), Difference(before, after)});
  };
  count("calls", each.before.dialed, each.after.dialed);
  count("answered", each.before.answered, each.after.answered);
  share("answer rate", each.before.answer_rate(), each.after.answer_rate());
  count("abandoned", each.before.abandoned, each.after.abandoned);
  share("abandon rate", each.before.abandon_rate(), each.after.abandon_rate());
  if (!each.pauses_after.empty()) {
    table.Add({each.name, "pauses", each.pauses_before, each.pauses_after,
               each.pauses_before == each.pauses_after ? "=" : "changed"});
  }
  if (each.occupancy_before && each.occupancy_after) share("occupancy", *each.occupancy_before, *each.occupancy_after);
}

/// Every campaign of either version, in the order of the new one.
std::vector<std::string> NamesOf(const SimulationReport& report) {
  std::vector<std::string> names;
  for (const CampaignFigures& each : report.now.figures.campaigns) names.push_back(each.name);
  if (!report.before) return names;
  for (const CampaignFigures& each : report.before->figures.campaigns) {
    if (!FindFigures(report.now, each.name)) names.push_back(each.name);
  }
  return names;
}

std::vector<Compared> ComparedOf(const SimulationReport& report) {
  static const CampaignFigures kNone;
  std::vector<Compared> all;
  for (const std::string& name : NamesOf(report)) {
    const CampaignFigures* before = FindFigures(*report.before, name);
    const CampaignFigures* after = FindFigures(report.now, name);
    all.push_back({name,
                   (before ? *before : kNone).counts,
                   (after ? *after : kNone).counts,
                   {},
                   {},
                   before ? PausesOf(*before) : "not there",
                   after ? PausesOf(*after) : "not there"});
  }
  all.push_back({"all", report.before->figures.all, report.now.figures.all, report.before->figures.occupancy,
                 report.now.figures.occupancy, "", ""});
  return all;
}

TextTable ComparisonOf(const SimulationReport& report) {
  TextTable table({"campaign", "", "before", "after", "difference"}, 2);
  for (const Compared& each : ComparedOf(report)) AddRows(table, each);
  return table;
}

std::string DaysText(const SimulationReport& report) {
  const Interval range = report.now.input.range;
  const Date first = report.zone.LocalAt(range.start).date;
  const Date last = report.zone.LocalAt(range.end - Duration(1)).date;
  return first == last ? FormatDate(first) : fmt::format("{} to {}", FormatDate(first), FormatDate(last));
}

/// What it was run with, so that it can be run again.
std::string Circumstances(const SimulationReport& report) {
  const SimulationInput& input = report.now.input;
  const auto seconds = [](Duration length) { return std::chrono::duration<double>(length).count(); };
  std::string agents = fmt::format("{} agents", input.agents);
  if (report.before && report.before->input.agents != input.agents) {
    agents = fmt::format("{} agents (before: {})", input.agents, report.before->input.agents);
  }
  return fmt::format(
      "{} by the clock of {}; {}, {} of calls answered over the day, {:.0f} s talk, {:.0f} s wrap-up, "
      "seed {}",
      DaysText(report), report.zone.name(), agents, PercentText(input.answer_rate), seconds(input.talk),
      seconds(input.wrapup), input.seed);
}

std::string OccupancyText(const SimulatedVersion& version) {
  return fmt::format("Occupancy of the agents while a campaign dials: {}", PercentText(version.figures.occupancy));
}

std::vector<std::string> Remarks(const SimulationReport& report) {
  std::vector<std::string> remarks;
  for (const SimulatedCampaign& campaign : report.now.input.campaigns) {
    if (campaign.permitted.empty()) {
      remarks.push_back(fmt::format("Campaign/{} may not dial on these days", campaign.name));
    } else if (!campaign.pacing) {
      remarks.push_back(
          fmt::format("Campaign/{} has no PacingPolicy: {}", campaign.name,
                      campaign.schedules.empty() ? "it dials at its dialRate" : "it dials at its schedules' callRate"));
    }
  }
  for (const auto& left : report.now.choice.left) {
    remarks.push_back(fmt::format("{} is not simulated: {}", left.address, left.reason));
  }
  return remarks;
}

std::string HourLabel(const SimulationReport& report, std::size_t index) {
  const Instant at = report.now.input.range.start + std::chrono::hours(index);
  const auto local = report.zone.LocalAt(at);
  const std::string hour = fmt::format("{:02}:{:02}", local.second_of_day / 3600, local.second_of_day / 60 % 60);
  const bool several = report.now.figures.campaigns.front().hours.size() > 25;
  return several ? fmt::format("{:02}-{:02} {}", local.date.month, local.date.day, hour) : hour;
}

ChartBar BarOf(std::int64_t count) {
  return {static_cast<double>(count), {}, {}, false};
}

/// Without the hours at both ends in which nothing happens.
Chart ChartOf(const SimulationReport& report, const std::string& name) {
  const CampaignFigures* after = FindFigures(report.now, name);
  const CampaignFigures* before = report.before ? FindFigures(*report.before, name) : nullptr;
  Chart chart{fmt::format("Campaign/{}: {} by hour", name, report.before ? "answered calls" : "calls"),
              DaysText(report) + ", time of " + report.zone.name(),
              {},
              {},
              "",
              0,
              ""};
  chart.series = report.before ? std::vector<std::string>{"before", "after"}
                               : std::vector<std::string>{"calls", "answered", "abandoned"};
  std::size_t last = 0;
  const std::size_t hours = (after ? after : before)->hours.size();
  for (std::size_t i = 0; i < hours; ++i) {
    ChartGroup group{HourLabel(report, i), {}, ""};
    const SimulatedCounts now = after ? after->hours[i] : SimulatedCounts();
    const SimulatedCounts was = before ? before->hours[i] : SimulatedCounts();
    if (now.dialed + was.dialed > 0) last = chart.groups.size() + 1;
    if (last == 0) continue;
    if (report.before) {
      group.bars = {BarOf(was.answered), BarOf(now.answered)};
    } else {
      group.bars = {BarOf(now.dialed), BarOf(now.answered), BarOf(now.abandoned)};
    }
    chart.groups.push_back(std::move(group));
  }
  chart.groups.resize(last);
  return chart;
}

template <class Unit>
double In(Duration length) {
  return std::chrono::duration<double, Unit>(length).count();
}

ObjectBuilder& SetCounts(ObjectBuilder& json, const SimulatedCounts& counts) {
  return json.Set("calls", counts.dialed)
      .Set("answered", counts.answered)
      .Set("answerRate", counts.dialed > 0 ? Value::Double(counts.answer_rate()) : Value::Null())
      .Set("abandoned", counts.abandoned)
      .Set("abandonRate", counts.answered > 0 ? Value::Double(counts.abandon_rate()) : Value::Null());
}

Value CountsJson(Arena& arena, const SimulatedCounts& counts) {
  ObjectBuilder json(arena);
  return SetCounts(json, counts).Build();
}

Value CampaignJson(Arena& arena, const CampaignFigures& figures, Instant start) {
  ArrayBuilder pauses(arena), hours(arena);
  for (const SimulatedPause& pause : figures.pauses) {
    pauses.Add(ObjectBuilder(arena)
                   .Set("start", FormatUtc(pause.start))
                   .Set("end", FormatUtc(pause.end))
                   .Set("trigger", pause.trigger)
                   .Build());
  }
  for (std::size_t i = 0; i < figures.hours.size(); ++i) {
    ObjectBuilder hour(arena);
    hour.Set("start", FormatUtc(start + std::chrono::hours(i)));
    hours.Add(SetCounts(hour, figures.hours[i]).Build());
  }
  ObjectBuilder json(arena);
  json.Set("address", "Campaign/" + figures.name);
  return SetCounts(json, figures.counts)
      .Set("dialingMinutes", In<std::ratio<60>>(figures.dialing))
      .Set("pausedMinutes", In<std::ratio<60>>(figures.paused))
      .Set("pauses", pauses.Build())
      .Set("hours", hours.Build())
      .Build();
}

Value VersionJson(Arena& arena, const SimulatedVersion& version) {
  ArrayBuilder campaigns(arena), left(arena);
  for (const CampaignFigures& each : version.figures.campaigns) {
    campaigns.Add(CampaignJson(arena, each, version.input.range.start));
  }
  for (const auto& each : version.choice.left) {
    left.Add(ObjectBuilder(arena).Set("address", each.address).Set("reason", each.reason).Build());
  }
  return ObjectBuilder(arena)
      .Set("manifests", version.name)
      .Set("agents", version.input.agents)
      .Set("maxConcurrentCalls", version.input.max_calls)
      .Set("occupancy", version.figures.occupancy)
      .Set("total", CountsJson(arena, version.figures.all))
      .Set("campaigns", campaigns.Build())
      .Set("notSimulated", left.Build())
      .Build();
}

}  // namespace

std::vector<Chart> ChartsOfSimulation(const SimulationReport& report) {
  std::vector<Chart> charts;
  for (const std::string& name : NamesOf(report)) {
    Chart chart = ChartOf(report, name);
    if (!chart.groups.empty()) charts.push_back(std::move(chart));
  }
  return charts;
}

std::string RenderSimulation(const SimulationReport& report, std::size_t columns, std::size_t width, bool color) {
  std::string out = fmt::format("Simulated: {}.\n\n", EscapeControls(Circumstances(report)));
  for (const Chart& chart : ChartsOfSimulation(report)) out += DrawTextChart(chart, columns, color) + '\n';
  const TextTable table = report.before ? ComparisonOf(report) : TableOf(report.now);
  std::string remarks = fmt::format("\n{}.\n", OccupancyText(report.now));
  for (const std::string& remark : Remarks(report)) remarks += EscapeControls(remark) + ".\n";
  return FittedLines(out, width) + table.Draw(0, width) + FittedLines(remarks, width);
}

std::string SimulationMarkdown(const SimulationReport& report) {
  std::string out = fmt::format("### {}\n\n", report.before ? "Simulation: before and after" : "Simulation");
  out += (report.before ? ComparisonOf(report) : TableOf(report.now)).DrawMarkdown();
  out += fmt::format("\n{}.\n\n{}.\n", OccupancyText(report.now), MarkdownText(EscapeControls(Circumstances(report))));
  const auto remarks = Remarks(report);
  if (!remarks.empty()) out += '\n';
  for (const std::string& remark : remarks) out += fmt::format("* {}\n", MarkdownText(EscapeControls(remark)));
  return out;
}

Value SimulationJson(Arena& arena, const SimulationReport& report) {
  const SimulationInput& input = report.now.input;
  ObjectBuilder json(arena);
  json.Set("seed", static_cast<std::int64_t>(input.seed)).Set("from", FormatUtc(input.range.start));
  json.Set("to", FormatUtc(input.range.end)).Set("timeZone", report.zone.name());
  json.Set("people", ObjectBuilder(arena)
                         .Set("answerRate", input.answer_rate)
                         .Set("machineRate", input.machine_rate)
                         .Set("talkSeconds", In<std::ratio<1>>(input.talk))
                         .Set("wrapupSeconds", In<std::ratio<1>>(input.wrapup))
                         .Build());
  json.Set("result", VersionJson(arena, report.now));
  if (report.before) json.Set("before", VersionJson(arena, *report.before));
  return json.Build();
}

}  // namespace cxctl
