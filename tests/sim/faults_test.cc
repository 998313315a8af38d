// What the tenant does when a fault strikes: its answer, its state, its log.

#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kCodes = "/api/v2/callcodes";
constexpr const char* kCampaigns = "/api/v2/outbound/campaigns";
constexpr const char* kNewCode = R"({"name":"N","code":"NEW","type":"NEUTRAL","category":"FAULTS"})";

class FaultsTest : public SimTest {
 protected:
  /// One fault: the members of an item of `faults`.
  void Break(const std::string& members) {
    const auto set = tenant_->SetFaults("{\"faults\":[{" + members + "}]}");
    ASSERT_TRUE(set) << set.error().message;
  }
  ServerReply Reply(std::string method, std::string target, std::string body = "",
                    std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(target);
    request.headers = std::move(headers);
    request.headers.push_back({"Authorization", "Bearer " + token_});
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = std::move(body);
    return tenant_->Handle(request);
  }
  ServerReply Create() { return Reply("POST", kCodes, kNewCode); }
  bool Created() {
    tenant_->SetFaults(R"({"faults":[]})").value();
    return Items(Get(std::string(kCodes) + "?filter=category%3DFAULTS"), "code").size() == 1;
  }
  /// "POST /api/v2/callcodes 201 drop" for every request in the log.
  std::vector<std::string> Log() {
    std::vector<std::string> lines;
    const Value log = Json(Send("GET", "/_sim/requests"));
    for (const Value& entry : log.Find("requests")->items()) {
      std::string line(entry.GetString("method"));
      line += " " + std::string(entry.GetString("path")) + " " + std::to_string(entry.Find("status")->as_int());
      if (entry.Find("fault")) line += " " + std::string(entry.GetString("fault"));
      lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(FaultsTest, BeforeAndAfterTheEffect) {
  struct Row {
    std::string fault;
    bool drop, cut_head, cut_body;
    int status;
  };
  const Row rows[] = {
      {R"("fault":"error","status":500)", false, false, false, 500},
      {R"("fault":"error","status":502)", false, false, false, 502},
      {R"("fault":"error")", false, false, false, 503},
      {R"("fault":"html")", false, false, false, 200},
      {R"("fault":"html","status":502)", false, false, false, 502},
      {R"("fault":"drop")", true, false, false, 0},
      {R"("fault":"cutHead")", false, true, false, 0},
      {R"("fault":"cutBody")", false, false, true, 0},
  };
  for (const Row& row : rows) {
    for (const bool after : {false, true}) {
      SCOPED_TRACE(row.fault + (after ? " after" : " before"));
      Start({});
      Send("DELETE", "/_sim/requests");
      Break(row.fault + (after ? "" : R"(,"when":"before")"));
      const ServerReply reply = Create();
      EXPECT_EQ(reply.drop, row.drop);
      EXPECT_EQ(reply.cut_head_at != SIZE_MAX, row.cut_head);
      EXPECT_EQ(reply.truncate_at < reply.response.body.size(), row.cut_body);
      if (row.status != 0) {
        EXPECT_EQ(reply.response.status, row.status);
      }
      EXPECT_EQ(Created(), after);
      const std::string name = row.fault.substr(9, row.fault.find('"', 9) - 9);
      EXPECT_EQ(Log().front(), "POST " + std::string(kCodes) + (after ? " 201 " : " 0 ") + name);
    }
  }
}

TEST_F(FaultsTest, RateLimitInBothForms) {
  Break(R"("fault":"rateLimit","retryAfter":"7s")");
  const HttpResponse seconds = Create().response;
  EXPECT_EQ(seconds.status, 429);
  EXPECT_EQ(*seconds.header("Retry-After"), "7");
  EXPECT_EQ(Code(seconds), "RATE_LIMITED");
  Break(R"("fault":"rateLimit","retryAfter":"7s","form":"date")");
  EXPECT_EQ(*Create().response.header("Retry-After"), "Fri, 20 Nov 2026 21:00:07 GMT");
  EXPECT_FALSE(Created());
}

TEST_F(FaultsTest, ADelayHoldsUpTheAnswerNotTheEffect) {
  Break(R"("fault":"delay","delay":"3s","times":1)");
  const ServerReply reply = Create();
  EXPECT_EQ(reply.delay, std::chrono::seconds(3));
  EXPECT_EQ(reply.response.status, 201);
  EXPECT_EQ(Reply("GET", kCodes).delay, std::chrono::seconds(0));
  EXPECT_TRUE(Created());
}

TEST_F(FaultsTest, EveryFaultCanBeLate) {
  Break(R"("fault":"drop","delay":"3s","end":"close")");
  const ServerReply reply = Create();
  EXPECT_TRUE(reply.drop);
  EXPECT_FALSE(reply.reset);
  EXPECT_EQ(reply.delay, std::chrono::seconds(3));
}

TEST_F(FaultsTest, AnAnswerWithoutABodyIsCutInItsHead) {
  const std::string etag = EtagOf(CallCode(kNotUsed));
  Break(R"("method":"DELETE","fault":"cutBody")");
  const ServerReply reply = Reply("DELETE", CallCode(kNotUsed), "", {{"If-Match", etag}});
  EXPECT_EQ(reply.response.status, 204);
  EXPECT_NE(reply.cut_head_at, SIZE_MAX);
}

TEST_F(FaultsTest, AnHtmlPageIsNothingOfTheApi) {
  Break(R"("fault":"html")");
  const HttpResponse page = Reply("GET", CallCode(kSale)).response;
  EXPECT_EQ(*page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("ETag"), nullptr);
  EXPECT_THAT(page.body, StartsWith("<!DOCTYPE html>"));
}

TEST_F(FaultsTest, AnExpiredTokenIsTheRequestsOwn) {
  const std::string other = Token();
  Break(R"("path":"/api/**","times":1,"fault":"expiredToken")");
  const HttpResponse refused = Get(kCodes);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(*refused.header("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
  EXPECT_EQ(Get(kCodes).status, 401) << "it stays so";
  token_ = other;
  EXPECT_EQ(Get(kCodes).status, 200);
}

TEST_F(FaultsTest, AConcurrentEditMakesA412) {
  struct Row {
    const char *method, *body;
    std::string target;
  };
  const Row rows[] = {
      {"PATCH", R"({"dialRate":3})", Campaign(kEast)},
      {"PUT", R"({"state":"PAUSED","pauseReason":"AGENT_CAPACITY"})", Campaign(kEast)},
      {"PATCH", R"({"name":"Other"})", CallCode(kSale)},
      {"DELETE", "", CallCode(kNotUsed)},
      {"PATCH", R"({"name":"Other"})", Schedule(kEvenings)},
      {"DELETE", "", Schedule(kEvenings)},
      {"PATCH", R"({"state":"cancelled"})", Callback(kCallback)},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.method + row.target);
    Start({});
    const std::string etag = EtagOf(row.target);
    Break(R"("times":1,"fault":"concurrentEdit")");
    EXPECT_EQ(Reply(row.method, row.target, row.body, {{"If-Match", etag}}).response.status, 412);
    EXPECT_THAT(Get(row.target).body, HasSubstr("\"note\":\"changed by somebody else"));
    EXPECT_NE(EtagOf(row.target), etag);
    EXPECT_LT(Write(row.method, row.target, row.body).status, 300) << "once";
  }
}

TEST_F(FaultsTest, AConcurrentEditOfGivenMembers) {
  const std::string etag = EtagOf(Campaign(kEast));
  Break(R"("fault":"concurrentEdit","set":{"dialRate":77})");
  EXPECT_EQ(Reply("PATCH", Campaign(kEast), R"({"dialRate":3})", {{"If-Match", etag}}).response.status, 412);
  EXPECT_EQ(Json(Get(Campaign(kEast))).Find("dialRate")->as_int(), 77);
}

TEST_F(FaultsTest, AConcurrentEditThatCannotBeIsSaid) {
  const std::string etag = EtagOf(Campaign(kEast));
  Break(R"("fault":"concurrentEdit","set":{"dialRate":"much"})");
  const HttpResponse refused = Reply("PATCH", Campaign(kEast), R"({"dialRate":3})", {{"If-Match", etag}}).response;
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(Code(refused), "FAULT_REFUSED");
  EXPECT_THAT(refused.body, HasSubstr("dialRate"));
  EXPECT_EQ(Reply("PATCH", Campaign("nope"), R"({"dialRate":3})", {{"If-Match", etag}}).response.status, 404)
      << "nothing to edit";
}

TEST_F(FaultsTest, AnItemVanishesBetweenTwoPages) {
  const auto page_through = [&] {
    std::vector<std::string> ids;
    std::string target = std::string(kCampaigns) + "?pageSize=2";
    for (int pages = 0; pages < 10; ++pages) {
      const HttpResponse page = Get(target);
      for (const std::string& id : Items(page, "id")) ids.push_back(id);
      const std::string next(Json(page).GetString("nextPage"));
      if (next.empty()) break;
      target = std::string(kCampaigns) + "?pageSize=2&nextPage=" + next;
    }
    return ids;
  };
  const std::vector<std::string> all = page_through();
  ASSERT_EQ(all.size(), 6u);
  for (const bool deleted : {false, true}) {
    Start({});
    Break(deleted ? R"("fault":"vanishingItem","times":1)" : R"("fault":"vanishingItem","item":"hidden","times":1)");
    std::vector<std::string> expected = all;
    expected.erase(expected.begin() + 2);
    EXPECT_EQ(page_through(), expected);
    EXPECT_EQ(Get(Campaign(all[2])).status, deleted ? 404 : 200);
  }
}

TEST_F(FaultsTest, AnItemThatCannotBeDeletedDoesNotVanish) {
  const std::string cursor(Json(Get(std::string(kCodes) + "?pageSize=2")).GetString("nextPage"));
  const std::string page = std::string(kCodes) + "?pageSize=1&nextPage=" + cursor;
  const std::vector<std::string> before = Items(Get(page), "code");
  ASSERT_THAT(before, ElementsAre("SALE_UP")) << "FIBER is below it";
  Break(R"("fault":"vanishingItem")");
  EXPECT_EQ(Items(Get(page), "code"), before);
}

TEST_F(FaultsTest, FaultsAreSetAndClearedWhileItRuns) {
  EXPECT_EQ(Send("GET", "/_sim/faults").body, R"({"requests":1,"faults":[]})") << "the token request was one";
  const HttpResponse set =
      Send("POST", "/_sim/faults", {}, R"({"faults":[{"request":2,"fault":"error"},{"path":"/x","fault":"any"}]})");
  EXPECT_EQ(set.status, 200);
  EXPECT_EQ(set.body, R"({"requests":0,"faults":[{"fault":"error","struck":0},{"fault":"any","struck":0}]})");
  EXPECT_EQ(Get(kCodes).status, 200);
  EXPECT_EQ(Get(kCodes).status, 503);
  EXPECT_EQ(Get(kCodes).status, 200);
  EXPECT_EQ(Send("GET", "/_sim/faults").body,
            R"({"requests":3,"faults":[{"fault":"error","struck":1},{"fault":"any","struck":0}]})");

  const HttpResponse wrong = Send("POST", "/_sim/faults", {}, R"({"faults":[{"fault":"error","state":1}]})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("faults[0].state (1:29) is not a member of a fault, did you mean status?"));
  EXPECT_THAT(Send("GET", "/_sim/faults").body, HasSubstr("\"requests\":3")) << "the old ones stay";

  EXPECT_EQ(Send("DELETE", "/_sim/faults").status, 204);
  EXPECT_FALSE(tenant_->has_faults());
  EXPECT_EQ(Send("PUT", "/_sim/faults").status, 405);
}

TEST_F(FaultsTest, ControlEndpointsAreLeftAlone) {
  Break(R"("fault":"error")");
  EXPECT_EQ(Send("GET", "/_sim/state").status, 200);
  EXPECT_EQ(Send("GET", "/_sim/requests").status, 200);
  EXPECT_EQ(AskToken("grant_type=client_credentials").status, 503) << "the token endpoint is not";
}

TEST_F(FaultsTest, ARateOfEveryKind) {
  const auto run = [&](double rate) {
    Start({});
    Send("DELETE", "/_sim/requests");
    tenant_->SetFaultRate(rate);
    for (int i = 0; i < 300; ++i) Get(kCodes);
    std::vector<std::string> struck;
    for (const std::string& line : Log()) {
      if (std::ranges::count(line, ' ') == 3) struck.push_back(line);
    }
    return struck;
  };
  EXPECT_THAT(run(0), IsEmpty());
  EXPECT_EQ(run(1).size(), 300u);
  EXPECT_EQ(run(0.2), run(0.2));
  EXPECT_THAT(static_cast<double>(run(0.2).size()), testing::DoubleNear(60, 25));
  Send("DELETE", "/_sim/faults");
  EXPECT_FALSE(tenant_->has_faults());
}

TEST_F(FaultsTest, NothingIsCarriedOutThatTheLogDoesNotTell) {
  Send("DELETE", "/_sim/requests");
  Break(R"("method":"POST","fault":"drop","when":"before","times":1)");
  Create();
  Create();
  Break(R"("method":"POST","fault":"drop","times":1)");
  Create();
  EXPECT_THAT(Log(), ElementsAre("POST /api/v2/callcodes 0 drop", "POST /api/v2/callcodes 201",
                                 "POST /api/v2/callcodes 409 drop"));
}

}  // namespace
}  // namespace cxctl
