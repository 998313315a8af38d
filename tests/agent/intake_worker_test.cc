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
