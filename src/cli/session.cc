#include "cli/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/strings.h"
#include "http/read_only_transport.h"
#include "manifest/expressions.h"
#include "rules/rules.h"

namespace cxctl {

namespace {

/// `-v`: a line a request on standard error.
class VerboseObserver : public RequestObserver {
 public:
  VerboseObserver(Console& console, bool verbose) : console_(console), verbose_(verbose) {}
  void OnRequest(std::string_view method, std::string_view path, int status_or_0, Duration latency,
                 std::string_view note) override {
    if (!verbose_) return;
    const std::string status = status_or_0 == 0 ? "no answer" : std::to_string(status_or_0);
    const double milliseconds = static_cast<double>(latency.count()) / 1000.0;
    console_.Err(fmt::format("{} {} {} {:.1f} ms{}\n", method, EscapeControls(path), status, milliseconds,
                             note.empty() ? "" : fmt::format(" ({})", EscapeControls(note))));
  }

 private:
  Console& console_;
  bool verbose_;
};

std::string PathOfUrl(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return slash == std::string::npos ? "" : url.substr(slash);
}

std::chrono::milliseconds Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

/// A file that cannot be read at all is invalid, not absent.
std::unexpected<Error> FailBroken(const ManifestLoader& loader, const std::string& path) {
  const Diagnostics& broken = loader.parse_diagnostics();
  const Diagnostic& first = *std::ranges::find(broken, Severity::kError, &Diagnostic::severity);
  return Fail(ErrorCode::kInvalid,
              fmt::format("there is no Tenant document to read in {}: {}:{}:{}: {}: {}", EscapeControls(path),
                          loader.workspace()->sources.name(first.position.file), first.position.line,
                          first.position.column, first.rule, first.message));
}

}  // namespace

Result<ManifestLoader::TenantPick> PickTenant(Context& context, ManifestLoader& loader) {
  std::optional<std::string> file = context.arguments.Find("tenant");
  if (!file) file = context.system.environment.Get("CXCTL_TENANT");
  if (file && !file->empty()) {
    TRY_ASSIGN(const auto picks, loader.FindTenants({*file}));
    if (picks.size() == 1) return picks[0];
    if (picks.empty() && HasErrors(loader.parse_diagnostics())) return FailBroken(loader, *file);
    if (picks.empty())
      return Fail(ErrorCode::kUsage, fmt::format("{} holds no Tenant document: name one with -t FILE", *file));
    return Fail(ErrorCode::kUsage,
                fmt::format("{} holds {} Tenant documents: put each into a file of its own", *file, picks.size()));
  }
  const std::string folder = context.arguments.Get("manifests-dir", "manifests");
  const auto picks = loader.FindTenants({folder});
  if (!picks && picks.error().code == ErrorCode::kNotFound) {
    return Fail(ErrorCode::kUsage,
                fmt::format("no tenant: name one with -t FILE or $CXCTL_TENANT (there is no folder {}{} to look in)",
                            folder == "manifests" ? "./" : "", EscapeControls(folder)));
  }
  if (!picks) return std::unexpected(picks.error());
  if (picks->size() == 1) return picks->front();
  std::vector<std::string> files;
  for (const auto& pick : *picks) files.push_back(pick.file);
  if (picks->empty() && HasErrors(loader.parse_diagnostics())) return FailBroken(loader, folder);
  if (picks->empty())
    return Fail(ErrorCode::kUsage,
                fmt::format("no tenant: there is no Tenant document under {}{}; name one with -t FILE",
                            folder == "manifests" ? "./" : "", EscapeControls(folder)));
  return Fail(ErrorCode::kUsage, fmt::format("which tenant? Name one with -t FILE: {}", Join(files, ", ")));
}

Result<std::string> TenantFileOf(Context& context) {
  ManifestLoader loader(context.system.files);
  TRY_ASSIGN(const auto pick, PickTenant(context, loader));
  return pick.file;
}

Result<TenantSettings> ReadTenantAlone(Context& context) {
  ManifestLoader loader(context.system.files);
  TRY_ASSIGN(const auto pick, PickTenant(context, loader));
  TRY_ASSIGN(const ManifestSet set, loader.Load(pick));
  if (set.tenant->valid) return ReadTenantSettings(set);
  return Fail(ErrorCode::kInvalid,
              fmt::format("the Tenant document in {} is invalid: see cxctl validate -t {}", pick.file, pick.file));
}

GitInfo ReadGit(Context& context, const std::string& folder) {
  GitInfo info;
  const std::string where = folder.empty() ? "." : folder;
  const auto commit = context.system.processes.Run({"git", "-C", where, "rev-parse", "HEAD"});
  if (!commit) return info;
  info.commit = std::string(Trim(*commit));
  const auto status = context.system.processes.Run(
      {"git", "-C", where, "status", "--porcelain", "--untracked-files=normal", "--", "."});
  info.dirty = status && !Trim(*status).empty();
  const auto reference = context.system.environment.Get("GITHUB_REF");
  if (reference && reference->starts_with("refs/pull/"))
    info.pull_request = reference->substr(10, reference->find('/', 10) - 10);
  if (const auto merge_request = context.system.environment.Get("CI_MERGE_REQUEST_IID"))
    info.pull_request = *merge_request;
  // After a merge no CI says which pull request it was; whoever found out does.
  const auto merged = context.system.environment.Get("CXCTL_PULL_REQUEST");
  if (merged && !merged->empty()) info.pull_request = EscapeControls(*merged);
  return info;
}

std::string ReadActor(Context& context) {
  for (const char* name : {"CXCTL_ACTOR", "GITHUB_ACTOR", "GITLAB_USER_EMAIL"}) {
    const auto actor = context.system.environment.Get(name);
    if (actor && !actor->empty()) return EscapeControls(*actor);
  }
  return fmt::format("{}@{}", context.system.processes.UserName(), context.system.processes.HostName());
}

Result<Selection> ReadSelection(const Arguments& arguments) {
  Selection selection;
  selection.targets = arguments.All("target");
  for (const std::string& text : arguments.All("selector")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Fail(ErrorCode::kUsage, fmt::format("-l takes KEY=VALUE, not {}", EscapeControls(text)));
    }
    selection.labels.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return selection;
}

Result<PlanOptions> ReadPlanOptions(const Arguments& arguments) {
  PlanOptions options;
  TRY_ASSIGN(options.selection, ReadSelection(arguments));
  options.stateless = arguments.Has("stateless");
  options.allow_large_change = arguments.Has("allow-large-change");
  options.allow_empty = arguments.Has("allow-empty");
  options.release_holds = arguments.Has("release-holds");
  if (const auto text = arguments.Find("allow-delete")) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), options.allow_delete);
    if (error != std::errc() || end != text->data() + text->size()) {
      return Fail(ErrorCode::kUsage, fmt::format("--allow-delete takes a number, not {}", EscapeControls(*text)));
    }
  }
  return options;
}

const PhoneNumbers* PhoneNumbersFor(Context& context, const ManifestSet& set) {
  if (set.OfKind("CallbackPolicy").empty()) return nullptr;
  const auto numbers = context.system.phone_numbers();
  if (numbers) return *numbers;
  context.system.console.Err(
      fmt::format("warning: CX501 judges the form of numbers alone: {}\n", numbers.error().message));
  return nullptr;
}

Result<std::string> StateUrl(Context& context, const TenantSettings& settings) {
  if (const auto given = context.arguments.Find("state")) {
    return ResolveSecret(*given, "", context.system.environment, context.system.files);
  }
  TRY_ASSIGN(const std::string url,
             ResolveSecret(settings.state_url, settings.folder, context.system.environment, context.system.files));
  return HasSecretReference(settings.state_url) ? LocateState(url, settings.folder) : url;
}

Session::~Session() = default;

std::optional<int> Session::LoadManifests(Demand demand) {
  ManifestLoader loader(context_.system.files);
  const auto now = JudgedNow(context_);
  if (!now) return ReportError(context_, now.error());
  now_ = *now;
  const auto pick = PickTenant(context_, loader);
  if (!pick) {
    Diagnostics broken = loader.parse_diagnostics();
    if (pick.error().code == ErrorCode::kInvalid && HasErrors(broken)) {
      SortAndDeduplicate(broken, loader.workspace()->sources);
      return ReportInvalid(context_, broken, loader.workspace()->sources);
    }
    return ReportError(context_, pick.error());
  }
  auto set = loader.Load(*pick);
  if (!set) return ReportError(context_, set.error());
  set_.emplace(*std::move(set));
  context_.subject.tenant = set_->tenant->name;
  context_.subject.tenant_file = set_->tenant_file;
  context_.subject.tenant_line = set_->tenant->position().line;
  pick_ = *pick;
  phone_numbers_ = PhoneNumbersFor(context_, *set_);
  diagnostics_ = set_->diagnostics;
  CheckRules(*set_, {now_, std::nullopt, phone_numbers_}, diagnostics_);
  ApplyRulePolicy(*set_, now_, diagnostics_);
  if (!IsUsable(demand)) return ReportInvalid(context_, diagnostics_, sources());
  WarnOfErrors();
  settings_ = ReadTenantSettings(*set_);
  context_.subject.base_url = settings_.base_url;
  return std::nullopt;
}

bool Session::IsUsable(Demand demand) const {
  if (!set_->tenant->valid) return false;
  return std::ranges::none_of(diagnostics_, [&](const Diagnostic& each) {
    return each.severity == Severity::kError && (demand == Demand::kValid || each.rule.starts_with("CX1"));
  });
}

void Session::WarnOfErrors() {
  std::vector<std::string> rules;
  for (const Diagnostic& each : diagnostics_) {
    if (each.severity == Severity::kError && std::ranges::find(rules, each.rule) == rules.end())
      rules.push_back(each.rule);
  }
  if (rules.empty() || context_.quiet()) return;
  context_.system.console.Err(
      fmt::format("warning: the manifests break {}: they are shown as they are written; see: "
                  "cxctl validate\n",
                  Join(rules, ", ")));
}

Result<void> Session::OpenStore(StoreMode mode) {
  if (context_.arguments.Has("stateless")) return {};
  TRY_ASSIGN(const std::string url, StateUrl(context_, settings_));
  auto opened = OpenStateStore(url, mode);
  // A store that is damaged is one that cannot be used: only `audit verify` speaks of integrity.
  if (!opened && opened.error().code == ErrorCode::kIntegrity) opened.error().code = ErrorCode::kIo;
  TRY_ASSIGN(store_, std::move(opened));
  return {};
}

Result<TenantConnection> ReadTenantConnection(Context& context, const TenantSettings& settings) {
  TenantConnection connection;
  connection.base_url = settings.base_url;
  connection.dialect = settings.dialect;
  connection.token_path = settings.token_path;
  connection.auth_style =
      settings.basic_auth ? TenantConnection::AuthStyle::kBasic : TenantConnection::AuthStyle::kBody;
  TRY_ASSIGN(connection.client_id,
             ResolveSecret(settings.client_id, settings.folder, context.system.environment, context.system.files));
  TRY_ASSIGN(connection.client_secret,
             ResolveSecret(settings.client_secret, settings.folder, context.system.environment, context.system.files));
  connection.scopes = settings.scopes;
  connection.fixed_scopes = !settings.scopes.empty();
  connection.requests_per_second = settings.requests_per_second * settings.share;
  connection.burst = std::max(1.0, settings.burst * settings.share);
  connection.max_concurrency = settings.max_concurrency;
  connection.connect_timeout = Milliseconds(settings.connect_timeout);
  connection.request_timeout = Milliseconds(settings.request_timeout);
  connection.max_attempts = settings.max_attempts;
  connection.backoff =
      settings.fibonacci ? TenantConnection::Backoff::kFibonacci : TenantConnection::Backoff::kExponential;
  connection.base_delay = Milliseconds(settings.base_delay);
  connection.max_delay = Milliseconds(settings.max_delay);
  return connection;
}

Result<void> Session::Connect(bool may_write) {
  TRY_ASSIGN(TenantConnection connection, ReadTenantConnection(context_, settings_));
  if (settings_.allow_insecure && settings_.base_url.starts_with("http://")) {
    context_.system.console.Err(
        "warning: allowInsecure: credentials and data go to the tenant unencrypted over http://\n");
  }
  CurlOptions options;
  options.ca_file = settings_.ca_file;
  options.user_agent = fmt::format("cxctl/{}", context_.system.version);
  TRY_ASSIGN(transport_, context_.system.make_transport(options));
  loop_ = std::make_unique<Loop>(context_.system.clock, *transport_);
  transport_->Attach(*loop_);
  observer_ = std::make_unique<VerboseObserver>(context_.system.console, context_.arguments.Has("verbose"));
  HttpTransport* transport = transport_.get();
  if (!may_write) {
    read_only_ = MakeReadOnlyTransport(*transport_, PathOfUrl(settings_.base_url) + settings_.token_path);
    transport = read_only_.get();
  }
  engine_transport_ = transport;
  client_secret_ = connection.client_secret;
  TRY_ASSIGN(client_, MakeTenantClient(std::move(connection), arena_, *loop_, *transport, context_.system.random,
                                       observer_.get()));
  router_ = std::make_unique<RoutingProvider>(*client_);
  git_ = ReadGit(context_, settings_.folder);
  context_.subject.git_commit = git_.commit;
  context_.subject.git_dirty = git_.dirty;
  return {};
}

}  // namespace cxctl
