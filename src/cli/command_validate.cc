#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/report_output.h"
#include "cli/session.h"
#include "plan/plan_document.h"
#include "rules/rules.h"
#include "value/json.h"

namespace cxctl {

namespace {

struct Validation {
  Diagnostics diagnostics;
  std::size_t documents = 0;
};

std::optional<std::int64_t> OfflineCapacity(const ManifestSet& set) {
  if (!set.tenant || !set.tenant->valid) return std::nullopt;
  const Value* capacity = set.tenant->spec().Find("capacity", "maxConcurrentCalls");
  return capacity ? std::optional(capacity->as_int()) : std::nullopt;
}

Result<void> Judge(Context& context, const ManifestSet& set, Instant now, Validation& validation) {
  Diagnostics diagnostics = set.diagnostics;
  CheckRules(set, {now, OfflineCapacity(set), PhoneNumbersFor(context, set)}, diagnostics);
  ApplyRulePolicy(set, now, diagnostics);
  validation.diagnostics.insert(validation.diagnostics.end(), diagnostics.begin(), diagnostics.end());
  return {};
}

/// Documents are counted once, however many tenants share them.
void CountDocuments(const ManifestSet& set, std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>>& seen) {
  const auto add = [&](const Document& document) {
    seen.emplace(document.position().file, document.position().line, document.position().column);
  };
  for (const Document& document : set.documents) add(document);
  if (set.tenant) add(*set.tenant);
}

/// The tenant that a report is about, where there is one.
void SetSubject(Context& context, const ManifestSet& set) {
  if (!set.tenant) return;
  context.subject.tenant = set.tenant->name;
  context.subject.tenant_file = set.tenant_file;
  context.subject.tenant_line = set.tenant->position().line;
}

Result<Validation> Validate(Context& context, ManifestLoader& loader, Instant now) {
  Validation validation;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> documents;
  std::vector<ManifestLoader::TenantPick> tenants;
  const bool one_tenant = context.arguments.Has("tenant");
  if (one_tenant) {
    const auto pick = PickTenant(context, loader);
    if (!pick && !HasErrors(loader.parse_diagnostics())) return std::unexpected(pick.error());
    if (pick) tenants.push_back(*pick);
  } else {
    std::vector<std::string> paths = context.arguments.positional;
    if (paths.empty()) paths.push_back("manifests");
    TRY_ASSIGN(tenants, loader.FindTenants(paths));
    if (tenants.empty()) {
      TRY_ASSIGN(const ManifestSet set, loader.LoadWithoutTenant(paths));
      TRY(Judge(context, set, now, validation));
      CountDocuments(set, documents);
    }
  }
  for (const ManifestLoader::TenantPick& tenant : tenants) {
    TRY_ASSIGN(const ManifestSet set, loader.Load(tenant));
    TRY(Judge(context, set, now, validation));
    CountDocuments(set, documents);
    if (tenants.size() == 1) SetSubject(context, set);
  }
  // Files under PATH that no tenant names may still be broken.
  validation.diagnostics.insert(validation.diagnostics.end(), loader.parse_diagnostics().begin(),
                                loader.parse_diagnostics().end());
  AddExplainHints(validation.diagnostics);
  SortAndDeduplicate(validation.diagnostics, loader.workspace()->sources);
  validation.documents = documents.size();
  return validation;
}

std::string ValidationText(const Validation& validation, const SourceMap& sources, bool color) {
  const auto errors =
      static_cast<std::size_t>(std::ranges::count(validation.diagnostics, Severity::kError, &Diagnostic::severity));
  std::string text;
  for (const Diagnostic& diagnostic : validation.diagnostics)
    text += RenderDiagnostic(diagnostic, sources, color) + "\n";
  return text + fmt::format("{}: {}, {}, {}.\n", errors > 0 ? "Invalid" : "Valid",
                            Count(validation.documents, "document"), Count(errors, "error"),
                            Count(validation.diagnostics.size() - errors, "warning"));
}

std::string ValidationJson(Arena& arena, const Validation& validation, const SourceMap& sources) {
  ObjectBuilder json(arena);
  json.Set("diagnostics", DiagnosticsJson(arena, validation.diagnostics, sources))
      .Set("documents", validation.documents);
  return MaskPhoneNumbers(ToPrettyJson(json.Build())) + "\n";
}

}  // namespace

int RunValidate(Context& context) {
  if (context.arguments.Has("tenant") && !context.arguments.positional.empty()) {
    return ReportError(
        context,
        {ErrorCode::kUsage, "validate takes paths or -t, not both: -t says itself which files belong to the tenant"});
  }
  if (const auto formats = CheckOutputs(context); !formats) return ReportError(context, formats.error());
  const auto now = JudgedNow(context);
  if (!now) return ReportError(context, now.error());
  ManifestLoader loader(context.system.files);
  const auto validation = Validate(context, loader, *now);
  if (!validation) return ReportError(context, validation.error());
  const SourceMap& sources = loader.workspace()->sources;
  Arena arena;
  return PrintResult(context,
                     {[&](bool color, std::size_t) { return ValidationText(*validation, sources, color); },
                      [&] { return ValidationJson(arena, *validation, sources); },
                      [&](const ReportBasics& head) {
                        return MakeValidateReport(head, validation->diagnostics, validation->documents);
                      }},
                     BasicsOf(context, arena, sources), HasErrors(validation->diagnostics) ? kInvalid : kSuccess);
}

}  // namespace cxctl
