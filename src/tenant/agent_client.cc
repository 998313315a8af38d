#include "tenant/agent_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "tenant/encoding.h"
#include "tenant/paging.h"
#include "tenant/rest_client.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kLongestPageToken = 4096;
constexpr std::string_view kPoliciesPath = "/v1/policies";

std::string Shown(ObjectKind kind, std::string_view name) {
  return fmt::format("{}/{}", KindName(kind), EscapeControls(name));
}

Result<std::string> ItemPath(ObjectKind kind, const std::string& name) {
  if (!LivesInAgent(kind)) {
    return Fail(ErrorCode::kRefused,
                fmt::format("The agent has no objects of kind {}: nothing was sent.", KindName(kind)));
  }
  if (!IsPathSegment(name)) {
    return Fail(ErrorCode::kInvalid,
                fmt::format("\"{}\" is not the name of a policy or sink: nothing was sent.", EscapeControls(name)));
  }
  return fmt::format("{}/{}/{}", kPoliciesPath, KindName(kind), PercentEncode(name));
}

bool IsContent(std::string_view key) {
  return key == "spec" || key == "campaignId" || key == "calendar" || key == "sinks" || key == "secretFingerprint";
}

// `item` goes with the answer: what is kept is copied into `arena`.
Result<LiveObject> ReadItem(Arena& arena, const Value& item) {
  const Error malformed{ErrorCode::kUnavailable, "a body that is not a policy"};
  const Value* spec = item.is_object() ? item.Find("spec") : nullptr;
  if (!spec || !spec->is_object() || item.GetString("name").empty()) return std::unexpected(malformed);
  const auto kind = KindNamed(item.GetString("kind"));
  if (!kind || !LivesInAgent(*kind)) return std::unexpected(malformed);
  LiveObject object;
  object.kind = *kind;
  object.id = item.GetString("name");
  object.etag = NormalizeEtag(item.GetString("etag"));
  object.updated_by = item.GetString("updatedBy");
  object.updated_at = item.GetString("updatedAt");
  Arena scratch;
  ObjectBuilder content(scratch);
  for (const Member& member : item.members()) {
    if (IsContent(member.key)) content.Append(member);
  }
  object.content = DeepCopy(arena, content.Build());
  return object;
}

Result<LiveObject> ReadObject(Arena& arena, ObjectKind kind, const std::string& name, const HttpResponse& response) {
  Arena scratch;
  const Result<Value> body = ParseJson(scratch, response.body);
  if (!body || (response.status != 200 && response.status != 201)) {
    return Fail(ErrorCode::kUnavailable, "a body that is not a policy");
  }
  TRY_ASSIGN(LiveObject object, ReadItem(arena, *body));
  if (object.kind != kind || object.id != name) return Fail(ErrorCode::kUnavailable, "another policy");
  if (const std::string* etag = response.header("ETag")) object.etag = NormalizeEtag(*etag);
  return object;
}

/// A page of the list; ids are `Kind/name`, as names are unique only within a kind. Kinds of a newer agent are passed
/// over.
Result<Page> ReadPage(Arena& arena, const HttpResponse& response) {
  const Error malformed{ErrorCode::kUnavailable, "a body that is not a list of policies"};
  Arena scratch;
  const Result<Value> body = ParseJson(scratch, response.body);
  const Value* items = body && body->is_object() ? body->Find("items") : nullptr;
  if (response.status != 200 || !items || !items->is_array()) return std::unexpected(malformed);
  Page page;
  if (const Value* next = body->Find("nextPage"); next != nullptr && !next->is_null()) {
    if (!next->is_string() || next->as_string().size() > kLongestPageToken) return std::unexpected(malformed);
    page.next = next->as_string();
  }
  for (const Value& item : items->items()) {
    const std::string_view kind = item.is_object() ? item.GetString("kind") : std::string_view();
    if (!kind.empty() && !KindNamed(kind)) continue;
    Result<LiveObject> object = ReadItem(arena, item);
    if (!object) return std::unexpected(malformed);
    object->id = fmt::format("{}/{}", KindName(object->kind), object->id);
    page.objects.push_back(*std::move(object));
  }
  return page;
}

class RestAgentClient final : public AgentClient {
 public:
  RestAgentClient(const TenantConnection& connection, std::string token, Arena& arena, Loop& loop,
                  HttpTransport& transport, Random& random, RequestObserver* observer)
      : name_(AgentName(connection.base_url)),
        arena_(arena),
        wire_(connection, loop, transport, random, observer),
        token_(token, "spec.agent.token", "spec.agent.url", "policies"),
        rest_(connection, wire_, token_) {
    wire_.cleanser().AddSecret(token);
  }

  Task<Result<std::vector<LiveObject>>> Policies() override {
    ListCollector collector;
    do {
      RestCall call;
      call.request.method = "GET";
      call.request.path = kPoliciesPath;
      if (!collector.next().empty()) call.request.query = "nextPage=" + PercentEncode(collector.next());
      Page page;
      call.accept = [this, &page](const HttpResponse& response) -> Result<void> {
        TRY_ASSIGN(page, ReadPage(arena_, response));
        return {};
      };
      const RestOutcome outcome = co_await rest_.Perform(std::move(call));
      if (!outcome.complete) co_return Fail(outcome.code, name_ + ": " + outcome.message);
      const Result<void> added = collector.Add(std::move(page));
      if (!added) {
        co_return Fail(added.error().code,
                       name_ + ": the list of policies cannot be read: " + added.error().message + ".");
      }
    } while (!collector.next().empty());
    std::vector<LiveObject> objects = collector.Take();
    for (LiveObject& object : objects) object.id.erase(0, object.id.find('/') + 1);
    co_return objects;
  }

  Task<Result<std::vector<LiveObject>>> List(ObjectKind kind, std::string) override {
    auto listed = co_await Policies();
    if (listed) std::erase_if(*listed, [kind](const LiveObject& object) { return object.kind != kind; });
    co_return listed;
  }

  Task<Result<std::optional<LiveObject>>> Get(ObjectKind kind, std::string, std::string id) override {
    RestCall call;
    call.request.method = "GET";
    CO_TRY_ASSIGN(call.request.path, ItemPath(kind, id));
    std::optional<LiveObject> object;
    call.accept = [this, kind, &id, &object](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(object, ReadObject(arena_, kind, id, response));
      return {};
    };
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    if (outcome.complete) co_return object;
    if (outcome.answered && outcome.status == 404) co_return std::optional<LiveObject>();
    co_return Fail(outcome.code, name_ + ": " + outcome.message);
  }

  Task<Result<std::optional<LiveObject>>> FindByIdentity(ObjectKind kind, std::string scope, std::string name,
                                                         std::string) override {
    auto found = co_await Get(kind, std::move(scope), std::move(name));
    co_return found;
  }

  Task<Result<std::int64_t>> Capacity() override { co_return Fail(ErrorCode::kInternal, "the agent has no dialer"); }
  Task<Result<std::optional<QueueFigures>>> Queue(std::string) override {
    co_return Fail(ErrorCode::kInternal, "the agent has no queues");
  }

  EncodedWrite Encode(const WriteRequest& request) const override {
    const Result<ApiRequest> encoded = EncodeWrite(request);
    if (!encoded) return {};
    return {encoded->method, encoded->path, encoded->body};
  }

  Task<WriteResult> Write(WriteRequest request) override {
    Result<ApiRequest> encoded = EncodeWrite(request);
    if (encoded && LacksSecret(request)) {
      encoded = Fail(ErrorCode::kRefused, fmt::format("The secret of {} is not known here: nothing was sent.",
                                                      Shown(request.kind, request.id)));
    }
    if (!encoded) {
      WriteResult refused;
      refused.status = WriteStatus::kRejected;
      refused.message = encoded.error().message;
      co_return refused;
    }
    RestCall call;
    call.request = std::move(*encoded);
    std::optional<LiveObject> object;
    call.accept = [this, &request, &object](const HttpResponse& response) -> Result<void> {
      // A 200 to a delete may be a gateway's page; a look at the object tells.
      if (request.operation != WriteOperation::kDelete) {
        TRY_ASSIGN(object, ReadObject(arena_, request.kind, request.id, response));
      } else if (response.status != 204) {
        return Fail(ErrorCode::kUnavailable, "something else than 204");
      }
      return {};
    };
    const std::string what = call.request.method + ' ' + call.request.path;
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    WriteResult result = ResultOfWrite(outcome, request.operation, what);
    // It was asked to find nothing and found something.
    if (request.operation == WriteOperation::kCreate && result.status == WriteStatus::kPreconditionFailed)
      result.status = WriteStatus::kConflict;
    if (outcome.complete) result.object = std::move(object);
    co_return result;
  }

  Task<Result<void>> WaitToRepeat(ObjectKind, WriteResult lost, int attempts) override {
    Retrier retrier = wire_.NewRetrier(attempts);
    const std::expected<Duration, std::string> delay = retrier.Next(lost.retry_after, wire_.loop().clock().Now());
    if (!delay) co_return Fail(ErrorCode::kUnavailable, delay.error());
    co_await wire_.loop().Sleep(*delay);
    co_return Result<void>();
  }

  void RequireScopes(const std::vector<std::string>&) override {}  // a token has its roles for good
  std::vector<std::string> ReadScopes(ObjectKind) const override { return {}; }
  std::vector<std::string> WriteScopes(ObjectKind) const override { return {}; }
  std::vector<std::string> QueueScopes() const override { return {}; }

  void ProvideSecret(const std::string& sink, std::string secret) override {
    wire_.cleanser().AddSecret(secret);
    secrets_[sink] = std::move(secret);
  }

  Task<Result<void>> SendEvent(std::string type, std::string data) override {
    Arena scratch;
    CO_TRY_ASSIGN(const Value parsed, ParseJson(scratch, data));
    RestCall call;
    call.request.method = "POST";
    call.request.path = "/v1/events";
    call.request.body = ToJson(ObjectBuilder(scratch).Set("type", type).Set("data", parsed).Build());
    call.request.safety = Safety::kOnce;
    call.accept = [](const HttpResponse&) -> Result<void> { return {}; };
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    if (!outcome.complete) co_return Fail(outcome.code, name_ + ": " + outcome.message);
    co_return Result<void>();
  }

 private:
  static bool HasHiddenSecret(const WriteRequest& request) {
    const Value* secret = request.payload.is_object() ? request.payload.Find("spec", "secret") : nullptr;
    return secret && secret->is_string() && secret->as_string() == kSecretText;
  }
  bool LacksSecret(const WriteRequest& request) const {
    return HasHiddenSecret(request) && !secrets_.contains(request.id);
  }

  std::string Body(const WriteRequest& request) const {
    const auto secret = secrets_.find(request.id);
    if (!HasHiddenSecret(request) || secret == secrets_.end()) return ToJson(request.payload);
    Arena scratch;
    const Value spec = ObjectBuilder(scratch, *request.payload.Find("spec")).Set("secret", secret->second).Build();
    return ToJson(ObjectBuilder(scratch, request.payload).Set("spec", spec).Build());
  }

  Result<ApiRequest> EncodeWrite(const WriteRequest& request) const {
    ApiRequest encoded;
    TRY_ASSIGN(encoded.path, ItemPath(request.kind, request.id));
    if (request.operation == WriteOperation::kTransition)
      return Fail(ErrorCode::kRefused, "Policies have no state to change: nothing was sent.");
    const bool removes = request.operation == WriteOperation::kDelete;
    if (!removes && !request.payload.is_object())
      return Fail(ErrorCode::kRefused, "There is nothing to put at " + encoded.path + ": nothing was sent.");
    encoded.method = removes ? "DELETE" : "PUT";
    if (!removes) encoded.body = Body(request);
    if (request.operation == WriteOperation::kCreate) {
      encoded.headers.push_back({"If-None-Match", "*"});
      encoded.safety = Safety::kOnce;
      return encoded;
    }
    // An unquoted `*` would match whatever is there: never a blind write.
    if (NormalizeEtag(request.etag) != request.etag || request.etag.empty())
      return Fail(ErrorCode::kRefused, "The ETag of " + encoded.path + " is not known: nothing was sent.");
    encoded.headers.push_back({"If-Match", request.etag});
    encoded.safety = Safety::kRepeatable;
    return encoded;
  }

  const std::string name_;
  Arena& arena_;
  Wire wire_;
  FixedToken token_;
  RestClient rest_;
  std::map<std::string, std::string> secrets_;  ///< By sink.
};

}  // namespace

std::string AgentName(const std::string& url) {
  return "the agent at " + EscapeControls(url);
}

std::unique_ptr<AgentClient> MakeAgentClient(TenantConnection connection, std::string token, Arena& arena, Loop& loop,
                                             HttpTransport& transport, Random& random, RequestObserver* observer) {
  while (connection.base_url.ends_with('/')) connection.base_url.pop_back();
  return std::make_unique<RestAgentClient>(connection, std::move(token), arena, loop, transport, random, observer);
}

}  // namespace cxctl
