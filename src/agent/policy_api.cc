#include "agent/policy_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/strings.h"
#include "schema/patterns.h"
#include "value/json.h"
#include "webhook/signature.h"

namespace cxctl {

namespace {

constexpr const char* kSecretText = "(secret)";
constexpr std::size_t kPageItems = 500, kPageBytes = 1u << 20;

ApiError Invalid(std::string message, std::string field = "") {
  return {400, "INVALID_REQUEST", std::move(message), std::move(field), {}, {}};
}

ApiError NotThere(std::string_view id) {
  return {404, "NOT_FOUND", fmt::format("There is no {}.", EscapeControls(id)), "", {}, {}};
}

ApiError Changed(std::string_view id) {
  return {412,
          "PRECONDITION_FAILED",
          fmt::format("{} is not what the condition asks for: read it again.", EscapeControls(id)),
          "",
          {},
          {}};
}

std::string EtagOf(const AgentRecord& record) {
  const std::string whole = fmt::format("{}\n{}\n{}", record.id, record.version, record.body);
  return fmt::format("\"{}\"", Sha256Hex(whole).substr(0, 32));
}

/// What is shown of a record: kind, name, ETag and the body, its secret hidden.
Value Shown(Arena& arena, const AgentRecord& record) {
  const auto stored = ParseJson(arena, record.body);
  const std::size_t slash = record.id.find('/');
  ObjectBuilder shown(arena);
  shown.Set("kind", std::string_view(record.id).substr(0, slash));
  shown.Set("name", std::string_view(record.id).substr(slash + 1));
  shown.Set("etag", EtagOf(record));
  if (!stored) return shown.Build();
  const bool has_secret = stored->Find("sealedSecret") != nullptr;
  for (const Member& member : stored->members()) {
    if (member.key == "sealedSecret") continue;
    const bool hides = has_secret && member.key == "spec";
    shown.Set(member.key, hides ? ObjectBuilder(arena, member.value).Set("secret", kSecretText).Build() : member.value);
  }
  return shown.Build();
}

/// The same for audit records: without what is not the policy's content, and numbers masked.
std::string Audited(const std::optional<AgentRecord>& record) {
  if (!record) return "null";
  Arena arena;
  ObjectBuilder content(arena, Shown(arena, *record));
  content.Remove("kind").Remove("name").Remove("etag").Remove("updatedAt").Remove("updatedBy");
  return MaskPhoneNumbers(ToJson(content.Build()));
}

/// The member that a message of ReadPolicy speaks of, without what it stands in.
std::string MemberOf(std::string_view message) {
  constexpr std::string_view kUnknown = "unknown member \"";
  if (message.starts_with(kUnknown)) {
    message.remove_prefix(kUnknown.size());
    return std::string(message.substr(0, message.find('"')));
  }
  const std::string_view path = message.substr(0, message.find(' '));
  return std::string(path.substr(path.rfind('.') + 1));
}

/// If-Match and If-None-Match of a request (RFC 9110 section 13.1).
struct Conditions {
  const std::string* match = nullptr;
  const std::string* none_match = nullptr;

  /// Whether one of the ETags of the list is this one, by strong comparison.
  static bool Names(std::string_view list, std::string_view etag) {
    return std::ranges::any_of(Split(list, ','), [&](std::string_view each) { return Trim(each) == etag; });
  }
};

std::expected<Conditions, ApiError> ReadConditions(const HttpRequest& request) {
  const Conditions conditions{request.header("If-Match"), request.header("If-None-Match")};
  if (conditions.match == nullptr && conditions.none_match == nullptr) {
    return std::unexpected(
        ApiError{428,
                 "PRECONDITION_REQUIRED",
                 "Send If-Match with the ETag of what is there, or If-None-Match: * for what is not.",
                 "",
                 {},
                 {}});
  }
  if (conditions.match != nullptr && conditions.none_match != nullptr) {
    return std::unexpected(Invalid("Send If-Match or If-None-Match, not both."));
  }
  if (conditions.none_match != nullptr && Trim(*conditions.none_match) != "*") {
    return std::unexpected(Invalid("If-None-Match can only be *."));
  }
  return conditions;
}

bool Holds(const Conditions& conditions, const std::optional<AgentRecord>& record) {
  if (conditions.none_match != nullptr) return !record;
  return record && (Trim(*conditions.match) == "*" || Conditions::Names(*conditions.match, EtagOf(*record)));
}

/// Everything after `name=` in the query, percent-decoded; "" if it is not there.
std::string QueryOf(std::string_view target, std::string_view name) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return "";
  for (std::string_view part : Split(target.substr(mark + 1), '&')) {
    if (part.substr(0, part.find('=')) == name && part.size() > name.size()) {
      return PercentDecode(part.substr(name.size() + 1), true);
    }
  }
  return "";
}

}  // namespace

/// A change of one policy on its way into the store.
struct PolicyApi::Change {
  std::optional<AgentRecord> before;
  std::optional<AgentRecord> after;  ///< Nothing: it is deleted.
  std::string actor, request_id;

  const std::string& id() const { return after ? after->id : before->id; }
  const char* action() const { return !before ? "create" : after ? "update" : "delete"; }
  AgentBatch Batch(const std::string& tenant, const std::string& run, Instant now) const;
};

AgentBatch PolicyApi::Change::Batch(const std::string& tenant, const std::string& run, Instant now) const {
  AgentWrite write;
  write.kind = after ? AgentWrite::Kind::kPut : AgentWrite::Kind::kDelete;
  write.condition = before ? AgentWrite::Condition::kVersion : AgentWrite::Condition::kAbsent;
  write.record = after ? *after : *before;
  if (before) write.record.version = before->version;
  AuditEntry audit;
  audit.time = now;
  audit.run = run;
  audit.actor = actor;
  audit.tenant = tenant;
  audit.address = id();
  audit.action = action();
  audit.live_id = id();
  audit.before = Audited(before);
  audit.after = Audited(after);
  audit.request_id = request_id;
  audit.attempts = 1;
  audit.outcome = "applied";
  if (before) audit.etag_before = EtagOf(*before);
  if (after) {
    AgentRecord stored = *after;
    stored.version = before ? before->version + 1 : 1;
    audit.etag_after = EtagOf(stored);
  }
  return {{write, PolicyChanged()}, {audit}, std::nullopt};
}

void PolicyApi::AddRoutes(ApiRouter& router) {
  const auto add = [&](const char* method, const char* path, std::vector<std::string> roles,
                       Task<ApiAnswer> (PolicyApi::*handler)(ApiCall)) {
    ApiRoute route;
    route.method = method;
    route.path = path;
    route.roles = std::move(roles);
    route.json_body = std::string_view(method) == "PUT";
    route.handler = ApiHandler([this, handler](ApiCall call) { return (this->*handler)(std::move(call)); });
    router.Add(std::move(route));
  };
  add("GET", "/v1/policies", {"policies", "read"}, &PolicyApi::List);
  add("GET", "/v1/policies/{kind}/{name}", {"policies", "read"}, &PolicyApi::Get);
  add("PUT", "/v1/policies/{kind}/{name}", {"policies"}, &PolicyApi::Put);
  add("DELETE", "/v1/policies/{kind}/{name}", {"policies"}, &PolicyApi::Delete);
}

ApiError PolicyApi::Unavailable(const Error& error, std::string_view request_id) {
  parts_.log.Error("the store failed", {{"reason", error.message}, {"requestId", std::string(request_id)}});
  return {503, "UNAVAILABLE",          "The agent's store cannot be used at the moment; nothing was changed.",
          "",  {{"Retry-After", "2"}}, {}};
}

std::expected<std::optional<AgentRecord>, ApiError> PolicyApi::Find(const std::string& id,
                                                                    std::string_view request_id) {
  auto record = parts_.commits.store().Get(parts_.commits.tenant(), kPolicyCollection, id);
  if (!record) return std::unexpected(Unavailable(record.error(), request_id));
  return *std::move(record);
}

Task<ApiAnswer> PolicyApi::List(ApiCall call) {
  AgentQuery query;
  query.collection = kPolicyCollection;
  query.after = QueryOf(call.request.url, "nextPage");
  query.limit = kPageItems;
  const auto records = parts_.commits.store().List(parts_.commits.tenant(), query);
  if (!records) co_return std::unexpected(Unavailable(records.error(), call.request_id));
  Arena arena;
  ArrayBuilder items(arena);
  std::size_t bytes = 0;
  for (const AgentRecord& record : *records) {
    if (bytes >= kPageBytes) break;
    bytes += record.body.size();
    items.Add(Shown(arena, record));
  }
  const std::size_t shown = items.size();
  ObjectBuilder body(arena);
  body.Set("items", items.Build());
  const bool is_last = shown == records->size() && shown < kPageItems;
  if (!is_last) body.Set("nextPage", (*records)[shown - 1].id);
  co_return JsonAnswer(200, ToJson(body.Build()));
}

Task<ApiAnswer> PolicyApi::Get(ApiCall call) {
  const std::string id = PolicyId(call.parameters[0], call.parameters[1]);
  const auto record = Find(id, call.request_id);
  if (!record) co_return std::unexpected(record.error());
  if (!*record) co_return std::unexpected(NotThere(id));
  const std::string etag = EtagOf(**record);
  const std::string* known = call.request.header("If-None-Match");
  if (known != nullptr && (Trim(*known) == "*" || Conditions::Names(*known, etag))) {
    co_return HttpResponse{304, {{"ETag", etag}}, ""};
  }
  Arena arena;
  co_return JsonAnswer(200, ToJson(Shown(arena, **record)), {{"ETag", etag}});
}

Task<ApiAnswer> PolicyApi::Put(ApiCall call) {
  const std::string &kind = call.parameters[0], &name = call.parameters[1];
  const std::string id = PolicyId(kind, name);
  if (!IsPolicyKind(kind)) co_return std::unexpected(NotThere("kind " + kind));
  if (!kNamePattern.matches(name)) {
    co_return std::unexpected(Invalid(fmt::format("The name is not {}.", kNamePattern.description), "name"));
  }
  const auto conditions = ReadConditions(call.request);
  if (!conditions) co_return std::unexpected(conditions.error());
  Arena arena;
  const auto body = ParseJson(arena, call.request.body);
  if (!body) co_return std::unexpected(Invalid(fmt::format("The body is not JSON: {}.", body.error().message)));
  Policies scratch;
  if (const auto read = ReadPolicy(kind, name, 0, *body, scratch); !read) {
    co_return std::unexpected(Invalid(read.error().message, MemberOf(read.error().message)));
  }
  const auto before = Find(id, call.request_id);
  if (!before) co_return std::unexpected(before.error());
  if (!Holds(*conditions, *before)) co_return std::unexpected(Changed(id));

  ObjectBuilder stored(arena, *body);
  if (kind == "Sink" && !scratch.sinks[0].secret.empty()) {
    const std::string& secret = scratch.sinks[0].secret;
    if (secret == kSecretText) {
      co_return std::unexpected(Invalid("secret is the text that stands for it: send the secret itself.", "secret"));
    }
    if (const auto keys = WebhookKeys(secret); !keys) {
      co_return std::unexpected(Invalid("secret cannot sign deliveries: " + keys.error().message, "secret"));
    }
    const auto sealed = parts_.secrets.Seal(name, secret);
    if (!sealed) co_return std::unexpected(ApiError{503, "UNAVAILABLE", sealed.error().message, "", {}, {}});
    stored.Set("spec", ObjectBuilder(arena, *body->Find("spec")).Remove("secret").Build());
    stored.Set("sealedSecret", *sealed);
    stored.Set("secretFingerprint", parts_.secrets.Fingerprint(name, secret));
  }
  stored.Set("updatedBy", call.token).Set("updatedAt", FormatUtc(parts_.clock.Now(), true));
  Change change{*before, AgentRecord{kPolicyCollection, id, "", std::nullopt, ToJson(stored.Build()), 0}, call.token,
                call.request_id};
  ApiAnswer answer = co_await Commit(std::move(change));
  co_return answer;
}

Task<ApiAnswer> PolicyApi::Delete(ApiCall call) {
  const std::string id = PolicyId(call.parameters[0], call.parameters[1]);
  const auto conditions = ReadConditions(call.request);
  if (!conditions) co_return std::unexpected(conditions.error());
  if (conditions->match == nullptr) co_return std::unexpected(Invalid("A delete takes If-Match."));
  const auto before = Find(id, call.request_id);
  if (!before) co_return std::unexpected(before.error());
  if (!*before) co_return std::unexpected(NotThere(id));
  if (!Holds(*conditions, *before)) co_return std::unexpected(Changed(id));
  Change change{*before, std::nullopt, call.token, call.request_id};
  ApiAnswer answer = co_await Commit(std::move(change));
  co_return answer;
}

Task<ApiAnswer> PolicyApi::Commit(Change change) {
  AgentBatch batch = change.Batch(parts_.commits.tenant(), parts_.run, parts_.clock.Now());
  const auto committed = co_await parts_.commits.Submit(std::move(batch));
  parts_.cache.Invalidate();
  if (!committed) co_return std::unexpected(Unavailable(committed.error(), change.request_id));
  if (committed->status != AgentCommit::Status::kDone) co_return std::unexpected(Changed(change.id()));
  parts_.log.Info("policy changed", {{"policy", change.id()},
                                     {"action", change.action()},
                                     {"token", change.actor},
                                     {"requestId", change.request_id}});
  if (!change.after) co_return HttpResponse{204, {}, ""};
  change.after->version = committed->versions[0];
  Arena arena;
  std::vector<HttpHeader> headers = {{"ETag", EtagOf(*change.after)}};
  if (!change.before) headers.push_back({"Location", "/v1/policies/" + change.id()});
  co_return JsonAnswer(change.before ? 200 : 201, ToJson(Shown(arena, *change.after)), std::move(headers));
}

}  // namespace cxctl
