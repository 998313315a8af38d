#include "cli/apply_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "apply/executor.h"
#include "apply/lease_keeper.h"
#include "base/strings.h"
#include "cli/apply_progress.h"
#include "cli/apply_requests.h"
#include "cli/command.h"
#include "cli/report_output.h"
#include "cli/run_signer.h"
#include "cli/session.h"
#include "cli/view_plan.h"
#include "env/ids.h"
#include "plan/plan_document.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kLargestPlan = 1u << 30;

Result<Duration> DurationFlag(const Arguments& arguments, std::string_view name, Duration fallback) {
  const auto text = arguments.Find(name);
  if (!text) return fallback;
  const auto duration = ParseDuration(*text);
  if (!duration)
    return Fail(ErrorCode::kUsage,
                fmt::format("--{} takes a duration such as 2m, not {}", name, EscapeControls(*text)));
  return *duration;
}

class ApplyRun {
 public:
  ApplyRun(Context& context, ApplyFlags flags, PlanMaker make_plan)
      : context_(context), flags_(std::move(flags)), make_plan_(std::move(make_plan)), session_(context) {}

  int Run() {
    if (const auto exit = ReadSaved()) return *exit;
    if (const auto exit = session_.LoadManifests()) return *exit;
    if (context_.arguments.Has("dry-run")) return DryRun();
    if (const auto opened = session_.OpenStore(StoreMode::kWrite); !opened)
      return ReportError(context_, opened.error());
    const auto signer = RunSigner::Make(session_, context_);
    if (!signer) return ReportError(context_, signer.error());
    MakeIdentity();
    const int exit = WithStore();
    // Whatever came of the run: a refusal is a record, too.
    if (const auto done = signer->Sign(*session_.store(), identity_.run, context_.system.clock.Now()); !done)
      context_.system.console.Err(fmt::format("warning: the run is not signed: {}\n", done.error().message));
    return exit;
  }

 private:
  int WithStore() {
    if (const auto matches = CheckSaved(); !matches) return Refuse(matches.error());
    if (const auto connected = session_.Connect(true); !connected) return ReportError(context_, connected.error());
    identity_.git_commit = session_.git().commit;
    identity_.git_pr = session_.git().pull_request;
    if (!saved_ && !context_.arguments.Has("auto-approve")) {
      if (const auto exit = AskFirst()) return *exit;
    }
    return UnderLease();
  }

  std::optional<int> ReadSaved() {
    if (flags_.saved_plan.empty()) return std::nullopt;
    const std::string& file = flags_.saved_plan;
    const auto text = context_.system.files.Read(file, kLargestPlan);
    if (!text) return ReportError(context_, text.error());
    auto saved = ReadSavedPlan(session_.arena(), *text, file);
    if (!saved) return ReportError(context_, saved.error());
    saved_ = *std::move(saved);
    for (const Value& change : saved_->document.Find("changes")->items()) {
      const std::string address(change.GetString("address"));
      flags_.plan.judged.insert(address);
      const Value* after = change.Find("after");
      if (after->Find("spec", "secret") && !after->Find("secretFingerprint"))
        flags_.plan.unknown_secrets.insert(address);
    }
    return std::nullopt;
  }

  /// What a saved plan can be held against before the tenant is asked.
  Result<void> CheckSaved() {
    if (!saved_) return {};
    const std::string& name = session_.settings().name;
    if (saved_->tenant_name != name || saved_->base_url != session_.settings().base_url) {
      return Fail(
          ErrorCode::kRefused,
          fmt::format("the plan was made for tenant {} at {}, not for {} at {}", EscapeControls(saved_->tenant_name),
                      EscapeControls(saved_->base_url), name, session_.settings().base_url));
    }
    if (saved_->digest != ManifestDigest(session_.set())) {
      return Fail(ErrorCode::kRefused,
                  "the plan was made from other manifests than these: make a new one and have it reviewed");
    }
    const Duration age = context_.system.clock.Now() - saved_->created_at;
    if (age > flags_.max_age) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("the plan was made at {}, longer ago than --max-age {}: make a new one",
                              FormatUtc(saved_->created_at), FormatDuration(flags_.max_age)));
    }
    if (age < -std::chrono::minutes(5)) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("the plan says it was made at {}, which is in the future: check the clocks",
                              FormatUtc(saved_->created_at)));
    }
    return {};
  }

  void MakeIdentity() {
    identity_.run = MakeUlid(context_.system.clock.Now(), context_.system.random);
    identity_.actor = ReadActor(context_);
    identity_.tenant = session_.settings().name;
  }

  /// Refusals are part of the history.
  void RecordRefusal(const std::string& address, const std::string& reason) {
    AuditEntry entry;
    entry.time = context_.system.clock.Now();
    entry.run = identity_.run;
    entry.actor = identity_.actor;
    entry.git_commit = identity_.git_commit;
    entry.git_pr = identity_.git_pr;
    entry.tenant = identity_.tenant;
    entry.address = address.empty() ? fmt::format("Tenant/{}", identity_.tenant) : address;
    entry.action = "apply";
    entry.outcome = "refused";
    entry.reason = reason;
    if (const auto recorded = session_.store()->AppendAudit(entry); !recorded) {
      context_.system.console.Err(
          fmt::format("warning: the refusal could not be recorded: {}\n", recorded.error().message));
    }
  }

  int Refuse(const Error& error) {
    if (error.code == ErrorCode::kRefused) RecordRefusal("", error.message);
    return ReportError(context_, error);
  }

  /// A dry run refuses as well, but has no store to write to.
  std::optional<int> RefuseByGuards(const Plan& plan, const std::vector<Change>& changes) {
    const bool writes = std::ranges::any_of(changes, &Change::writes);
    if (!writes || plan.guards.empty()) return std::nullopt;
    std::string message = "apply refuses:";
    for (const Guard& guard : plan.guards) {
      if (!context_.arguments.Has("dry-run"))
        RecordRefusal(guard.address, fmt::format("{}: {}", guard.rule, guard.message));
      message += fmt::format("{} {}{}", plan.guards.size() > 1 ? "\n  " : "",
                             guard.address.empty() ? "" : guard.address + ": ",
                             fmt::format("[{}] {}", guard.rule, guard.message));
    }
    return ReportError(context_, {ErrorCode::kRefused, message});
  }

  void Show(const Plan& plan) {
    ReportWarnings(context_, plan.diagnostics, session_.sources());
    if (!context_.text()) return;
    std::string text =
        RenderPlan(plan, session_.sources(), context_.color_out, context_.system.console.OutSize().columns);
    for (const Irreversible& each : plan.irreversible)
      text += fmt::format("Cannot be undone: {}: {}\n", EscapeControls(each.address), each.reason);
    Print(text);
  }

  /// Results, unless standard output belongs to the events.
  void Print(const std::string& text) {
    if (IsOutputTaken(context_.arguments)) {
      context_.system.console.Err(text);
    } else {
      context_.system.console.Out(text);
    }
  }

  /// A person sees the plan and says yes before the lock is taken; what is applied afterwards is exactly that.
  std::optional<int> AskFirst() {
    std::optional<int> reported;
    auto plan = make_plan_(session_, flags_.plan, reported);
    if (reported) return reported;
    if (!plan) return ReportError(context_, plan.error());
    if (const auto refused = RefuseByGuards(*plan, plan->changes)) {
      return refused;
    }
    Show(*plan);
    shown_ = true;
    if (!plan->HasDifferences()) return std::nullopt;
    const auto answer = context_.text()
                            ? context_.system.console.Ask("\nApply these changes? Only 'yes' is taken for yes: ")
                            : std::nullopt;
    if (!answer) {
      return Refuse({ErrorCode::kRefused,
                     "nobody to ask: without a terminal, apply takes a saved plan (cxctl plan -o plan.json, then cxctl "
                     "apply plan.json) or --auto-approve"});
    }
    if (Trim(*answer) != "yes") return Refuse({ErrorCode::kRefused, "not approved: nothing was written"});
    SavedPlan approved;
    approved.document = PlanJson(session_.arena(), *plan, session_.sources(), context_.system.version);
    approved.created_at = plan->created_at;
    saved_ = std::move(approved);
    return std::nullopt;
  }

  int UnderLease() {
    Lease lease;
    lease.tenant = identity_.tenant;
    lease.run = identity_.run;
    lease.host = context_.system.processes.HostName();
    lease.holder = fmt::format("{}@{}", context_.system.processes.UserName(), lease.host);
    lease.pid = context_.system.processes.Pid();
    lease.process_start = context_.system.processes.StartOf(lease.pid);
    LeaseKeeper keeper(session_.loop(), *session_.store(), lease);
    const auto is_gone = [&](const Lease& holder) {
      return holder.host == lease.host && context_.system.processes.StartOf(holder.pid) != holder.process_start;
    };
    const auto taken = session_.loop().RunUntilDone(keeper.Acquire(flags_.lock_timeout, is_gone));
    if (!taken) return Refuse(taken.error());
    context_.system.catch_signals();
    // From here on, while the tenant is read for the plan as well.
    session_.loop().SpawnBackground(keeper.KeepRenewing());
    const int exit = WithLease(keeper);
    if (const auto released = keeper.Release(); !released) {
      context_.system.console.Err(
          fmt::format("warning: the lock could not be given back: {}\n", released.error().message));
    }
    return exit;
  }

  int WithLease(LeaseKeeper& keeper) {
    Journal journal(session_.loop(), *session_.store(), identity_.tenant, identity_.run);
    ApplyProgress progress(context_, session_.client(), identity_.run);
    if (const auto opened = progress.Open(); !opened) return ReportError(context_, opened.error());
    ExecutorOptions options;
    options.parallelism = flags_.parallelism.value_or(static_cast<std::size_t>(session_.settings().max_concurrency));
    options.fail_fast = context_.arguments.Has("fail-fast");
    // What is cut off is found out first, before anything is planned on top of it. The scopes follow from the intents.
    if (const auto scopes = RequireRecoveryScopes(); !scopes) return ReportError(context_, scopes.error());
    Executor executor(session_.loop(), session_.provider(), *session_.store(), journal, keeper, context_.system.random,
                      session_.arena(), identity_, options, progress, context_.system.stop);
    const auto recovered = session_.loop().RunUntilDone(executor.Recover());
    if (!recovered) return ReportError(context_, recovered.error());

    std::optional<int> reported;
    auto plan = make_plan_(session_, flags_.plan, reported);
    if (reported) return *reported;
    if (!plan) return ReportError(context_, plan.error());
    std::vector<Change> changes = plan->changes;
    if (saved_) {
      auto matched = LeftOfSaved(*plan, *recovered > 0);
      if (!matched) return Refuse(matched.error());
      changes = *std::move(matched);
    }
    if (const auto refused = RefuseByGuards(*plan, changes)) return *refused;
    if (!shown_) {
      Plan shown = *plan;
      shown.changes = changes;
      Show(shown);
    }
    plan->changes = changes;
    if (changes.empty()) {
      // What earlier runs meant to create and nobody wants any more is closed.
      const ApplyReport closed = Execute(executor, changes);
      const bool failed = !closed.store_failure.empty() || !closed.lease_loss.empty();
      return PrintReport(*plan, closed, failed ? ExitCodeFor(closed) : kSuccess);
    }
    if (const auto known = session_.ProvideSecrets(changes); !known) return ReportError(context_, known.error());
    RequireWriteScopes(changes);
    const ApplyReport report = Execute(executor, changes);
    progress.End();
    session_.SendEvents(EventsOf(changes, report, identity_));
    return PrintReport(*plan, report, ExitCodeFor(report));
  }

  /// What is to do of the saved plan: all of it, or what a run of it that came to no end has left.
  Result<std::vector<Change>> LeftOfSaved(const Plan& plan, bool was_cut_off) {
    auto matched = MatchSavedPlan(session_.arena(), *saved_, plan);
    if (matched || matched.error().code != ErrorCode::kRefused) return matched;
    TRY_ASSIGN(const std::set<std::string> made, MadeSince(saved_->created_at));
    TRY_ASSIGN(std::vector<Change> left, MatchSavedPlan(session_.arena(), *saved_, plan, made));
    if (left.empty() && !was_cut_off) {
      return Fail(ErrorCode::kRefused,
                  "the plan is stale: it was applied already, and nothing of it is left; make a new one");
    }
    return left;
  }

  /// Addresses that runs wrote since, by the audit log.
  Result<std::set<std::string>> MadeSince(Instant time) {
    std::set<std::string> made;
    TRY(session_.store()->ReadAudit(1, [&](std::string_view line) {
      Arena arena;
      const auto record = ParseJson(arena, line);
      const auto at = record ? ParseDateTime(record->GetString("time")) : std::nullopt;
      if (!at || at->instant < time || record->GetString("tenant") != identity_.tenant) return true;
      const std::string_view outcome = record->GetString("outcome");
      const std::string address(record->GetString("address"));
      if (outcome == "applied" || outcome == "recovered") made.insert(address);
      return true;
    }));
    return made;
  }

  int PrintReport(const Plan& plan, const ApplyReport& report, int exit) {
    if (exit == kSuccess && !plan.irreversible.empty()) exit = kIncomplete;
    const ResultForms forms = {
        // Without changes the plan has said it all.
        [&](bool color, std::size_t columns) {
          return plan.changes.empty() ? "" : RenderReport(plan.changes, report, color, columns);
        },
        [&] {
          return ApplyReportJson(session_.arena(), plan, report, identity_.run, session_.sources(),
                                 context_.system.version);
        },
        [&](const ReportBasics& head) {
          return MakeApplyReport(head, plan, report, ReachOf(session_, MadeChanges(plan, report)));
        }};
    const int printed = PrintResult(context_, forms, BasicsOf(context_, session_.arena(), session_.sources()), exit);
    SayWhatStopped(report);
    return printed;
  }

  static std::vector<Change> MadeChanges(const Plan& plan, const ApplyReport& report) {
    std::vector<Change> made;
    for (std::size_t i = 0; i < plan.changes.size(); ++i) {
      const Outcome outcome = report.outcomes[i].outcome;
      if (outcome == Outcome::kApplied || outcome == Outcome::kRecovered) made.push_back(plan.changes[i]);
    }
    return made;
  }

  Result<void> RequireRecoveryScopes() {
    TRY_ASSIGN(const std::vector<Intent> open, session_.store()->OpenIntents(identity_.tenant));
    for (const Intent& intent : open) {
      const auto kind = KindNamed(intent.kind);
      if (!kind) continue;
      if (LivesInAgent(*kind)) TRY(session_.ConnectAgent());
      std::vector<std::string> scopes = session_.provider().ReadScopes(*kind);
      std::erase(scopes, "dialer:read");
      session_.provider().RequireScopes(scopes);
    }
    return {};
  }

  void RequireWriteScopes(const std::vector<Change>& changes) {
    for (const Change& change : changes) {
      if (!change.writes) continue;
      session_.provider().RequireScopes(session_.provider().WriteScopes(change.kind));
      if (!change.activates) continue;
      std::vector<std::string> reads = session_.client().ReadScopes(ObjectKind::kSchedule);
      std::erase(reads, "dialer:read");
      session_.client().RequireScopes(reads);
    }
  }

  ApplyReport Execute(Executor& executor, const std::vector<Change>& changes) {
    ApplyReport report;
    session_.loop().Spawn(RunExecutor(executor, changes, report));
    session_.loop().Run();
    return report;
  }

  Task<void> RunExecutor(Executor& executor, const std::vector<Change>& changes, ApplyReport& report) {
    report = co_await executor.Execute(changes, session_.live());
  }

  static int ExitCodeFor(const ApplyReport& report) {
    if (!report.lease_loss.empty() && !report.complete()) return kRefused;
    if (!report.store_failure.empty()) return kCouldNot;
    if (report.interrupted && !report.complete()) return kInterrupted;
    return report.complete() ? kSuccess : kIncomplete;
  }

  void SayWhatStopped(const ApplyReport& report) {
    if (!report.lease_loss.empty() && !report.complete()) {
      context_.system.console.Err(
          fmt::format("error: the lock on the tenant was lost, and nothing more was started: {}\n", report.lease_loss));
    } else if (!report.store_failure.empty()) {
      context_.system.console.Err(fmt::format("error: {}\n", report.store_failure));
    }
  }

  int DryRun() {
    if (const auto opened = session_.OpenStore(StoreMode::kRead); !opened) return ReportError(context_, opened.error());
    if (const auto matches = CheckSaved(); !matches) return ReportError(context_, matches.error());
    if (const auto connected = session_.Connect(false); !connected) return ReportError(context_, connected.error());
    std::optional<int> reported;
    auto plan = make_plan_(session_, flags_.plan, reported);
    if (reported) return *reported;
    if (!plan) return ReportError(context_, plan.error());
    if (saved_) {
      auto matched = MatchSavedPlan(session_.arena(), *saved_, *plan);
      if (!matched) return ReportError(context_, matched.error());
      plan->changes = *std::move(matched);
    }
    if (const auto refused = RefuseByGuards(*plan, plan->changes)) return *refused;
    ReportWarnings(context_, plan->diagnostics, session_.sources());
    return PrintRequests(context_, session_, *plan);
  }

  Context& context_;
  ApplyFlags flags_;
  PlanMaker make_plan_;
  Session session_;
  std::optional<SavedPlan> saved_;
  RunIdentity identity_;
  bool shown_ = false;
};

}  // namespace

Result<ApplyFlags> ReadApplyFlags(Context& context) {
  const Arguments& arguments = context.arguments;
  ApplyFlags flags;
  if (arguments.Has("stateless"))
    return Fail(ErrorCode::kUsage,
                "apply needs a state store: it remembers what was sent, and what may be removed; drop --stateless");
  if (arguments.Has("keep-going") && arguments.Has("fail-fast"))
    return Fail(ErrorCode::kUsage, "--keep-going and --fail-fast exclude each other");
  TRY(CheckOutputs(context));
  TRY_ASSIGN(flags.plan, ReadPlanOptions(arguments));
  TRY_ASSIGN(flags.max_age, DurationFlag(arguments, "max-age", flags.max_age));
  TRY_ASSIGN(flags.lock_timeout, DurationFlag(arguments, "lock-timeout", flags.lock_timeout));
  if (const auto text = arguments.Find("parallelism")) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size() || number == 0) {
      return Fail(ErrorCode::kUsage, fmt::format("--parallelism takes a number from 1, not {}", EscapeControls(*text)));
    }
    flags.parallelism = number;
  }
  return flags;
}

int RunApplying(Context& context, ApplyFlags flags, PlanMaker make_plan) {
  return ApplyRun(context, std::move(flags), std::move(make_plan)).Run();
}

}  // namespace cxctl
