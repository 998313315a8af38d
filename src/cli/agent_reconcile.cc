#include "cli/agent_reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "cli/exit_code.h"
#include "env/ids.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kPoll = std::chrono::milliseconds(100);
constexpr Duration kFightWindow = std::chrono::hours(1);
constexpr std::size_t kMostCorrections = 3;

/// What a run said when it could not do its work.
std::string MessageOf(const std::string& output, const std::string& errors) {
  Arena arena;
  const auto document = ParseJson(arena, output);
  const Value* message = document ? document->Find("error", "message") : nullptr;
  if (message) return std::string(message->as_string());
  const std::size_t end = errors.find_last_not_of('\n');
  if (end == std::string::npos) return "it gave no reason";
  const std::size_t start = errors.rfind('\n', end);
  return EscapeControls(errors.substr(start == std::string::npos ? 0 : start + 1, end - start));
}

}  // namespace

ReconcileController::ReconcileController(ControllerContext& context, Mode mode, std::string program,
                                         std::vector<std::string> flags, Start start)
    : context_(context),
      mode_(mode),
      program_(std::move(program)),
      flags_(std::move(flags)),
      start_(std::move(start)) {}

Task<StepOutcome> ReconcileController::Step(AgentLease lease) {
  StepOutcome outcome = co_await Report(lease);
  if (mode_ == Mode::kApply && outcome == StepOutcome::kDone) outcome = co_await Apply(lease);
  co_return outcome;
}

Task<Result<ReconcileController::Run>> ReconcileController::Execute(std::vector<std::string> words) {
  std::vector<std::string> command = {program_};
  command.insert(command.end(), words.begin(), words.end());
  command.insert(command.end(), flags_.begin(), flags_.end());
  Result<std::unique_ptr<ChildProcess>> process = start_(command);
  if (!process) co_return std::unexpected(process.error());
  std::optional<int> exit;
  while (!(exit = (*process)->Poll())) co_await context_.loop.Sleep(kPoll);
  co_return Run{*exit, (*process)->Output(), (*process)->Errors()};
}

StepOutcome ReconcileController::Broken(const Run& run) {
  state_ = "failed";
  reason_ = MessageOf(run.output, run.errors);
  context_.log.Error("the tenant could not be reconciled", {{"exit", std::to_string(run.exit)}, {"error", reason_}});
  context_.metrics.Count("cxctl_reconcile_failures_total");
  return StepOutcome::kFailed;
}

Result<void> ReconcileController::ReadDrift(const std::string& json) {
  Arena arena;
  TRY_ASSIGN(const Value report, ParseJson(arena, json));
  items_.clear();
  if (const Value* items = report.Find("items")) {
    for (const Value& item : items->items()) {
      items_.push_back({std::string(item.GetString("address")), std::string(item.GetString("status"))});
    }
  }
  return {};
}

std::string ReconcileController::Fingerprint() const {
  std::string text;
  for (const Item& item : items_) {
    if (item.status != "pending") text += item.address + ' ' + item.status + '\n';
  }
  return text;
}

Task<StepOutcome> ReconcileController::Report(const AgentLease& lease) {
  // Drift is told of from here, when it is new.
  std::vector<std::string> words = {"drift", "--no-events", "--format", "json"};
  const Result<Run> run = co_await Execute(std::move(words));
  if (!run) co_return Broken({1, "", run.error().message});
  if (run->exit != kSuccess && run->exit != kDifferences) co_return Broken(*run);
  if (const auto read = ReadDrift(run->output); !read) co_return Broken({1, "", read.error().message});
  checked_at_ = context_.now();
  state_ = run->exit == kDifferences ? "drift" : "in step";
  reason_.clear();
  context_.metrics.Set("cxctl_reconcile_drifted_objects", static_cast<double>(items_.size()));
  const std::string fingerprint = Fingerprint();
  if (fingerprint == told_) co_return StepOutcome::kDone;
  told_ = fingerprint;
  if (fingerprint.empty()) co_return StepOutcome::kDone;
  context_.log.Warning("the tenant drifted from the manifests", {{"objects", std::to_string(items_.size())}});
  Arena arena;
  ArrayBuilder list(arena);
  for (const Item& item : items_) {
    ObjectBuilder entry(arena);
    entry.Set("address", MakeString(arena, item.address)).Set("status", MakeString(arena, item.status));
    list.Add(entry.Build());
  }
  ObjectBuilder data(arena);
  data.Set("items", list.Build());
  std::string text = ToJson(data.Build());
  const StepOutcome told = co_await Tell(lease, "drift.detected", std::move(text));
  co_return told;
}

bool ReconcileController::IsFighting() {
  const Instant now = context_.now();
  while (!corrections_.empty() && now - corrections_.front() > kFightWindow) corrections_.pop_front();
  return corrections_.size() >= kMostCorrections;
}

Task<StepOutcome> ReconcileController::Apply(const AgentLease& lease) {
  static_cast<void>(lease);  // the run takes the tenant's own
  const bool undoes = !Fingerprint().empty();
  if (undoes && IsFighting()) {
    state_ = "fighting";
    reason_ = fmt::format(
        "drift was undone {} times within an hour: somebody else keeps changing the same objects; "
        "it is only reported until the hour is over",
        kMostCorrections);
    context_.log.Error("not reconciled", {{"reason", reason_}});
    co_return StepOutcome::kFailed;
  }
  if (items_.empty()) co_return StepOutcome::kDone;
  std::vector<std::string> words = {"apply", "--auto-approve", "--format", "json"};
  const Result<Run> run = co_await Execute(std::move(words));
  if (!run) co_return Broken({1, "", run.error().message});
  if (run->exit != kSuccess) co_return Broken(*run);
  if (undoes) corrections_.push_back(context_.now());
  state_ = "in step";
  items_.clear();
  told_.clear();
  context_.log.Info("the tenant was brought back to the manifests");
  context_.metrics.Count("cxctl_reconcile_applies_total");
  co_return StepOutcome::kDone;
}

Task<StepOutcome> ReconcileController::Tell(const AgentLease& lease, std::string type, std::string data) {
  const Instant now = context_.now();
  const Event event{MakeUlid(now, context_.random), std::move(type), now, std::move(data)};
  AgentBatch batch;
  batch.lease = lease;
  batch.writes = WritesOf(event, context_.policies()->sinks, nullptr);
  const Result<AgentCommit> commit = co_await context_.commits.Submit(std::move(batch));
  if (!commit) {
    told_.clear();
    co_return Broken({1, "", commit.error().message});
  }
  co_return commit->status == AgentCommit::Status::kLeaseLost ? StepOutcome::kLeaseLost : StepOutcome::kDone;
}

std::string ReconcileController::StatusJson() const {
  Arena arena;
  ObjectBuilder status(arena);
  status.Set("mode", mode_ == Mode::kApply ? "apply" : "report").Set("state", MakeString(arena, state_));
  if (!reason_.empty()) status.Set("reason", MakeString(arena, reason_));
  if (checked_at_) status.Set("checkedAt", MakeString(arena, FormatUtc(*checked_at_)));
  ArrayBuilder list(arena);
  for (const Item& item : items_) {
    ObjectBuilder entry(arena);
    entry.Set("address", MakeString(arena, item.address)).Set("status", MakeString(arena, item.status));
    list.Add(entry.Build());
  }
  status.Set("items", list.Build());
  return ToJson(status.Build());
}

}  // namespace cxctl
