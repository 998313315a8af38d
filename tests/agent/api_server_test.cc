#include "agent/api_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/policy_api.h"
#include "agent_fixture.h"
#include "telemetry/metric_registry.h"
#include "value/json.h"

namespace cxctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Seals by reversing: enough to see what is stored.
class FakeBox final : public SecretBox {
 public:
  Result<std::string> Seal(std::string_view, std::string_view secret) override {
    if (!has_key) return Fail(ErrorCode::kRefused, "there is no key to seal with");
    return "sealed:" + std::string(secret.rbegin(), secret.rend());
  }
  Result<std::string> Open(std::string_view, std::string_view sealed) const override {
    if (!has_key) return Fail(ErrorCode::kIntegrity, "its secret was sealed with another key; apply again");
    return std::string(sealed.rbegin(), sealed.rend() - 7);
  }
  std::string Fingerprint(std::string_view, std::string_view secret) const override {
    return "print:" + std::to_string(secret.size());
  }
  bool has_key = true;
};

class ApiServerTest : public ::testing::Test {
 protected:
  ApiServerTest() { policies_api_.AddRoutes(api_.router()); }

  HttpResponse Ask(std::string method, std::string url, std::string body = "", std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.body = std::move(body);
    request.headers = std::move(headers);
    if (!token_.empty()) request.headers.push_back({"Authorization", "Bearer " + token_});
    if (!request.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    return *loop_.RunUntilDone(api_.Serve(std::move(request), nullptr));
  }
  static std::string CodeOf(const HttpResponse& response) {
    Arena arena;
    const auto body = ParseJson(arena, response.body);
    return std::to_string(response.status) + " " + std::string(body ? body->GetString("error") : "");
  }
  std::string MakeToken(const std::string& name, const std::vector<std::string>& roles) {
    const NewToken token = cxctl::MakeToken(name, roles, clock_.Now(), random_).value();
    EXPECT_TRUE(store_.Commit("demo", {{{token.write}, {}, {}}}).has_value());
    clock_.passed += std::chrono::seconds(3);
    return token.value;
  }

  SimulatedClock clock_;
  Loop loop_{clock_, clock_};
  CountingRandom random_;
  MemoryAgentStore store_;
  RecordingLog log_;
  MetricRegistry metrics_;
  FakeBox box_;
  std::string token_ = "admin-token";
  TokenBook tokens_{store_, "demo", clock_, "admin-token"};
  Commits commits_{loop_, store_, "demo"};
  PolicyCache cache_{{store_, "demo", clock_, box_, log_, metrics_}};
  ApiServer api_{{loop_, random_, tokens_, log_, metrics_}};
  PolicyApi policies_api_{{commits_, cache_, box_, clock_, log_, "run"}};
};

constexpr const char* kSink = R"({"spec": {"url": "https://x.example", "events": ["a.b"], "secret": "whsec"}})";
const std::vector<HttpHeader> kNew = {{"If-None-Match", "*"}};

TEST_F(ApiServerTest, ATokenHasItsRolesAndNoOthers) {
  token_ = MakeToken("reader", {"read"});
  EXPECT_EQ(Ask("GET", "/v1/policies").status, 200);
  EXPECT_EQ(CodeOf(Ask("PUT", "/v1/policies/Sink/a", kSink, kNew)), "403 FORBIDDEN");
  token_ = MakeToken("writer", {"policies"});
  EXPECT_EQ(Ask("PUT", "/v1/policies/Sink/a", kSink, kNew).status, 201);
}

TEST_F(ApiServerTest, ATokenThatIsRevokedIsRefusedWithinTwoSeconds) {
  token_ = MakeToken("reader", {"read"});
  EXPECT_EQ(Ask("GET", "/v1/policies").status, 200);
  AgentWrite write;
  write.kind = AgentWrite::Kind::kDelete;
  write.record.collection = kTokenCollection;
  write.record.id = "reader";
  ASSERT_TRUE(store_.Commit("demo", {{{write}, {}, {}}}).has_value());
  clock_.passed += std::chrono::seconds(2);
  EXPECT_EQ(CodeOf(Ask("GET", "/v1/policies")), "401 UNAUTHORIZED");
}

TEST_F(ApiServerTest, OnlyTheDigestOfATokenIsStored) {
  const std::string token = MakeToken("reader", {"read"});
  const auto record = store_.Get("demo", kTokenCollection, "reader").value();
  EXPECT_THAT(record->body, Not(HasSubstr(token.substr(6))));
}

TEST_F(ApiServerTest, TwoHundredRequestsAtOnceThenAHundredASecond) {
  token_ = MakeToken("reader", {"read"});
  for (int i = 0; i < 200; ++i) ASSERT_EQ(Ask("GET", "/v1/policies").status, 200) << i;
  const HttpResponse refused = Ask("GET", "/v1/policies");
  EXPECT_EQ(CodeOf(refused), "429 RATE_LIMITED");
  EXPECT_EQ(*refused.header("Retry-After"), "1");
  token_ = "admin-token";
  EXPECT_EQ(Ask("GET", "/v1/policies").status, 200);  // Each token has its own.
}

TEST_F(ApiServerTest, TheLimitGivesBackOneEveryTenMilliseconds) {
  RequestAllowance allowance;
  for (int i = 0; i < 200; ++i) ASSERT_EQ(allowance.Take({}), std::nullopt);
  EXPECT_EQ(allowance.Take({}), std::chrono::milliseconds(10));
  EXPECT_EQ(allowance.Take(std::chrono::milliseconds(10)), std::nullopt);
  EXPECT_NE(allowance.Take(std::chrono::milliseconds(10)), std::nullopt);
}

TEST_F(ApiServerTest, AnswersAreNotKeptAndNotGuessedAt) {
  const HttpResponse answer = Ask("GET", "/v1/policies");
  EXPECT_EQ(*answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(*answer.header("X-Content-Type-Options"), "nosniff");
}

TEST_F(ApiServerTest, CallbackRequestsHaveAnAllowanceOfTheirOwn) {
  ApiRoute route;
  route.method = "POST";
  route.path = "/api/callbacks/schedule";
  route.roles = {"callbacks"};
  route.is_for_callbacks = true;
  route.handler = ApiHandler([](ApiCall) -> Task<ApiAnswer> { co_return JsonAnswer(201, "{}"); });
  api_.router().Add(std::move(route));
  token_ = MakeToken("site", {"callbacks", "read"});
  for (int i = 0; i < 4000; ++i) ASSERT_EQ(Ask("POST", "/api/callbacks/schedule").status, 201) << i;
  EXPECT_EQ(CodeOf(Ask("POST", "/api/callbacks/schedule")), "429 RATE_LIMITED");
  EXPECT_EQ(Ask("GET", "/v1/policies").status, 200);
}

TEST_F(ApiServerTest, MediaTypesAreJudgedWithTheirParameters) {
  const auto ask = [&](const std::string& type) {
    HttpRequest request;
    request.method = "PUT";
    request.url = "/v1/policies/Sink/a";
    request.body = "{}";
    request.headers = {{"Authorization", "bearer admin-token"}, {"Content-Type", type}};
    return CodeOf(*loop_.RunUntilDone(api_.Serve(request, nullptr)));
  };
  EXPECT_EQ(ask("Application/JSON; Charset=UTF-8"), "428 PRECONDITION_REQUIRED");
  EXPECT_EQ(ask("application/json; charset=latin1"), "415 UNSUPPORTED_MEDIA_TYPE");
  EXPECT_EQ(ask("application/jsonp"), "415 UNSUPPORTED_MEDIA_TYPE");
  EXPECT_EQ(ask(""), "415 UNSUPPORTED_MEDIA_TYPE");
}

TEST_F(ApiServerTest, TwoAuthorizationsAreNone) {
  EXPECT_EQ(CodeOf(Ask("GET", "/v1/policies", "", {{"Authorization", "Bearer x"}})), "401 UNAUTHORIZED");
}

TEST_F(ApiServerTest, AStoreThatFailsIs503WithRetryAfterAndNothingChanges) {
  store_.before_commit = [] { return Fail(ErrorCode::kIo, "the disk is full"); };
  const HttpResponse answer = Ask("PUT", "/v1/policies/Sink/a", kSink, kNew);
  EXPECT_EQ(CodeOf(answer), "503 UNAVAILABLE");
  EXPECT_NE(answer.header("Retry-After"), nullptr);
  EXPECT_THAT(answer.body, Not(HasSubstr("disk")));
  EXPECT_EQ(CodeOf(Ask("GET", "/v1/policies/Sink/a")), "404 NOT_FOUND");
}

TEST_F(ApiServerTest, ASecretIsStoredSealedAndNeverShown) {
  ASSERT_EQ(Ask("PUT", "/v1/policies/Sink/a", kSink, kNew).status, 201);
  const auto record = store_.Get("demo", kPolicyCollection, "Sink/a").value();
  EXPECT_THAT(record->body, Not(HasSubstr("whsec")));
  const HttpResponse shown = Ask("GET", "/v1/policies/Sink/a");
  EXPECT_THAT(shown.body, HasSubstr("\"secret\":\"(secret)\""));
  EXPECT_THAT(shown.body, HasSubstr("\"secretFingerprint\":\"print:5\""));
  EXPECT_THAT(shown.body, Not(HasSubstr("seal")));
  ASSERT_EQ(store_.audit.size(), 1u);
  EXPECT_THAT(store_.audit[0].after, Not(HasSubstr("sealed")));
  EXPECT_EQ(cache_.Current().value()->sinks.at(0).secret, "whsec");
}

TEST_F(ApiServerTest, ASinkWhoseSecretCannotBeOpenedIsNamedAndTheOthersWork) {
  ASSERT_EQ(Ask("PUT", "/v1/policies/Sink/a", kSink, kNew).status, 201);
  ASSERT_EQ(
      Ask("PUT", "/v1/policies/Sink/b", R"({"spec": {"url": "https://y.example", "events": ["a.b"]}})", kNew).status,
      201);
  box_.has_key = false;
  const auto policies = cache_.Current().value();
  EXPECT_THAT(policies->unreadable, ElementsAre("Sink/a: its secret was sealed with another key; apply again"));
  ASSERT_EQ(policies->sinks.size(), 1u);
  EXPECT_EQ(policies->sinks[0].name, "b");
}

TEST_F(ApiServerTest, AChangeByAnotherProcessIsSeenWithinTwoSeconds) {
  EXPECT_TRUE(cache_.Current().value()->sinks.empty());
  PolicyCache other({store_, "demo", clock_, box_, log_, metrics_});
  EXPECT_TRUE(other.Current().value()->sinks.empty());
  ASSERT_EQ(Ask("PUT", "/v1/policies/Sink/a", kSink, kNew).status, 201);
  EXPECT_EQ(cache_.Current().value()->sinks.size(), 1u);  // Its own at once.
  EXPECT_TRUE(other.Current().value()->sinks.empty());
  clock_.passed += std::chrono::seconds(2);
  EXPECT_EQ(other.Current().value()->sinks.size(), 1u);
}

TEST_F(ApiServerTest, EveryChangeIsAnAuditRecordInTheSameTransaction) {
  token_ = MakeToken("deployer", {"policies"});
  const HttpResponse created =
      Ask("PUT", "/v1/policies/CallbackPolicy/a", R"({"spec": {"queueId": "q", "from": "+18005559876"}})", kNew);
  const std::string etag = *created.header("ETag");
  ASSERT_EQ(Ask("DELETE", "/v1/policies/CallbackPolicy/a", "", {{"If-Match", etag}}).status, 204);
  ASSERT_EQ(store_.audit.size(), 2u);
  EXPECT_EQ(store_.audit[0].address, "CallbackPolicy/a");
  EXPECT_EQ(store_.audit[0].action, "create");
  EXPECT_EQ(store_.audit[0].actor, "deployer");
  EXPECT_EQ(store_.audit[0].before, "null");
  EXPECT_EQ(store_.audit[0].etag_after, etag);
  EXPECT_THAT(store_.audit[0].after, HasSubstr("+1800***9876"));
  EXPECT_EQ(store_.audit[1].action, "delete");
  EXPECT_EQ(store_.audit[1].after, "null");
  EXPECT_EQ(store_.audit[1].etag_before, etag);
}

TEST_F(ApiServerTest, ALongListComesInPages) {
  for (int i = 0; i < 700; ++i) {
    AgentWrite write;
    write.record = {kPolicyCollection, "Sink/s" + std::to_string(1000 + i), "", {}, R"({"spec":{}})", 0};
    ASSERT_TRUE(store_.Commit("demo", {{{write}, {}, {}}}).has_value());
  }
  Arena arena;
  const Value first = ParseJson(arena, Ask("GET", "/v1/policies").body).value();
  EXPECT_EQ(first.Find("items")->items().size(), 500u);
  const std::string next(first.GetString("nextPage"));
  const Value second = ParseJson(arena, Ask("GET", "/v1/policies?nextPage=" + next).body).value();
  EXPECT_EQ(second.Find("items")->items().size(), 200u);
  EXPECT_EQ(second.Find("nextPage"), nullptr);
  EXPECT_EQ(second.Find("items")->items()[0].GetString("name"), "s1500");
}

}  // namespace
}  // namespace cxctl
