#include "webhook/delivery_try.h"

#include <fmt/format.h>

#include <utility>

#include "base/digest.h"
#include "base/strings.h"
#include "env/ids.h"
#include "http/retry_after.h"
#include "http/url_text.h"
#include "value/json.h"
#include "webhook/address_guard.h"
#include "webhook/signature.h"

namespace cxctl {

namespace {

constexpr auto kConnectTimeout = std::chrono::milliseconds(5000);
constexpr auto kTimeout = std::chrono::milliseconds(15000);
constexpr std::size_t kLongestAnswer = 1u << 20;
constexpr int kGone = 410, kTooMany = 429, kAway = 503;

/// The reason alone: a sink's path can be a secret.
std::string ReasonOf(const TransportError& error, const HttpRequest& request) {
  const std::string prefix = DescribeRequest(request.method, request.url) + ": ";
  return error.message.starts_with(prefix) ? error.message.substr(prefix.size()) : "no answer";
}

std::unexpected<TransportError> NotSent(std::string reason) {
  return std::unexpected(TransportError{false, false, std::move(reason)});
}

std::string StateBody(const SinkSettings& sink, Instant now) {
  Arena arena;
  return ToJson(ObjectBuilder(arena)
                    .Set("reason", "the sink answered 410 Gone")
                    .Set("since", FormatUtc(now, true))
                    .Set("urlSha256", Sha256Hex(sink.url))
                    .Build());
}

std::string_view WordFor(bool delivered, bool dead) {
  if (delivered) return "delivered";
  return dead ? "dead" : "failed";
}

}  // namespace

Task<HttpOutcome> Deliveries::Post(const SinkSettings& sink, const Delivery& delivery) {
  if (std::string refusal = RefusalOfUrl(sink.url); !refusal.empty()) co_return NotSent(std::move(refusal));
  std::vector<std::string> keys;
  if (!sink.secret.empty()) {
    Result<std::vector<std::string>> read = WebhookKeys(sink.secret);
    if (!read) co_return NotSent(read.error().message);
    keys = std::move(*read);
  }
  HttpRequest request;
  request.method = "POST";
  request.url = sink.url;
  request.headers = WebhookHeaders(delivery.event, Now(), delivery.body, keys);
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = delivery.body;
  request.connect_timeout = kConnectTimeout;
  request.timeout = kTimeout;
  request.max_answer_bytes = kLongestAnswer;
  request.refuse_address = [sink, on_loopback = world_.tenant_on_loopback](std::string_view address) {
    return RefusalOfAddress(address, sink, on_loopback);
  };
  HttpRequest sent = request;
  HttpOutcome outcome = co_await world_.transport.Send(std::move(sent));
  if (!outcome) co_return NotSent(ReasonOf(outcome.error(), request));
  co_return outcome;
}

Task<Deliveries::Ending> Deliveries::TryOnce(const SinkSettings& sink, const AgentRecord& record) {
  Try attempt{sink, record, {}};
  Result<Delivery> delivery = ReadDelivery(record);
  const Result<bool> is_off = IsOff(sink);
  if (!is_off) {
    StoreFailed(is_off.error());
    co_return Ending::kUnknown;
  }
  if (!delivery || *is_off) {
    attempt.ending = Ending::kDead;
    attempt.delivery = delivery ? std::move(*delivery) : Delivery{sink.name, record.id, "", "{}", Now()};
    attempt.delivery.last_error =
        delivery ? "the sink is switched off: it answered 410 Gone" : delivery.error().message;
    co_return co_await Settle(attempt);
  }
  attempt.delivery = std::move(*delivery);
  const Duration start = world_.loop.clock().Monotonic();
  const HttpOutcome outcome = co_await Post(sink, attempt.delivery);
  attempt.took = world_.loop.clock().Monotonic() - start;
  Judge(attempt, outcome);
  co_return co_await Settle(attempt);
}

void Deliveries::Judge(Try& attempt, const HttpOutcome& outcome) {
  Delivery& delivery = attempt.delivery;
  const Instant now = Now();
  ++delivery.tries;
  if (!delivery.first_try) delivery.first_try = now;
  delivery.last_status = outcome ? outcome->status : 0;
  if (outcome && outcome->status / 100 == 2) {
    attempt.ending = Ending::kDelivered;
    return;
  }
  delivery.last_error = outcome ? fmt::format("it answered {}", outcome->status) : outcome.error().message;
  attempt.switches_off = outcome && outcome->status == kGone;
  if (outcome && (outcome->status == kTooMany || outcome->status == kAway))
    attempt.retry_after = ParseRetryAfter(outcome->headers, now);
  const auto next = NextTry(delivery.tries, *delivery.first_try, now, world_.random.Fraction(), attempt.retry_after);
  attempt.ending = attempt.switches_off || !next ? Ending::kDead : Ending::kFailed;
  if (next) attempt.next = *next;
  if (attempt.retry_after && next) held_until_[attempt.sink.name] = std::min(now + *attempt.retry_after, *next);
}

Task<Deliveries::Ending> Deliveries::Settle(Try& attempt) {
  // Of several tries that a sink answers with 410 at once, one switches it off; the others meet its record.
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    Result<AgentBatch> batch = BatchOf(attempt);
    if (!batch) {
      StoreFailed(batch.error());
      co_return Ending::kUnknown;
    }
    AgentBatch submitted = std::move(*batch);
    const Result<AgentCommit> commit = co_await world_.submit(std::move(submitted));
    if (!commit) {
      StoreFailed(commit.error());
      co_return Ending::kUnknown;
    }
    // Somebody else settled it, or replayed it meanwhile: that counts.
    if (commit->status != AgentCommit::Status::kDone && commit->failed_write == 0) co_return Ending::kUnknown;
    if (commit->status == AgentCommit::Status::kDone) {
      Tell(attempt);
      co_return attempt.ending;
    }
  }
  co_return Ending::kUnknown;
}

Result<AgentBatch> Deliveries::BatchOf(const Try& attempt) {
  AgentWrite write;
  write.condition = AgentWrite::Condition::kVersion;
  if (attempt.ending == Ending::kDelivered) {
    write.kind = AgentWrite::Kind::kDelete;
  } else {
    write.record = attempt.ending == Ending::kDead ? DeadRecord(attempt.delivery, Now() + kDeadLettersAreKept)
                                                   : PendingRecord(attempt.delivery, attempt.next);
  }
  write.record.collection = attempt.record.collection;
  write.record.id = attempt.record.id;
  write.record.version = attempt.record.version;
  AgentBatch batch;
  batch.writes.push_back(std::move(write));
  if (attempt.switches_off) TRY(SwitchOff(attempt, batch));
  return batch;
}

Result<void> Deliveries::SwitchOff(const Try& attempt, AgentBatch& batch) {
  const SinkSettings& sink = attempt.sink;
  TRY_ASSIGN(const bool is_off, IsOff(sink));
  if (is_off) return {};
  TRY_ASSIGN(const std::optional<AgentRecord> before, world_.store.Get(world_.tenant, kSinkStateCollection, sink.name));
  AgentWrite off;
  off.condition = before ? AgentWrite::Condition::kVersion : AgentWrite::Condition::kAbsent;
  off.record = {kSinkStateCollection, sink.name, "off", {}, StateBody(sink, Now()), before ? before->version : 0};
  batch.writes.push_back(std::move(off));
  Arena arena;
  const Value data = ObjectBuilder(arena).Set("sink", sink.name).Set("status", kGone).Build();
  const Event event{MakeUlid(Now(), world_.random), "sink.disabled", Now(), ToJson(data)};
  std::vector<SinkSettings> others = world_.sinks();
  std::erase_if(others, [&](const SinkSettings& other) { return other.name == sink.name; });
  for (AgentWrite& each : WritesOf(event, others, nullptr)) batch.writes.push_back(std::move(each));
  return {};
}

Result<bool> Deliveries::IsOff(const SinkSettings& sink) {
  TRY_ASSIGN(const std::optional<AgentRecord> state, world_.store.Get(world_.tenant, kSinkStateCollection, sink.name));
  if (!state) return false;
  Arena arena;
  const Result<Value> body = ParseJson(arena, state->body);
  return body && body->GetString("urlSha256") == Sha256Hex(sink.url);
}

void Deliveries::Tell(const Try& attempt) {
  const Delivery& delivery = attempt.delivery;
  const bool dead = attempt.ending == Ending::kDead;
  const bool delivered = attempt.ending == Ending::kDelivered;
  world_.metrics.Count("cxctl_webhook_deliveries_total",
                       {{"sink", delivery.sink}, {"result", std::string(WordFor(delivered, dead))}});
  if (attempt.took > Duration::zero()) {
    const double seconds = std::chrono::duration<double>(attempt.took).count();
    world_.metrics.Observe("cxctl_webhook_delivery_duration_seconds", seconds, {{"sink", delivery.sink}});
  }
  const Facts facts = {{"sink", delivery.sink},
                       {"event", delivery.event},
                       {"type", delivery.type},
                       {"tries", std::to_string(delivery.tries)},
                       {"reason", delivery.last_error}};
  if (attempt.switches_off) world_.log.Warning("a sink is switched off: it answered 410 Gone", facts);
  if (dead) return world_.log.Error("a webhook delivery is given up; it can be replayed", facts);
  // One line when it begins to fail and one when it arrives after all are enough.
  if (!delivered && delivery.tries == 1) world_.log.Warning("a webhook delivery failed and will be tried again", facts);
  if (delivered && delivery.tries > 1) world_.log.Info("a webhook delivery arrived after failures", facts);
}

}  // namespace cxctl
