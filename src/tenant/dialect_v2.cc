#include "tenant/dialect_v2.h"

#include <algorithm>

#include "base/strings.h"
#include "tenant/encoding.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::string_view kPageSize = "pageSize=500";
constexpr std::size_t kLongestPageToken = 4096;
constexpr const char* kQueueScope = "queue:read";

/// What differs between the kinds but for their paths.
struct KindTraits {
  std::string_view noun, list_noun;
  std::string_view identity;  ///< The member that people know it by.
  std::string_view read_scope, write_scope;
};

const KindTraits& TraitsOf(ObjectKind kind) {
  static constexpr KindTraits kCampaign{"a campaign", "a list of campaigns", "name", "outbound:campaign:read",
                                        "outbound:campaign:write"};
  static constexpr KindTraits kSchedule{"a schedule", "a list of schedules", "name", "campaigns:read",
                                        "campaigns:write"};
  static constexpr KindTraits kCallCode{"a call code", "a list of call codes", "code", "callcodes:read",
                                        "callcodes:write"};
  static constexpr KindTraits kCallback{"a callback", "a list of callbacks", "queueId", "conversation:read",
                                        "conversation:write"};
  switch (kind) {
    case ObjectKind::kCampaign:
      return kCampaign;
    case ObjectKind::kSchedule:
      return kSchedule;
    case ObjectKind::kCallCode:
      return kCallCode;
    case ObjectKind::kCallback:
      return kCallback;
    case ObjectKind::kPacingPolicy:
    case ObjectKind::kThrottlePolicy:
    case ObjectKind::kCallbackPolicy:
    case ObjectKind::kSink:
      break;  // these live in the agent
  }
  return kCampaign;
}

std::string CollectionPath(ObjectKind kind, const std::string& scope) {
  switch (kind) {
    case ObjectKind::kCampaign:
      return "/api/v2/outbound/campaigns";
    case ObjectKind::kSchedule:
      return "/api/v2/campaigns/" + PercentEncode(scope) + "/schedules";
    case ObjectKind::kCallCode:
      return "/api/v2/callcodes";
    case ObjectKind::kCallback:
      return "/api/v2/conversations/callbacks";
    case ObjectKind::kPacingPolicy:
    case ObjectKind::kThrottlePolicy:
    case ObjectKind::kCallbackPolicy:
    case ObjectKind::kSink:
      break;
  }
  return "";
}

Result<std::string> CheckedCollectionPath(ObjectKind kind, const std::string& scope) {
  if (LivesInAgent(kind)) {
    return Fail(ErrorCode::kRefused,
                "The tenant has no objects of kind " + std::string(KindName(kind)) + ": nothing was sent.");
  }
  if (kind == ObjectKind::kSchedule && !IsPathSegment(scope)) {
    return Fail(ErrorCode::kInvalid,
                "\"" + EscapeControls(scope) + "\" is not the id of a campaign: nothing was sent.");
  }
  return CollectionPath(kind, scope);
}

Result<std::string> ItemPath(ObjectKind kind, const std::string& scope, const std::string& id) {
  TRY_ASSIGN(const std::string collection, CheckedCollectionPath(kind, scope));
  if (!IsPathSegment(id)) {
    return Fail(ErrorCode::kInvalid, "\"" + EscapeControls(id) + "\" is not the id of " +
                                         std::string(TraitsOf(kind).noun) + ": nothing was sent.");
  }
  return collection + '/' + PercentEncode(id);
}

// The members that become fields of LiveObject.
bool IsBookkeeping(std::string_view key) {
  return key == "id" || key == "etag" || key == "createdAt" || key == "updatedAt" || key == "updatedBy";
}

// Ids of campaigns are UUIDs, which are the same in either case.
bool SameId(ObjectKind kind, std::string_view a, std::string_view b) {
  return kind == ObjectKind::kCampaign ? EqualsIgnoringCase(a, b) : a == b;
}

// Idempotency keys: 1 to 255 visible characters.
bool IsKey(std::string_view key) {
  return !key.empty() && key.size() <= 255 &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// `item` and `scratch` go with the answer: only what is kept is copied into `arena`.
Result<LiveObject> ReadItem(Arena& arena, Arena& scratch, ObjectKind kind, const std::string& scope,
                            const Value& item) {
  const KindTraits& traits = TraitsOf(kind);
  const Error malformed{ErrorCode::kUnavailable, "a body that is not " + std::string(traits.noun)};
  if (!item.is_object() || item.GetString("id").empty()) return std::unexpected(malformed);
  // A name may be empty: one object that nobody named must not hide all others.
  const Value* identity = item.Find(traits.identity);
  if (!identity || !identity->is_string() || (kind == ObjectKind::kCallCode && identity->as_string().empty()))
    return std::unexpected(malformed);
  LiveObject object;
  object.kind = kind;
  object.id = item.GetString("id");
  object.scope = kind == ObjectKind::kCallCode && scope.empty() ? std::string(item.GetString("category")) : scope;
  object.etag = NormalizeEtag(item.GetString("etag"));
  object.updated_by = item.GetString("updatedBy");
  object.updated_at = item.GetString("updatedAt");
  ObjectBuilder content(scratch);
  for (const Member& member : item.members()) {
    if (!IsBookkeeping(member.key)) content.Append(member);
  }
  object.content = DeepCopy(arena, content.Build());
  return object;
}

}  // namespace

const CampaignStates& CampaignStatesV2() {
  static const CampaignStates kStates{{{"ACTIVE", "PAUSED"},
                                       {"ACTIVE", "INACTIVE"},
                                       {"PAUSED", "ACTIVE"},
                                       {"PAUSED", "INACTIVE"},
                                       {"INACTIVE", "ACTIVE"},
                                       {"INACTIVE", "PAUSED"}},
                                      {}};
  return kStates;
}

namespace {

class DialectV2 final : public Dialect {
 public:
  bool has_etags() const override { return true; }
  const CampaignStates& campaign_states() const override { return CampaignStatesV2(); }
  bool missing_list_is_empty(ObjectKind kind) const override {
    return kind == ObjectKind::kCallCode || kind == ObjectKind::kCallback;
  }

  Result<ApiRequest> ListRequest(ObjectKind kind, const std::string& scope, const std::string& page) const override {
    if (kind == ObjectKind::kCallback) return ListOfCallbacks(scope, page);
    const bool one_category = kind == ObjectKind::kCallCode && !scope.empty();
    return ListOf(kind, scope, one_category ? FilterTerm("category", scope) : "", page);
  }

  Result<ApiRequest> FindRequest(ObjectKind kind, const std::string& scope, const std::string& name,
                                 const std::string& page) const override {
    if (kind != ObjectKind::kCallCode) return ListRequest(kind, scope, page);
    return ListOf(kind, scope, FilterTerm("category", scope) + ',' + FilterTerm("code", name), page);
  }

  Result<ApiRequest> GetRequest(ObjectKind kind, const std::string& scope, const std::string& id) const override {
    ApiRequest request;
    request.method = "GET";
    TRY_ASSIGN(request.path, ItemPath(kind, scope, id));
    request.scope = TraitsOf(kind).read_scope;
    return request;
  }

  ApiRequest CapacityRequest() const override {
    ApiRequest request;
    request.method = "GET";
    request.path = "/api/v2/dialer/capacity";
    request.scope = "dialer:read";
    return request;
  }

  // Queues themselves cannot be asked for: their figures tell whether they are there.
  Result<ApiRequest> QueueRequest(const std::string& id) const override {
    if (!IsPathSegment(id)) {
      return Fail(ErrorCode::kInvalid, "\"" + EscapeControls(id) + "\" is not the id of a queue: nothing was sent.");
    }
    ApiRequest request;
    request.method = "GET";
    request.path = "/api/v2/queues/" + PercentEncode(id) + "/stats";
    request.scope = kQueueScope;
    return request;
  }

  Result<ApiRequest> EncodeWrite(const WriteRequest& request) const override {
    if (request.operation == WriteOperation::kCreate) return EncodeCreate(request);
    if (request.kind == ObjectKind::kCampaign && request.operation == WriteOperation::kDelete) {
      return Fail(ErrorCode::kRefused, "The API cannot delete campaigns: nothing was sent.");
    }
    if (request.kind == ObjectKind::kCallback && request.operation == WriteOperation::kDelete) {
      return Fail(ErrorCode::kRefused, "The API cannot delete callbacks, only cancel them: nothing was sent.");
    }
    if (request.kind != ObjectKind::kCampaign && request.operation == WriteOperation::kTransition) {
      return Fail(ErrorCode::kRefused, "Only campaigns have a state to change: nothing was sent.");
    }
    ApiRequest encoded;
    TRY_ASSIGN(encoded.path, ItemPath(request.kind, request.scope, request.id));
    encoded.scope = TraitsOf(request.kind).write_scope;
    // An unquoted `*` would match whatever is there: never a blind write.
    if (NormalizeEtag(request.etag) != request.etag || request.etag.empty()) {
      return Fail(ErrorCode::kRefused, "The ETag of " + encoded.path + " is not known: nothing was sent.");
    }
    encoded.headers.push_back({"If-Match", request.etag});
    encoded.safety = Safety::kRepeatable;
    if (request.operation == WriteOperation::kDelete) {
      encoded.method = "DELETE";
      return encoded;
    }
    if (!request.payload.is_object()) {
      return Fail(ErrorCode::kRefused, "There is nothing to write to " + encoded.path + ": nothing was sent.");
    }
    encoded.method = request.operation == WriteOperation::kTransition ? "PUT" : "PATCH";
    encoded.body = ToJson(request.payload);
    return encoded;
  }

  Result<Page> ReadPage(Arena& arena, ObjectKind kind, const std::string& scope,
                        const HttpResponse& response) const override {
    const Error malformed{ErrorCode::kUnavailable, "a body that is not " + std::string(TraitsOf(kind).list_noun)};
    Arena scratch;
    const Result<Value> body = ParseJson(scratch, response.body);
    const Value* items = body ? body->Find("items") : nullptr;
    if (items == nullptr || !items->is_array()) return std::unexpected(malformed);
    Page page;
    if (const Value* next = body->Find("nextPage"); next != nullptr && !next->is_null()) {
      if (!next->is_string() || next->as_string().size() > kLongestPageToken) return std::unexpected(malformed);
      page.next = next->as_string();
    }
    page.objects.reserve(items->items().size());
    for (const Value& item : items->items()) {
      Result<LiveObject> read = ReadItem(arena, scratch, kind, scope, item);
      if (!read) return std::unexpected(malformed);
      LiveObject& object = *read;
      // A tenant that does not know the filter answers with everything.
      const Value* category = object.content.Find("category");
      const bool foreign =
          kind == ObjectKind::kCallCode && !scope.empty() && category != nullptr && category->as_string() != scope;
      const bool elsewhere = kind == ObjectKind::kCallback && (object.content.GetString("queueId") != scope ||
                                                               object.content.GetString("state") != "scheduled");
      if (!foreign && !elsewhere) page.objects.push_back(std::move(object));
    }
    return page;
  }

  Result<LiveObject> ReadObject(Arena& arena, ObjectKind kind, const std::string& scope, const std::string& id,
                                const HttpResponse& response) const override {
    TRY_ASSIGN(LiveObject object, ReadAnyObject(arena, kind, scope, response));
    if (!SameId(kind, object.id, id)) return Fail(ErrorCode::kUnavailable, "an object of another id");
    return object;
  }

  Result<std::int64_t> ReadCapacity(const HttpResponse& response) const override {
    Arena scratch;
    const Result<Value> body = ParseJson(scratch, response.body);
    const Value* calls = body ? body->Find("maxConcurrentCalls") : nullptr;
    if (response.status != 200 || calls == nullptr || !calls->is_int() || calls->as_int() < 0) {
      return Fail(ErrorCode::kUnavailable, "a body without maxConcurrentCalls");
    }
    return calls->as_int();
  }

  Result<QueueFigures> ReadQueue(const std::string& id, const HttpResponse& response) const override {
    const Error malformed{ErrorCode::kUnavailable, "a body that is not a queue's figures"};
    Arena scratch;
    const Result<Value> body = ParseJson(scratch, response.body);
    if (!body || response.status != 200 || !body->is_object()) return std::unexpected(malformed);
    const Value* active = body->Find("active");
    const Value* waiting = body->Find("waiting");
    for (const Value* number : {active, waiting}) {
      if (number && (!number->is_int() || number->as_int() < 0)) return std::unexpected(malformed);
    }
    if (!active) return std::unexpected(malformed);
    if (!EqualsIgnoringCase(body->GetString("queueId"), id))
      return Fail(ErrorCode::kUnavailable, "the figures of another queue");
    return QueueFigures{active->as_int(), waiting ? waiting->as_int() : 0};
  }

  Result<std::optional<LiveObject>> ReadWritten(Arena& arena, const WriteRequest& request,
                                                const HttpResponse& response) const override {
    // A 200 may be a gateway's page; a look at the object tells.
    if (request.operation == WriteOperation::kDelete) {
      if (response.status != 204) return Fail(ErrorCode::kUnavailable, "something else than 204");
      return std::optional<LiveObject>();
    }
    // A 202 promises only to look at it later.
    if (response.status != 200 && response.status != 201) return Fail(ErrorCode::kUnavailable, "no object in it");
    if (request.operation != WriteOperation::kCreate) {
      TRY_ASSIGN(LiveObject object, ReadObject(arena, request.kind, request.scope, request.id, response));
      return std::optional<LiveObject>(std::move(object));
    }
    TRY_ASSIGN(LiveObject object, ReadAnyObject(arena, request.kind, request.scope, response));
    for (std::string_view key : {"name", "code"}) {
      const Value* sent = request.payload.Find(key);
      if (sent != nullptr && object.content.GetString(key) != sent->as_string()) {
        return Fail(ErrorCode::kUnavailable, "an object of another " + std::string(key));
      }
    }
    return std::optional<LiveObject>(std::move(object));
  }

  bool Identifies(const LiveObject& object, std::string_view name, std::string_view parent_id) const override {
    if (object.content.GetString(TraitsOf(object.kind).identity) != name) return false;
    return object.kind != ObjectKind::kCallCode || object.content.GetString("parentCallCodeId") == parent_id;
  }

  std::vector<std::string> ReadScopes(ObjectKind kind) const override {
    std::vector<std::string> scopes{std::string(TraitsOf(kind).read_scope)};
    // Schedules are judged against the dialer's capacity.
    if (kind == ObjectKind::kSchedule) scopes.push_back("dialer:read");
    return scopes;
  }

  std::vector<std::string> WriteScopes(ObjectKind kind) const override {
    return {std::string(TraitsOf(kind).write_scope)};
  }

  std::vector<std::string> QueueScopes() const override { return {kQueueScope}; }

 private:
  static Result<ApiRequest> ListOf(ObjectKind kind, const std::string& scope, const std::string& filter,
                                   const std::string& page) {
    ApiRequest request;
    request.method = "GET";
    TRY_ASSIGN(request.path, CheckedCollectionPath(kind, scope));
    if (!filter.empty()) request.query = "filter=" + PercentEncode(filter) + '&';
    request.query += kPageSize;
    if (!page.empty()) request.query += "&nextPage=" + PercentEncode(page);
    request.scope = TraitsOf(kind).read_scope;
    return request;
  }

  // Of the queue, those that are still to come.
  static Result<ApiRequest> ListOfCallbacks(const std::string& queue, const std::string& page) {
    TRY_ASSIGN(ApiRequest request, ListOf(ObjectKind::kCallback, queue, "", page));
    request.query = "queueId=" + PercentEncode(queue) + "&state=scheduled&" + request.query;
    return request;
  }

  static Result<ApiRequest> EncodeCreate(const WriteRequest& request) {
    if (request.kind == ObjectKind::kCampaign) {
      return Fail(ErrorCode::kRefused, "The API cannot create campaigns: nothing was sent.");
    }
    if (request.kind == ObjectKind::kCallback) {
      return Fail(ErrorCode::kRefused, "Callbacks are created by the agent's intake: nothing was sent.");
    }
    ApiRequest encoded;
    encoded.method = "POST";
    TRY_ASSIGN(encoded.path, CheckedCollectionPath(request.kind, request.scope));
    if (!request.payload.is_object()) {
      return Fail(ErrorCode::kRefused, "There is nothing to create at " + encoded.path + ": nothing was sent.");
    }
    if (!IsKey(request.idempotency_key)) {
      return Fail(ErrorCode::kRefused, "The create at " + encoded.path + " has no idempotency key: nothing was sent.");
    }
    encoded.body = ToJson(request.payload);
    encoded.headers.push_back({"Idempotency-Key", request.idempotency_key});
    encoded.scope = TraitsOf(request.kind).write_scope;
    encoded.safety = Safety::kOnce;
    return encoded;
  }

  // With the ETag of the header, which speaks of what was just read or written.
  static Result<LiveObject> ReadAnyObject(Arena& arena, ObjectKind kind, const std::string& scope,
                                          const HttpResponse& response) {
    Arena scratch;
    const Result<Value> body = ParseJson(scratch, response.body);
    if (!body || (response.status != 200 && response.status != 201)) {
      return Fail(ErrorCode::kUnavailable, "a body that is not " + std::string(TraitsOf(kind).noun));
    }
    TRY_ASSIGN(LiveObject object, ReadItem(arena, scratch, kind, scope, *body));
    if (const std::string* etag = response.header("ETag")) object.etag = NormalizeEtag(*etag);
    return object;
  }
};

}  // namespace

std::unique_ptr<Dialect> MakeDialectV2() {
  return std::make_unique<DialectV2>();
}

}  // namespace cxctl
