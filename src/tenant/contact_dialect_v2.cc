#include "tenant/contact_dialect_v2.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/strings.h"
#include "tenant/encoding.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr const char* kCallbacks = "/api/v2/conversations/callbacks";
constexpr const char* kMessages = "/api/v2/conversations/messages";
constexpr const char* kContacts = "/api/v2/crm/contacts/";
constexpr const char* kMetrics = "/api/analytics/outbound/details/query";
constexpr const char* kAgents = "/api/v2/agents";
constexpr std::size_t kLongestPageToken = 4096;
constexpr Duration kShortestInterval = std::chrono::seconds(30);

std::unexpected<Error> NotAnAnswer(std::string what) {
  return Fail(ErrorCode::kUnavailable, std::move(what));
}

Result<void> CheckId(const std::string& id, std::string_view noun) {
  if (IsPathSegment(id)) return {};
  return Fail(ErrorCode::kInvalid,
              fmt::format("\"{}\" is not the id of a {}: nothing was sent.", EscapeControls(id), noun));
}

Result<void> CheckKey(const std::string& key, std::string_view what) {
  const bool visible = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
  if (!key.empty() && key.size() <= 255 && visible) return {};
  return Fail(ErrorCode::kRefused, fmt::format("The {} has no idempotency key: nothing was sent.", what));
}

// Systems that know people by their numbers use them as ids.
bool LooksLikeNumber(std::string_view id) {
  return id.size() >= 8 && std::ranges::all_of(id, [](char c) { return (c >= '0' && c <= '9') || c == '+'; });
}

ApiRequest Read(std::string path, const char* scope) {
  ApiRequest request;
  request.method = "GET";
  request.path = std::move(path);
  request.scope = scope;
  return request;
}

ApiRequest Post(std::string path, const char* scope, const std::string& key, const Value& body) {
  ApiRequest request;
  request.method = "POST";
  request.path = std::move(path);
  request.scope = scope;
  request.body = ToJson(body);
  request.headers.push_back({"Idempotency-Key", key});
  request.safety = Safety::kOnce;
  return request;
}

std::string ListQuery(const std::vector<std::pair<std::string_view, std::string_view>>& filters,
                      const std::string& page) {
  std::string query;
  for (const auto& [name, value] : filters) {
    if (!value.empty()) query += fmt::format("{}={}&", name, PercentEncode(value));
  }
  query += "pageSize=500";
  if (!page.empty()) query += "&nextPage=" + PercentEncode(page);
  return query;
}

// At whole seconds: tenants keep times to the millisecond or the second.
bool SameTime(Instant a, Instant b) {
  const Duration apart = a - b;
  return apart < std::chrono::seconds(1) && apart > std::chrono::seconds(-1);
}

Result<LiveCallback> ReadItem(const Value& item) {
  LiveCallback callback;
  callback.id = item.GetString("id");
  callback.state = item.GetString("state");
  callback.to = item.GetString("to");
  callback.from = item.GetString("from");
  callback.queue_id = item.GetString("queueId");
  callback.etag = NormalizeEtag(item.GetString("etag"));
  const auto time = ParseDateTime(item.GetString("scheduleDate"));
  if (callback.id.empty() || callback.state.empty() || callback.to.empty() || !time) {
    return NotAnAnswer("a body that is not a callback");
  }
  callback.time = time->instant;
  return callback;
}

Result<LiveCallback> ReadOne(const HttpResponse& response) {
  Arena arena;
  const Result<Value> body = ParseJson(arena, response.body);
  if (!body || (response.status != 200 && response.status != 201)) return NotAnAnswer("a body that is not a callback");
  TRY_ASSIGN(LiveCallback callback, ReadItem(*body));
  // The header speaks of what was just read or written.
  if (const std::string* etag = response.header("ETag")) callback.etag = NormalizeEtag(*etag);
  return callback;
}

Result<std::string> ReadNextPage(const Value& body) {
  const Value* next = body.Find("nextPage");
  if (next == nullptr || next->is_null()) return std::string();
  if (!next->is_string() || next->as_string().size() > kLongestPageToken) {
    return NotAnAnswer("a nextPage that is not a page token");
  }
  return std::string(next->as_string());
}

// A whole number that is not negative.
std::optional<std::int64_t> CountIn(const Value& row, std::string_view name) {
  const Value* count = row.Find(name);
  if (count == nullptr || !count->is_int() || count->as_int() < 0) return std::nullopt;
  return count->as_int();
}

Result<CampaignMetrics> ReadRow(const Value& row) {
  CampaignMetrics metrics;
  const auto dialed = CountIn(row, "totalCallsDialed");
  const auto answered = CountIn(row, "totalCallsAnswered");
  const Value* rate = row.Find("answerRate");
  const bool has_rate = rate != nullptr && rate->is_number() && rate->as_double() >= 0 && rate->as_double() <= 1;
  const Value* abandoned = row.Find("totalCallsAbandoned");
  if (abandoned != nullptr && !abandoned->is_null()) metrics.abandoned = CountIn(row, "totalCallsAbandoned");
  const bool bad_abandoned = abandoned != nullptr && !abandoned->is_null() && !metrics.abandoned;
  if (!dialed || !answered || !has_rate || bad_abandoned) return NotAnAnswer("a body that is not a campaign's figures");
  metrics.dialed = *dialed;
  metrics.answered = *answered;
  metrics.answer_rate = rate->as_double();
  return metrics;
}

class ContactDialectV2 final : public ContactDialect {
 public:
  Result<ApiRequest> CreateCallback(const CallbackWish& wish) const override {
    TRY(CheckKey(wish.idempotency_key, "callback"));
    Arena arena;
    ObjectBuilder body(arena);
    body.Set("to", wish.to).Set("from", wish.from).Set("scheduleDate", FormatUtc(wish.time));
    body.Set("queueId", wish.queue_id);
    if (!wish.attributes.empty()) {
      ObjectBuilder attributes(arena);
      for (const auto& [name, value] : wish.attributes) attributes.Set(name, value);
      body.Set("customAttributes", attributes.Build());
    }
    return Post(kCallbacks, "conversation:write", wish.idempotency_key, body.Build());
  }

  Result<ApiRequest> ChangeCallback(const std::string& id, const std::string& etag,
                                    std::optional<Instant> time) const override {
    TRY(CheckId(id, "callback"));
    ApiRequest request = Read(std::string(kCallbacks) + '/' + PercentEncode(id), "conversation:write");
    // An unquoted `*` would match whatever is there: never a blind write.
    if (etag.empty() || NormalizeEtag(etag) != etag) {
      return Fail(ErrorCode::kRefused, "The ETag of " + request.path + " is not known: nothing was sent.");
    }
    request.method = "PATCH";
    request.safety = Safety::kRepeatable;
    request.headers.push_back({"If-Match", etag});
    request.body =
        time ? fmt::format("{{\"scheduleDate\":\"{}\"}}", FormatUtc(*time)) : std::string(R"({"state":"cancelled"})");
    return request;
  }

  Result<ApiRequest> GetCallback(const std::string& id) const override {
    TRY(CheckId(id, "callback"));
    return Read(std::string(kCallbacks) + '/' + PercentEncode(id), "conversation:read");
  }

  ApiRequest ListCallbacks(const std::string& queue_id, const std::string& state,
                           const std::string& page) const override {
    ApiRequest request = Read(kCallbacks, "conversation:read");
    request.query = ListQuery({{"queueId", queue_id}, {"state", state}}, page);
    return request;
  }

  Result<ApiRequest> SendMessage(const std::string& to, const std::string& from, const std::string& text,
                                 const std::string& idempotency_key) const override {
    TRY(CheckKey(idempotency_key, "message"));
    Arena arena;
    ObjectBuilder body(arena);
    body.Set("to", to).Set("from", from).Set("type", "sms").Set("body", text);
    return Post(kMessages, "message:write", idempotency_key, body.Build());
  }

  Result<ApiRequest> UpdateContact(const std::string& id,
                                   const std::vector<std::pair<std::string, std::string>>& fields) const override {
    TRY(CheckId(id, "contact"));
    Arena arena;
    ArrayBuilder list(arena);
    for (const auto& [name, value] : fields) {
      ObjectBuilder field(arena);
      list.Add(field.Set("name", name).Set("value", value).Build());
    }
    ObjectBuilder body(arena);
    body.Set("fields", list.Build());
    ApiRequest request = Read(kContacts + PercentEncode(id), "crm:write");
    if (LooksLikeNumber(id)) request.shown = std::string(kContacts) + "{contactId}";
    request.method = "PUT";
    // Fields that are set to the same again are as they were.
    request.safety = Safety::kRepeatable;
    request.body = ToJson(body.Build());
    return request;
  }

  Result<ApiRequest> Metrics(const std::string& campaign_id, Duration interval) const override {
    TRY(CheckId(campaign_id, "campaign"));
    if (campaign_id.find('\'') != std::string::npos) {
      return Fail(ErrorCode::kInvalid, "A campaign id has no quotes: nothing was sent.");
    }
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::max(interval, kShortestInterval)).count();
    Arena arena;
    ArrayBuilder select(arena);
    for (const char* name :
         {"campaignId", "totalCallsDialed", "totalCallsAnswered", "totalCallsAbandoned", "answerRate"}) {
      select.Add(name);
    }
    ObjectBuilder body(arena);
    body.Set("select", select.Build()).Set("where", MakeString(arena, fmt::format("campaignId = '{}'", campaign_id)));
    body.Set("interval", MakeString(arena, fmt::format("PT{}S", seconds))).Set("pageSize", 100).Set("page", 1);
    ApiRequest request = Read(kMetrics, "analytics:read");
    request.method = "POST";
    request.body = ToJson(body.Build());
    return request;
  }

  ApiRequest ListAgents(const std::string& page) const override {
    ApiRequest request = Read(kAgents, "agent:read");
    request.query = ListQuery({}, page);
    return request;
  }

  Result<LiveCallback> ReadCreated(const CallbackWish& wish, const HttpResponse& response) const override {
    TRY_ASSIGN(LiveCallback callback, ReadOne(response));
    const bool same = callback.to == wish.to && EqualsIgnoringCase(callback.queue_id, wish.queue_id) &&
                      SameTime(callback.time, wish.time);
    if (!same) return NotAnAnswer("another callback");
    return callback;
  }

  Result<LiveCallback> ReadChanged(const std::string& id, std::optional<Instant> time,
                                   const HttpResponse& response) const override {
    TRY_ASSIGN(LiveCallback callback, ReadCallback(id, response));
    const bool changed = time ? SameTime(callback.time, *time) : callback.state == "cancelled";
    if (!changed) return NotAnAnswer("a callback that is not as it was asked to be");
    return callback;
  }

  Result<LiveCallback> ReadCallback(const std::string& id, const HttpResponse& response) const override {
    TRY_ASSIGN(LiveCallback callback, ReadOne(response));
    if (!EqualsIgnoringCase(callback.id, id)) return NotAnAnswer("another callback");
    return callback;
  }

  Result<ListedPage<LiveCallback>> ReadCallbacks(const std::string& queue_id, const std::string& state,
                                                 const HttpResponse& response) const override {
    Arena arena;
    const Result<Value> body = ParseJson(arena, response.body);
    const Value* items = body ? body->Find("items") : nullptr;
    if (response.status != 200 || items == nullptr || !items->is_array()) {
      return NotAnAnswer("a body that is not a list of callbacks");
    }
    ListedPage<LiveCallback> page;
    TRY_ASSIGN(page.next, ReadNextPage(*body));
    for (const Value& item : items->items()) {
      TRY_ASSIGN(LiveCallback callback, ReadItem(item));
      const bool wanted = (queue_id.empty() || EqualsIgnoringCase(callback.queue_id, queue_id)) &&
                          (state.empty() || callback.state == state);
      if (wanted) page.items.push_back(std::move(callback));
    }
    return page;
  }

  Result<std::string> ReadMessage(const HttpResponse& response) const override {
    Arena arena;
    const Result<Value> body = ParseJson(arena, response.body);
    const bool complete = body && !body->GetString("id").empty() && !body->GetString("state").empty();
    if (!complete || (response.status != 200 && response.status != 201)) {
      return NotAnAnswer("a body that is not a message");
    }
    return std::string(body->GetString("id"));
  }

  Result<void> ReadContact(const std::string& id, const std::vector<std::pair<std::string, std::string>>& fields,
                           const HttpResponse& response) const override {
    Arena arena;
    const Result<Value> body = ParseJson(arena, response.body);
    const Value* list = body ? body->Find("fields") : nullptr;
    if (response.status != 200 || list == nullptr || !list->is_array()) {
      return NotAnAnswer("a body that is not a contact");
    }
    if (!EqualsIgnoringCase(body->GetString("id"), id)) return NotAnAnswer("another contact");
    std::map<std::string_view, std::string_view> live;
    for (const Value& field : list->items()) live[field.GetString("name")] = field.GetString("value");
    for (const auto& [name, value] : fields) {
      const auto found = live.find(name);
      if (found == live.end() || found->second != value) return NotAnAnswer("a contact without the fields sent");
    }
    return {};
  }

  Result<std::optional<CampaignMetrics>> ReadMetrics(const std::string& campaign_id,
                                                     const HttpResponse& response) const override {
    Arena arena;
    const Result<Value> body = ParseJson(arena, response.body);
    const Value* rows = body ? body->Find("response") : nullptr;
    if (response.status != 200 || rows == nullptr || !rows->is_array()) {
      return NotAnAnswer("a body that is not campaigns' figures");
    }
    for (const Value& row : rows->items()) {
      if (!EqualsIgnoringCase(row.GetString("campaignId"), campaign_id)) continue;
      TRY_ASSIGN(CampaignMetrics metrics, ReadRow(row));
      return std::optional(metrics);
    }
    if (!rows->items().empty()) return NotAnAnswer("the figures of other campaigns");
    return std::optional<CampaignMetrics>();
  }

  Result<ListedPage<ListedAgent>> ReadAgents(const HttpResponse& response) const override {
    Arena arena;
    const Result<Value> body = ParseJson(arena, response.body);
    const Value* list = !body ? nullptr : body->is_array() ? &*body : body->Find("items");
    if (response.status != 200 || list == nullptr || !list->is_array()) {
      return NotAnAnswer("a body that is not a list of agents");
    }
    ListedPage<ListedAgent> page;
    TRY_ASSIGN(page.next, ReadNextPage(*body));
    for (const Value& item : list->items()) {
      ListedAgent agent{std::string(item.GetString("id")), std::string(item.GetString("state"))};
      if (agent.id.empty() || agent.state.empty()) return NotAnAnswer("a body that is not a list of agents");
      page.items.push_back(std::move(agent));
    }
    return page;
  }
};

}  // namespace

std::unique_ptr<ContactDialect> MakeContactDialectV2() {
  return std::make_unique<ContactDialectV2>();
}

}  // namespace cxctl
