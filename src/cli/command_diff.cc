#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/named_version.h"
#include "cli/report_output.h"
#include "cli/session.h"
#include "cli/view_plan.h"
#include "cli/view_plan_diff.h"
#include "env/ids.h"
#include "inspect/compare_plans.h"
#include "inspect/compare_versions.h"
#include "plan/plan_document.h"
#include "rules/rules.h"
#include "value/json.h"

// diff: two versions of the manifests, or two saved plans; no tenant is asked.

namespace cxctl {

namespace {

constexpr std::size_t kLargestPlan = 1u << 30;

bool IsManifestName(const std::string& path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

/// One of the two things that are compared.
struct Side : NamedVersion {
  bool is_plan = false;
  std::unique_ptr<ManifestLoader> loader;
  std::optional<ManifestSet> set;
  TenantSettings tenant;
};

Result<Side> OpenSide(Context& context, const std::string& word) {
  Side side;
  side.is_plan = word == "-" || (context.system.files.Size(word) && !IsManifestName(word));
  if (side.is_plan) {
    side.word = side.path = word;
    return side;
  }
  TRY_ASSIGN(static_cast<NamedVersion&>(side), NamedVersion::Open(context.system, word));
  return side;
}

/// Finds the same tenant in both versions: that of -t; that of $CXCTL_TENANT if it is there; else the only one.
class TenantChoice {
 public:
  explicit TenantChoice(Context& context) : file_(context.arguments.Find("tenant")), is_demanded_(file_.has_value()) {
    if (!file_) file_ = context.system.environment.Get("CXCTL_TENANT");
    if (file_ && file_->empty()) file_.reset();
    if (!file_) return;
    ManifestLoader loader(context.system.files);
    const auto picks = loader.FindTenants({*file_});
    if (picks && picks->size() == 1) name_ = picks->front().name;
  }

  /// Nothing for a version that has no Tenant document.
  Result<std::optional<ManifestLoader::TenantPick>> Pick(const Side& side) const {
    TRY_ASSIGN(const auto picks, side.loader->FindTenants({side.path}));
    if (file_) {
      const std::string wanted = PathIn(side);
      for (const auto& pick : picks) {
        if (pick.file == wanted || pick.file == Joined(side.path, *file_)) return pick;
      }
      for (const auto& pick : picks) {
        if (!name_.empty() && pick.name == name_) return pick;
      }
      if (is_demanded_) {
        return Fail(ErrorCode::kUsage, fmt::format("{} holds no Tenant document of {}{}", EscapeControls(side.word),
                                                   EscapeControls(*file_), Others(picks)));
      }
    }
    if (picks.empty()) return std::optional<ManifestLoader::TenantPick>();
    if (picks.size() == 1) return picks.front();
    return Fail(ErrorCode::kUsage,
                fmt::format("which tenant of {}? Name one with -t FILE{}", EscapeControls(side.word), Others(picks)));
  }

 private:
  static std::string Joined(const std::string& folder, const std::string& file) {
    return (std::filesystem::path(folder) / file).lexically_normal().string();
  }

  std::string PathIn(const Side& side) const {
    if (!side.tree) return std::filesystem::path(*file_).lexically_normal().string();
    return side.tree->Resolve("./" + *file_).value_or("");
  }

  static std::string Others(const std::vector<ManifestLoader::TenantPick>& picks) {
    std::vector<std::string> files;
    for (const auto& pick : picks) files.push_back(EscapeControls(pick.file));
    return files.empty() ? "" : fmt::format(": {}", Join(files, ", "));
  }

  std::optional<std::string> file_;
  bool is_demanded_ = false;
  std::string name_;  ///< Of the tenant in the file as it is on the disk.
};

class VersionDiff {
 public:
  VersionDiff(Context& context, Side& before, Side& after) : context_(context), before_(before), after_(after) {}

  int Run() {
    const auto options = ReadPlanOptions(context_.arguments);
    if (!options) return ReportError(context_, options.error());
    const auto now = JudgedNow(context_);
    if (!now) return ReportError(context_, now.error());
    now_ = *now;
    if (const auto loaded = Load(before_); !loaded) return ReportError(context_, loaded.error());
    if (const auto loaded = Load(after_); !loaded) return ReportError(context_, loaded.error());
    if (const auto exit = Check(before_, false)) return *exit;
    if (const auto exit = Check(after_, true)) return *exit;
    auto difference = CompareVersions(arena_, {*before_.set, before_.tenant}, {*after_.set, after_.tenant}, *options,
                                      now_, phone_numbers_);
    if (!difference) return ReportError(context_, difference.error());
    Complete(difference->plan);
    ReportWarnings(context_, diagnostics_, sources());
    TellUnplanned(difference->unplanned);
    if (!options->selection.everything() && context_.text() && !context_.quiet())
      context_.system.console.Err("note: only what --target and -l select was compared\n");
    return Print(*difference);
  }

 private:
  const SourceMap& sources() const { return after_.set->workspace->sources; }

  Result<void> Load(Side& side) {
    side.loader = std::make_unique<ManifestLoader>(side.files(context_.system));
    TRY_ASSIGN(const auto pick, TenantChoice(context_).Pick(side));
    if (pick) {
      TRY_ASSIGN(side.set, side.loader->Load(*pick));
    } else {
      TRY_ASSIGN(side.set, side.loader->LoadWithoutTenant({side.path}));
    }
    if (pick && side.set->tenant->valid) side.tenant = ReadTenantSettings(*side.set);
    return {};
  }

  /// The later version has to keep the rules, the earlier one only has to be readable.
  std::optional<int> Check(Side& side, bool is_after) {
    Diagnostics diagnostics = side.set->diagnostics;
    phone_numbers_ = is_after ? PhoneNumbersFor(context_, *side.set) : nullptr;
    if (is_after) CheckRules(*side.set, {now_, std::nullopt, phone_numbers_}, diagnostics);
    ApplyRulePolicy(*side.set, now_, diagnostics);
    SortAndDeduplicate(diagnostics, side.set->workspace->sources);
    if (is_after) diagnostics_ = diagnostics;
    if (!HasErrors(diagnostics) && (!side.set->tenant || side.set->tenant->valid)) return std::nullopt;
    if (context_.text()) context_.system.console.Err(fmt::format("{}:\n", EscapeControls(side.word)));
    return ReportInvalid(context_, diagnostics, side.set->workspace->sources);
  }

  void Complete(Plan& plan) {
    plan.id = MakeUlid(context_.system.clock.Now(), context_.system.random);
    plan.created_at = context_.system.clock.Now();
    plan.created_at.micros -= plan.created_at.micros % 1'000'000;
    plan.digest = ManifestDigest(*after_.set);
    plan.diagnostics.insert(plan.diagnostics.end(), diagnostics_.begin(), diagnostics_.end());
    SortAndDeduplicate(plan.diagnostics, sources());
    diagnostics_ = plan.diagnostics;
    context_.subject.tenant = after_.tenant.name;
    context_.subject.base_url = after_.tenant.base_url;
    if (!after_.set->tenant) return;
    context_.subject.tenant_file = after_.set->tenant_file;
    context_.subject.tenant_line = after_.set->tenant->position().line;
  }

  void TellUnplanned(const std::vector<std::string>& addresses) {
    constexpr std::size_t kMostNamed = 10;
    if (addresses.empty() || !context_.text() || context_.quiet()) return;
    std::vector<std::string> named;
    for (const std::string& address : addresses) {
      if (named.size() < kMostNamed) named.push_back(EscapeControls(address));
    }
    if (addresses.size() > kMostNamed) named.push_back(fmt::format("{} more", addresses.size() - kMostNamed));
    context_.system.console.Err(fmt::format("note: what differs in {} changes nothing by itself\n", JoinAnd(named)));
  }

  Value VersionJson(const Side& side) {
    return ObjectBuilder(arena_).Set("name", side.word).Set("digest", ManifestDigest(*side.set)).Build();
  }

  std::string Json(const VersionDifference& difference) {
    ArrayBuilder unplanned(arena_);
    for (const std::string& address : difference.unplanned) unplanned.Add(address);
    Plan plan = difference.plan;
    for (Change& change : plan.changes) change.live_id.clear();  // nothing is live
    const Value json = ObjectBuilder(arena_, PlanJson(arena_, plan, sources(), context_.system.version))
                           .Set("from", VersionJson(before_))
                           .Set("to", VersionJson(after_))
                           .Set("unplanned", unplanned.Build())
                           .Build();
    return MaskPhoneNumbers(ToPrettyJson(json)) + "\n";
  }

  int Print(const VersionDifference& difference) {
    const Plan& plan = difference.plan;
    RadiusInputs inputs{arena_, plan.changes, difference.live, {}, now_, false};
    for (const Document* policy : after_.set->OfKind("PacingPolicy")) {
      const Value* most = policy->spec().Find("dialRate", "max");
      if (most) inputs.paced[fmt::format("Campaign/{}", policy->spec().GetString("campaign"))] = most->as_double();
    }
    return PrintResult(context_,
                       {[&](bool color, std::size_t columns) { return RenderPlan(plan, sources(), color, columns); },
                        [&] { return Json(difference); },
                        [&](const ReportBasics& head) { return MakePlanReport(head, plan, RadiusOf(inputs)); }},
                       BasicsOf(context_, arena_, sources()), plan.HasDifferences() ? kDifferences : kSuccess);
  }

  Context& context_;
  Side& before_;
  Side& after_;
  Instant now_;
  const PhoneNumbers* phone_numbers_ = nullptr;
  Diagnostics diagnostics_;
  Arena arena_;
};

int DiffPlans(Context& context, const Side& before, const Side& after) {
  const std::string format = context.arguments.Get("format", "text");
  if (format != "text" && format != "json")
    return ReportError(context, {ErrorCode::kUsage, "two saved plans are compared as text or JSON"});
  Arena arena;
  std::vector<SavedPlan> plans;
  for (const Side* side : {&before, &after}) {
    const std::string name = side->word == "-" ? "standard input" : EscapeControls(side->word);
    const auto text = context.system.files.Read(side->path, kLargestPlan);
    if (!text) return ReportError(context, text.error());
    auto plan = ReadSavedPlan(arena, *text, name);
    if (!plan) return ReportError(context, plan.error());
    plans.push_back(*std::move(plan));
  }
  const std::vector<PlanDifference> differences = ComparePlans(plans[0], plans[1]);
  if (plans[0].tenant_name != plans[1].tenant_name && !context.quiet()) {
    context.system.console.Err(fmt::format("warning: the plans are for two tenants, {} and {}\n",
                                           EscapeControls(plans[0].tenant_name), EscapeControls(plans[1].tenant_name)));
  }
  context.system.console.Out(context.json()
                                 ? PlanDiffJson(arena, differences, before.word, after.word)
                                 : RenderPlanDiff(arena, differences, before.word, after.word, context.color_out));
  return differences.empty() ? kSuccess : kDifferences;
}

}  // namespace

int RunDiff(Context& context) {
  const auto& words = context.arguments.positional;
  if (words.size() != 2) {
    return ReportError(
        context, {ErrorCode::kUsage, "diff takes two: folders, REV:PATH, or saved plans; see: cxctl diff --help"});
  }
  if (const auto formats = CheckOutputs(context); !formats) return ReportError(context, formats.error());
  if (words[0] == "-" && words[1] == "-")
    return ReportError(context, {ErrorCode::kUsage, "standard input holds one saved plan, not two"});
  auto before = OpenSide(context, words[0]);
  if (!before) return ReportError(context, before.error());
  auto after = OpenSide(context, words[1]);
  if (!after) return ReportError(context, after.error());
  if (before->is_plan != after->is_plan) {
    const Side& plan = before->is_plan ? *before : *after;
    const Side& manifests = before->is_plan ? *after : *before;
    return ReportError(
        context, {ErrorCode::kUsage, fmt::format("{} can only be a saved plan, and {} is a version of the manifests: "
                                                 "compare two of a kind",
                                                 plan.word == "-" ? "standard input" : EscapeControls(plan.word),
                                                 EscapeControls(manifests.word))});
  }
  return before->is_plan ? DiffPlans(context, *before, *after) : VersionDiff(context, *before, *after).Run();
}

}  // namespace cxctl
