#include "agent/intake_fixture.h"

namespace cxctl {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// --- Answers ---------------------------------------------------------------------------------------------------------

TEST_F(IntakeTest, ARequestIsCreatedAndAnswered201) {
  const auto reply = agent().Post(RequestBody());
  EXPECT_EQ(reply.status, 201);
  const auto callbacks = world_.Objects("callbacks");
  ASSERT_EQ(callbacks.size(), 1u);
  EXPECT_EQ(reply.body, R"({"success":true,"callbackId":")" + std::string(callbacks[0].GetString("id")) +
                            R"(","scheduledTime":"2026-11-24T15:00:00-05:00","queueDepth":2,"id":")" + OnlyId() +
                            R"("})");
  EXPECT_EQ(callbacks[0].GetString("to"), "+14155551234");
  EXPECT_EQ(callbacks[0].GetString("from"), "+18005559876");
  EXPECT_EQ(callbacks[0].GetString("scheduleDate"), "2026-11-24T20:00:00Z");
  EXPECT_THAT(world_.Events(), ElementsAre("callback.scheduled"));
  EXPECT_THAT(world_.Audit(), ElementsAre("create applied"));
}

TEST_F(IntakeTest, RefusalsComeInTheirOrder) {
  const auto refusal = [&](const std::string& body) {
    const auto reply = agent().Post(body);
    return std::to_string(reply.status) + ' ' + reply.body;
  };
  world_.policy().capacity.emplace();
  world_.policy().capacity->threshold = 3;
  world_.policy().lead_min = minutes(5);
  world_.Calendar(R"({"timeZone":"America/New_York","windows":[{"days":["tue"],"startTime":"09:00",)"
                  R"("endTime":"21:00"}]})");
  EXPECT_EQ(refusal("nothing"), R"(400 {"error":"INVALID_REQUEST"})");
  EXPECT_EQ(refusal(RequestBody("1", "2", R"(,"colour":"red")")),
            R"(400 {"error":"INVALID_REQUEST","field":"colour"})");
  EXPECT_EQ(refusal(R"({"phoneNumber":"1","scheduledTime":"2","queueId":"q-9"})"),
            R"(404 {"error":"UNKNOWN_QUEUE","field":"queueId"})");
  EXPECT_EQ(refusal(RequestBody("1", "2")), R"(400 {"error":"INVALID_PHONE_NUMBER","field":"phoneNumber"})");
  EXPECT_EQ(refusal(RequestBody("+14155551234", "2")),
            R"(400 {"error":"INVALID_SCHEDULE_TIME","field":"scheduledTime"})");
  EXPECT_EQ(refusal(RequestBody("+14155551234", "2026-11-20T12:01:00Z")),
            R"(400 {"error":"INVALID_SCHEDULE_TIME","field":"scheduledTime"})");
  EXPECT_EQ(refusal(RequestBody("+14155551234", "2026-11-24T09:00:00-05:00")),
            R"(400 {"error":"OUTSIDE_CALLING_HOURS","field":"scheduledTime",)"
            R"("nextPermittedTime":"2026-11-24T17:00:00Z"})");
  EXPECT_EQ(refusal(RequestBody()), R"(429 {"error":"QUEUE_CAPACITY_EXCEEDED","activeCalls":3,"threshold":3})");
  EXPECT_TRUE(world_.Records().empty());
  EXPECT_EQ(Creates(), 0u);
  world_.policy().capacity->threshold = 4;
  EXPECT_EQ(agent().Post(RequestBody()).status, 201);
}

TEST_F(IntakeTest, TheTenantsSilenceIs202AndTheWorkerGoesOn) {
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kSilence : Trouble::kNone; };
  const Duration start = world_.clock.Monotonic();
  const auto reply = agent().Post(RequestBody());
  EXPECT_LE(world_.clock.Monotonic() - start, milliseconds(5600));
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.body, R"({"success":true,"status":"queued","id":")" + OnlyId() + "\"}");
  EXPECT_EQ(agent().Get(OnlyId()).body,
            R"({"id":")" + OnlyId() + R"(","status":"queued","scheduledTime":"2026-11-24T15:00:00-05:00"})");
  world_.trouble = [](const HttpRequest&) { return Trouble::kNone; };
  agent().Work(minutes(2));
  EXPECT_EQ(world_.Objects("callbacks").size(), 1u);
  EXPECT_THAT(agent().Get(OnlyId()).body, HasSubstr("\"status\":\"scheduled\",\"callbackId\":"));
  EXPECT_EQ(agent().Post(RequestBody()).body, reply.body) << "a repeat gets the same answer";
}

TEST_F(IntakeTest, TheFirstAnswerTriesAsOftenAsThePolicySays) {
  world_.policy().max_retries = 2;
  world_.policy().base_delay = milliseconds(200);
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kNotSent : Trouble::kNone; };
  EXPECT_EQ(agent().Post(RequestBody()).status, 202);
  EXPECT_EQ(Creates(), 3u);
  int failures = 2;
  world_.trouble = [&](const HttpRequest& request) {
    return IsCreate(request) && failures-- > 0 ? Trouble::kUnavailable : Trouble::kNone;
  };
  EXPECT_EQ(agent().Post(RequestBody("+14155552671")).status, 201);
}

TEST_F(IntakeTest, WhatTheTenantRefusesForGoodIsToldAndFails) {
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kRefused : Trouble::kNone; };
  const auto reply = agent().Post(RequestBody(), "k");
  EXPECT_EQ(reply.status, 502);
  EXPECT_THAT(reply.body, HasSubstr(R"({"error":"CALLBACK_REFUSED","message":"The tenant refused it: )"));
  EXPECT_THAT(reply.body, Not(HasSubstr("4155551234")));
  EXPECT_THAT(world_.Events(), ElementsAre("callback.failed"));
  EXPECT_THAT(world_.Audit(), ElementsAre("create failed"));
  EXPECT_EQ(agent().Post(RequestBody(), "k").body, reply.body);
  world_.trouble = [](const HttpRequest&) { return Trouble::kNone; };
  EXPECT_EQ(agent().Post(RequestBody()).status, 201) << "a new request is a new chance";
  agent().Work(seconds(5));
  EXPECT_EQ(world_.Objects("messages").size(), 1u) << "and what failed is not confirmed";
}

TEST_F(IntakeTest, NothingIsAcceptedThatCannotBeKept) {
  world_.store.before_commit = [] { return Fail(ErrorCode::kIo, "the disk is full"); };
  const auto reply = agent().Post(RequestBody());
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body, R"({"error":"STORE_UNAVAILABLE"})");
  ASSERT_EQ(reply.headers.size(), 1u);
  EXPECT_EQ(reply.headers[0].name, "Retry-After");
  EXPECT_EQ(Creates(), 0u);
  world_.store.before_commit = [] { return Result<void>(); };
  EXPECT_EQ(agent().Post(RequestBody()).status, 201);
  EXPECT_EQ(world_.Objects("callbacks").size(), 1u);
}

TEST_F(IntakeTest, WhatWasAcceptedStaysAcceptedWhenTheStoreFailsAfterwards) {
  int commits = 0;
  world_.store.before_commit = [&]() -> Result<void> {
    if (++commits == 2) return Fail(ErrorCode::kIo, "the disk is full");
    return {};
  };
  EXPECT_EQ(agent().Post(RequestBody()).status, 202);
  agent().Work(minutes(1));
  EXPECT_EQ(world_.Objects("callbacks").size(), 1u);
  EXPECT_EQ(world_.Records().front().state, CallbackState::kScheduled);
  EXPECT_EQ(world_.Audit().front(), "create recovered");
}

TEST_F(IntakeTest, VeryManyAtOnceAreAnsweredAtOnce) {
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kSilence : Trouble::kNone; };
  std::vector<IntakeProcess::Reply> replies(300);
  std::vector<Duration> times(300);
  std::vector<Task<void>> tasks;
  const auto ask = [](IntakeProcess& agent, int n, IntakeProcess::Reply& into, Duration& when) -> Task<void> {
    std::string body = RequestBody("+1415555" + std::to_string(2000 + n));
    Task<IntakeProcess::Reply> asking = agent.Ask("POST", std::move(body), "", "shop");
    into = co_await std::move(asking);
    when = agent.loop->clock().Monotonic();
  };
  for (std::size_t i = 0; i < replies.size(); ++i) {
    tasks.push_back(ask(agent(), static_cast<int>(i), replies[i], times[i]));
  }
  const auto all = [](Loop& loop, std::vector<Task<void>> what) -> Task<bool> {
    co_await WhenAll(loop, std::move(what));
    co_return true;
  };
  agent().loop->RunUntilDone(all(*agent().loop, std::move(tasks)));
  std::size_t at_once = 0;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    EXPECT_EQ(replies[i].status, 202);
    if (times[i] < seconds(1)) ++at_once;
  }
  EXPECT_EQ(at_once, 300u - 256u);
  EXPECT_EQ(world_.Records().size(), 300u);
  EXPECT_LT(world_.store.commits, 60u) << "commits are shared";
}

// --- The same request again ------------------------------------------------------------------------------------------

TEST_F(IntakeTest, AKeyGetsItsAnswerAgainForADay) {
  const auto first = agent().Post(RequestBody(), "k-1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(agent().Post(RequestBody(), "k-1").body, first.body);
  agent_ = nullptr;
  EXPECT_EQ(agent().Post(RequestBody(), "k-1").body, first.body) << "another process knows it, too";
  const auto other = agent().Post(RequestBody("+14155552671"), "k-1");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.body, R"({"error":"IDEMPOTENCY_KEY_REUSED"})");
  EXPECT_EQ(world_.Objects("callbacks").size(), 1u);
  EXPECT_EQ(agent().Post(RequestBody(), "k-2").status, 201) << "another key is another request";
  EXPECT_EQ(agent().Post(RequestBody(), "k-1", "bot").status, 201) << "keys are a token's own";
  EXPECT_EQ(world_.Objects("callbacks").size(), 3u);
  world_.clock.Advance(hours(24));
  EXPECT_EQ(agent().Post(RequestBody("+14155552671"), "k-1").status, 201) << "after a day it is forgotten";
  EXPECT_EQ(agent().Post(RequestBody(), std::string(256, 'k')).body,
            R"({"error":"INVALID_REQUEST","field":"Idempotency-Key"})");
}

TEST_F(IntakeTest, WithoutAKeyTheSameNumberQueueAndTimeAreTheSameRequestForTenMinutes) {
  const auto first = agent().Post(RequestBody());
  EXPECT_EQ(agent().Post(RequestBody("(415) 555-1234", "2026-11-24T20:00:00Z", R"(,"attributes":{})")).body,
            first.body);
  EXPECT_EQ(world_.Objects("callbacks").size(), 1u);
  EXPECT_EQ(agent().Post(RequestBody("+14155551234", "2026-11-24T20:00:01Z")).status, 201);
  world_.clock.Advance(minutes(10));
  EXPECT_NE(agent().Post(RequestBody()).body, first.body);
  EXPECT_EQ(world_.Objects("callbacks").size(), 3u);
}

TEST_F(IntakeTest, ARepeatIsAnsweredThoughItsTimeOrTheQueueWouldForbidItByNow) {
  world_.policy().lead_min = hours(1);
  const std::string body = RequestBody("+14155551234", "2026-11-20T13:00:30Z");
  const auto first = agent().Post(body);
  EXPECT_EQ(first.status, 201);
  world_.clock.Advance(minutes(1));
  world_.policy().capacity.emplace();
  EXPECT_EQ(agent().Post(body).body, first.body);
}

TEST_F(IntakeTest, ConcurrentDuplicatesWaitForTheFirstAnswer) {
  std::vector<IntakeProcess::Reply> replies(5);
  std::vector<Task<void>> tasks;
  IntakeProcess other(world_, "agent-2");
  const auto ask = [](IntakeProcess& agent, IntakeProcess::Reply& into) -> Task<void> {
    Task<IntakeProcess::Reply> asking = agent.Ask("POST", RequestBody(), "k", "shop");
    into = co_await std::move(asking);
  };
  for (auto& reply : replies) tasks.push_back(ask(agent(), reply));
  const auto all = [](Loop& loop, std::vector<Task<void>> what) -> Task<bool> {
    co_await WhenAll(loop, std::move(what));
    co_return true;
  };
  agent().loop->RunUntilDone(all(*agent().loop, std::move(tasks)));
  for (const auto& reply : replies) {
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.body, replies.front().body);
  }
  EXPECT_EQ(Creates(), 1u);
}

TEST_F(IntakeTest, ADuplicateAtAnotherProcessWaitsAsWell) {
  world_.dies_at = 0;
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kSilence : Trouble::kNone; };
  // The first process is stopped in the middle of its request.
  agent().loop->SpawnBackground([](IntakeProcess& first) -> Task<void> {
    Task<IntakeProcess::Reply> asking = first.Ask("POST", RequestBody(), "k", "shop");
    co_await std::move(asking);
  }(agent()));
  agent().loop->RunUntilDone([](Loop& loop) -> Task<bool> {
    co_await loop.Sleep(seconds(1));
    co_return true;
  }(*agent().loop));
  ASSERT_EQ(world_.Records().size(), 1u);
  world_.trouble = [](const HttpRequest&) { return Trouble::kNone; };
  IntakeProcess other(world_, "agent-2");
  const auto reply = other.Post(RequestBody(), "k");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(Creates(), 1u) << "the record is claimed by the first";
  other.Work(minutes(1));
  EXPECT_EQ(world_.Objects("callbacks").size(), 1u);
  EXPECT_EQ(other.Post(RequestBody(), "k").body, reply.body);
}

// --- Capacity --------------------------------------------------------------------------------------------------------

TEST_F(IntakeTest, FiguresAreAskedForOnceInTwoSecondsAndTheThresholdIsKept) {
  world_.policy().capacity.emplace();
  world_.policy().capacity->threshold = 10;
  world_.policy().capacity->lower_above = 2;
  world_.policy().capacity->lower_by = 7;
  const auto stats = [&] { return std::ranges::count(world_.sent, "GET /api/v2/queues/q-1/stats"); };
  const auto full = agent().Post(RequestBody());
  EXPECT_EQ(full.body, R"({"error":"QUEUE_CAPACITY_EXCEEDED","activeCalls":3,"threshold":3})");
  EXPECT_EQ(agent().Post(RequestBody()).status, 429);
  EXPECT_EQ(stats(), 1);
  world_.clock.Advance(seconds(2));
  agent_ = nullptr;
  world_.EditTenant(R"({"kind":"queue","id":"q-1","set":{"active":2}})");
  EXPECT_EQ(agent().Post(RequestBody()).status, 201) << "the next process knows the threshold of 3";
  EXPECT_EQ(stats(), 2);
}

TEST_F(IntakeTest, WithoutFiguresCapacityIsNotJudged) {
  world_.policy().capacity.emplace();
  world_.policy().capacity->threshold = 1;
  world_.trouble = [](const HttpRequest& request) {
    return request.url.ends_with("/stats") ? Trouble::kSilence : Trouble::kNone;
  };
  const Duration start = world_.clock.Monotonic();
  const auto reply = agent().Post(RequestBody());
  EXPECT_EQ(reply.status, 201);
  EXPECT_THAT(reply.body, HasSubstr("\"queueDepth\":null"));
  EXPECT_LT(world_.clock.Monotonic() - start, seconds(3));
}

}  // namespace
}  // namespace cxctl
