#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/strings.h"
#include "cli/progress_line.h"
#include "cli/session.h"
#include "env/ids.h"
#include "rules/rules.h"
#include "store/verify.h"

namespace cxctl {

namespace {

/// The progress line while the tenant is read.
class ReadProgress : public ReadObserver {
 public:
  ReadProgress(Context& context, const TenantClient& client)
      : client_(client), line_(context, "reading the tenant: ", "reads", std::chrono::milliseconds(500)) {}
  ~ReadProgress() override { line_.End(); }
  void OnReads(std::size_t done, std::size_t total) override { line_.Show(done, total, client_.current_rate()); }

 private:
  const TenantClient& client_;
  ProgressLine line_;
};

/// What to do when the tenant, or its agent, cannot be read. An agent's errors name it.
Error WithAdvice(Error error, const std::string& agent_url) {
  std::string_view advice;
  const bool agent = !agent_url.empty() && error.message.find(AgentName(agent_url)) != std::string::npos;
  if (agent && error.code == ErrorCode::kUnauthorized) return error;  // it says what to check
  if (error.code == ErrorCode::kUnavailable)
    advice = agent ? "check that it runs and agent.url in the Tenant document, or leave policies out with --target"
                   : "check baseUrl in the Tenant document and the network, or try again later";
  if (error.code == ErrorCode::kUnauthorized) advice = "check clientId, clientSecret and scopes in the Tenant document";
  if (advice.empty()) return error;
  while (error.message.ends_with('.')) error.message.pop_back();
  error.message += fmt::format("; {}", advice);
  return error;
}

}  // namespace

void Session::WarnOfEmptySelection(const Selection& selection, const DesiredState& desired, const Plan& plan) {
  if (context_.quiet() || std::exchange(warned_of_selection_, true)) return;
  const auto warn = [&](const std::string& what) {
    context_.system.console.Err(
        fmt::format("warning: {} matches nothing in the manifests or the state store\n", EscapeControls(what)));
  };
  for (const std::string& target : selection.targets) {
    const Selection one{{target}, {}};
    const auto matches = [&](const auto& each) { return one.MatchesAddress(each.address); };
    const bool found = std::ranges::any_of(desired.objects, matches) || std::ranges::any_of(desired.held, matches) ||
                       std::ranges::any_of(applied_, matches) || std::ranges::any_of(set_->documents, matches) ||
                       std::ranges::any_of(plan.changes, matches) || std::ranges::any_of(plan.unmanaged, matches);
    if (!found) warn("--target " + target);
  }
  if (!selection.labels.empty() && desired.objects.empty() && desired.held.empty())
    warn(selection.targets.empty() ? "-l" : "--target with -l");
}

Result<void> Session::ReadApplied() {
  applied_.clear();
  if (store_) {
    TRY_ASSIGN(applied_, store_->Applied(settings_.name));
  }
  return {};
}

Result<void> Session::ReadLive(const SnapshotScope& scope) {
  std::vector<std::string> scopes;
  const auto add = [&](ObjectKind kind) {
    for (std::string& name : client_->ReadScopes(kind)) scopes.push_back(std::move(name));
  };
  if (!scope.campaigns.empty()) add(ObjectKind::kCampaign);
  const bool schedules = std::ranges::any_of(
      scope.campaigns, [](const SnapshotScope::CampaignWanted& each) { return each.schedules || each.activates; });
  if (schedules || scope.capacity || !scope.schedules_of.empty()) add(ObjectKind::kSchedule);
  if (!scope.categories.empty()) add(ObjectKind::kCallCode);
  if (!scope.queues.empty()) std::ranges::move(client_->QueueScopes(), std::back_inserter(scopes));
  if (!scope.callback_queues.empty()) add(ObjectKind::kCallback);
  if (scope.policies) TRY(ConnectAgent());
  // The dialer's capacity is only asked where there are schedules.
  if (!scope.capacity) std::erase(scopes, "dialer:read");
  client_->RequireScopes(scopes);
  const std::int64_t reads_before = client_->statistics().requests - client_->statistics().retries;
  const auto progress = ShowReading();
  auto live = loop_->RunUntilDone(TakeSnapshot(*loop_, *router_, scope, progress.get()));
  if (!live) return std::unexpected(WithAdvice(live.error(), settings_.agent_url));
  live_ = *std::move(live);
  reads_ = client_->statistics().requests - client_->statistics().retries - reads_before;
  return {};
}

std::unique_ptr<ReadObserver> Session::ShowReading() {
  return std::make_unique<ReadProgress>(context_, *client_);
}

Result<void> Session::JudgeLive(std::optional<int>& reported) {
  // With the dialer's real capacity, and with queues that are not there, the rules are judged again.
  Diagnostics queues = CheckLiveQueues(*set_, live_);
  if ((live_.capacity && live_.capacity != settings_.capacity) || !queues.empty()) {
    diagnostics_ = set_->diagnostics;
    CheckRules(*set_, {now_, live_.capacity, phone_numbers_}, diagnostics_);
    std::ranges::move(queues, std::back_inserter(diagnostics_));
    ApplyRulePolicy(*set_, now_, diagnostics_);
  }
  for (Diagnostic& diagnostic : CheckLiveIdentities(*set_, live_)) diagnostics_.push_back(std::move(diagnostic));
  if (!HasErrors(diagnostics_)) return {};
  reported = ReportInvalid(context_, diagnostics_, sources());
  return Fail(ErrorCode::kInvalid, "the manifests are invalid");
}

void Session::Complete(Plan& plan) {
  // Apply reads the tenant again before it writes.
  if (plan.estimated_requests > 0) {
    plan.estimated_requests += reads_;
    plan.estimated_seconds =
        static_cast<double>(plan.estimated_requests) / (settings_.requests_per_second * settings_.share);
  }
  plan.id = MakeUlid(context_.system.clock.Now(), context_.system.random);
  plan.created_at = context_.system.clock.Now();
  plan.created_at.micros -= plan.created_at.micros % 1'000'000;
  plan.digest = ManifestDigest(*set_);
  plan.git_commit = git_.commit;
  plan.git_dirty = git_.dirty;
  // Guards that a waiver made a warning of are among them already.
  plan.diagnostics.insert(plan.diagnostics.end(), diagnostics_.begin(), diagnostics_.end());
  SortAndDeduplicate(plan.diagnostics, sources());
}

Result<void> Session::ReadTenant(const DesiredState& desired, const Selection& selection) {
  SnapshotScope scope = ScopeOf(desired, *set_, applied_, selection, false);
  scope.capacity = false;
  scope.queues.clear();
  scope.callback_queues.clear();
  if (settings_.agent_url.empty()) scope.policies = false;
  for (SnapshotScope::CampaignWanted& campaign : scope.campaigns) campaign.may_be_missing = true;
  return ReadLive(scope);
}

Result<Plan> Session::MakePlan(PlanOptions options, std::optional<int>& reported) {
  TRY(ReadApplied());
  DesiredState desired = BuildDesired(arena_, *set_, options.selection, !settings_.agent_url.empty());
  const Selection selection = options.selection;
  SnapshotScope scope = ScopeOf(desired, *set_, applied_, options.selection, context_.arguments.Has("unmanaged"));
  if (context_.arguments.Has("no-refresh-capacity")) scope.capacity = false;
  // Who asks for what is unmanaged wants to know of all policies. Without an agent there are none.
  if (context_.arguments.Has("unmanaged") && options.selection.everything()) scope.policies = true;
  if (settings_.agent_url.empty()) scope.policies = false;
  if (options.report_missing) scope.callback_queues.clear();  // drift says nothing of callbacks
  for (SnapshotScope::CampaignWanted& campaign : scope.campaigns) {
    campaign.may_be_missing = options.report_missing &&
                              std::ranges::find(applied_, campaign.address, &AppliedObject::address) != applied_.end();
  }
  TRY(ReadLive(scope));
  TRY(JudgeLive(reported));
  std::vector<Change> missing = TakeMissing(desired);
  TRY_ASSIGN(Plan plan, BuildPlan({arena_, *set_, settings_, desired, live_, applied_, std::move(options), now_,
                                   client_->campaign_states(), phone_numbers_, Fingerprints(desired)}));
  plan.missing = std::move(missing);
  WarnOfEmptySelection(selection, desired, plan);
  Complete(plan);
  return plan;
}

/// Takes what is gone with its campaign out of what is desired.
std::vector<Change> Session::TakeMissing(DesiredState& desired) {
  std::vector<Change> missing;
  if (live_.missing_campaigns.empty()) return missing;
  const auto is_gone = [&](const DesiredObject& object) {
    const std::string campaign = object.campaign.empty() ? object.address : fmt::format("Campaign/{}", object.campaign);
    return object.kind != ObjectKind::kCallCode && live_.missing_campaigns.contains(campaign);
  };
  for (const DesiredObject& object : desired.objects) {
    const auto known = std::ranges::find(applied_, object.address, &AppliedObject::address);
    if (!is_gone(object) || known == applied_.end() || LivesInAgent(object.kind)) continue;
    Change change;
    change.address = object.address;
    change.action = Action::kCreate;
    change.kind = object.kind;
    change.live_id = known->live_id;
    change.scope = known->scope;
    change.source = object.source;
    change.after = object.content;
    missing.push_back(std::move(change));
  }
  std::erase_if(desired.objects, is_gone);
  return missing;
}

Result<std::vector<RecordedWrite>> Session::ReadRun(const std::string& run) {
  TRY_ASSIGN(const ChainReport chain, VerifyStore(*store_));
  if (!chain.ok()) {
    return Fail(ErrorCode::kIntegrity, fmt::format("the audit log does not verify, and nothing is undone from it: {}",
                                                   chain.problems.front().message));
  }
  RunReader reader(arena_, settings_.name, run);
  Result<void> readable;
  TRY(store_->ReadAudit(1, [&](std::string_view line) {
    readable = reader.Add(line);
    return readable.has_value();
  }));
  TRY(readable);
  if (!reader.found()) {
    return Fail(ErrorCode::kNotFound, fmt::format("the audit log has no run {} on tenant {}: see cxctl audit log",
                                                  EscapeControls(run), settings_.name));
  }
  return reader.writes();
}

Result<Plan> Session::MakeRollback(const std::string& run, PlanOptions options, std::optional<int>& reported) {
  TRY_ASSIGN(const std::vector<RecordedWrite> writes, ReadRun(run));
  TRY(ReadApplied());
  const DesiredState desired = BuildDesired(arena_, *set_, options.selection, !settings_.agent_url.empty());
  SnapshotScope scope = RollbackScope(writes, options.selection);
  if (settings_.agent_url.empty()) scope.policies = false;
  TRY(ReadLive(scope));
  TRY(JudgeLive(reported));
  TRY_ASSIGN(Plan plan, BuildRollback({arena_, *set_, settings_, desired, live_, applied_, std::move(options), now_,
                                       client_->campaign_states(), phone_numbers_, Fingerprints(desired)},
                                      writes));
  Complete(plan);
  return plan;
}

}  // namespace cxctl
