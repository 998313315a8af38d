#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/doctor_tenant.h"
#include "cli/network_probe.h"
#include "cli/session.h"
#include "manifest/expressions.h"
#include "rules/rules.h"
#include "store/open.h"
#include "store/verify.h"
#include "tenant/dialect.h"
#include "tenant/dialect_v2.h"
#include "value/json.h"

namespace cxctl {

namespace {

using Status = Check::Status;

constexpr std::uint64_t kLittleSpace = 100u << 20, kNoSpace = 1u << 20;

/// Which variable or file it is; what to do stands at the end of the line, once.
std::string WhatIsMissing(const Error& error) {
  return error.message.substr(0, error.message.find(": set it"));
}

/// In the order in which one thing needs the other.
constexpr std::string_view kNames[] = {"manifests", "tenant", "secrets",    "dns",         "tcp",  "tls",   "token",
                                       "scopes",    "clock",  "rate-limit", "state-store", "lock", "audit", "agent"};

int PrintChecks(Context& context, const std::vector<Check>& checks) {
  if (context.json()) {
    Arena arena;
    context.system.console.Out(MaskPhoneNumbers(ToPrettyJson(ChecksJson(arena, checks))) + "\n");
  } else {
    context.system.console.Out(RenderChecks(checks, context.color_out, context.system.console.OutSize().columns));
  }
  return Passed(checks) ? kSuccess : kCouldNot;
}

/// Looks at everything, in the order of kNames.
class Doctor {
 public:
  explicit Doctor(Context& context) : context_(context) {
    context_.late.Set([this](const Error& why) { return PrintChecks(context_, WithoutTheRest(why.message)); });
  }
  ~Doctor() { context_.late.Set(nullptr); }
  Doctor(const Doctor&) = delete;
  Doctor& operator=(const Doctor&) = delete;

  const std::vector<Check>& Run() {
    if (Add(CheckManifests())) {
      Add(CheckSecrets());
      CheckTenant();
      CheckStore();
      CheckAgent();
    } else {
      for (const char* name : {"secrets", "dns", "tcp", "tls", "token", "scopes", "clock", "rate-limit", "state-store",
                               "lock", "audit", "agent"})
        Skip(name, "the Tenant document cannot be read");
    }
    context_.late.Set(nullptr);
    return checks_;
  }

 private:
  /// Whether what needs it can go on.
  bool Add(Check check) {
    const bool usable = check.status != Status::kFailed && check.status != Status::kSkipped;
    const std::lock_guard lock(mutex_);
    checks_.push_back(std::move(check));
    return usable;
  }
  void Skip(std::string_view name, const std::string& why) { Add({std::string(name), Status::kSkipped, why, ""}); }

  /// What is done when the time is over: the check under way failed for it, those to come are skipped.
  std::vector<Check> WithoutTheRest(const std::string& why) {
    const std::lock_guard lock(mutex_);
    std::vector<Check> checks = checks_;
    bool under_way = true;
    for (const std::string_view name : kNames) {
      if (std::ranges::find(checks_, name, &Check::name) != checks_.end()) continue;
      checks.push_back(under_way ? Check{std::string(name), Status::kFailed, why, ""}
                                 : Check{std::string(name), Status::kSkipped, "the time was over before", ""});
      under_way = false;
    }
    return checks;
  }

  Check CheckManifests() {
    ManifestLoader loader(context_.system.files);
    const auto now = JudgedNow(context_);
    const auto pick = PickTenant(context_, loader);
    if (!pick) return {"manifests", Status::kFailed, pick.error().message, "see: cxctl doctor --help"};
    auto set = loader.Load(*pick);
    if (!set) return {"manifests", Status::kFailed, set.error().message, ""};
    Diagnostics found = set->diagnostics;
    CheckRules(*set, {*now, std::nullopt, PhoneNumbersFor(context_, *set)}, found);
    ApplyRulePolicy(*set, *now, found);
    const std::string what = fmt::format("Tenant/{} in {}, {}", EscapeControls(set->tenant->name),
                                         EscapeControls(pick->file), Count(set->documents.size(), "document"));
    const std::string help = fmt::format("see: cxctl validate -t {}", EscapeControls(pick->file));
    if (!set->tenant->valid)
      return {"manifests", Status::kFailed, fmt::format("{}: the Tenant document is invalid", what), help};
    set_.emplace(*std::move(set));
    settings_ = ReadTenantSettings(*set_);
    Add(Judge(found, what, help));
    return {"tenant", Status::kOk, settings_.base_url, ""};
  }

  static Check Judge(const Diagnostics& found, const std::string& what, const std::string& help) {
    std::set<std::string> errors, warnings;
    for (const Diagnostic& each : found) (each.severity == Severity::kError ? errors : warnings).insert(each.rule);
    const auto list = [](const std::set<std::string>& rules) {
      return Join(std::vector<std::string>(rules.begin(), rules.end()), ", ");
    };
    if (!errors.empty()) return {"manifests", Status::kFailed, fmt::format("{}; errors: {}", what, list(errors)), help};
    if (!warnings.empty())
      return {"manifests", Status::kWarning, fmt::format("{}; warnings: {}", what, list(warnings)), help};
    return {"manifests", Status::kOk, what, ""};
  }

  /// Whether each secret can be read. What needs it to plan and apply fails, what only some runs need warns.
  Check CheckSecrets() {
    struct Secret {
      std::string_view name;
      const std::string& text;
      bool needed;
    };
    const Secret secrets[] = {
        {"auth.clientId", settings_.client_id, true}, {"auth.clientSecret", settings_.client_secret, true},
        {"state.url", settings_.state_url, true},     {"agent.token", settings_.agent_token, true},
        {"audit.key", settings_.audit_key, true},     {"agent.webhookSecret", settings_.webhook_secret, false}};
    std::vector<std::string> set, missing;
    bool fails = false;
    for (const Secret& each : secrets) {
      if (!HasSecretReference(each.text)) continue;
      const auto read = ResolveSecret(each.text, settings_.folder, context_.system.environment, context_.system.files);
      if (read) set.emplace_back(each.name);
      if (!read) missing.push_back(fmt::format("{}: {}", each.name, WhatIsMissing(read.error())));
      fails = fails || (!read && each.needed);
    }
    for (const Document* sink : set_->OfKind("Sink")) {
      if (!sink->spec().Find("secret")) continue;
      const auto read = ReadSinkSecret(context_, *set_, *sink);
      if (read) set.push_back(sink->address);
      if (!read) missing.push_back(fmt::format("{}: {}", sink->address, WhatIsMissing(read.error())));
    }
    if (missing.empty())
      return {"secrets", Status::kOk, set.empty() ? "none are needed" : fmt::format("set: {}", Join(set, ", ")), ""};
    return {"secrets", fails ? Status::kFailed : Status::kWarning, Join(missing, "; "),
            "set them in the environment, or write the files"};
  }

  void CheckTenant() {
    const char* const kLater[] = {"tls", "token", "scopes", "clock", "rate-limit"};
    const auto skip_from = [&](std::size_t first, const std::string& why) {
      for (std::size_t i = first; i < std::size(kLater); ++i) Skip(kLater[i], why);
    };
    if (!CheckNetwork()) return skip_from(0, "the tenant cannot be reached");
    auto doctor = TenantDoctor::Make(context_, settings_, arena_);
    if (!doctor) {
      Add({"tls", Status::kFailed, doctor.error().message, ""});
      return skip_from(1, "there is no way to ask the tenant");
    }
    doctor_ = *std::move(doctor);
    if (!Add(doctor_->CheckTls())) return skip_from(1, "the tenant does not answer");
    const std::vector<NeededScope> needed = NeededScopes();
    if (Add(doctor_->CheckToken(needed))) {
      Add(doctor_->CheckScopes(needed));
    } else {
      Skip("scopes", "there is no token");
    }
    const WatchingTransport& watch = doctor_->watch();
    Add(JudgeClock(watch.here.value_or(context_.system.clock.Now()), watch.there));
    Add(JudgeRate(watch.rate, settings_.requests_per_second, settings_.share));
  }

  bool CheckNetwork() {
    const auto endpoint = EndpointOf(settings_.base_url);
    const std::string help = "check baseUrl in the Tenant document, and the network";
    if (!endpoint) {
      Skip("tcp", "no host to connect to");
      return Add({"dns", Status::kFailed, fmt::format("{} is no URL", EscapeControls(settings_.base_url)), help});
    }
    const auto addresses = ResolveHost(endpoint->host, endpoint->port);
    if (!addresses) {
      Add({"dns", Status::kFailed, addresses.error().message, help});
      Skip("tcp", "the host's address is not known");
      return false;
    }
    Add({"dns", Status::kOk, fmt::format("{} is {}", EscapeControls(endpoint->host), Join(*addresses, ", ")), ""});
    const auto connected = TryToConnect(*addresses, endpoint->port, settings_.connect_timeout);
    if (!connected) return Add({"tcp", Status::kFailed, connected.error().message, help});
    return Add({"tcp", Status::kOk, fmt::format("{} takes connections at port {}", *connected, endpoint->port), ""});
  }

  std::vector<NeededScope> NeededScopes() {
    const auto dialect = MakeDialectV2();
    std::vector<NeededScope> needed;
    const auto need = [&](const std::vector<std::string>& scopes, std::string_view purpose) {
      for (const std::string& scope : scopes) {
        if (std::ranges::find(needed, scope, &NeededScope::scope) == needed.end())
          needed.push_back({scope, std::string(purpose)});
      }
    };
    const auto use = [&](std::string_view kind, ObjectKind object) {
      if (set_->OfKind(kind).empty()) return;
      need(dialect->ReadScopes(object), fmt::format("plan of {}", kind));
      need(dialect->WriteScopes(object), fmt::format("apply of {}", kind));
    };
    use("Campaign", ObjectKind::kCampaign);
    use("CampaignSchedule", ObjectKind::kSchedule);
    use("CallCodeHierarchy", ObjectKind::kCallCode);
    if (!set_->OfKind("CallbackPolicy").empty()) {
      need(dialect->ReadScopes(ObjectKind::kCallback), "plan of CallbackPolicy");
      need(dialect->QueueScopes(), "plan of CallbackPolicy");
    }
    if (!settings_.agent_url.empty()) NeedForAgent(need);
    return needed;
  }

  /// What the agent asks for under the same credentials.
  void NeedForAgent(const auto& need) {
    const bool paces = !set_->OfKind("PacingPolicy").empty() || !set_->OfKind("ThrottlePolicy").empty();
    if (paces) need({"analytics:read", "agent:read", "outbound:campaign:write"}, "pacing and throttling");
    if (!set_->OfKind("CallbackPolicy").empty())
      need({"conversation:write", "contact:read", "crm:write", "message:write"}, "callbacks");
  }

  void CheckStore() {
    const auto url = StateUrl(context_, settings_);
    const auto skip = [&] {
      Skip("lock", "the state store cannot be read");
      Skip("audit", "the state store cannot be read");
    };
    if (!url) {
      Add({"state-store", Status::kFailed, url.error().message, "set what state.url refers to"});
      return skip();
    }
    auto store = OpenStateStore(*url, StoreMode::kRead);
    if (!store) {
      Add({"state-store", Status::kFailed, store.error().message,
           "check state.url in the Tenant document, or --state"});
      return skip();
    }
    Add(CheckPlace(*url, **store));
    Add(CheckLock(**store));
    Add(CheckAudit(**store));
  }

  Check CheckPlace(const std::string& url, StateStore& store) {
    const auto parsed = ParseStoreUrl(url);
    const Result<void> sound = store.CheckStructure();
    if (!sound)
      return {"state-store", Status::kFailed, sound.error().message,
              "restore it from a backup; cxctl audit verify tells what of the audit log is left"};
    const auto applied = store.Applied(settings_.name);
    if (!applied) return {"state-store", Status::kFailed, applied.error().message, ""};
    const std::string known = fmt::format("{} applied before", Count(applied->size(), "object"));
    if (parsed->kind == StoreUrl::kPostgres)
      return {"state-store", Status::kOk, fmt::format("PostgreSQL, {}", known), ""};
    const std::string path = EscapeControls(parsed->target);
    const bool exists = context_.system.files.Size(parsed->target).has_value();
    const std::string what =
        exists ? fmt::format("{}, {}", path, known) : fmt::format("{} is not there yet: apply makes it", path);
    return JudgeSpace(what, parsed->target);
  }

  static Check JudgeSpace(const std::string& what, const std::string& file) {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::absolute(file, error).parent_path();
    while (!folder.empty() && folder != folder.root_path() && !std::filesystem::exists(folder, error))
      folder = folder.parent_path();
    const auto space = std::filesystem::space(folder, error);
    if (error) return {"state-store", Status::kOk, what, ""};
    const std::string told = fmt::format("{}, {} MB free", what, space.available >> 20);
    if (space.available < kNoSpace) return {"state-store", Status::kFailed, told, "make room before the next apply"};
    if (space.available < kLittleSpace)
      return {"state-store", Status::kWarning, told, "make room before the next apply"};
    return {"state-store", Status::kOk, told, ""};
  }

  Check CheckLock(StateStore& store) {
    const auto holder = store.Holder(settings_.name);
    if (!holder) return {"lock", Status::kFailed, holder.error().message, ""};
    if (!*holder) return {"lock", Status::kOk, "free", ""};
    const Lease& lease = **holder;
    const bool gone = lease.expires < context_.system.clock.Now() ||
                      (lease.host == context_.system.processes.HostName() &&
                       context_.system.processes.StartOf(lease.pid) != lease.process_start);
    const std::string who = fmt::format("{} (process {}), since {}, run {}", EscapeControls(lease.holder), lease.pid,
                                        FormatUtc(lease.since), EscapeControls(lease.run));
    if (gone) return {"lock", Status::kOk, fmt::format("left behind by {}: the next apply takes it over", who), ""};
    return {"lock", Status::kWarning, fmt::format("held by {}", who),
            fmt::format("wait for it, or if it hangs: cxctl unlock {}", EscapeControls(lease.run))};
  }

  static Check CheckAudit(StateStore& store) {
    const auto report = VerifyStore(store);
    if (!report) return {"audit", Status::kFailed, report.error().message, ""};
    if (!report->ok())
      return {"audit", Status::kFailed,
              fmt::format("the chain does not verify: {}", EscapeControls(report->problems.front().message)),
              "see: cxctl audit verify"};
    if (report->records == 0) return {"audit", Status::kOk, "no records yet", ""};
    return {"audit", Status::kOk,
            fmt::format("{}, head {}", Count(static_cast<std::size_t>(report->records), "record"),
                        report->head.substr(0, 12)),
            ""};
  }

  void CheckAgent() {
    if (settings_.agent_url.empty()) {
      const bool held = !set_->OfKind("PacingPolicy").empty() || !set_->OfKind("ThrottlePolicy").empty() ||
                        !set_->OfKind("CallbackPolicy").empty();
      Skip("agent",
           held ? "the Tenant document names none: policies and sinks are held" : "the Tenant document names none");
      return;
    }
    if (!doctor_) {
      auto made = TenantDoctor::Make(context_, settings_, arena_);
      if (!made) {
        Add({"agent", Status::kFailed, made.error().message, ""});
        return;
      }
      doctor_ = *std::move(made);
    }
    Add(doctor_->CheckAgent());
  }

  Context& context_;
  Arena arena_;
  std::optional<ManifestSet> set_;
  TenantSettings settings_;
  std::unique_ptr<TenantDoctor> doctor_;
  std::mutex mutex_;  ///< Of checks_, which --timeout reads from another thread.
  std::vector<Check> checks_;
};

}  // namespace

int RunDoctor(Context& context) {
  if (const auto now = JudgedNow(context); !now) return ReportError(context, now.error());
  Doctor doctor(context);
  return PrintChecks(context, doctor.Run());
}

}  // namespace cxctl
