#include "cli/doctor_tenant.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/session.h"
#include "http/read_only_transport.h"
#include "http/retry_after.h"
#include "http/url_text.h"
#include "manifest/expressions.h"
#include "tenant/agent_client.h"
#include "tenant/answer.h"
#include "value/json.h"

namespace cxctl {

namespace {

using Status = Check::Status;

// Nobody waits long for a diagnosis.
constexpr int kAttempts = 2;
constexpr std::string_view kNobody = "00000000-0000-4000-8000-000000000000";

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  for (std::string_view word : Split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

std::string WithoutStop(std::string message) {
  while (message.ends_with('.')) message.pop_back();
  return message;
}

}  // namespace

Task<HttpOutcome> WatchingTransport::Send(HttpRequest request) {
  const std::string url = request.url;
  HttpOutcome outcome = co_await inner_.Send(std::move(request));
  if (outcome) Watch(url, *outcome);
  co_return outcome;
}

void WatchingTransport::Watch(const std::string& url, const HttpResponse& response) {
  const Instant now = clock_.Now();
  if (const std::string* date = response.header("Date")) {
    if (const auto time = ParseHttpDate(Trim(*date), now)) {
      there = *time;
      here = now;
    }
  }
  for (const HttpHeader& header : response.headers) {
    const auto limit = ReadRateLimit(header.name, header.value);
    if (!limit || (rate.limit && !EqualsIgnoringCase(header.name, "RateLimit-Policy"))) continue;
    rate.limit = limit;
    rate.header = EscapeControls(header.name);
  }
  if (response.status == 429) {
    ++rate.refused;
    if (const std::string* after = response.header("Retry-After")) rate.retry_after = *after;
  }
  if (response.status == 403) {
    for (std::string& scope : Words(AuthenticateParameter(response, "scope"))) denied.push_back(std::move(scope));
  }
  if (url != token_url_ || response.status != 200) return;
  Arena arena;
  const auto body = ParseJson(arena, response.body);
  granted.reset();
  if (body && body->is_object() && body->Find("scope") && body->Find("scope")->is_string())
    granted = Words(body->GetString("scope"));
}

Result<std::unique_ptr<TenantDoctor>> TenantDoctor::Make(Context& context, const TenantSettings& settings,
                                                         Arena& arena) {
  std::unique_ptr<TenantDoctor> doctor(new TenantDoctor(context, settings, arena));
  CurlOptions options;
  options.ca_file = settings.ca_file;
  options.user_agent = fmt::format("cxctl/{}", context.system.version);
  TRY_ASSIGN(doctor->transport_, context.system.make_transport(options));
  doctor->loop_ = std::make_unique<Loop>(context.system.clock, *doctor->transport_);
  doctor->transport_->Attach(*doctor->loop_);
  const std::string token_path = std::string(PathOfUrl(settings.base_url)) + settings.token_path;
  doctor->read_only_ = MakeReadOnlyTransport(*doctor->transport_, token_path);
  doctor->watch_ = std::make_unique<WatchingTransport>(*doctor->read_only_, context.system.clock,
                                                       settings.base_url + settings.token_path);
  return doctor;
}

HttpOutcome TenantDoctor::Get(const std::string& url) {
  HttpRequest request;
  request.method = "GET";
  request.url = url;
  request.connect_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.connect_timeout);
  request.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.request_timeout);
  return loop_->RunUntilDone(watch_->Send(std::move(request)));
}

Check TenantDoctor::CheckTls() {
  const bool tls = settings_.base_url.starts_with("https://");
  const HttpOutcome outcome = Get(settings_.base_url + "/api/v2/dialer/capacity");
  if (!outcome) {
    return {"tls", Status::kFailed, WithoutStop(MaskPhoneNumbers(EscapeControls(outcome.error().message))),
            tls ? "check the certificate of the tenant, caFile in the Tenant document, and proxies on the way"
                : "check that what listens at baseUrl of the Tenant document speaks HTTP"};
  }
  if (tls) return {"tls", Status::kOk, "the tenant's certificate is valid, and it answers", ""};
  if (settings_.allow_insecure)
    return {"tls", Status::kWarning, "none: credentials and data go to the tenant unencrypted (allowInsecure)",
            "use an https:// baseUrl"};
  return {"tls", Status::kOk, "none, on this machine", ""};
}

Result<void> TenantDoctor::TokenWith(std::vector<std::string> scopes) {
  TenantConnection connection = connection_;
  connection.scopes = std::move(scopes);
  connection.fixed_scopes = true;
  connection.max_attempts = std::min(connection.max_attempts, kAttempts);
  TRY_ASSIGN(auto client,
             MakeTenantClient(std::move(connection), arena_, *loop_, *watch_, context_.system.random, nullptr));
  TRY(loop_->RunUntilDone(client->CheckToken()));
  client_ = std::move(client);
  return {};
}

Check TenantDoctor::CheckToken(const std::vector<NeededScope>& needed) {
  auto connection = ReadTenantConnection(context_, settings_);
  if (!connection) return {"token", Status::kFailed, connection.error().message, "see the check of the secrets"};
  connection_ = *std::move(connection);
  std::vector<std::string> scopes = settings_.scopes;
  if (scopes.empty())
    std::ranges::transform(needed, std::back_inserter(scopes), [](const NeededScope& each) { return each.scope; });
  const auto got = TokenWith(scopes);
  granted_ = watch_->granted;
  if (got) return {"token", Status::kOk, "the tenant gives one", ""};
  if (got.error().message.find("invalid_scope") == std::string::npos)
    return {"token", Status::kFailed, WithoutStop(got.error().message), "check auth in the Tenant document"};
  // Which of them it does not grant shows when each is asked for alone.
  std::vector<std::string> taken;
  for (const std::string& scope : scopes) {
    if (TokenWith({scope})) taken.push_back(scope);
  }
  const auto rest = TokenWith(taken);
  if (!rest) return {"token", Status::kFailed, WithoutStop(rest.error().message), "check auth in the Tenant document"};
  granted_ = watch_->granted ? watch_->granted : taken;
  return {"token", Status::kOk, "the tenant gives one, but not with all scopes", ""};
}

/// Reads something that nobody has: 404 for who may, 403 for who may not.
std::optional<Error> TenantDoctor::Probe(const std::string& scope) {
  const auto get = [&](ObjectKind kind) -> std::optional<Error> {
    const auto got = loop_->RunUntilDone(client_->Get(kind, std::string(kNobody), std::string(kNobody)));
    return got ? std::nullopt : std::optional(got.error());
  };
  if (scope == "outbound:campaign:read") return get(ObjectKind::kCampaign);
  if (scope == "campaigns:read") return get(ObjectKind::kSchedule);
  if (scope == "callcodes:read") return get(ObjectKind::kCallCode);
  if (scope == "conversation:read") return get(ObjectKind::kCallback);
  if (scope == "dialer:read") {
    const auto got = loop_->RunUntilDone(client_->Capacity());
    return got ? std::nullopt : std::optional(got.error());
  }
  if (scope == "queue:read") {
    const auto got = loop_->RunUntilDone(client_->Queue(std::string(kNobody)));
    return got ? std::nullopt : std::optional(got.error());
  }
  return std::nullopt;
}

Check TenantDoctor::CheckScopes(const std::vector<NeededScope>& needed) {
  std::vector<std::string> denied, unknown;
  bool any_answer = false;
  for (const NeededScope& each : needed) {
    if (granted_ && std::ranges::find(*granted_, each.scope) == granted_->end()) continue;
    const auto problem = Probe(each.scope);
    // Scopes that write are not tried.
    any_answer |= each.scope.ends_with(":read") && (!problem || problem->code == ErrorCode::kUnauthorized);
    if (!problem) continue;
    if (problem->code == ErrorCode::kUnauthorized) {
      denied.push_back(each.scope);
    } else {
      unknown.push_back(WithoutStop(problem->message));
    }
  }
  Check check = JudgeScopes(needed, granted_, denied);
  if (!unknown.empty() && !any_answer)
    return {"scopes", Status::kFailed, fmt::format("the tenant answers no request: {}", unknown.front()),
            "check baseUrl in the Tenant document, or try again when the tenant answers"};
  if (check.status == Status::kOk && !unknown.empty())
    return {"scopes", Status::kWarning, fmt::format("not all could be tried: {}", unknown.front()),
            "try again when the tenant answers"};
  if (check.status == Status::kOk && !granted_)
    check.message += "; those that write are as asked for: the tenant does not tell";
  return check;
}

Check TenantDoctor::CheckAgent() {
  const std::string name = AgentName(settings_.agent_url);
  const std::string check_url = "check that it runs, and agent.url in the Tenant document";
  const HttpOutcome alive = Get(settings_.agent_url + "/healthz");
  if (!alive)
    return {"agent", Status::kFailed,
            fmt::format("{}: {}", name, WithoutStop(MaskPhoneNumbers(EscapeControls(alive.error().message)))),
            check_url};
  if (alive->status != 200)
    return {"agent", Status::kFailed, fmt::format("{} answers /healthz with {}", name, alive->status), check_url};
  if (settings_.agent_token.empty())
    return {"agent", Status::kFailed, fmt::format("{} answers, but agent.token is not set", name),
            "make one with cxctl agent token create --role policies, and write agent.token as a reference"};
  auto token =
      ResolveSecret(settings_.agent_token, settings_.folder, context_.system.environment, context_.system.files);
  if (!token) return {"agent", Status::kFailed, token.error().message, "see the check of the secrets"};
  TenantConnection connection;
  connection.base_url = settings_.agent_url;
  connection.max_attempts = kAttempts;
  const auto client = MakeAgentClient(std::move(connection), *std::move(token), arena_, *loop_, *watch_,
                                      context_.system.random, nullptr);
  const auto policies = loop_->RunUntilDone(client->List(ObjectKind::kSink, std::string()));
  if (!policies)
    return {"agent", Status::kFailed, WithoutStop(policies.error().message),
            "its token needs the role policies: cxctl agent token create --role policies"};
  const HttpOutcome ready = Get(settings_.agent_url + "/readyz");
  if (!ready || ready->status != 200)
    return {"agent", Status::kWarning, fmt::format("{} takes the token, but is not ready", name),
            fmt::format("GET {}/readyz and its log tell why", settings_.agent_url)};
  return {"agent", Status::kOk, fmt::format("{} is ready and takes the token", name), ""};
}

}  // namespace cxctl
