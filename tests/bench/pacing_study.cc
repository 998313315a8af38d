// Simulated days of a campaign under each pacing policy, at several sizes: prints the table that README and tests speak
// of, and draws occupancy against agents.
//
// Usage: pacing_study DAYS [CHART.svg]

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "pacing/simulated_day.h"

namespace cxctl {
namespace {

constexpr double kLimit = 0.03;
constexpr std::array kSizes = {5, 10, 20, 50, 100};

struct Policy {
  const char* name;
  DayPolicy policy;
  int interval;  ///< Seconds
  const char* colour;
};
constexpr std::array kPolicies = {
    Policy{"availability", DayPolicy::kAvailability, 30, "#9a6700"},
    Policy{"progressive formula", DayPolicy::kProgressiveFormula, 30, "#8250df"},
    Policy{"progressive mode", DayPolicy::kProgressiveMode, 30, "#57606a"},
    Policy{"adaptive", DayPolicy::kAdaptive, 30, "#0969da"},
    Policy{"adaptive, 15 s", DayPolicy::kAdaptive, 15, "#1a7f37"},
    Policy{"adaptive, PROGRESSIVE", DayPolicy::kAdaptiveInProgressiveMode, 30, "#cf222e"},
};

struct Row {
  int days = 0, over = 0;
  double worst = 0, occupancy = 0, formula = 0, misjudged = 0;
  std::int64_t answered = 0, abandoned = 0;

  void Add(const DayFigures& day) {
    ++days;
    over += day.abandon_rate() > kLimit;
    worst = std::max(worst, day.abandon_rate());
    occupancy += day.occupancy;
    formula += ProgressiveOccupancy(day);
    misjudged += static_cast<double>(day.taken_for_machines);
    answered += day.answered;
    abandoned += day.abandoned;
  }
  void Add(const Row& other) {
    days += other.days;
    over += other.over;
    worst = std::max(worst, other.worst);
    occupancy += other.occupancy;
    formula += other.formula;
    misjudged += other.misjudged;
    answered += other.answered;
    abandoned += other.abandoned;
  }
};

/// Every day of one size and policy; the days are shared among the processors.
Row Study(int days, int agents, const Policy& policy) {
  const int parts = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::vector<std::future<Row>> work;
  for (int part = 0; part < parts; ++part) {
    work.push_back(std::async(std::launch::async, [=] {
      Row row;
      for (int day = part + 1; day <= days; day += parts) {
        row.Add(
            SimulatedDay(static_cast<std::uint64_t>(day), agents, policy.policy, std::chrono::seconds(policy.interval))
                .Run());
      }
      return row;
    }));
  }
  Row sum;
  for (auto& part : work) sum.Add(part.get());
  return sum;
}

using Table = std::vector<std::vector<Row>>;  ///< By size, by policy.

double Percent(double sum, int days) {
  return 100 * sum / days;
}

std::string Chart(const Table& table) {
  constexpr double kLeft = 60, kTop = 20, kWidth = 560, kHeight = 320;
  const auto x = [&](std::size_t size) { return kLeft + kWidth * static_cast<double>(size) / (kSizes.size() - 1); };
  const auto y = [&](double percent) { return kTop + kHeight * (1 - percent / 100); };
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 840 390\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<title>Occupancy against agents, abandons held at 3 %</title>\n";
  for (int percent = 0; percent <= 100; percent += 20) {
    svg += fmt::format(
        "<path d=\"M{} {}h{}\" stroke=\"#d0d7de\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{} %</text>\n", kLeft,
        y(percent), kWidth, kLeft - 8, y(percent) + 4, percent);
  }
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    svg +=
        fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", x(i), kTop + kHeight + 20, kSizes[i]);
  }
  svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">agents</text>\n", kLeft + kWidth / 2,
                     kTop + kHeight + 40);
  double legend = kTop + 10;
  const auto line = [&](const std::string& name, const std::string& style, auto value) {
    std::string points;
    for (std::size_t i = 0; i < kSizes.size(); ++i) points += fmt::format("{:.1f},{:.1f} ", x(i), y(value(i)));
    svg += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke-width=\"2\" {}/>\n", points, style);
    svg += fmt::format("<path d=\"M640 {}h24\" stroke-width=\"2\" {}/><text x=\"670\" y=\"{}\">{}</text>\n", legend,
                       style, legend + 4, name);
    legend += 22;
  };
  for (std::size_t p = 0; p < kPolicies.size(); ++p) {
    line(kPolicies[p].name, fmt::format("stroke=\"{}\"", kPolicies[p].colour),
         [&](std::size_t i) { return Percent(table[i][p].occupancy, table[i][p].days); });
  }
  line("Erlang B at 3 %", "stroke=\"#24292f\" stroke-dasharray=\"5 4\"",
       [&](std::size_t i) { return 100 * ErlangOccupancy(kSizes[i], kLimit); });
  return svg + "</svg>\n";
}

Table Run(int days) {
  fmt::print(
      "{} days of 10 hours each. Abandons are of all calls answered by a person; the worst day is the one with\n"
      "the highest rate; hung up are people taken for machines, whom no tenant counts.\n\n"
      "| agents | policy | days | abandoned | worst day | days over 3 % | hung up | occupancy | AHT/(AHT + d/p) | "
      "Erlang B at 3 % |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n",
      days);
  Table table;
  for (const int agents : kSizes) {
    table.emplace_back();
    for (const Policy& policy : kPolicies) {
      // Twice the decisions take twice the time.
      const Row row = Study(policy.interval < 30 ? std::max(1, days / 5) : days, agents, policy);
      const double answered = static_cast<double>(row.answered);
      fmt::print("| {} | {} | {} | {:.2f} % | {:.2f} % | {} | {:.2f} % | {:.1f} % | {:.1f} % | {:.1f} % |\n", agents,
                 policy.name, row.days, 100 * static_cast<double>(row.abandoned) / answered, 100 * row.worst, row.over,
                 100 * row.misjudged / answered, Percent(row.occupancy, row.days), Percent(row.formula, row.days),
                 100 * ErlangOccupancy(agents, kLimit));
      std::fflush(stdout);
      table.back().push_back(row);
    }
  }
  return table;
}

}  // namespace
}  // namespace cxctl

int main(int argc, char** argv) {
  const int days = argc > 1 ? std::atoi(argv[1]) : 0;
  if (days < 1) {
    fmt::print(stderr, "Usage: pacing_study DAYS [CHART.svg]\n");
    return 64;
  }
  const cxctl::Table table = cxctl::Run(days);
  if (argc > 2) {
    std::ofstream chart(argv[2]);
    chart << cxctl::Chart(table);
    if (!chart.flush()) {
      fmt::print(stderr, "error: cannot write {}\n", argv[2]);
      return 1;
    }
  }
  return 0;
}
