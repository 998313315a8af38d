#include "agent/mapping_sync.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/strings.h"
#include "env/ids.h"
#include "value/json.h"
#include "webhook/signature.h"

namespace cxctl {

namespace {

// Senders try again for up to 75 hours.
constexpr Duration kIdsAreKept = std::chrono::hours(5 * 24);
constexpr const char* kEventType = "callcodes.mapped";

std::unexpected<ApiError> Refuse(int status, std::string code, std::string message, std::string field = "") {
  ApiError error;
  error.status = status;
  error.code = std::move(code);
  error.message = std::move(message);
  error.field = std::move(field);
  return std::unexpected(std::move(error));
}

std::unexpected<ApiError> StoreAway() {
  auto refusal = Refuse(503, "UNAVAILABLE", "the webhook could not be stored: send it again");
  refusal.error().headers.push_back({"Retry-After", "5"});
  return refusal;
}

ApiAnswer Received(std::string_view processed_at, bool duplicate) {
  return HttpResponse{200,
                      {{"Content-Type", "application/json"}},
                      fmt::format(R"({{"received":true,{}"processedAt":"{}"}})",
                                  duplicate ? R"("duplicate":true,)" : "", processed_at)};
}

std::expected<VerifiedWebhook, ApiError> Verify(const HttpRequest& request, const std::string& secret, Instant now) {
  const Result<std::vector<std::string>> keys = WebhookKeys(secret);
  if (!keys) {
    return Refuse(401, "UNAUTHORIZED",
                  "no webhook can be verified here: set spec.agent.webhookSecret of the tenant to the sender's secret");
  }
  auto verified = VerifyWebhook(request.headers, request.body, *keys, now);
  if (!verified) return Refuse(401, "UNAUTHORIZED", verified.error());
  return std::move(*verified);
}

struct MemberRule {
  const char* name;
  bool required;
  bool (*fits)(const Value& value);
  const char* what;
};

bool IsText(const Value& value) {
  return value.is_string() && !value.as_string().empty();
}
bool IsObject(const Value& value) {
  return value.is_object();
}
bool IsTime(const Value& value) {
  return ParseDateTime(value.as_string()).has_value();
}

constexpr MemberRule kMembers[] = {
    {"event", true, IsText, "a text"},
    {"mappingId", true, IsText, "a text"},
    {"metrics", false, IsObject, "an object"},
    {"timestamp", false, IsTime, "a time like 2026-11-20T12:00:00Z"},
};

/// The data of the event that tells of it.
std::expected<std::string, ApiError> ReadData(std::string_view text) {
  Arena arena;
  const Result<Value> body = ParseJson(arena, text);
  if (!body) return Refuse(400, "INVALID_REQUEST", "the body is not JSON: " + body.error().message);
  if (!body->is_object()) return Refuse(400, "INVALID_REQUEST", "the body is not a JSON object");
  ObjectBuilder data(arena);
  for (const MemberRule& member : kMembers) {
    const Value* value = body->Find(member.name);
    if (value == nullptr && !member.required) continue;
    if (value == nullptr) return Refuse(400, "INVALID_REQUEST", fmt::format("{} is missing", member.name), member.name);
    if (!member.fits(*value))
      return Refuse(400, "INVALID_REQUEST", fmt::format("{} is not {}", member.name, member.what), member.name);
    data.Set(member.name, *value);
  }
  return MaskPhoneNumbers(ToJson(data.Build()));
}

AgentBatch BatchOf(const std::string& webhook_id, std::string_view processed_at, std::string data, Instant now,
                   MappingSync& world) {
  AgentWrite seen;
  seen.condition = AgentWrite::Condition::kAbsent;
  seen.record = {kInboundCollection,
                 webhook_id,
                 "",
                 now + kIdsAreKept,
                 fmt::format(R"({{"processedAt":"{}","data":{}}})", processed_at, data),
                 0};
  const Event event{MakeUlid(now, world.random), kEventType, now, std::move(data)};
  AgentBatch batch;
  batch.writes.push_back(std::move(seen));
  for (AgentWrite& write : WritesOf(event, world.sinks, nullptr)) batch.writes.push_back(std::move(write));
  return batch;
}

/// The answer to a webhook that was taken before.
ApiAnswer AnswerAsBefore(const AgentRecord& record) {
  Arena arena;
  const Result<Value> body = ParseJson(arena, record.body);
  return Received(body ? body->GetString("processedAt") : "", true);
}

}  // namespace

Task<ApiAnswer> ReceiveMapping(const HttpRequest& request, Instant now, MappingSync world) {
  const auto verified = Verify(request, world.secret, now);
  if (!verified) co_return std::unexpected(verified.error());
  AgentStore& store = world.commits.store();
  const auto before = store.Get(world.commits.tenant(), kInboundCollection, verified->id);
  if (!before) co_return StoreAway();
  if (*before) co_return AnswerAsBefore(**before);
  auto data = ReadData(request.body);
  if (!data) co_return std::unexpected(data.error());
  const std::string processed_at = FormatUtc(now, true);
  AgentBatch batch = BatchOf(verified->id, processed_at, std::move(*data), now, world);
  const auto commit = co_await world.commits.Submit(std::move(batch));
  if (!commit) co_return StoreAway();
  if (commit->status == AgentCommit::Status::kDone) co_return Received(processed_at, false);
  // The same webhook came twice at once.
  const auto first = store.Get(world.commits.tenant(), kInboundCollection, verified->id);
  if (!first || !*first) co_return StoreAway();
  co_return AnswerAsBefore(**first);
}

}  // namespace cxctl
