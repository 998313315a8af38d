#include "cli/selftest.h"

#include <fmt/format.h>

#include <algorithm>

#include "apply/executor.h"
#include "author/import.h"
#include "base/strings.h"
#include "cli/live_tenant.h"
#include "env/ids.h"
#include "plan/content.h"
#include "plan/planner.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::string_view kTenantFile = "tenant.yaml", kFolder = "manifests";
constexpr std::string_view kTenantText =
    "apiVersion: cxctl/v1\nkind: Tenant\nmetadata: {name: selftest}\nspec:\n  baseUrl: http://127.0.0.1\n"
    "  auth: {clientId: selftest, clientSecret: selftest}\n  sources: [manifests]\n";

/// Nobody watches.
class Silent : public ApplyObserver {
 public:
  void OnStart(const Change&) override {}
  void OnOutcome(const Change&, const ChangeOutcome&, std::size_t, std::size_t) override {}
};

Result<ManifestSet> LoadTree(FileReader& files) {
  ManifestLoader loader(files);
  TRY_ASSIGN(const auto tenants, loader.FindTenants({std::string(kTenantFile)}));
  return loader.Load(tenants.front());
}

struct Planned {
  std::shared_ptr<Workspace> workspace;  ///< What the plan's values stand in.
  Plan plan;
  LiveState live;
};

Result<Planned> MakePlan(Arena& arena, FilesInMemory& files, Loop& loop, Provider& provider, Instant now,
                         const std::vector<AppliedObject>& applied) {
  TRY_ASSIGN(const ManifestSet set, LoadTree(files));
  const DesiredState desired = BuildDesired(arena, set, {}, false);
  const SnapshotScope scope = ScopeOf(desired, set, applied, {}, false);
  Planned planned;
  planned.workspace = set.workspace;
  TRY_ASSIGN(planned.live, loop.RunUntilDone(TakeSnapshot(loop, provider, scope)));
  PlanOptions options;
  options.allow_delete = SIZE_MAX;
  options.allow_large_change = true;
  options.release_holds = true;
  const TenantSettings settings = ReadTenantSettings(set);
  TRY_ASSIGN(planned.plan, BuildPlan({arena, set, settings, desired, planned.live, applied, options, now}));
  return planned;
}

/// Address and what differs, for every change that is a difference.
std::vector<std::pair<std::string, std::string>> DifferencesOf(const Plan& plan) {
  std::vector<std::pair<std::string, std::string>> differences;
  for (const Change& change : plan.changes) {
    if (!change.is_difference()) continue;
    std::string what(ActionName(change.action));
    for (const FieldChange& field : change.fields)
      what += fmt::format(" {} {} to {}", field.path, ToJson(field.before), ToJson(field.after));
    differences.emplace_back(change.address, what);
  }
  return differences;
}

std::string KindOf(std::string_view address) {
  const std::string_view kind = address.substr(0, address.find('/'));
  return kind == "CallCode" ? "CallCodeHierarchy" : std::string(kind);
}

/// A campaign, in the form of SimTenant::Load, that apply has something to do with: it stands still, and its numbers
/// are others.
Value Disturbed(Arena& arena, const LiveObject& live) {
  ObjectBuilder campaign(arena, CanonicalContent(arena, live.kind, live.content));
  campaign.Set("id", live.id).Set("name", live.content.GetString("name"));
  const std::string_view state = live.content.GetString("state");
  if (state == "ACTIVE" || state == "PAUSED") {
    campaign.Set("state", "INACTIVE");
    for (const char* member : {"pauseReason", "complianceHold", "scheduledResumeTime"}) campaign.Remove(member);
  }
  for (const char* member : {"dialRate", "maxAgents"}) {
    const Value* number = live.content.Find(member);
    if (number && number->is_number()) campaign.Set(member, number->as_double() > 1 ? 1 : 2);
  }
  return campaign.Build();
}

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kNotApplicable:
      break;
  }
  return "notApplicable";
}

bool KindVerdicts::passed() const {
  return std::ranges::find(verdicts, Verdict::kFail) == verdicts.end();
}

KindVerdicts& Selftest::RowOf(std::string_view address) {
  const auto row = std::ranges::find(rows_, KindOf(address), &KindVerdicts::kind);
  return row == rows_.end() ? rows_.front() : *row;
}

void Selftest::Judge(Guarantee guarantee, const std::vector<std::pair<std::string, std::string>>& differences) {
  for (KindVerdicts& row : rows_) {
    if (row.objects > 0 && row.verdicts[guarantee] != Verdict::kFail) row.verdicts[guarantee] = Verdict::kPass;
  }
  for (const auto& [address, what] : differences) {
    KindVerdicts& row = RowOf(address);
    row.verdicts[guarantee] = Verdict::kFail;
    row.problems.push_back(fmt::format("{}: {}: {}", kGuarantees[guarantee], address, what));
  }
}

/// Imports all that is live. What manifests cannot say is returned.
Result<std::vector<std::string>> Selftest::ImportInto(FilesInMemory& files) {
  files.Put(std::string(kTenantFile), std::string(kTenantText));
  files.Put(fmt::format("{}/nothing.yaml", kFolder), "# The folder is there.\n");
  const bool as_it_is = answers_.altered == Altered::kNothing;
  LiveTenant live = live_;
  if (!as_it_is) {
    TRY_ASSIGN(live, loop_.RunUntilDone(ReadLiveTenant(loop_, client_, {}, nullptr)));
  }
  TRY_ASSIGN(const ManifestSet set, LoadTree(files));
  const TenantSettings settings = ReadTenantSettings(set);
  TRY_ASSIGN(const ImportReport report,
             ImportTenant({arena_, set, LoadTree, files, settings, live, {}, std::string(kFolder), {}, {}, now_}));
  for (const FileChange& file : report.files) files.Put(file.path, file.after);
  return report.skipped;
}

Result<void> Selftest::Try(Guarantee guarantee, Altered on_import, Altered on_plan) {
  FilesInMemory files;
  answers_.altered = on_import;
  TRY_ASSIGN(const std::vector<std::string> skipped, ImportInto(files));
  answers_.altered = on_plan;
  auto planned = MakePlan(arena_, files, loop_, client_, now_, {});
  answers_.altered = Altered::kNothing;
  if (!planned) return std::unexpected(planned.error());
  Judge(guarantee, DifferencesOf(planned->plan));
  if (guarantee != kImport) return {};
  for (const std::string& each : skipped) RowOf(each).problems.push_back(fmt::format("import leaves out {}", each));
  return {};
}

/// What is live without its schedules and codes, its campaigns otherwise than they are.
std::string Selftest::CopyOfTenant() {
  ArrayBuilder campaigns(arena_);
  for (const LiveObject& each : live_.campaigns) campaigns.Add(Disturbed(arena_, each));
  return ToJson(ObjectBuilder(arena_).Set("campaigns", campaigns.Build()).Build());
}

Result<void> Selftest::TryApply() {
  FilesInMemory files;
  TRY(ImportInto(files));
  TRY_ASSIGN(const auto copy, SelftestTenant::Make(CopyOfTenant(), now_, arena_, random_));
  TRY_ASSIGN(const auto kept, ThrowawayStore::Make());
  StateStore& store = kept->store();
  Lease lease{"selftest", MakeUlid(now_, random_), "selftest", "localhost", 1, "", now_, now_};
  LeaseKeeper keeper(copy->loop(), store, lease);
  const auto nobody = [](const Lease&) { return true; };
  TRY(copy->loop().RunUntilDone(keeper.Acquire(Duration(0), nobody)));
  copy->loop().SpawnBackground(keeper.KeepRenewing());
  Journal journal(copy->loop(), store, lease.tenant, lease.run);
  RunIdentity identity;
  identity.run = lease.run;
  identity.actor = "selftest";
  identity.tenant = lease.tenant;
  Silent silent;
  const std::atomic<int> stop{0};
  Executor executor(copy->loop(), copy->client(), store, journal, keeper, random_, arena_, identity, {}, silent, stop);
  TRY_ASSIGN(const Planned first, MakePlan(arena_, files, copy->loop(), copy->client(), now_, {}));
  const ApplyReport report = copy->loop().RunUntilDone(executor.Execute(first.plan.changes, first.live));
  keeper.Stop();
  std::vector<std::pair<std::string, std::string>> problems;
  for (std::size_t i = 0; i < first.plan.changes.size(); ++i) {
    if (!report.outcomes[i].succeeded()) problems.emplace_back(first.plan.changes[i].address, report.outcomes[i].error);
  }
  TRY_ASSIGN(const std::vector<AppliedObject> applied, store.Applied(lease.tenant));
  TRY_ASSIGN(const Planned second, MakePlan(arena_, files, copy->loop(), copy->client(), now_, applied));
  for (auto& difference : DifferencesOf(second.plan)) problems.push_back(std::move(difference));
  Judge(kApply, problems);
  return {};
}

Result<std::vector<KindVerdicts>> Selftest::Run() {
  TRY_ASSIGN(live_, loop_.RunUntilDone(ReadLiveTenant(loop_, client_, {}, nullptr)));
  KindVerdicts none;
  none.verdicts.fill(Verdict::kNotApplicable);
  for (const char* kind : {"Campaign", "CampaignSchedule", "CallCodeHierarchy", "PacingPolicy", "ThrottlePolicy",
                           "CallbackPolicy", "Sink"}) {
    rows_.push_back(none);
    rows_.back().kind = kind;
  }
  rows_[0].objects = live_.campaigns.size();
  for (const auto& [campaign, schedules] : live_.schedules) rows_[1].objects += schedules.size();
  rows_[2].objects = live_.codes.size();
  TRY(Try(kImport, Altered::kNothing, Altered::kNothing));
  TRY(Try(kOrder, Altered::kShuffled, Altered::kNothing));
  TRY(Try(kOrder, Altered::kNothing, Altered::kShuffled));
  TRY(Try(kPages, Altered::kPaged, Altered::kPaged));
  TRY(Try(kOffsets, Altered::kOffsets, Altered::kNothing));
  TRY(Try(kOffsets, Altered::kNothing, Altered::kOffsets));
  TRY(TryApply());
  for (KindVerdicts& row : rows_) {
    if (row.objects == 0)
      row.problems.push_back(&row - rows_.data() < 3 ? "none is live" : "lives in the agent, not on the tenant");
  }
  return std::move(rows_);
}

}  // namespace cxctl
