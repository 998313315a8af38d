#include "fuzz/fuzz.h"
#include "manifest/manifests.h"
#include "rules/rules.h"
#include "support/memory_files.h"

// Any bytes as a manifest: read, checked against shapes and rules, and what is wrong with them shown.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cxctl;
  const MemoryFiles contents({{"m/a.yaml", std::string(Text(data, size))}});
  MemoryFiles files = contents;
  ManifestLoader loader(files);
  auto set = loader.LoadWithoutTenant({"m"});
  Require(set.has_value(), "a file that can be read gives a set or diagnostics");
  Diagnostics diagnostics = set->diagnostics;
  const Instant now = ParseDateTime("2026-11-20T12:00:00Z")->instant;
  CheckRules(*set, {now, 200}, diagnostics);
  ApplyRulePolicy(*set, now, diagnostics);
  SortAndDeduplicate(diagnostics, set->workspace->sources);
  for (const Diagnostic& each : diagnostics) {
    Require(each.rule.starts_with("CX"), "every diagnostic has a rule");
    Require(!each.message.empty(), "every diagnostic has a message");
    const std::string text = RenderDiagnostic(each, set->workspace->sources, false);
    for (const char byte : text) {
      const auto value = static_cast<unsigned char>(byte);
      Require(value >= 0x20 || byte == '\n' || byte == '\t', "nothing that a terminal obeys is printed");
    }
  }
  return 0;
}
