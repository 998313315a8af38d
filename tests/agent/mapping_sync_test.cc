#include "agent/mapping_sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/memory_agent_store.h"
#include "value/json.h"
#include "webhook/signature.h"

namespace cxctl {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr Instant kNow{1795209313000000};
constexpr const char* kBody = R"({"event":"mapping.updated","mappingId":"m-1","metrics":{"total":3,"succeeded":2},)"
                              R"("timestamp":"2026-11-20T21:15:00Z"})";

class StillClock : public Clock, public Waiter {
 public:
  Instant Now() override { return kNow; }
  Duration Monotonic() override { return {}; }
  void Wait(Duration) override {}
};

class CountingRandom : public Random {
 public:
  std::uint64_t Next() override { return ++state_; }

 private:
  std::uint64_t state_ = 0;
};

class MappingSyncTest : public testing::Test {
 protected:
  static HttpRequest Signed(const std::string& id, const std::string& body, const std::string& secret = "s3cret",
                            Instant sent = kNow) {
    HttpRequest request;
    request.method = "POST";
    request.url = "/webhooks/mapping-sync";
    request.headers = WebhookHeaders(id, sent, body, {secret});
    request.body = body;
    return request;
  }
  ApiAnswer Receive(const HttpRequest& request, Instant now = kNow) {
    return loop_.RunUntilDone(ReceiveMapping(request, now, {commits_, random_, secret_, sinks_}));
  }
  /// "400 INVALID_REQUEST mappingId"
  std::string ErrorOf(const HttpRequest& request) {
    const ApiAnswer answer = Receive(request);
    if (answer) return "none";
    message_ = answer.error().message;
    return std::to_string(answer.error().status) + " " + answer.error().code + " " + answer.error().field;
  }
  std::size_t CountOf(const std::string& collection) {
    AgentQuery query;
    query.collection = collection;
    return store_.List("prod-us", query)->size();
  }

  StillClock clock_;
  Loop loop_{clock_, clock_};
  MemoryAgentStore store_;
  Commits commits_{loop_, store_, "prod-us"};
  CountingRandom random_;
  std::string secret_ = "s3cret";
  std::vector<SinkSettings> sinks_ = {{"wfo", "https://wfo.example.com", {"callcodes.mapped"}, "x", false},
                                      {"other", "https://other.example.com", {"plan.applied"}, "x", false}};
  std::string message_;
};

TEST_F(MappingSyncTest, IsStoredAnsweredAndForwarded) {
  const ApiAnswer answer = Receive(Signed("msg_1", kBody));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"received":true,"processedAt":"2026-11-20T21:15:13.000Z"})");
  EXPECT_EQ(store_.commits, 1U);
  EXPECT_EQ(CountOf(kEventCollection), 1U);
  ASSERT_EQ(CountOf(kDeliveryCollection), 1U);
  AgentQuery query;
  query.collection = kEventCollection;
  const AgentRecord event = store_.List("prod-us", query)->at(0);
  EXPECT_EQ(event.state, "callcodes.mapped");
  EXPECT_EQ(event.body,
            R"({"type":"callcodes.mapped","timestamp":"2026-11-20T21:15:13.000Z","data":)" + std::string(kBody) + "}");
  EXPECT_GE(*store_.Get("prod-us", kInboundCollection, "msg_1").value()->due, kNow + hours(4 * 24));
}

TEST_F(MappingSyncTest, IsTakenOnce) {
  Receive(Signed("msg_1", kBody));
  const ApiAnswer again = Receive(Signed("msg_1", kBody, "s3cret", kNow + seconds(60)), kNow + seconds(60));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 200);
  EXPECT_EQ(again->body, R"({"received":true,"duplicate":true,"processedAt":"2026-11-20T21:15:13.000Z"})");
  EXPECT_EQ(CountOf(kEventCollection), 1U);
  // A sender that sends another body under an id that is known has it ignored.
  EXPECT_TRUE(Receive(Signed("msg_1", "{}")));
  EXPECT_EQ(CountOf(kEventCollection), 1U);
}

Task<void> ReceiveInto(const HttpRequest& request, MappingSync world, std::vector<ApiAnswer>& answers) {
  answers.push_back(co_await ReceiveMapping(request, kNow, std::move(world)));
}

TEST_F(MappingSyncTest, IsTakenOnceWhenItComesTwiceAtOnce) {
  const HttpRequest request = Signed("msg_1", kBody);
  std::vector<ApiAnswer> answers;
  for (int n = 0; n < 2; ++n) {
    MappingSync world{commits_, random_, secret_, sinks_};
    loop_.Spawn(ReceiveInto(request, std::move(world), answers));
  }
  loop_.Run();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_THAT(answers[0]->body, Not(HasSubstr("duplicate")));
  EXPECT_THAT(answers[1]->body, HasSubstr(R"("duplicate":true)"));
  EXPECT_EQ(CountOf(kEventCollection), 1U);
  EXPECT_EQ(CountOf(kDeliveryCollection), 1U);
}

TEST_F(MappingSyncTest, IsRefusedUnlessItIsSigned) {
  EXPECT_EQ(ErrorOf(Signed("msg_1", kBody, "wrong")), "401 UNAUTHORIZED ");
  EXPECT_EQ(ErrorOf(Signed("msg_1", kBody, "s3cret", kNow - seconds(301))), "401 UNAUTHORIZED ");
  EXPECT_EQ(ErrorOf(Signed("msg_1", kBody, "s3cret", kNow + seconds(301))), "401 UNAUTHORIZED ");
  HttpRequest unsigned_request = Signed("msg_1", kBody);
  unsigned_request.headers.pop_back();
  EXPECT_EQ(ErrorOf(unsigned_request), "401 UNAUTHORIZED ");
  HttpRequest changed = Signed("msg_1", kBody);
  changed.body += " ";
  EXPECT_EQ(ErrorOf(changed), "401 UNAUTHORIZED ");
  EXPECT_EQ(store_.commits, 0U);
}

TEST_F(MappingSyncTest, JudgesTheSignatureBeforeTheBody) {
  EXPECT_EQ(ErrorOf(Signed("msg_1", "no JSON", "wrong")), "401 UNAUTHORIZED ");
}

TEST_F(MappingSyncTest, IsRefusedWhereNoSecretIsSet) {
  secret_ = "";
  EXPECT_EQ(ErrorOf(Signed("msg_1", kBody, "")), "401 UNAUTHORIZED ");
  EXPECT_THAT(message_, HasSubstr("webhookSecret"));
}

TEST_F(MappingSyncTest, TakesEitherSecretWhileTheyChange) {
  secret_ = "new s3cret";
  EXPECT_TRUE(Receive(Signed("msg_1", kBody)));
  EXPECT_TRUE(Receive(Signed("msg_2", kBody, "new")));
  secret_ = "new";
  EXPECT_EQ(ErrorOf(Signed("msg_3", kBody)), "401 UNAUTHORIZED ");
}

TEST_F(MappingSyncTest, NamesTheMemberThatIsMissingOrWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"mappingId":"m"})", "400 INVALID_REQUEST event"},
      {R"({"event":"e"})", "400 INVALID_REQUEST mappingId"},
      {R"({"event":"","mappingId":"m"})", "400 INVALID_REQUEST event"},
      {R"({"event":"e","mappingId":7})", "400 INVALID_REQUEST mappingId"},
      {R"({"event":"e","mappingId":null})", "400 INVALID_REQUEST mappingId"},
      {R"({"event":"e","mappingId":"m","metrics":[]})", "400 INVALID_REQUEST metrics"},
      {R"({"event":"e","mappingId":"m","timestamp":"yesterday"})", "400 INVALID_REQUEST timestamp"},
      {R"(["event"])", "400 INVALID_REQUEST "},
      {R"({"event":)", "400 INVALID_REQUEST "},
      {"", "400 INVALID_REQUEST "},
  };
  for (const auto& [body, expected] : rows) EXPECT_EQ(ErrorOf(Signed("msg_1", body)), expected) << body;
  EXPECT_EQ(store_.commits, 0U);
  // What was refused was not taken: corrected, it may come again under its id.
  EXPECT_THAT(Receive(Signed("msg_1", R"({"event":"e","mappingId":"m"})"))->body, Not(HasSubstr("duplicate")));
}

TEST_F(MappingSyncTest, PassesOnNeitherPhoneNumbersNorOtherMembers) {
  Receive(Signed("msg_1", R"({"event":"e","mappingId":"+14155551234","extra":"secret"})"));
  AgentQuery query;
  query.collection = kEventCollection;
  EXPECT_THAT(store_.List("prod-us", query)->at(0).body,
              HasSubstr(R"("data":{"event":"e","mappingId":"+1415***1234"})"));
}

TEST_F(MappingSyncTest, AsksToBeSentAgainWhenTheStoreFails) {
  store_.before_commit = []() -> Result<void> { return Fail(ErrorCode::kIo, "the disk is full"); };
  const ApiAnswer answer = Receive(Signed("msg_1", kBody));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 503);
  EXPECT_EQ(FindHeader(answer.error().headers, "Retry-After") != nullptr, true);
  store_.before_commit = [] { return Result<void>(); };
  EXPECT_THAT(Receive(Signed("msg_1", kBody))->body, Not(HasSubstr("duplicate")));
}

}  // namespace
}  // namespace cxctl
