// Reading and checking manifests, against what libyaml alone takes for the same bytes: 10,000 objects, about 600 bytes
// of YAML each, in one file a kind.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <yaml.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "manifest/manifests.h"
#include "manifest/yaml_reader.h"
#include "schema/kind_spec.h"
#include "schema/validator.h"
#include "support/memory_files.h"

namespace cxctl {
namespace {

constexpr int kObjects = 10'000;
constexpr std::string_view kRemark =
    "# Agreed with the team that works with it and with whoever answers for the figures; ask both before it is\n"
    "# changed, and say in the pull request why. It is used in the reports of every week and in what the client\n"
    "# is sent at the end of the month, so a change of meaning needs a new one beside it.\n";

std::string Codes(int first, int count) {
  std::string text = fmt::format(
      "apiVersion: cxctl/v1\nkind: CallCodeHierarchy\nmetadata:\n  name: hierarchy-{0}\nspec:\n  category: C{0}\n  "
      "codes:\n",
      first);
  for (int i = first; i < first + count; ++i) {
    const bool child = i % 5 != 0;
    if (i % 5 == 1) text += "      children:\n";
    const std::string indent(child ? 8 : 4, ' ');
    text += fmt::format(
        "{1}# {2}\n{0}- code: CODE_{3}\n{0}  name: Outcome number {3} of the list\n{0}  type: NEUTRAL\n{0}  isActive: "
        "true\n",
        indent, indent, kRemark.substr(2, 300 - indent.size()).substr(0, 100), i);
  }
  return text;
}

std::string Schedule(int i) {
  return fmt::format(
      "{}apiVersion: cxctl/v1\nkind: CampaignSchedule\nmetadata:\n  name: schedule-{}\n  labels: {{team: "
      "collections}}\nspec:\n"
      "  campaign: campaign-{}\n  name: Schedule {}\n  description: Weekday evenings\n"
      "  startTime: 2026-10-01T00:00:00-04:00\n  endTime: 2026-12-31T23:59:59-05:00\n  timeZone: America/New_York\n"
      "  regulatoryWindows:\n    - {{startTime: \"09:00\", endTime: \"20:00\", timeZone: America/New_York, enabled: "
      "true}}\n"
      "  dialerSettings: {{maxConcurrentCalls: 50, callRate: 15, capacityThreshold: 0.85}}\n---\n",
      kRemark, i, i / 5, i);
}

std::string Campaign(int i) {
  return fmt::format(
      "{}apiVersion: cxctl/v1\nkind: Campaign\nmetadata:\n  name: campaign-{}\n  labels: {{team: collections}}\nspec:\n"
      "  name: Campaign {}\n  state: PAUSED\n  maxAgents: 25\n  dialingMode: PREDICTIVE\n  dialRate: 42\n---\n",
      kRemark, i, i);
}

const std::vector<std::string>& Texts() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> made;
    for (int i = 0; i < kObjects; i += 500) made.push_back(Codes(i, 500));
    std::string schedules, campaigns;
    for (int i = 0; i < kObjects / 10; ++i) schedules += Schedule(i);
    for (int i = 0; i < kObjects / 50; ++i) campaigns += Campaign(i);
    made.push_back(std::move(schedules));
    made.push_back(std::move(campaigns));
    return made;
  }();
  return texts;
}

void SetBytes(benchmark::State& state) {
  std::size_t bytes = 0;
  for (const std::string& text : Texts()) bytes += text.size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes * state.iterations()));
}

void ScanWithLibyaml(const std::string& text) {
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  for (bool more = true; more;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) std::abort();
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
}

void BM_LibyamlAlone(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& text : Texts()) ScanWithLibyaml(text);
  }
  SetBytes(state);
}
BENCHMARK(BM_LibyamlAlone)->Unit(benchmark::kMillisecond);

void BM_ReadYaml(benchmark::State& state) {
  for (auto _ : state) {
    Arena arena;
    Diagnostics diagnostics;
    for (const std::string& text : Texts()) benchmark::DoNotOptimize(ReadYaml(arena, 1, text, diagnostics));
    if (!diagnostics.empty()) state.SkipWithError("the tree is not clean");
  }
  SetBytes(state);
}
BENCHMARK(BM_ReadYaml)->Unit(benchmark::kMillisecond);

void BM_ReadYamlAndValidateShape(benchmark::State& state) {
  for (auto _ : state) {
    Arena arena;
    Diagnostics diagnostics;
    for (const std::string& text : Texts()) {
      for (const Value& root : ReadYaml(arena, 1, text, diagnostics)) {
        ValidateShape(DocumentShape(*FindKind(root.GetString("kind"))), root, "", diagnostics);
      }
    }
    if (!diagnostics.empty()) state.SkipWithError("the tree is not clean");
  }
  SetBytes(state);
}
BENCHMARK(BM_ReadYamlAndValidateShape)->Unit(benchmark::kMillisecond);

void BM_Load(benchmark::State& state) {
  MemoryFiles files;
  for (std::size_t i = 0; i < Texts().size(); ++i) files.files[fmt::format("{}.yaml", i)] = Texts()[i];
  for (auto _ : state) {
    const auto set = ManifestLoader(files).LoadWithoutTenant({"."});
    if (!set || !set->diagnostics.empty()) state.SkipWithError("the tree is not clean");
  }
  SetBytes(state);
}
BENCHMARK(BM_Load)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cxctl
