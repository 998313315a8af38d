// What tests outside of C++ ask of the manifest modules.
//
//   schema_tool kinds             the names of all kinds
//   schema_tool schema KIND       the JSON Schema of the kind, as it stands in schemas/
//   schema_tool check FILE...     each finding of CX101 to CX107 and CX401: FILE:LINE:COLUMN:ENDCOLUMN RULE MESSAGE
//   schema_tool tenant FILE       the same for what the first Tenant document in FILE names
//   schema_tool shape FILE        one line for each document: `good`, or the rules of its findings

#include <fmt/format.h>

#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "env/system.h"
#include "manifest/manifests.h"
#include "manifest/references.h"
#include "manifest/yaml_reader.h"
#include "schema/json_schema.h"
#include "schema/validator.h"
#include "value/json.h"

namespace cxctl {
namespace {

/// Patterns that another rule than CX102 reports (CX401), which the validator leaves to the rules.
void CheckOtherPatterns(const Shape& shape, const Value& value, Diagnostics& diagnostics) {
  VisitFields(shape, value, [&](const Field& field, const Value& text) {
    const TextPattern* pattern = field.shape.pattern;
    if (!pattern || field.shape.pattern_rule == "CX102" || !text.is_string()) return;
    if (pattern->matches(text.as_string())) return;
    diagnostics.push_back({std::string(field.shape.pattern_rule), Severity::kError, std::string(pattern->description),
                           "", "", text.position()});
  });
}

int Fail(const std::string& message) {
  fmt::print(stderr, "schema_tool: {}\n", message);
  return 1;
}

int PrintSchema(std::string_view name) {
  const KindSpec* kind = FindKind(name);
  if (!kind) return Fail(fmt::format("there is no kind {}", name));
  Arena arena;
  fmt::print("{}\n", ToPrettyJson(KindJsonSchema(arena, *kind)));
  return 0;
}

int PrintFindings(Result<ManifestSet> set) {
  if (!set) return Fail(set.error().message);
  for (const Document& document : set->documents) {
    CheckOtherPatterns(DocumentShape(*document.kind), document.root, set->diagnostics);
  }
  const SourceMap& sources = set->workspace->sources;
  SortAndDeduplicate(set->diagnostics, sources);
  for (const Diagnostic& each : set->diagnostics) {
    const Position& at = each.position;
    fmt::print("{}:{}:{}:{} {} {}\n", sources.name(at.file), at.line, at.column, at.column + at.width, each.rule,
               each.message);
  }
  return 0;
}

int CheckFiles(const std::vector<std::string>& paths) {
  const auto files = SystemFiles();
  return PrintFindings(ManifestLoader(*files).LoadWithoutTenant(paths));
}

int CheckTenant(const std::string& path) {
  const auto files = SystemFiles();
  ManifestLoader loader(*files);
  const auto tenants = loader.FindTenants({path});
  if (!tenants) return Fail(tenants.error().message);
  if (tenants->empty()) return Fail("there is no Tenant document in " + path);
  return PrintFindings(loader.Load(tenants->front()));
}

int PrintShapes(const std::string& path) {
  const auto files = SystemFiles();
  const auto text = files->Read(path, kMaxFileBytes);
  if (!text) return Fail(text.error().message);
  Arena arena;
  Diagnostics unreadable;
  const std::vector<Value> documents = ReadYaml(arena, 1, *text, unreadable);
  if (!unreadable.empty()) return Fail(unreadable.front().message);
  for (const Value& root : documents) {
    const KindSpec* kind = FindKind(root.GetString("kind"));
    Diagnostics diagnostics;
    if (!kind) {
      fmt::print("CX102\n");
      continue;
    }
    ValidateShape(DocumentShape(*kind), root, "", diagnostics);
    CheckOtherPatterns(DocumentShape(*kind), root, diagnostics);
    std::set<std::string> rules;
    for (const Diagnostic& each : diagnostics) rules.insert(each.rule);
    fmt::print("{}\n", rules.empty() ? "good" : fmt::format("{}", fmt::join(rules, " ")));
  }
  return 0;
}

int Main(const std::vector<std::string>& arguments) {
  const std::string command = arguments.empty() ? "" : arguments[0];
  if (command == "kinds") {
    for (const KindSpec& kind : AllKinds()) fmt::print("{}\n", kind.name);
    return 0;
  }
  if (command == "schema" && arguments.size() == 2) return PrintSchema(arguments[1]);
  if (command == "check" && arguments.size() >= 2) return CheckFiles({arguments.begin() + 1, arguments.end()});
  if (command == "tenant" && arguments.size() == 2) return CheckTenant(arguments[1]);
  if (command == "shape" && arguments.size() == 2) return PrintShapes(arguments[1]);
  return Fail("usage: schema_tool kinds | schema KIND | check FILE... | tenant FILE | shape FILE");
}

}  // namespace
}  // namespace cxctl

int main(int argc, char** argv) {
  return cxctl::Main({argv + 1, argv + argc});
}
