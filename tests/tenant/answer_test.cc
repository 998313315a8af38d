#include "tenant/answer.h"

#include "tenant/fixture.h"

namespace cxctl {
namespace {

HttpResponse Response(int status, std::string body, std::vector<HttpHeader> headers = {}) {
  return *Answer(status, std::move(body), std::move(headers));
}

TEST(ReadTenantError, Bodies) {
  struct Row {
    std::string body, code, message, request_id;
  };
  const std::string html = "an HTML page, not the API's own answer";
  const Row rows[] = {
      {R"({"code":"CONFLICT","message":"has children","requestId":"r-1"})", "CONFLICT", "has children", "r-1"},
      {R"({"code":"BAD","message":"no","details":[{"field":"code","message":"too long"},{"message":"odd"}]})", "BAD",
       "no (code: too long; odd)", ""},
      {R"({"details":[{"field":"a","message":"b"}]})", "", "a: b", ""},
      {R"({"error":"invalid_client","error_description":"unknown client"})", "invalid_client", "unknown client", ""},
      {R"({"code":7,"message":null,"details":"x"})", "", "", ""},
      {"", "", "", ""},
      {"  \n", "", "", ""},
      {"upstream timed out", "", "upstream timed out", ""},
      {"<html><body>502</body></html>", "", html, ""},
      {"\n <!DOCTYPE html>", "", html, ""},
      {"[1,2]", "", "[1,2]", ""},
      {R"({"code":)", "", R"({"code":)", ""},
      {R"({"message":"bell \u0007 and \u202e"})", "", "bell \\u0007 and \\u202e", ""},
      {R"({"message":"call +14155551234"})", "", "call +1415***1234", ""},
      {std::string(300'000, 'x'), "", "a long body that is not the API's", ""},
  };
  const Cleanser cleanser;
  for (const Row& row : rows) {
    const TenantError error = ReadTenantError(Response(400, row.body), cleanser);
    EXPECT_EQ(error.code, row.code) << row.body.substr(0, 100);
    EXPECT_EQ(error.message, row.message) << row.body.substr(0, 100);
    EXPECT_EQ(error.request_id, row.request_id) << row.body.substr(0, 100);
  }
}

TEST(ReadTenantError, TheHeadersRequestIdIsTheOne) {
  const HttpResponse response =
      Response(500, R"({"code":"X","message":"m","requestId":"body"})", {{"x-request-id", "header"}});
  EXPECT_EQ(ReadTenantError(response, Cleanser()).request_id, "header");
}

TEST(Cleanser, CutsTo300Characters) {
  const Cleanser cleanser;
  EXPECT_EQ(cleanser.Clean(std::string(300, 'a')), std::string(300, 'a'));
  EXPECT_EQ(cleanser.Clean(std::string(301, 'a')), std::string(300, 'a') + "...");
  std::string umlauts;
  for (int i = 0; i < 301; ++i) umlauts += "\xC3\xA4";
  EXPECT_EQ(cleanser.Clean(umlauts), umlauts.substr(0, 600) + "...");
}

TEST(Cleanser, SecretsInTheirUsualForms) {
  Cleanser cleanser;
  cleanser.AddSecret("pa ss/wörd");
  cleanser.AddSecret("abc");  // Too short to be one.
  EXPECT_EQ(cleanser.Clean("a pa ss/wörd b pa+ss%2Fw%C3%B6rd c pa%20ss%2Fw%C3%B6rd d cGEgc3Mvd8O2cmQ= abc"),
            "a *** b *** c *** d *** abc");
}

TEST(Cleanser, OldTokensGoButCredentialsStay) {
  Cleanser cleanser;
  cleanser.AddSecret("the-secret");
  cleanser.AddSecret("the-client");
  for (int i = 0; i < 1000; ++i) cleanser.AddSecret("token-number-" + std::to_string(i));
  EXPECT_EQ(cleanser.Clean("the-secret the-client token-number-999"), "*** *** ***");
}

TEST(DescribeAnswer, SaysWhatIsKnown) {
  EXPECT_EQ(DescribeAnswer("GET", "/x", 503, {}, "sent-1"), "GET /x answered 503 (request id sent-1)");
  EXPECT_EQ(DescribeAnswer("GET", "/x", 503, {"", "wait", ""}, "sent-1"),
            "GET /x answered 503 (wait; request id sent-1)");
  EXPECT_EQ(DescribeAnswer("GET", "/x", 503, {"BUSY", "", "r-1"}, "sent-1"),
            "GET /x answered 503 (BUSY; request id r-1)");
  EXPECT_EQ(DescribeAnswer("GET", "/x", 503, {"BUSY", "wait", "r-1"}, "sent-1"),
            "GET /x answered 503 (BUSY: wait; request id r-1)");
}

TEST(AuthenticateParameter, ReadsChallenges) {
  struct Row {
    std::string header, error, scope;
  };
  const Row rows[] = {
      {R"(Bearer error="insufficient_scope", scope="a:b c:d")", "insufficient_scope", "a:b c:d"},
      {R"(Bearer realm="x, scope=y",error=insufficient_scope,scope=a)", "insufficient_scope", "a"},
      {R"(bearer ERROR="invalid_token")", "invalid_token", ""},
      {R"(Bearer scope="a\"b")", "", "a\"b"},
      {R"(Bearer scope="unclosed)", "", "unclosed"},
      {"Bearer", "", ""},
      {"", "", ""},
      {"====,,,\"", "", ""},
  };
  for (const Row& row : rows) {
    const HttpResponse response = Response(403, "", {{"WWW-Authenticate", row.header}});
    EXPECT_EQ(AuthenticateParameter(response, "error"), row.error) << row.header;
    EXPECT_EQ(AuthenticateParameter(response, "scope"), row.scope) << row.header;
  }
  EXPECT_EQ(AuthenticateParameter(Response(403, ""), "scope"), "");
}

}  // namespace
}  // namespace cxctl
