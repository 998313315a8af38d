// What compiling a calendar costs, and how large the result is.

#include <fmt/format.h>

#include <string>

#include <benchmark/benchmark.h>

#include "calendar/compile.h"
#include "value/json.h"

namespace cxctl {
namespace {

/// Five jurisdictions, two called zones, sixty blackouts.
std::string LargeCalendar() {
  std::string blackouts;
  for (int i = 0; i < 60; ++i) {
    const Date date = AddDays({2027, 1, 1}, i * 6);
    blackouts += fmt::format("{}{{\"date\":\"{}\",\"reason\":\"r{}\"}}", i == 0 ? "" : ",", FormatDate(date), i);
  }
  return fmt::format(
      R"({{"timeZone":"America/New_York","clip":true,"jurisdictions":["us-fcc","us-ftc","us-fl","us-la","us-ri"],
          "calledZones":["America/New_York","America/Chicago"],
          "windows":[{{"days":["mon","tue","wed","thu","fri"],"startTime":"08:00","endTime":"21:00"}},
                     {{"days":["sat"],"startTime":"10:00","endTime":"17:00"}}],
          "blackouts":[{}]}})",
      blackouts);
}

void BM_Compile(benchmark::State& state) {
  Arena arena;
  const auto spec = ParseJson(arena, LargeCalendar());
  const auto calendar = CallingCalendar::Read(*spec);
  const Interval range{ParseDateTime("2027-01-01T05:00:00Z")->instant, ParseDateTime("2028-01-01T05:00:00Z")->instant};
  CompiledCalendar compiled;
  for (auto _ : state) {
    compiled = CompileCalendar(*calendar, range);
    benchmark::DoNotOptimize(compiled);
  }
  // What no choice of reasons could do with less, as long as blackouts keep within the windows.
  const IntervalSet closed = Difference(PermittedTime(compiled.windows, {}, range), calendar->Permitted(range));
  state.counters["stretches"] = static_cast<double>(closed.intervals().size());
  state.counters["windows"] = static_cast<double>(compiled.windows.size());
  state.counters["blackouts"] = static_cast<double>(compiled.blackouts.size());
}
BENCHMARK(BM_Compile)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace cxctl
