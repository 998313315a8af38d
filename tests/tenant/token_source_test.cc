#include "tenant/token_source.h"

#include "base/strings.h"
#include "tenant/encoding.h"
#include "tenant/fixture.h"

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class TokenSourceTest : public TenantTest {
 protected:
  TokenSource& tokens() {
    if (tokens_ == nullptr) {
      wire_ = std::make_unique<Wire>(connection_, loop_, transport_, random_, &observer_);
      tokens_ = std::make_unique<TokenSource>(connection_, *wire_);
    }
    return *tokens_;
  }
  /// A source without a token.
  void Renew() { tokens_ = nullptr; }
  Result<AccessToken> GetToken() { return loop_.RunUntilDone(tokens().Get()); }
  static HttpOutcome Token(std::string value, std::string life) {
    return Answer(200, R"({"access_token":")" + value + R"(","token_type":"bearer","expires_in":)" + life + "}");
  }
  const HttpRequest& LastRequest() { return transport_.sent.back().request; }

 private:
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<TokenSource> tokens_;
};

TEST_F(TokenSourceTest, CredentialsInTheBody) {
  connection_.token_path = "/api/v2/oauth2/token";
  connection_.client_id = "id&1";
  ASSERT_TRUE(GetToken());
  EXPECT_EQ(LastRequest().method, "POST");
  EXPECT_EQ(LastRequest().url, "https://tenant.example.com/api/v2/oauth2/token");
  EXPECT_EQ(LastRequest().body,
            "grant_type=client_credentials&client_id=id%261&client_secret=s3cr3t%2Fwith%2Bodd%3Dchars&"
            "scope=callcodes%3Aread+campaigns%3Aread");
  EXPECT_EQ(*LastRequest().header("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(*LastRequest().header("Accept"), "application/json");
  EXPECT_EQ(LastRequest().header("X-Request-Id")->size(), 36u);
  EXPECT_EQ(LastRequest().header("Authorization"), nullptr);
}

TEST_F(TokenSourceTest, CredentialsAsBasic) {
  connection_.auth_style = TenantConnection::AuthStyle::kBasic;
  connection_.client_id = "my id:1";
  connection_.scopes.clear();
  ASSERT_TRUE(GetToken());
  EXPECT_EQ(LastRequest().body, "grant_type=client_credentials");
  EXPECT_EQ(*LastRequest().header("Authorization"), "Basic " + Base64("my+id%3A1:s3cr3t%2Fwith%2Bodd%3Dchars"));
}

TEST_F(TokenSourceTest, ATokenPathWithoutItsSlash) {
  connection_.token_path = "token";
  ASSERT_TRUE(GetToken());
  EXPECT_EQ(LastRequest().url, "https://tenant.example.com/token");
}

TEST_F(TokenSourceTest, TheTokenIsKeptUntilShortlyBeforeItExpires) {
  struct Row {
    int life, margin;
  };
  for (const Row& row : {Row{3600, 30}, Row{300, 30}, Row{100, 10}, Row{10, 1}}) {
    token_script_.push_back(Token("first", std::to_string(row.life)));
    token_script_.push_back(Token("second", "3600"));
    Renew();
    const Duration asked = clock_.Monotonic();
    ASSERT_EQ(GetToken()->value, "first");
    const Duration refresh = asked + seconds(row.life - row.margin);
    clock_.Advance(refresh - clock_.Monotonic() - Duration(1));
    EXPECT_EQ(GetToken()->value, "first") << row.life;
    clock_.Advance(Duration(1));
    EXPECT_EQ(GetToken()->value, "second") << row.life;
  }
}

TEST_F(TokenSourceTest, OddLives) {
  struct Row {
    std::string answer;
    int seconds;
  };
  const Row rows[] = {
      {R"({"access_token":"t","token_type":"Bearer"})", 300},
      {R"({"access_token":"t","token_type":"BEARER","expires_in":"60"})", 60},
      {R"({"access_token":"t","expires_in":60.5})", 60},
      {R"({"access_token":"t","expires_in":"soon"})", 300},
      {R"({"access_token":"t","expires_in":null})", 300},
      {R"({"access_token":"t","expires_in":1e300})", 365 * 86400},
      {R"({"access_token":"t","expires_in":-5})", 0},
      {R"({"access_token":"t","expires_in":0})", 0},
  };
  for (const Row& row : rows) {
    token_script_.push_back(Answer(200, row.answer));
    Renew();
    const Duration asked = clock_.Monotonic();
    const Result<AccessToken> token = GetToken();
    ASSERT_TRUE(token) << row.answer;
    const std::int64_t life = (token->expires_at - asked) / seconds(1);
    if (row.seconds > 0) {
      EXPECT_EQ(life, row.seconds) << row.answer;
    }
    if (row.seconds == 0) {
      EXPECT_EQ(token->refresh_at, asked) << row.answer;
    }
  }
}

Task<void> GetInto(TokenSource& tokens, std::vector<std::string>& values) {
  const Result<AccessToken> token = co_await tokens.Get();
  values.push_back(token ? token->value : token.error().message);
}

TEST_F(TokenSourceTest, OneRefreshForAllWhoAskAtOnce) {
  std::vector<std::string> values;
  for (int i = 0; i < 50; ++i) loop_.Spawn(GetInto(tokens(), values));
  loop_.Run();
  EXPECT_EQ(values, std::vector<std::string>(50, "token-1"));
  EXPECT_EQ(transport_.sent.size(), 1u);
}

TEST_F(TokenSourceTest, OneRefusalForAllWhoAskAtOnce) {
  token_script_.push_back(Answer(401, R"({"error":"invalid_client"})"));
  std::vector<std::string> values;
  for (int i = 0; i < 50; ++i) loop_.Spawn(GetInto(tokens(), values));
  loop_.Run();
  EXPECT_EQ(values, std::vector<std::string>(50, values[0]));
  EXPECT_EQ(transport_.sent.size(), 1u);
}

TEST_F(TokenSourceTest, ATokenThatIsBornExpiredServesThoseWhoWaitForIt) {
  for (int i = 0; i < 3; ++i) token_script_.push_back(Token("short-" + std::to_string(i), "0"));
  std::vector<std::string> values;
  for (int i = 0; i < 10; ++i) loop_.Spawn(GetInto(tokens(), values));
  loop_.Run();
  EXPECT_EQ(values, std::vector<std::string>(10, "short-0"));
  EXPECT_EQ(transport_.sent.size(), 1u);
  EXPECT_EQ(GetToken()->value, "short-1");
}

TEST_F(TokenSourceTest, InvalidatingAnOldTokenNeverDropsANewerOne) {
  const AccessToken first = *GetToken();
  tokens().Invalidate(first.generation);
  EXPECT_TRUE(tokens().IsOutdated(first));
  const AccessToken second = *GetToken();
  EXPECT_EQ(second.value, "token-2");
  tokens().Invalidate(first.generation);
  EXPECT_FALSE(tokens().IsOutdated(second));
  EXPECT_EQ(GetToken()->value, "token-2");
  EXPECT_EQ(transport_.sent.size(), 2u);
}

TEST_F(TokenSourceTest, MoreScopesNeedANewToken) {
  ASSERT_TRUE(GetToken());
  tokens().RequireScopes({"campaigns:read"});
  EXPECT_EQ(GetToken()->value, "token-1");
  tokens().RequireScopes({"campaigns:write", "campaigns:read"});
  EXPECT_EQ(GetToken()->value, "token-2");
  EXPECT_THAT(LastRequest().body, HasSubstr("scope=callcodes%3Aread+campaigns%3Aread+campaigns%3Awrite"));
}

TEST_F(TokenSourceTest, FixedScopesStay) {
  connection_.fixed_scopes = true;
  ASSERT_TRUE(GetToken());
  tokens().RequireScopes({"campaigns:write"});
  EXPECT_EQ(GetToken()->value, "token-1");
}

TEST_F(TokenSourceTest, ScopesThatComeWhileARefreshIsUnderWay) {
  std::vector<std::string> values;
  loop_.Spawn(GetInto(tokens(), values));
  struct Later {
    static Task<void> Require(Loop& loop, TokenSource& tokens, std::vector<std::string>& values) {
      co_await loop.Sleep(milliseconds(5));
      const std::vector<std::string> scopes{"campaigns:write"};
      tokens.RequireScopes(scopes);
      Task<void> get = GetInto(tokens, values);
      co_await std::move(get);
    }
  };
  loop_.Spawn(Later::Require(loop_, tokens(), values));
  loop_.Run();
  EXPECT_EQ(values, (std::vector<std::string>{"token-2", "token-2"}));
  EXPECT_EQ(transport_.sent.size(), 2u);
}

TEST_F(TokenSourceTest, PassingFailuresAreRepeated) {
  const HttpOutcome failures[] = {Answer(500),
                                  Answer(502, "<html>"),
                                  Answer(503),
                                  Answer(504),
                                  Answer(429, "", {{"Retry-After", "2"}}),
                                  NotSent(),
                                  Cut(),
                                  TimedOut(),
                                  Answer(200, "<html>"),
                                  Answer(200, "{}"),
                                  Answer(200, R"({"access_token":""})"),
                                  Answer(200, R"({"access_token":"evil\r\nX: 1"})"),
                                  Answer(200, R"({"access_token":"cut)")};
  for (const HttpOutcome& failure : failures) {
    Wire wire(connection_, loop_, transport_, random_, &observer_);
    TokenSource tokens(connection_, wire);
    token_script_ = {failure, Token("good", "3600")};
    const Result<AccessToken> token = loop_.RunUntilDone(tokens.Get());
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(token->value, "good");
    EXPECT_TRUE(token_script_.empty());
  }
}

TEST_F(TokenSourceTest, GivesUpAfterMaxAttempts) {
  for (int i = 0; i < 6; ++i) token_script_.push_back(Answer(503, R"({"code":"DOWN","message":"later"})"));
  const Result<AccessToken> token = GetToken();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(token.error().message, HasSubstr("POST /oauth/token answered 503 (DOWN: later; request id "));
  EXPECT_THAT(token.error().message, HasSubstr("gave up after 6 attempts"));
  EXPECT_EQ(transport_.sent.size(), 6u);
}

TEST_F(TokenSourceTest, RetryAfterIsKeptByAllRequests) {
  token_script_.push_back(Answer(429, "", {{"Retry-After", "5"}}));
  ASSERT_TRUE(GetToken());
  EXPECT_EQ(transport_.sent[1].at - transport_.sent[0].at, seconds(5) + milliseconds(10));
}

TEST_F(TokenSourceTest, RefusalsAreClearAndFinal) {
  struct Row {
    int status;
    std::string body, says;
  };
  const Row rows[] = {
      {401, R"({"error":"invalid_client","error_description":"no such client"})", "invalid_client: no such client"},
      {401, "", "Check spec.auth.clientId, spec.auth.clientSecret and spec.auth.style."},
      {400, R"({"error":"invalid_client"})", "spec.auth.clientSecret"},
      {400, R"({"error":"invalid_scope"})", "The scopes asked for are: callcodes:read campaigns:read."},
      {400, R"({"error":"invalid_request"})", "invalid_request"},
      {400, R"({"error":"unauthorized_client"})", "may not use client credentials"},
      {403, "<html>", "an HTML page"},
      {404, "", "spec.auth.tokenPath"},
      {302, "", "spec.auth.tokenPath"},
      {200, R"({"access_token":"abcd","token_type":"mac"})", "not a bearer token"},
  };
  for (const Row& row : rows) {
    token_script_.push_back(Answer(row.status, row.body));
    const Result<AccessToken> token = GetToken();
    ASSERT_FALSE(token) << row.body;
    EXPECT_EQ(token.error().code, ErrorCode::kUnauthorized) << row.body;
    EXPECT_THAT(token.error().message, HasSubstr(row.says));
    EXPECT_THAT(token.error().message, HasSubstr("POST /oauth/token"));
    EXPECT_TRUE(token_script_.empty());
    clock_.Advance(seconds(60));
  }
  EXPECT_EQ(transport_.sent.size(), std::size(rows));
}

TEST_F(TokenSourceTest, RefusedCredentialsAreNotTriedAgainAtOnce) {
  token_script_.push_back(Answer(401, R"({"error":"invalid_client"})"));
  const std::string first = GetToken().error().message;
  clock_.Advance(seconds(59));
  EXPECT_EQ(GetToken().error().message, first);
  EXPECT_EQ(transport_.sent.size(), 1u);
  clock_.Advance(seconds(2));
  EXPECT_TRUE(GetToken());
}

TEST_F(TokenSourceTest, NothingShowsTheCredentials) {
  // A tenant that echoes what it was sent.
  const std::string secret(kClientSecret);
  const std::string echo = R"({"error":"invalid_client","error_description":"bad: )" + secret + " " +
                           FormEncode(secret) + " " + PercentEncode(secret) + " " + Base64(secret) + " " +
                           Base64(FormEncode(kClientId) + ":" + FormEncode(secret)) + R"("})";
  token_script_.push_back(Answer(401, echo));
  const std::string message = GetToken().error().message;
  EXPECT_THAT(message, HasSubstr("bad: *** *** *** *** ***"));
  EXPECT_THAT(message, Not(HasSubstr("s3cr3t")));
}

}  // namespace
}  // namespace cxctl
