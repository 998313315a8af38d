#include "webhook/delivery.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "value/json.h"
#include "webhook/world.h"

namespace cxctl {
namespace {

using testing::HasSubstr;
using testing::Not;

HttpOutcome Status(int status, std::vector<HttpHeader> headers = {}) {
  return HttpResponse{status, std::move(headers), ""};
}

TEST_F(DeliveryTest, DeliversInOrderAndForgets) {
  Happen(10);
  RunFor(seconds(3));
  ASSERT_EQ(transport_.received.size(), 10U);
  for (std::size_t n = 0; n < 10; ++n) EXPECT_EQ(transport_.received[n].id, fmt::format("e{:04}", n + 1));
  EXPECT_TRUE(store_.Count(kTenant, kDeliveryCollection)->empty());
  EXPECT_EQ(metrics_.values["cxctl_webhook_deliveries_total wfo delivered"], 10);
  EXPECT_EQ(metrics_.observed["cxctl_webhook_delivery_duration_seconds wfo"].size(), 10U);
}

TEST_F(DeliveryTest, SignsWhatItSends) {
  sinks_[0].secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw previous";
  Happen(1);
  RunFor(seconds(2));
  const HttpRequest& request = transport_.received.at(0).request;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, sinks_[0].url);
  EXPECT_EQ(*request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.body, R"({"type":"pacing.adjusted","timestamp":"2026-11-20T21:15:13.000Z","data":{"rate":12}})");
  // Each of the two receivers' secrets opens it; another does not.
  for (const char* secret : {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "previous"}) {
    const auto verified = VerifyWebhook(request.headers, request.body, *WebhookKeys(secret), kStart);
    ASSERT_TRUE(verified) << verified.error();
    EXPECT_EQ(verified->id, "e0001");
  }
  EXPECT_FALSE(VerifyWebhook(request.headers, request.body, *WebhookKeys("older"), kStart));
}

TEST_F(DeliveryTest, SendsWithoutASignatureWhereThereIsNoSecret) {
  sinks_[0].secret = "";
  Happen(1);
  RunFor(seconds(2));
  const HttpRequest& request = transport_.received.at(0).request;
  EXPECT_EQ(request.header(kWebhookSignature), nullptr);
  EXPECT_EQ(*request.header(kWebhookId), "e0001");
}

TEST_F(DeliveryTest, TriesAgainUnderTheSameIdUntilItArrives) {
  int tries = 0;
  transport_.answers[Host("wfo")] = [&](const HttpRequest&) -> HttpOutcome {
    switch (++tries) {
      case 1:
        return Status(500);
      case 2:
        return std::unexpected(TransportError{true, false, "POST https://wfo.example.com/hook: the connection closed"});
      case 3:
        return Status(302, {{"Location", "http://169.254.169.254/"}});
      case 4:
        return Status(404);
      default:
        return Status(200);
    }
  };
  Happen(1);
  RunFor(minutes(30));
  ASSERT_EQ(transport_.received.size(), 5U);
  Duration expected = seconds(5);
  for (std::size_t n = 1; n < 5; ++n) {
    EXPECT_EQ(transport_.received[n].id, "e0001");
    EXPECT_EQ(transport_.received[n].request.url, sinks_[0].url);  // not where the redirect leads
    const Duration pause = transport_.received[n].at - transport_.received[n - 1].at;
    EXPECT_GE(pause, expected * 3 / 4);
    EXPECT_LE(pause, expected * 5 / 4 + seconds(2));
    expected *= 3;
  }
  // Each try is signed anew, with the time of its own.
  EXPECT_NE(*transport_.received[0].request.header(kWebhookTimestamp),
            *transport_.received[4].request.header(kWebhookTimestamp));
  EXPECT_TRUE(store_.Count(kTenant, kDeliveryCollection)->empty());
  EXPECT_EQ(metrics_.values["cxctl_webhook_deliveries_total wfo failed"], 4);
}

TEST_F(DeliveryTest, GivesUpAfterADay) {
  transport_.answers[Host("wfo")] = [](const HttpRequest&) { return Status(500); };
  Happen(1);
  RunFor(hours(25));
  EXPECT_GE(transport_.received.size(), 10U);
  EXPECT_LE(transport_.received.size(), 20U);
  // The last try is made when the day is over.
  EXPECT_GE(transport_.received.back().at, hours(24));
  EXPECT_LE(transport_.received.back().at, hours(24) + seconds(2));
  EXPECT_EQ(CountOf("dead/wfo"), 1);
  const auto letters = deliveries_->DeadLetters("").value();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].event, "e0001");
  EXPECT_EQ(letters[0].last_status, 500);
  EXPECT_EQ(letters[0].last_error, "it answered 500");
  EXPECT_EQ(letters[0].tries, static_cast<int>(transport_.received.size()));
  EXPECT_TRUE(deliveries_->DeadLetters("other")->empty());
  EXPECT_EQ(metrics_.values["cxctl_webhook_deliveries_total wfo dead"], 1);
  EXPECT_EQ(metrics_.values["cxctl_webhook_outbox_deliveries wfo dead"], 1);
  EXPECT_THAT(log_.text, HasSubstr("a webhook delivery is given up"));
}

TEST_F(DeliveryTest, ReplaysADeadLetter) {
  transport_.answers[Host("wfo")] = [](const HttpRequest&) { return Status(500); };
  Happen(1);
  RunFor(hours(25));
  transport_.answers.clear();
  ASSERT_TRUE(loop_.RunUntilDone(deliveries_->Replay("e0001/wfo")));
  const auto again = loop_.RunUntilDone(deliveries_->Replay("e0001/wfo"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
  const std::size_t before = transport_.received.size();
  RunFor(seconds(2));
  ASSERT_EQ(transport_.received.size(), before + 1);
  EXPECT_EQ(transport_.received.back().id, "e0001");
  EXPECT_TRUE(deliveries_->DeadLetters("")->empty());
}

TEST_F(DeliveryTest, ForgetsDeadLettersAndEventsInTime) {
  transport_.answers[Host("wfo")] = [](const HttpRequest&) { return Status(500); };
  Happen(1);
  RunFor(hours(25));
  EXPECT_TRUE(store_.Get(kTenant, kEventCollection, "e0001").value());
  time_.elapsed += hours(24 * 7);
  RunFor(minutes(2));
  EXPECT_FALSE(store_.Get(kTenant, kEventCollection, "e0001").value());
  EXPECT_EQ(CountOf("dead/wfo"), 1);
  time_.elapsed += hours(24 * 24);
  RunFor(minutes(2));
  EXPECT_EQ(CountOf("dead/wfo"), 0);
}

TEST_F(DeliveryTest, AHangingSinkDelaysNoOther) {
  sinks_ = {Sink("hangs"), Sink("wfo")};
  transport_.latencies[Host("hangs")] = seconds(15);
  Happen(40);
  RunFor(seconds(10));
  EXPECT_EQ(transport_.CountOf(Host("wfo")), 40U);
  EXPECT_LE(transport_.received.back().at, seconds(20));
  EXPECT_EQ(transport_.most_under_way[Host("hangs")], 4);
  EXPECT_EQ(CountOf("pending/wfo"), 0);
  EXPECT_EQ(CountOf("pending/hangs"), 40);
}

TEST_F(DeliveryTest, StopsOnceTheTriesUnderWayAreOver) {
  transport_.latencies[Host("wfo")] = seconds(10);
  Happen(1);
  RunFor(seconds(2));
  EXPECT_EQ(CountOf("pending/wfo"), 0);
  EXPECT_GE(time_.elapsed, seconds(10));
  EXPECT_LE(time_.elapsed, seconds(11));
}

TEST_F(DeliveryTest, WaitsAsLongAsItIsAsked) {
  int tries = 0;
  transport_.answers[Host("wfo")] = [&](const HttpRequest&) {
    return ++tries == 1 ? Status(429, {{"Retry-After", "600"}}) : Status(200);
  };
  transport_.latencies[Host("wfo")] = milliseconds(1);
  Happen(1);
  RunFor(seconds(3));
  Happen(1);  // this one waits with it
  RunFor(minutes(5));
  EXPECT_EQ(transport_.received.size(), 2U) << "a new process does not know, and asks once";
  RunFor(minutes(10));
  EXPECT_EQ(transport_.received.back().id, "e0001");
  EXPECT_GE(transport_.received.back().at, minutes(10));
}

TEST_F(DeliveryTest, HoldsAllOfASinkThatAskedToWait) {
  int tries = 0;
  transport_.answers[Host("wfo")] = [&](const HttpRequest&) {
    return ++tries <= 4 ? Status(503, {{"Retry-After", "120"}}) : Status(200);
  };
  Happen(9);
  RunFor(minutes(10));
  ASSERT_EQ(transport_.received.size(), 13U);
  EXPECT_LE(transport_.received[3].at, seconds(1));
  EXPECT_GE(transport_.received[4].at, seconds(120));
  EXPECT_EQ(CountOf("pending/wfo"), 0);
}

TEST_F(DeliveryTest, ASinkThatIsGoneIsSwitchedOffOnceAndTheOthersHear) {
  sinks_ = {Sink("gone"), Sink("wfo")};
  transport_.answers[Host("gone")] = [](const HttpRequest&) { return Status(410); };
  Happen(10);
  RunFor(minutes(1));
  EXPECT_EQ(transport_.CountOf(Host("gone")), 4U);  // those that were under way at once
  EXPECT_EQ(CountOf("dead/gone"), 10);
  EXPECT_EQ(store_.Get(kTenant, kSinkStateCollection, "gone").value()->state, "off");
  EXPECT_EQ(transport_.CountOf(Host("wfo")), 11U);
  EXPECT_THAT(transport_.received.back().request.body, HasSubstr(R"("type":"sink.disabled")"));
  EXPECT_THAT(transport_.received.back().request.body, HasSubstr(R"("data":{"sink":"gone","status":410})"));

  Happen(1);
  RunFor(minutes(1));
  EXPECT_EQ(transport_.CountOf(Host("gone")), 4U);
  EXPECT_EQ(CountOf("dead/gone"), 11);
}

TEST_F(DeliveryTest, ASinkIsOnAgainWithAnotherUrlOrWhenItIsSwitchedOn) {
  transport_.answers[Host("wfo")] = [](const HttpRequest&) { return Status(410); };
  Happen(1);
  RunFor(seconds(5));
  transport_.answers.clear();
  Happen(1);
  RunFor(seconds(5));
  EXPECT_EQ(transport_.received.size(), 1U);
  sinks_[0].url += "&moved";
  Happen(1);
  RunFor(seconds(5));
  EXPECT_EQ(transport_.received.size(), 2U);
  sinks_[0] = Sink("wfo");
  ASSERT_TRUE(loop_.RunUntilDone(deliveries_->SwitchOn("wfo")));
  Happen(1);
  RunFor(seconds(5));
  EXPECT_EQ(transport_.received.size(), 3U);
}

TEST_F(DeliveryTest, ChangedSinksCountFromTheNextTryOn) {
  transport_.answers[Host("wfo")] = [](const HttpRequest&) { return Status(500); };
  Happen(1);
  RunFor(seconds(3));
  sinks_[0].url = "https://moved.example.com/";
  RunFor(seconds(10));
  EXPECT_EQ(transport_.CountOf("moved.example.com"), 1U);
  EXPECT_EQ(CountOf("pending/wfo"), 0);
}

TEST_F(DeliveryTest, WhatWasOnItsWayToASinkThatWasTakenAwayIsGivenUp) {
  Happen(3);
  sinks_ = {Sink("other")};
  time_.elapsed += hours(23);
  RunFor(minutes(2));
  EXPECT_EQ(CountOf("pending/wfo"), 3);
  time_.elapsed += hours(1);
  RunFor(minutes(2));
  EXPECT_EQ(CountOf("pending/wfo"), 0);
  EXPECT_EQ(CountOf("dead/wfo"), 3);
  EXPECT_TRUE(transport_.received.empty());
}

// The process dies between the sink's answer and the store's.
TEST_F(DeliveryTest, WhatWasNotNotedDownIsDeliveredAgainUnderItsId) {
  Happen(1);
  const AgentRecord before = store_.Get(kTenant, kDeliveryCollection, "e0001/wfo").value().value();
  RunFor(seconds(2));
  AgentBatch lost;
  lost.writes.push_back({AgentWrite::Kind::kPut, AgentWrite::Condition::kNone, before});
  ASSERT_TRUE(store_.Commit(kTenant, {lost}));
  RunFor(seconds(2));
  ASSERT_EQ(transport_.received.size(), 2U);
  EXPECT_EQ(transport_.received[0].id, transport_.received[1].id);
  EXPECT_EQ(CountOf("pending/wfo"), 0);
}

TEST_F(DeliveryTest, GoesSlowlyWhileTheStoreTakesNothing) {
  Happen(1);
  store_.before_commit = []() -> Result<void> { return Fail(ErrorCode::kIo, "the disk is full"); };
  RunFor(minutes(1));
  EXPECT_GE(transport_.received.size(), 2U);
  EXPECT_LE(transport_.received.size(), 14U);
  EXPECT_THAT(log_.text, HasSubstr("webhook deliveries wait: the store failed reason=the disk is full"));
  store_.before_commit = [] { return Result<void>(); };
  RunFor(minutes(1));
  EXPECT_EQ(CountOf("pending/wfo"), 0);
}

TEST_F(DeliveryTest, LeavesTheWorkToWhoeverMayDoIt) {
  may_deliver_ = false;
  Happen(1);
  RunFor(minutes(1));
  EXPECT_TRUE(transport_.received.empty());
  may_deliver_ = true;
  RunFor(seconds(2));
  EXPECT_EQ(transport_.received.size(), 1U);
}

Task<void> WakeTwice(Loop& loop, Deliveries& deliveries) {
  deliveries.Wake();
  deliveries.Wake();
  co_await loop.Sleep(milliseconds(50));
}

TEST_F(DeliveryTest, IsAwakeAtOnce) {
  Happen(1);
  loop_.Spawn(WakeTwice(loop_, *deliveries_));
  loop_.Run();
  ASSERT_EQ(transport_.received.size(), 1U);
  EXPECT_EQ(transport_.received[0].at, Duration::zero());
  EXPECT_EQ(CountOf("pending/wfo"), 0);
}

TEST_F(DeliveryTest, OnceMeansOneTryEach) {
  sinks_ = {Sink("down"), Sink("wfo")};
  transport_.answers[Host("down")] = [](const HttpRequest&) { return Status(500); };
  Happen(7);
  const auto report = loop_.RunUntilDone(deliveries_->DeliverOnce(minutes(1)));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->delivered, 7);
  EXPECT_EQ(report->failed, 7);
  EXPECT_EQ(report->dead, 0);
  EXPECT_EQ(transport_.received.size(), 14U);
  EXPECT_EQ(loop_.RunUntilDone(deliveries_->DeliverOnce(minutes(1)))->failed, 0);  // none is due yet
}

TEST_F(DeliveryTest, OnceEndsInTime) {
  transport_.latencies[Host("wfo")] = seconds(15);
  Happen(40);
  const auto report = loop_.RunUntilDone(deliveries_->DeliverOnce(seconds(20)));
  EXPECT_EQ(report->failed, 8);
  EXPECT_LE(time_.elapsed, seconds(31));
  EXPECT_EQ(CountOf("pending/wfo"), 40);
}

TEST_F(DeliveryTest, NoSecretAndNoPathReachesLogMetricsOrStore) {
  transport_.answers[Host("wfo")] = [](const HttpRequest& request) -> HttpOutcome {
    return std::unexpected(TransportError{false, false, "POST " + request.url + ": connection refused"});
  };
  Happen(1);
  RunFor(hours(25));
  std::string all = log_.text;
  for (const auto& [name, value] : metrics_.values) all += name;
  const auto letters = deliveries_->DeadLetters("").value();
  for (const Delivery& letter : letters) all += letter.last_error;
  EXPECT_EQ(letters.size(), 1U);
  EXPECT_THAT(all, Not(HasSubstr("canary")));
}

TEST_F(DeliveryTest, ASecretThatCannotBeReadIsSaidAndNothingSent) {
  sinks_[0].secret = "whsec_canary!";
  Happen(1);
  RunFor(seconds(2));
  EXPECT_TRUE(transport_.received.empty());
  EXPECT_EQ(CountOf("pending/wfo"), 1);
  EXPECT_THAT(log_.text, HasSubstr("base64"));
  EXPECT_THAT(log_.text, Not(HasSubstr("canary")));
}

TEST_F(DeliveryTest, AsksAboutTheAddress) {
  Happen(1);
  RunFor(seconds(2));
  const HttpRequest& request = transport_.received.at(0).request;
  EXPECT_EQ(request.refuse_address("8.8.8.8"), "");
  EXPECT_THAT(request.refuse_address("169.254.169.254"), HasSubstr("link-local"));
}

TEST_F(DeliveryTest, ARecordThatCannotBeReadIsPutAside) {
  AgentRecord broken{kDeliveryCollection, "x/wfo", "pending/wfo", kStart, "{}", 0};
  AgentBatch batch;
  batch.writes.push_back({AgentWrite::Kind::kPut, AgentWrite::Condition::kNone, broken});
  ASSERT_TRUE(store_.Commit(kTenant, {batch}));
  Happen(1);
  RunFor(seconds(3));
  EXPECT_EQ(transport_.received.size(), 1U);
  EXPECT_EQ(CountOf("pending/wfo"), 0);
  ASSERT_EQ(deliveries_->DeadLetters("")->size(), 1U);
  EXPECT_THAT(deliveries_->DeadLetters("")->at(0).last_error, HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace cxctl
