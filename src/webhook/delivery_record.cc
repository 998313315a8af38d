#include "webhook/delivery_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "value/json.h"
#include "webhook/event.h"

namespace cxctl {

namespace {

constexpr std::string_view kPending = "pending/", kDead = "dead/";
constexpr Duration kFirstPause = std::chrono::seconds(5);
constexpr Duration kLongestPause = std::chrono::hours(4);
constexpr Duration kGivenUpAfter = std::chrono::hours(24);
constexpr int kGrowth = 3;

std::string BodyOf(const Delivery& delivery) {
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("sink", delivery.sink).Set("event", delivery.event).Set("type", delivery.type).Set("body", delivery.body);
  body.Set("created", delivery.created.micros).Set("tries", delivery.tries);
  if (delivery.first_try) body.Set("firstTry", delivery.first_try->micros);
  if (delivery.last_status != 0) body.Set("lastStatus", delivery.last_status);
  if (!delivery.last_error.empty()) body.Set("lastError", delivery.last_error);
  return ToJson(body.Build());
}

AgentRecord RecordOf(const Delivery& delivery, std::string state, Instant due) {
  return {kDeliveryCollection, fmt::format("{}/{}", delivery.event, delivery.sink),
          std::move(state),    due,
          BodyOf(delivery),    0};
}

std::int64_t IntOf(const Value& body, std::string_view member) {
  const Value* value = body.Find(member);
  return value == nullptr ? 0 : value->as_int();
}

}  // namespace

std::string PendingState(std::string_view sink) {
  return std::string(kPending).append(sink);
}

std::string DeadState(std::string_view sink) {
  return std::string(kDead).append(sink);
}

std::string_view SinkOfState(std::string_view state) {
  return state.substr(std::min(state.find('/'), state.size() - 1) + 1);
}

AgentRecord PendingRecord(const Delivery& delivery, Instant due) {
  return RecordOf(delivery, PendingState(delivery.sink), due);
}

AgentRecord DeadRecord(const Delivery& delivery, Instant until) {
  return RecordOf(delivery, DeadState(delivery.sink), until);
}

Result<Delivery> ReadDelivery(const AgentRecord& record) {
  Arena arena;
  const Result<Value> body = ParseJson(arena, record.body);
  Delivery delivery;
  if (body) {
    delivery.sink = body->GetString("sink");
    delivery.event = body->GetString("event");
    delivery.type = body->GetString("type");
    delivery.body = body->GetString("body");
    delivery.created = {IntOf(*body, "created")};
    delivery.tries = static_cast<int>(IntOf(*body, "tries"));
    if (const Value* first = body->Find("firstTry")) delivery.first_try = Instant{first->as_int()};
    delivery.last_status = static_cast<int>(IntOf(*body, "lastStatus"));
    delivery.last_error = body->GetString("lastError");
  }
  if (!delivery.sink.empty() && !delivery.event.empty() && !delivery.body.empty()) return delivery;
  return Fail(ErrorCode::kIntegrity,
              fmt::format("delivery {} in the state store cannot be read: restore the store from a backup", record.id));
}

std::optional<Instant> NextTry(int tries, Instant first_try, Instant now, double fraction,
                               std::optional<Duration> retry_after) {
  const Instant last = first_try + kGivenUpAfter;
  if (last <= now) return std::nullopt;
  Duration pause = kFirstPause;
  for (int n = 1; n < tries && pause < kLongestPause; ++n) pause = std::min(pause * kGrowth, kLongestPause);
  pause = std::chrono::duration_cast<Duration>(pause * (0.75 + fraction / 2));
  if (retry_after) pause = std::max(pause, *retry_after);
  return std::min(now + pause, last);
}

}  // namespace cxctl
