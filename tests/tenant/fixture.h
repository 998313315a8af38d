#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tenant/tenant_client.h"
#include "value/json.h"

namespace cxctl {

inline constexpr std::string_view kClientSecret = "s3cr3t/with+odd=chars";
inline constexpr std::string_view kClientId = "client-4711";

/// A clock that moves only while the loop waits, by as much as the loop is willing to.
class ManualClock : public Clock, public Waiter {
 public:
  Instant Now() override { return start_ + elapsed_; }
  Duration Monotonic() override { return elapsed_; }
  void Wait(Duration at_most) override {
    elapsed_ += at_most;
    ASSERT_LT(++waits_, 5'000'000) << "the loop waits for something that never comes";
  }
  void Advance(Duration duration) { elapsed_ += duration; }

 private:
  const Instant start_ = ParseDateTime("2026-11-20T12:00:00Z")->instant;
  Duration elapsed_{0};
  int waits_ = 0;
};

/// SplitMix64, so that a test is the same each time.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}
  std::uint64_t Next() override {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

inline HttpOutcome Answer(int status, std::string body = "", std::vector<HttpHeader> headers = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}
inline HttpOutcome NotSent() {
  return std::unexpected(TransportError{false, false, "connection refused"});
}
inline HttpOutcome Cut() {
  return std::unexpected(TransportError{true, false, "the connection was closed"});
}
inline HttpOutcome TimedOut() {
  return std::unexpected(TransportError{true, true, "no answer within 30s"});
}

struct SentRequest {
  Duration at{0};
  HttpRequest request;

  std::string header(std::string_view name) const {
    const std::string* value = request.header(name);
    return value == nullptr ? "(none)" : *value;
  }
};

/// A transport whose answers come from a function, after a latency.
class FakeTransport : public HttpTransport {
 public:
  explicit FakeTransport(Loop& loop) : loop_(loop) {}

  Task<HttpOutcome> Send(HttpRequest request) override {
    sent.push_back({loop_.clock().Monotonic(), request});
    most_in_flight = std::max(most_in_flight, ++in_flight_);
    co_await loop_.Sleep(latency);
    --in_flight_;
    HttpOutcome outcome = handler(request);
    co_return outcome;
  }

  std::function<HttpOutcome(const HttpRequest&)> handler;
  Duration latency = std::chrono::milliseconds(10);
  std::vector<SentRequest> sent;
  int most_in_flight = 0;

 private:
  Loop& loop_;
  int in_flight_ = 0;
};

/// Writes down what it is told.
class RecordingObserver : public RequestObserver {
 public:
  void OnRequest(std::string_view method, std::string_view path, int status, Duration, std::string_view note) override {
    lines.push_back(std::string(method) + ' ' + std::string(path) + ' ' + std::to_string(status) +
                    (note.empty() ? "" : " " + std::string(note)));
  }
  std::vector<std::string> lines;
};

/// A client whose tenant answers from a script: tokens of its own accord (token-1, token-2, ...), everything else one
/// scripted answer after the other.
class TenantTest : public testing::Test {
 protected:
  TenantTest() : loop_(clock_, clock_), transport_(loop_) {
    connection_.base_url = "https://tenant.example.com";
    connection_.client_id = kClientId;
    connection_.client_secret = kClientSecret;
    connection_.scopes = {"callcodes:read", "campaigns:read"};
    connection_.requests_per_second = 1000;
    connection_.burst = 1000;
    transport_.handler = [this](const HttpRequest& request) { return Handle(request); };
  }

  TenantClient& client() {
    if (client_ == nullptr) {
      auto made = MakeTenantClient(connection_, arena_, loop_, transport_, random_, &observer_);
      EXPECT_TRUE(made) << made.error().message;
      client_ = std::move(*made);
    }
    return *client_;
  }

  void Script(std::vector<HttpOutcome> answers) {
    for (HttpOutcome& answer : answers) script_.push_back(std::move(answer));
  }

  HttpOutcome Handle(const HttpRequest& request) {
    if (request.url.ends_with(connection_.token_path)) {
      if (!token_script_.empty()) {
        HttpOutcome next = std::move(token_script_.front());
        token_script_.pop_front();
        return next;
      }
      return Answer(200, R"({"access_token":"token-)" + std::to_string(++tokens_issued_) +
                             R"(","token_type":"Bearer","expires_in":3600})");
    }
    if (script_.empty()) {
      ADD_FAILURE() << "not in the script: " << request.method << ' ' << request.url;
      return Answer(418);
    }
    HttpOutcome next = std::move(script_.front());
    script_.pop_front();
    return next;
  }

  /// What was sent, without the token requests.
  std::vector<SentRequest> ApiRequests() const {
    std::vector<SentRequest> requests;
    for (const SentRequest& sent : transport_.sent) {
      if (!sent.request.url.ends_with(connection_.token_path)) requests.push_back(sent);
    }
    return requests;
  }
  std::vector<SentRequest> TokenRequests() const {
    std::vector<SentRequest> requests;
    for (const SentRequest& sent : transport_.sent) {
      if (sent.request.url.ends_with(connection_.token_path)) requests.push_back(sent);
    }
    return requests;
  }
  /// "GET /path?query" of each API request.
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const SentRequest& sent : ApiRequests()) {
      lines.push_back(sent.request.method + ' ' + sent.request.url.substr(connection_.base_url.size()));
    }
    return lines;
  }

  Value Json(std::string_view text) {
    Result<Value> value = ParseJson(arena_, text);
    EXPECT_TRUE(value) << text;
    return value ? *value : Value();
  }

  Result<std::vector<LiveObject>> List(ObjectKind kind, std::string scope = "") {
    return loop_.RunUntilDone(client().List(kind, std::move(scope)));
  }
  Result<std::optional<LiveObject>> Get(ObjectKind kind, std::string scope, std::string id) {
    return loop_.RunUntilDone(client().Get(kind, std::move(scope), std::move(id)));
  }
  Result<std::optional<LiveObject>> Find(ObjectKind kind, std::string scope, std::string name,
                                         std::string parent = "") {
    return loop_.RunUntilDone(client().FindByIdentity(kind, std::move(scope), std::move(name), std::move(parent)));
  }
  WriteResult Write(WriteRequest request) { return loop_.RunUntilDone(client().Write(std::move(request))); }

  WriteRequest CreateCode() {
    WriteRequest request;
    request.kind = ObjectKind::kCallCode;
    request.operation = WriteOperation::kCreate;
    request.scope = "Sales";
    request.payload = Json(R"({"name":"Sale","code":"SALE","type":"SUCCESS","category":"Sales"})");
    request.idempotency_key = "key-1";
    return request;
  }
  WriteRequest UpdateCode() {
    WriteRequest request;
    request.kind = ObjectKind::kCallCode;
    request.operation = WriteOperation::kUpdate;
    request.scope = "Sales";
    request.id = "cc-1";
    request.etag = "\"v1\"";
    request.payload = Json(R"({"name":"Sold"})");
    return request;
  }
  WriteRequest DeleteCode() {
    WriteRequest request = UpdateCode();
    request.operation = WriteOperation::kDelete;
    request.payload = Value();
    return request;
  }
  WriteRequest PauseCampaign() {
    WriteRequest request;
    request.kind = ObjectKind::kCampaign;
    request.operation = WriteOperation::kTransition;
    request.id = "c-1";
    request.etag = "\"v1\"";
    request.payload = Json(R"({"state":"PAUSED","pauseReason":"COMPLIANCE_HOLD"})");
    return request;
  }

  static std::string Code(std::string id = "cc-1", std::string more = "") {
    return R"({"id":")" + id + R"(","name":"Sale","code":"SALE","type":"SUCCESS","category":"Sales","isActive":true)" +
           more + "}";
  }

  Arena arena_;
  ManualClock clock_;
  Loop loop_;
  FakeTransport transport_;
  SeededRandom random_;
  RecordingObserver observer_;
  TenantConnection connection_;
  std::unique_ptr<TenantClient> client_;
  std::deque<HttpOutcome> script_, token_script_;
  int tokens_issued_ = 0;
};

}  // namespace cxctl
