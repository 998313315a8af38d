#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "apply/run_events.h"
#include "async/loop.h"
#include "cli/command.h"
#include "manifest/tenant_settings.h"
#include "plan/planner.h"
#include "plan/rollback.h"
#include "store/state_store.h"
#include "tenant/agent_client.h"
#include "tenant/routing_provider.h"
#include "tenant/tenant_client.h"

namespace cxctl {

/// The tenant that the command line names: -t, else $CXCTL_TENANT, else the only one under ./manifests.
Result<ManifestLoader::TenantPick> PickTenant(Context& context, ManifestLoader& loader);

/// The file that it stands in.
Result<std::string> TenantFileOf(Context& context);

/// That tenant's settings, for commands that need no valid manifests but the Tenant document.
Result<TenantSettings> ReadTenantAlone(Context& context);

/// How the tenant is reached, its secret references resolved.
Result<TenantConnection> ReadTenantConnection(Context& context, const TenantSettings& settings);

struct GitInfo {
  std::string commit, pull_request;
  bool dirty = false;
};
/// Of the repository that the folder stands in; empty outside of one.
GitInfo ReadGit(Context& context, const std::string& folder);

/// Who runs cxctl: $CXCTL_ACTOR, else what the CI system says, else user@host.
std::string ReadActor(Context& context);

/// Everything that plan, apply and drift share, from the command line to a plan.
class Session {
 public:
  explicit Session(Context& context) : context_(context) {}
  ~Session();

  /// What a command needs of the manifests: that no rule finds an error in them, or, to look at them, that they can be
  /// read at all (CX1xx). Then a warning names the rules that do.
  enum class Demand { kValid, kReadable };
  /// Loads and checks the manifests offline. Returns nothing if all is well, else the exit code of what it reported.
  std::optional<int> LoadManifests(Demand demand = Demand::kValid);
  /// Opens the state store (--state, else the tenant's), or none with --stateless.
  Result<void> OpenStore(StoreMode mode);
  /// Makes the client. `may_write`: else its transport refuses everything that is not a read.
  Result<void> Connect(bool may_write);
  /// Makes the agent's client, with the right to write that Connect was given: once, and only for who needs it. An
  /// error of the tenant without an agent is for later: everything about policies fails then.
  Result<void> ConnectAgent();
  /// Reads the secrets of the sinks that the changes write. kNotFound naming what is not set.
  Result<void> ProvideSecrets(const std::vector<Change>& changes);
  /// Tells the sinks what happened: through the agent, or without one from the outbox in the state store. What cannot
  /// be told is a warning: it changes nothing about what was done.
  void SendEvents(const std::vector<RunEvent>& events);
  /// Reads of the tenant what the scope names, and keeps it: see live().
  Result<void> ReadLive(const SnapshotScope& scope);
  /// Reads the tenant and makes the plan.
  /// An exit code in `reported` means that what stands against it was reported.
  Result<Plan> MakePlan(PlanOptions options, std::optional<int>& reported);
  /// The same for the inverse of an applied run, which the audit log tells. kIntegrity if its chain does not verify,
  /// kNotFound if it has no such run.
  Result<Plan> MakeRollback(const std::string& run, PlanOptions options, std::optional<int>& reported);

  /// Reads what was last applied, from the store if there is one.
  Result<void> ReadApplied();
  /// A progress line while the tenant is read, for as long as the observer lives.
  std::unique_ptr<ReadObserver> ShowReading();
  /// Reads of the tenant what the objects need, and judges nothing. Campaigns may be gone: LiveState says so.
  Result<void> ReadTenant(const DesiredState& desired, const Selection& selection);

  const ManifestSet& set() const { return *set_; }
  const ManifestLoader::TenantPick& pick() const { return pick_; }
  const TenantSettings& settings() const { return settings_; }
  const SourceMap& sources() const { return set_->workspace->sources; }
  StateStore* store() { return store_.get(); }
  TenantClient& client() { return *client_; }
  /// The tenant and its agent.
  Provider& provider() { return *router_; }
  Loop& loop() { return *loop_; }
  Arena& arena() { return arena_; }
  const LiveState& live() const { return live_; }
  const std::vector<AppliedObject>& applied() const { return applied_; }
  const GitInfo& git() const { return git_; }
  Instant now() const { return now_; }
  const Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  bool IsUsable(Demand demand) const;
  void WarnOfErrors();
  Result<void> SendEvent(const RunEvent& event);
  Result<std::unique_ptr<AgentClient>> MakeAgent(HttpTransport& transport, int max_attempts);
  /// Of the sinks whose secrets can be read here; a warning names the others.
  std::map<std::string, std::string> Fingerprints(const DesiredState& desired);
  Result<std::vector<RecordedWrite>> ReadRun(const std::string& run);
  /// Judges the rules again, with what only the tenant knows.
  Result<void> JudgeLive(std::optional<int>& reported);
  std::vector<Change> TakeMissing(DesiredState& desired);
  void Complete(Plan& plan);
  /// Says what in --target and -l selects nothing: most likely a slip of the pen.
  void WarnOfEmptySelection(const Selection& selection, const DesiredState& desired, const Plan& plan);

  Context& context_;
  std::optional<ManifestSet> set_;
  ManifestLoader::TenantPick pick_;
  const PhoneNumbers* phone_numbers_ = nullptr;
  TenantSettings settings_;
  Diagnostics diagnostics_;
  GitInfo git_;
  Instant now_;
  Arena arena_;
  std::unique_ptr<StateStore> store_;
  std::unique_ptr<CurlTransport> transport_;
  std::unique_ptr<HttpTransport> read_only_;
  std::unique_ptr<RequestObserver> observer_;
  std::unique_ptr<Loop> loop_;
  std::string client_secret_;                  ///< The key of fingerprints.
  HttpTransport* engine_transport_ = nullptr;  ///< What the clients send through.
  std::unique_ptr<TenantClient> client_;
  std::unique_ptr<AgentClient> agent_;
  std::unique_ptr<RoutingProvider> router_;
  LiveState live_;
  std::vector<AppliedObject> applied_;
  std::int64_t reads_ = 0;  ///< Requests that reading the tenant took.
  bool warned_of_selection_ = false;
  std::set<std::string> warned_of_secrets_;
};

/// The secret of a sink that has one. kNotFound naming what is not set; never the value.
Result<std::string> ReadSinkSecret(Context& context, const ManifestSet& set, const Document& sink);

/// What the rules need to judge phone numbers: null where the manifests have none, so that it is not loaded for
/// nothing; and where it cannot be loaded, which is a warning.
const PhoneNumbers* PhoneNumbersFor(Context& context, const ManifestSet& set);

/// The state store's URL: --state (relative to the current folder), else the tenant's, its secret references resolved.
Result<std::string> StateUrl(Context& context, const TenantSettings& settings);

/// What --target and -l select. kUsage for a selector that is not KEY=VALUE.
Result<Selection> ReadSelection(const Arguments& arguments);
/// The options of plan and apply. kUsage for numbers that are none.
Result<PlanOptions> ReadPlanOptions(const Arguments& arguments);

}  // namespace cxctl
