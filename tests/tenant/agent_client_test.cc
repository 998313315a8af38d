#include "tenant/agent_client.h"

#include "support/fake_agent.h"
#include "tenant/fixture.h"
#include "tenant/routing_provider.h"

namespace cxctl {
namespace {

constexpr std::string_view kAgentUrl = "https://agent.example.com:8443";
constexpr std::string_view kSecret = "whsec_canary";
constexpr const char* kPacing = R"({"spec":{"campaign":"east","dialRate":{"min":10,"max":100}},"campaignId":"c-1"})";

/// A client whose agent is a FakeAgent, but for the answers that a test puts before it.
class AgentClientTest : public testing::Test {
 protected:
  AgentClientTest() : loop_(clock_, clock_), transport_(loop_) {
    connection_.base_url = kAgentUrl;
    connection_.requests_per_second = connection_.burst = 1000;
    transport_.handler = [this](const HttpRequest& request) { return Handle(request); };
    agent_.Put("PacingPolicy/east", kPacing);
  }

  HttpOutcome Handle(const HttpRequest& request) {
    HttpRequest received = request;
    received.url = request.url.substr(kAgentUrl.size());
    if (lose_answers_ > 0) {
      --lose_answers_;
      static_cast<void>(agent_.Handle(received));
      return Cut();
    }
    if (!before_.empty()) {
      HttpOutcome next = std::move(before_.front());
      before_.pop_front();
      return next;
    }
    return agent_.Handle(received).response;
  }

  AgentClient& client() {
    if (!client_) {
      client_ =
          MakeAgentClient(connection_, std::string(FakeAgent::kToken), arena_, loop_, transport_, random_, nullptr);
    }
    return *client_;
  }
  template <class T>
  T Run(Task<T> task) {
    return loop_.RunUntilDone(std::move(task));
  }
  WriteRequest Put(ObjectKind kind, const std::string& name, const std::string& body, const std::string& etag = "") {
    WriteRequest request;
    request.kind = kind;
    request.operation = etag.empty() ? WriteOperation::kCreate : WriteOperation::kUpdate;
    request.id = name;
    request.etag = etag;
    request.payload = *ParseJson(arena_, body);
    return request;
  }
  /// "PUT /v1/policies/Sink/wfo if-none-match *"
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const SentRequest& sent : transport_.sent) {
      std::string line = sent.request.method + ' ' + sent.request.url.substr(kAgentUrl.size());
      for (const char* name : {"If-Match", "If-None-Match"}) {
        if (const std::string* value = sent.request.header(name)) line += ' ' + std::string(name) + ' ' + *value;
      }
      lines.push_back(line);
    }
    return lines;
  }

  Arena arena_;
  ManualClock clock_;
  Loop loop_;
  FakeTransport transport_;
  SeededRandom random_;
  TenantConnection connection_;
  FakeAgent agent_;
  std::deque<HttpOutcome> before_;
  int lose_answers_ = 0;
  std::unique_ptr<AgentClient> client_;
};

TEST_F(AgentClientTest, AllPagesAreReadWithTheToken) {
  agent_.page_size = 2;
  agent_.Put("Sink/wfo", R"({"spec":{"url":"https://x.example.com","events":["plan.applied"],"secret":"s"}})");
  agent_.Put("ThrottlePolicy/east", R"({"spec":{"campaign":"east"},"campaignId":"c-1","sinks":["wfo"]})");
  const auto policies = Run(client().Policies());
  ASSERT_TRUE(policies) << policies.error().message;
  ASSERT_EQ(policies->size(), 3u);
  // Two of one name are two.
  EXPECT_EQ((*policies)[0].kind, ObjectKind::kPacingPolicy);
  EXPECT_EQ((*policies)[0].id, "east");
  EXPECT_EQ((*policies)[0].etag, "\"p1\"");
  EXPECT_EQ(ToJson((*policies)[0].content), kPacing);
  EXPECT_EQ((*policies)[1].content.GetString("secretFingerprint"), "Sink/wfo#1");
  EXPECT_EQ((*policies)[2].kind, ObjectKind::kThrottlePolicy);
  EXPECT_THAT(Lines(), testing::ElementsAre("GET /v1/policies", "GET /v1/policies?nextPage=Sink%2Fwfo"));
  EXPECT_EQ(transport_.sent[0].header("Authorization"), "Bearer agent-token-canary");
}

TEST_F(AgentClientTest, AListThatIsNoListOfPoliciesFailsNamingTheAgent) {
  connection_.max_attempts = 1;
  before_.push_back(Answer(200, R"({"items":[{"kind":"PacingPolicy","name":"x"}]})"));
  const auto policies = Run(client().Policies());
  ASSERT_FALSE(policies);
  EXPECT_THAT(policies.error().message,
              testing::AllOf(testing::HasSubstr("the agent at https://agent.example.com:8443: "),
                             testing::HasSubstr("answered 200 with a body that is not a list of policies")));
}

TEST_F(AgentClientTest, PoliciesOfKindsThatANewerAgentHasArePassedOver) {
  before_.push_back(Answer(200, R"({"items":[{"kind":"QuotaPolicy","name":"x","spec":{}}]})"));
  const auto policies = Run(client().Policies());
  ASSERT_TRUE(policies);
  EXPECT_TRUE(policies->empty());
}

TEST_F(AgentClientTest, OneIsReadByItsNameOrIsNotThere) {
  const auto found = Run(client().Get(ObjectKind::kPacingPolicy, "", "east"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->etag, "\"p1\"");
  const auto gone = Run(client().FindByIdentity(ObjectKind::kThrottlePolicy, "", "east", ""));
  ASSERT_TRUE(gone);
  EXPECT_FALSE(*gone);
}

TEST_F(AgentClientTest, CreatesReplaceNothingUpdatesOnlyWhatWasRead) {
  EXPECT_EQ(Run(client().Write(Put(ObjectKind::kThrottlePolicy, "east", kPacing))).status, WriteStatus::kDone);
  EXPECT_EQ(Run(client().Write(Put(ObjectKind::kThrottlePolicy, "east", kPacing))).status, WriteStatus::kConflict);
  const WriteResult updated = Run(client().Write(Put(ObjectKind::kPacingPolicy, "east", kPacing, "\"p1\"")));
  EXPECT_EQ(updated.status, WriteStatus::kDone);
  EXPECT_EQ(updated.object->etag, "\"p3\"");
  EXPECT_EQ(Run(client().Write(Put(ObjectKind::kPacingPolicy, "east", kPacing, "\"p1\""))).status,
            WriteStatus::kPreconditionFailed);
  EXPECT_THAT(Lines(), testing::ElementsAre("PUT /v1/policies/ThrottlePolicy/east If-None-Match *",
                                            "PUT /v1/policies/ThrottlePolicy/east If-None-Match *",
                                            "PUT /v1/policies/PacingPolicy/east If-Match \"p1\"",
                                            "PUT /v1/policies/PacingPolicy/east If-Match \"p1\""));
}

TEST_F(AgentClientTest, NothingIsWrittenBlindly) {
  WriteRequest request = Put(ObjectKind::kPacingPolicy, "east", kPacing, "*");
  EXPECT_EQ(Run(client().Write(request)).status, WriteStatus::kRejected);
  request.operation = WriteOperation::kDelete;
  request.etag = "";
  EXPECT_EQ(Run(client().Write(request)).status, WriteStatus::kRejected);
  request = Put(ObjectKind::kCampaign, "east", kPacing, "\"p1\"");
  EXPECT_EQ(Run(client().Write(request)).status, WriteStatus::kRejected);
  EXPECT_TRUE(transport_.sent.empty());
}

TEST_F(AgentClientTest, ACreateWhoseAnswerIsLostIsAmbiguousAndNotRepeated) {
  lose_answers_ = 1;
  EXPECT_EQ(Run(client().Write(Put(ObjectKind::kThrottlePolicy, "east", kPacing))).status, WriteStatus::kAmbiguous);
  EXPECT_EQ(transport_.sent.size(), 1u);
}

TEST_F(AgentClientTest, AGuardedWriteIsRepeatedAndFindsItsOwnEcho) {
  lose_answers_ = 1;
  const WriteResult written = Run(client().Write(Put(ObjectKind::kPacingPolicy, "east", kPacing, "\"p1\"")));
  EXPECT_EQ(written.status, WriteStatus::kPreconditionFailed);
  EXPECT_EQ(written.attempts, 2);
}

TEST_F(AgentClientTest, ADeleteIsDoneWhenTheAgentSaysThatNothingIsLeft) {
  WriteRequest request = Put(ObjectKind::kPacingPolicy, "east", kPacing, "\"p1\"");
  request.operation = WriteOperation::kDelete;
  EXPECT_EQ(Run(client().Write(request)).status, WriteStatus::kDone);
  EXPECT_TRUE(agent_.policies.empty());
  EXPECT_EQ(Run(client().Write(request)).status, WriteStatus::kGone);
}

TEST_F(AgentClientTest, AnAnswerAboutAnotherPolicyIsAsGoodAsLost) {
  before_.push_back(Answer(201, R"({"kind":"Sink","name":"other","spec":{}})"));
  EXPECT_EQ(Run(client().Write(Put(ObjectKind::kSink, "wfo", R"({"spec":{"url":"u"}})"))).status,
            WriteStatus::kAmbiguous);
}

TEST_F(AgentClientTest, ASinkIsSentItsSecretAndNobodyElseSeesIt) {
  const std::string body = R"json({"spec":{"url":"https://x.example.com","secret":"(secret)"}})json";
  const WriteRequest request = Put(ObjectKind::kSink, "wfo", body);
  EXPECT_EQ(client().Encode(request).body, body);
  const WriteResult refused = Run(client().Write(request));
  EXPECT_EQ(refused.status, WriteStatus::kRejected);
  EXPECT_EQ(refused.message, "The secret of Sink/wfo is not known here: nothing was sent.");

  client().ProvideSecret("wfo", std::string(kSecret));
  before_.push_back(Answer(400, R"({"error":"INVALID_REQUEST","message":"no such secret: whsec_canary"})"));
  const WriteResult echoed = Run(client().Write(request));
  EXPECT_EQ(echoed.status, WriteStatus::kRejected);
  EXPECT_THAT(echoed.message, testing::Not(testing::HasSubstr(kSecret)));
  EXPECT_EQ(Run(client().Write(request)).status, WriteStatus::kDone);
  EXPECT_EQ(agent_.policies.at("Sink/wfo").body, R"({"spec":{"url":"https://x.example.com","secret":"whsec_canary"}})");
}

TEST_F(AgentClientTest, ARefusedTokenIsNotTriedAgain) {
  agent_.token = "another";
  const auto refused = Run(client().Policies());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnauthorized);
  EXPECT_THAT(refused.error().message,
              testing::EndsWith("check spec.agent.token, and that the token was not revoked."));
  EXPECT_EQ(transport_.sent.size(), 1u);
}

TEST_F(AgentClientTest, ATokenWithoutTheRoleSaysWhichItNeeds) {
  before_.push_back(Answer(403, R"({"error":"FORBIDDEN","message":"The token may not do that."})"));
  EXPECT_THAT(Run(client().Policies()).error().message,
              testing::EndsWith(": the token of spec.agent.token needs the role policies."));
}

TEST_F(AgentClientTest, PassingFailuresOfReadsAreWaitedFor) {
  before_.push_back(Answer(503));
  before_.push_back(Answer(429, "", {{"Retry-After", "2"}}));
  before_.push_back(Cut());
  EXPECT_TRUE(Run(client().Policies()));
  EXPECT_EQ(transport_.sent.size(), 4u);
}

TEST_F(AgentClientTest, AnEventIsSentOnce) {
  EXPECT_TRUE(Run(client().SendEvent("plan.applied", R"({"run":"r-1"})")));
  EXPECT_EQ(agent_.events.at(0), R"({"type":"plan.applied","data":{"run":"r-1"}})");
  lose_answers_ = 1;
  EXPECT_FALSE(Run(client().SendEvent("plan.applied", R"({"run":"r-2"})")));
  EXPECT_EQ(agent_.events.size(), 2u);
}

TEST_F(AgentClientTest, TheRouterSendsEachKindToWhereItLives) {
  FakeTransport tenant_transport(loop_);
  std::vector<std::string> asked;
  tenant_transport.handler = [&](const HttpRequest& request) {
    asked.push_back(request.method + ' ' + request.url);
    return request.url.ends_with("/oauth/token") ? Answer(200, R"({"access_token":"t","expires_in":3600})")
                                                 : Answer(404);
  };
  TenantConnection tenant_connection = connection_;
  tenant_connection.base_url = "https://tenant.example.com";
  auto tenant = MakeTenantClient(tenant_connection, arena_, loop_, tenant_transport, random_, nullptr);
  RoutingProvider router(**tenant);
  const auto without = Run(router.Get(ObjectKind::kSink, "", "wfo"));
  ASSERT_FALSE(without);
  EXPECT_THAT(without.error().message, testing::HasSubstr("spec.agent of the Tenant document names none"));
  router.SetAgent(client());
  EXPECT_TRUE(Run(router.Get(ObjectKind::kPacingPolicy, "", "east"))->has_value());
  EXPECT_TRUE(asked.empty());
  EXPECT_TRUE(Run(router.List(ObjectKind::kCallback, "q-1")));
  EXPECT_EQ(asked.back(),
            "GET https://tenant.example.com/api/v2/conversations/callbacks?queueId=q-1&state=scheduled&pageSize=500");
  EXPECT_EQ(router.WriteScopes(ObjectKind::kCallback), std::vector<std::string>{"conversation:write"});
  EXPECT_TRUE(router.WriteScopes(ObjectKind::kSink).empty());
}

}  // namespace
}  // namespace cxctl
