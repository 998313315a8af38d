#include "sim/sim_tenant.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/strings.h"
#include "sim/control.h"
#include "sim/fault_effects.h"
#include "sim/fault_file.h"
#include "sim/operations.h"
#include "sim/rate_limiter.h"
#include "sim/request_log.h"
#include "sim/router.h"
#include "sim/token_office.h"
#include "value/json.h"

namespace cxctl {

using namespace sim;

namespace {

/// Whether an id that the client gave may be echoed: it ends up in logs.
bool IsGoodRequestId(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
}

/// The body as JSON; 415, 400.
Checked<void> ReadBody(Call& call, BodyKind kind) {
  const bool json = HasMediaType(call.request, "application/json");
  const bool patch = kind == BodyKind::kPatch && HasMediaType(call.request, "application/merge-patch+json");
  if (!json && !patch) {
    return Refuse(415, "UNSUPPORTED_MEDIA_TYPE",
                  kind == BodyKind::kPatch ? "Content-Type must be application/json or application/merge-patch+json."
                                           : "Content-Type must be application/json.");
  }
  auto body = ParseJson(call.arena, call.request.body);
  if (!body) return Refuse(400, "INVALID_REQUEST", "The body is not JSON.", {{"body", body.error().message}});
  if (!body->is_object()) return RefuseInvalid({{"body", "must be a JSON object"}});
  call.body = *body;
  return {};
}

}  // namespace

struct SimTenant::Parts {
  Parts(SimOptions given, Clock& clock)
      : options(std::move(given)),
        tenant{options, clock, TenantState(options.seed), LiveDialer(options.seed, options.time_scale)},
        tokens(options, clock, AllScopes()),
        limiter(options.rate, clock),
        // Not the tenant's own randomness: what is saved must not depend on how many tokens were issued.
        request_random(Mix(options.seed)) {}

  ServerReply Receive(Call& call);
  HttpResponse Serve(Call& call);
  HttpResponse ServeUnder(const Fault& fault, Call& call);
  Answer ServeOperation(Call& call);
  Answer ServeOnce(const Route& route, Call& call);
  Answer Control(Call& call);
  HttpResponse TooManyRequests(Duration wait, std::string_view request_id);

  const SimOptions options;
  Tenant tenant;
  TokenOffice tokens;
  RateLimiter limiter;
  RequestLog log;
  SeededRandom request_random;
  std::uint64_t refused_by_rate = 0;
  FaultPlan faults, random_faults;
};

SimTenant::SimTenant(SimOptions options, Clock& clock) : parts_(std::make_unique<Parts>(std::move(options), clock)) {}
SimTenant::~SimTenant() = default;

Result<void> SimTenant::Load(std::string_view json) {
  TRY_ASSIGN(parts_->tenant.state, LoadState(json, parts_->options.seed));
  parts_->tenant.dialer.Reset();
  return {};
}

std::string SimTenant::Save() const {
  return SaveState(parts_->tenant.state);
}
std::string_view SimTenant::DefaultData() {
  return DefaultDataText();
}
std::size_t SimTenant::RevokeTokens() {
  return parts_->tokens.RevokeAll();
}

Result<void> SimTenant::SetFaults(std::string_view json) {
  TRY_ASSIGN(std::vector<FaultRule> rules, ReadFaults(json));
  parts_->faults = FaultPlan(std::move(rules), parts_->options.seed);
  return {};
}

void SimTenant::SetFaultRate(double rate) {
  std::vector<FaultRule> rules;
  if (rate > 0) rules.push_back({.rate = rate});
  parts_->random_faults = FaultPlan(std::move(rules), Mix(parts_->options.seed));
}

bool SimTenant::has_faults() const {
  return !parts_->faults.empty() || !parts_->random_faults.empty();
}

std::vector<SimOperation> SimTenant::Operations() {
  std::vector<SimOperation> operations = {{"POST", "/oauth/token", ""}};
  for (const Route& route : Routes()) {
    operations.push_back({std::string(route.method), std::string(route.path), std::string(route.scope)});
  }
  return operations;
}

ServerReply SimTenant::Handle(const HttpRequest& request) {
  if (parts_->options.dialer) parts_->tenant.dialer.Advance(parts_->tenant.state, parts_->tenant.clock.Now());
  Call call(request);
  ParseTarget(call);
  const std::string* id = request.header("X-Request-Id");
  call.request_id = id && IsGoodRequestId(*id) ? *id : fmt::format("req-{:016x}", parts_->request_random.Next());
  ServerReply reply;
  if (call.path == "/_sim" || call.path.starts_with("/_sim/")) {
    const Answer answer = parts_->Control(call);
    reply.response = answer ? *answer : RefusalResponse(answer.error(), call.request_id);
  } else {
    reply = parts_->Receive(call);
  }
  reply.response.headers.push_back({"X-Request-Id", call.request_id});
  return reply;
}

/// A request to the API, and what goes wrong with it.
ServerReply SimTenant::Parts::Receive(Call& call) {
  const FaultTarget target = TargetOf(call, call.path == options.token_path);
  std::optional<Fault> fault = faults.Next(target);
  if (!fault) fault = random_faults.Next(target);
  const Instant now = tenant.clock.Now();
  if (fault && fault->before_effect) {
    HttpResponse answer = AnswerBeforeEffect(*fault, now, call.request_id);
    log.Add(call, 0, now, fault);
    return Spoil(*fault, std::move(answer), call.request_id);
  }
  HttpResponse answer = fault ? ServeUnder(*fault, call) : Serve(call);
  log.Add(call, answer.status, now, fault);
  if (!fault) return {.response = std::move(answer)};
  return Spoil(*fault, std::move(answer), call.request_id);
}

/// Faults of the tenant itself, not of its answer.
HttpResponse SimTenant::Parts::ServeUnder(const Fault& fault, Call& call) {
  if (fault.kind == FaultKind::kExpiredToken) tokens.Revoke(call.request);
  if (fault.kind == FaultKind::kConcurrentEdit) {
    if (const auto edited = EditBeforeWrite(tenant, call, fault); !edited) {
      return RefusalResponse(edited.error(), call.request_id);
    }
  }
  HttpResponse answer = Serve(call);
  if (fault.kind != FaultKind::kVanishingItem) return answer;
  if (fault.hidden) return WithoutFirstItem(answer);
  if (!DeleteListedItem(tenant, call, answer)) return answer;
  const Answer listed = ServeOperation(call);
  return listed ? *listed : RefusalResponse(listed.error(), call.request_id);
}

HttpResponse SimTenant::Parts::Serve(Call& call) {
  if (const auto wait = limiter.Take()) return TooManyRequests(*wait, call.request_id);
  if (call.path == options.token_path) {
    if (call.request.method == "POST") return tokens.Issue(call.request, request_random);
    return RefusalResponse({405, "METHOD_NOT_ALLOWED", "Tokens are asked for by POST.", {}, {{"Allow", "POST"}}},
                           call.request_id);
  }
  const Answer answer = ServeOperation(call);
  return answer ? *answer : RefusalResponse(answer.error(), call.request_id);
}

/// The checks that all operations share, in this order: the path, the method, the token, its scope, the body's type,
/// the body's JSON, the idempotency key.
Answer SimTenant::Parts::ServeOperation(Call& call) {
  TRY_ASSIGN(const Route* route, FindRoute(call.request.method, call.path, call.arguments));
  TRY_ASSIGN(call.client_id, tokens.Authorize(call.request, route->scope));
  if (route->body != BodyKind::kNone) TRY(ReadBody(call, route->body));
  return route->takes_idempotency_key ? ServeOnce(*route, call) : route->operation(tenant, call);
}

Answer SimTenant::Parts::ServeOnce(const Route& route, Call& call) {
  TRY_ASSIGN(const std::optional<std::string> key, IdempotencyRecords::KeyOf(call.request));
  if (!key) return route.operation(tenant, call);
  const Instant now = tenant.clock.Now();
  const std::string fingerprint = IdempotencyRecords::Fingerprint(call);
  TRY_ASSIGN(std::optional<HttpResponse> first,
             tenant.state.idempotency.Replay(*key, fingerprint, now, options.idempotency_processing));
  if (first) return std::move(*first);
  Answer answer = route.operation(tenant, call);
  HttpResponse response = answer ? *answer : RefusalResponse(answer.error(), call.request_id);
  // A body that is not valid never got as far as being processed: its key may be used again for the right one.
  if (response.status != 400) {
    const std::string* etag = response.header("ETag");
    tenant.state.idempotency.Keep(*key, {fingerprint, now, response.status, etag ? *etag : "", response.body});
  }
  return response;
}

HttpResponse SimTenant::Parts::TooManyRequests(Duration wait, std::string_view request_id) {
  const bool odd = refused_by_rate++ % 2 == 1;
  const bool date = options.retry_after == SimOptions::RetryAfter::kHttpDate ||
                    (options.retry_after == SimOptions::RetryAfter::kAlternating && odd);
  const std::int64_t seconds = (wait.count() + 999999) / 1000000;
  const std::string after = date ? FormatHttpDate(tenant.clock.Now() + wait) : fmt::format("{}", seconds);
  return RefusalResponse(
      {429, "RATE_LIMITED", fmt::format("More than {} requests a second.", options.rate), {}, {{"Retry-After", after}}},
      request_id);
}

/// The endpoints for tests and for people who try things out: no token, no rate limit, no trace in the log.
Answer SimTenant::Parts::Control(Call& call) {
  struct Endpoint {
    std::string_view method, path;
    Answer (*serve)(Parts&, Call&);
  };
  static constexpr Endpoint kEndpoints[] = {
      {"GET", "/_sim/requests",
       [](Parts& parts, Call& asked) -> Answer {
         TRY_ASSIGN(const std::optional<std::string> after, asked.Parameter("after"));
         std::uint64_t seq = 0;
         if (after &&
             std::from_chars(after->data(), after->data() + after->size(), seq).ptr != after->data() + after->size()) {
           return RefuseInvalid({{"after", "must be an integer from 0"}});
         }
         return JsonResponse(200, parts.log.ToJsonText(seq));
       }},
      {"DELETE", "/_sim/requests",
       [](Parts& parts, Call&) -> Answer {
         parts.log.Clear();
         return HttpResponse{204, {}, ""};
       }},
      {"POST", "/_sim/edit",
       [](Parts& parts, Call& asked) -> Answer {
         auto body = ParseJson(asked.arena, asked.request.body);
         if (!body) return Refuse(400, "INVALID_REQUEST", body.error().message);
         asked.body = *body;
         return EditObject(parts.tenant, asked);
       }},
      {"GET", "/_sim/state",
       [](Parts& parts, Call&) -> Answer { return JsonResponse(200, SaveState(parts.tenant.state)); }},
      {"POST", "/_sim/revoke-tokens",
       [](Parts& parts, Call&) -> Answer {
         return JsonResponse(200, fmt::format("{{\"revoked\":{}}}", parts.tokens.RevokeAll()));
       }},
      {"GET", "/_sim/faults",
       [](Parts& parts, Call&) -> Answer { return JsonResponse(200, FaultCountsJson(parts.faults)); }},
      {"POST", "/_sim/faults",
       [](Parts& parts, Call& asked) -> Answer {
         auto rules = ReadFaults(asked.request.body);
         if (!rules) return Refuse(400, "INVALID_REQUEST", rules.error().message);
         parts.faults = FaultPlan(std::move(*rules), parts.options.seed);
         return JsonResponse(200, FaultCountsJson(parts.faults));
       }},
      {"DELETE", "/_sim/faults",
       [](Parts& parts, Call&) -> Answer {
         parts.faults = parts.random_faults = FaultPlan();
         return HttpResponse{204, {}, ""};
       }},
      {"GET", "/_sim/violations",
       [](Parts& parts, Call&) -> Answer { return JsonResponse(200, parts.tenant.state.dialed.ViolationsJson()); }},
  };
  std::string allowed;
  for (const Endpoint& endpoint : kEndpoints) {
    if (endpoint.path != call.path) continue;
    if (endpoint.method == call.request.method) return endpoint.serve(*this, call);
    allowed += (allowed.empty() ? "" : ", ") + std::string(endpoint.method);
  }
  if (allowed.empty()) return Refuse(404, "NOT_FOUND", "There is no such control endpoint.");
  auto refusal = Refuse(405, "METHOD_NOT_ALLOWED", "This path does not take this method.");
  refusal.error().headers.push_back({"Allow", allowed});
  return refusal;
}

}  // namespace cxctl
