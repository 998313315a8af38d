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

class IntakeTest : public testing::Test {
 protected:
  IntakeProcess& agent() {
    if (!agent_) agent_ = std::make_unique<IntakeProcess>(world_);
    return *agent_;
  }
  std::string OnlyId() {
    const auto records = world_.Records();
    EXPECT_EQ(records.size(), 1u);
    return records.empty() ? "" : records.front().id;
  }
  std::size_t Creates() const {
    return static_cast<std::size_t>(std::ranges::count(world_.sent, "POST /api/v2/conversations/callbacks"));
  }

  IntakeWorld world_;
  std::unique_ptr<IntakeProcess> agent_;
};

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

// --- What follows ----------------------------------------------------------------------------------------------------

TEST_F(IntakeTest, TheContactThenTheMessage) {
  agent().Post(RequestBody("+12125552671", "2026-11-24T15:00:00-05:00", R"(,"contactId":"crm-1")"));
  EXPECT_TRUE(world_.Objects("messages").empty());
  agent().Step();
  const auto contact = world_.Objects("contacts").front();
  EXPECT_EQ(contact.Find("fields")->items()[0].GetString("value"), "2026-11-24T15:00:00-05:00");
  const auto messages = world_.Objects("messages");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].GetString("body"), "See you on Tue 24 Nov 2026, 3:00 PM EST.");
  EXPECT_EQ(messages[0].GetString("to"), "+12125552671");
  EXPECT_THAT(world_.Audit(), ElementsAre("create applied", "contact applied", "message applied"));
  EXPECT_THAT(world_.store.audit[2].after, HasSubstr(R"("to":"+1212***2671")"));
  for (const AuditEntry& entry : world_.store.audit) {
    EXPECT_THAT(entry.after + entry.reason, Not(HasSubstr("2125552671")));
    EXPECT_EQ(entry.address, "Callback/support/" + OnlyId());
  }
  const auto report = agent().Step();
  EXPECT_EQ(report.handled, 0u);
}

TEST_F(IntakeTest, WithoutAContactOnlyTheMessage) {
  agent().Post(RequestBody());
  agent().Step();
  EXPECT_THAT(world_.Audit(), ElementsAre("create applied", "message applied"));
}

TEST_F(IntakeTest, AContactThatFailsForGoodDoesNotHoldTheMessageBack) {
  agent().Post(RequestBody("+12125552671", "2026-11-24T15:00:00-05:00", R"(,"contactId":"unknown")"));
  agent().Step();
  EXPECT_THAT(world_.Audit(), ElementsAre("create applied", "contact failed", "message applied"));
}

TEST_F(IntakeTest, AContactThatCannotBeReachedHoldsTheMessageBackForAWhile) {
  world_.trouble = [](const HttpRequest& request) { return IsContact(request) ? Trouble::kNotSent : Trouble::kNone; };
  agent().Post(RequestBody("+12125552671", "2026-11-24T15:00:00-05:00", R"(,"contactId":"crm-1")"));
  agent().Work(minutes(10));
  EXPECT_TRUE(world_.Objects("messages").empty());
  agent().Work(minutes(10));
  EXPECT_EQ(world_.Objects("messages").size(), 1u);
  EXPECT_EQ(world_.Objects("callbacks").size(), 1u);
}

TEST_F(IntakeTest, AMessageWhoseAnswerIsLostIsRepeatedUnderItsKey) {
  int lost = 3;
  world_.trouble = [&](const HttpRequest& request) {
    return IsMessage(request) && lost-- > 0 ? Trouble::kLostAfter : Trouble::kNone;
  };
  agent().Post(RequestBody());
  agent().Work(minutes(3));
  EXPECT_EQ(world_.Objects("messages").size(), 1u);
  EXPECT_EQ(world_.Audit().back(), "message applied");
  EXPECT_EQ(world_.store.audit.back().attempts, 4);
}

TEST_F(IntakeTest, TheTenantSaysWhatBecameOfACall) {
  agent().Post(RequestBody("+14155551234", "2026-11-20T13:00:00Z"));
  agent().Work(minutes(59));
  const auto callback = world_.Objects("callbacks").front();
  world_.EditTenant(R"({"kind":"callback","id":")" + std::string(callback.GetString("id")) +
                    R"(","set":{"state":"completed"}})");
  EXPECT_THAT(agent().Get(OnlyId()).body, HasSubstr(R"("status":"completed")"));
  EXPECT_THAT(world_.Events(), ElementsAre("callback.scheduled", "callback.completed"));
  agent().Work(hours(1));
  EXPECT_EQ(world_.Records().size(), 1u);
  world_.clock.Advance(hours(30 * 24));
  agent().Step();
  EXPECT_TRUE(world_.Records().empty()) << "people's numbers are not kept for ever";
}

TEST_F(IntakeTest, TheWorkerLearnsOfCompletionByItself) {
  agent().Post(RequestBody("+14155551234", "2026-11-20T13:00:00Z"));
  const auto callback = world_.Objects("callbacks").front();
  world_.EditTenant(R"({"kind":"callback","id":")" + std::string(callback.GetString("id")) +
                    R"(","set":{"state":"completed"}})");
  agent().Work(minutes(63));
  EXPECT_EQ(world_.Records().front().state, CallbackState::kCompleted);
}

TEST_F(IntakeTest, WhatCouldNotBeCreatedInTimeFails) {
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kNotSent : Trouble::kNone; };
  EXPECT_EQ(agent().Post(RequestBody("+14155551234", "2026-11-20T13:00:00Z")).status, 202);
  agent().Work(minutes(62));
  EXPECT_EQ(world_.Records().front().state, CallbackState::kFailed);
  EXPECT_THAT(world_.Records().front().problem, HasSubstr("Its time passed before it could be created"));
  EXPECT_THAT(world_.Events(), ElementsAre("callback.failed"));
  EXPECT_EQ(world_.metrics.values["cxctl_callbacks_total"] > 0, true);
}

TEST_F(IntakeTest, ACreationThatWasLostIsFoundEvenIfTheTenantIgnoresKeys) {
  std::string kept;
  world_.trouble = [&](const HttpRequest& request) {
    if (!IsCreate(request)) return Trouble::kNone;
    // As a tenant that does not know the header: each request is a new one.
    const_cast<std::vector<HttpHeader>&>(request.headers)
        .erase(std::find_if(const_cast<std::vector<HttpHeader>&>(request.headers).begin(),
                            const_cast<std::vector<HttpHeader>&>(request.headers).end(),
                            [](const HttpHeader& header) { return header.name == "Idempotency-Key"; }));
    return Trouble::kDoneUnavailable;
  };
  EXPECT_EQ(agent().Post(RequestBody()).status, 201) << "looked up, not repeated";
  EXPECT_EQ(agent().Post(RequestBody(), "k").status, 201) << "one that is the other's is not taken for it";
  EXPECT_EQ(world_.Objects("callbacks").size(), 2u);
  EXPECT_EQ(Creates(), 2u);
}

// --- Cancellation ----------------------------------------------------------------------------------------------------

TEST_F(IntakeTest, AScheduledCallbackIsCancelledOnTheTenant) {
  world_.policy().sms = false;
  agent().Post(RequestBody());
  const auto reply = agent().Cancel(OnlyId());
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"("status":"cancelled")"));
  EXPECT_EQ(world_.Objects("callbacks").front().GetString("state"), "cancelled");
  EXPECT_THAT(world_.Audit(), ElementsAre("create applied", "cancel applied"));
  EXPECT_THAT(world_.Events(), ElementsAre("callback.scheduled", "callback.cancelled"));
  EXPECT_EQ(agent().Cancel(OnlyId()).status, 200) << "again";
  EXPECT_EQ(agent().Post(RequestBody()).status, 201) << "and asked for again it is a new one";
  EXPECT_EQ(world_.Objects("callbacks").size(), 2u);
}

TEST_F(IntakeTest, OneThatWasNeverSentIsNeverCreated) {
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kNotSent : Trouble::kNone; };
  agent().Post(RequestBody());
  const auto reply = agent().Cancel(OnlyId());
  EXPECT_EQ(reply.status, 200);
  world_.trouble = [](const HttpRequest&) { return Trouble::kNone; };
  agent().Work(minutes(5));
  EXPECT_TRUE(world_.Objects("callbacks").empty());
  EXPECT_TRUE(world_.Objects("messages").empty());
  EXPECT_EQ(agent().Get(OnlyId()).body,
            R"({"id":")" + OnlyId() + R"(","status":"cancelled","scheduledTime":"2026-11-24T15:00:00-05:00"})");
}

TEST_F(IntakeTest, OneWhoseCreationWasLostIsLookedUpAndCancelled) {
  world_.policy().max_retries = 0;
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kLostAfter : Trouble::kNone; };
  EXPECT_EQ(agent().Post(RequestBody()).status, 202);
  const auto reply = agent().Cancel(OnlyId());
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(world_.Objects("callbacks").front().GetString("state"), "cancelled");
  EXPECT_TRUE(world_.Objects("messages").empty());
}

TEST_F(IntakeTest, ACancellationThatTheTenantCannotTakeGoesOn) {
  agent().Post(RequestBody());
  agent().Step();
  world_.trouble = [](const HttpRequest& request) {
    return request.method == "PATCH" ? Trouble::kNotSent : Trouble::kNone;
  };
  const auto reply = agent().Cancel(OnlyId());
  EXPECT_EQ(reply.status, 202);
  EXPECT_THAT(reply.body, HasSubstr(R"("status":"scheduled")"));
  world_.trouble = [](const HttpRequest&) { return Trouble::kNone; };
  agent().Work(minutes(2));
  EXPECT_EQ(world_.Records().front().state, CallbackState::kCancelled);
}

TEST_F(IntakeTest, WhatIsOverCannotBeCancelled) {
  EXPECT_EQ(agent().Cancel("nothing").body, R"({"error":"NOT_FOUND"})");
  EXPECT_EQ(agent().Get("nothing").status, 404);
  agent().Post(RequestBody());
  agent().Step();
  const std::string live(world_.Objects("callbacks").front().GetString("id"));
  world_.EditTenant(R"({"kind":"callback","id":")" + live + R"(","set":{"state":"dialing"}})");
  EXPECT_EQ(agent().Cancel(OnlyId()).message, "The callback is being dialled.");
  world_.EditTenant(R"({"kind":"callback","id":")" + live + R"(","set":{"state":"completed"}})");
  const auto reply = agent().Cancel(OnlyId());
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.body, R"({"error":"NOT_CANCELLABLE"})");
  EXPECT_EQ(reply.message, "The callback is completed already.");
}

TEST_F(IntakeTest, NumbersAreNeverLogged) {
  world_.trouble = [](const HttpRequest& request) { return IsCreate(request) ? Trouble::kRefused : Trouble::kNone; };
  agent().Post(RequestBody());
  for (const std::string& line : world_.log.lines) EXPECT_THAT(line, Not(HasSubstr("4155551234")));
  AgentQuery query;
  query.collection = kEventCollection;
  const std::vector<AgentRecord> events = world_.store.List("prod-us", query).value();
  for (const AgentRecord& event : events) {
    EXPECT_THAT(event.body, HasSubstr("+1415***1234"));
    EXPECT_THAT(event.body, Not(HasSubstr("4155551234")));
  }
}

}  // namespace
}  // namespace cxctl
