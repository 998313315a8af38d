#include "base/digest.h"
#include "sim/sim_tenant.h"
#include "tenant/fixture.h"

namespace cxctl {

void PrintTo(ActionResult::Status status, std::ostream* out) {
  static constexpr const char* kNames[] = {"done",     "rejected",    "gone",     "precondition",
                                           "conflict", "unavailable", "ambiguous"};
  *out << kNames[static_cast<int>(status)];
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Status = ActionResult::Status;

constexpr const char* kCallback = R"({"id":"cb-1","state":"scheduled","to":"+14155551234","from":"+18005550100",)"
                                  R"("scheduleDate":"2026-11-24T20:00:00Z","queueId":"q-1"})";

class ContactClientTest : public TenantTest {
 protected:
  ContactCenter& contacts() { return client().contact_center(); }

  static CallbackWish Wish() {
    CallbackWish wish;
    wish.to = "+14155551234";
    wish.from = "+18005550100";
    wish.time = ParseDateTime("2026-11-24T15:00:00-05:00")->instant;
    wish.queue_id = "q-1";
    wish.attributes = {{"reason", "billing"}};
    wish.idempotency_key = "key-1";
    return wish;
  }
  ActionResult Create(Duration deadline = seconds(5)) {
    return loop_.RunUntilDone(contacts().CreateCallback(Wish(), deadline));
  }
  ActionResult Change(std::optional<Instant> time = std::nullopt) {
    return loop_.RunUntilDone(contacts().ChangeCallback("cb-1", "\"v1\"", time));
  }
  ActionResult Text() {
    return loop_.RunUntilDone(contacts().SendMessage("+14155551234", "+18005550100", "See you", "key-2"));
  }
  ActionResult Contact(std::string id = "crm-1") {
    return loop_.RunUntilDone(contacts().UpdateContact(std::move(id), {{"PREFERRED_CHANNEL", "Voice"}}));
  }
  Result<std::optional<CampaignMetrics>> Figures(Duration interval = seconds(60)) {
    return loop_.RunUntilDone(contacts().Metrics("c-1", interval));
  }

  struct Row {
    std::string name;
    std::vector<HttpOutcome> answers;
    Status status;
    int attempts;
  };
  void Check(const std::function<ActionResult()>& act, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      client_ = nullptr;
      script_.clear();
      Script(row.answers);
      const ActionResult result = act();
      EXPECT_EQ(result.status, row.status) << row.name << ": " << result.message;
      EXPECT_EQ(result.attempts, row.attempts) << row.name;
      EXPECT_TRUE(script_.empty()) << row.name;
      EXPECT_THAT(result.message, HasSubstr(".")) << row.name;
      EXPECT_THAT(result.message, Not(HasSubstr("4155551234"))) << row.name;
      EXPECT_EQ(result.payload_sha256, Sha256Hex(ApiRequests().back().request.body)) << row.name;
    }
  }
};

TEST_F(ContactClientTest, ACallbackIsAskedForWithItsKey) {
  Script({Answer(201, kCallback, {{"ETag", "\"v1\""}})});
  const ActionResult result = Create();
  EXPECT_EQ(result.status, Status::kDone);
  EXPECT_EQ(result.id, "cb-1");
  EXPECT_EQ(result.etag, "\"v1\"");
  ASSERT_THAT(Lines(), ElementsAre("POST /api/v2/conversations/callbacks"));
  const SentRequest sent = ApiRequests().front();
  EXPECT_EQ(sent.header("Idempotency-Key"), "key-1");
  EXPECT_EQ(sent.request.body,
            R"({"to":"+14155551234","from":"+18005550100","scheduleDate":"2026-11-24T20:00:00Z","queueId":"q-1",)"
            R"("customAttributes":{"reason":"billing"}})");
  EXPECT_EQ(sent.request.timeout, milliseconds(4990)) << "what the deadline leaves after the token";
  EXPECT_THAT(TokenRequests().back().request.body, HasSubstr("conversation%3Awrite"));
}

TEST_F(ContactClientTest, EachActionIsTriedOnce) {
  const HttpOutcome good = Answer(201, kCallback);
  Check([this] { return Create(); },
        {
            {"created", {good}, Status::kDone, 1},
            {"a fresh token", {Answer(401), good}, Status::kDone, 2},
            {"not sent", {NotSent()}, Status::kUnavailable, 1},
            {"429", {Answer(429, "", {{"Retry-After", "7"}})}, Status::kUnavailable, 1},
            {"403", {Answer(403, R"({"code":"FORBIDDEN","message":"no"})")}, Status::kUnavailable, 1},
            {"400 that repeats the number",
             {Answer(400, R"({"code":"INVALID_PHONE_NUMBER","message":"bad +14155551234"})")},
             Status::kRejected,
             1},
            {"no such queue", {Answer(404, R"({"code":"NOT_FOUND","message":"none"})")}, Status::kGone, 1},
            {"408", {Answer(408)}, Status::kAmbiguous, 1},
            {"in progress",
             {Answer(409, R"({"code":"IDEMPOTENCY_IN_PROGRESS","message":"wait"})")},
             Status::kAmbiguous,
             1},
            {"key reused", {Answer(422, R"({"code":"IDEMPOTENCY_KEY_REUSED","message":"no"})")}, Status::kRejected, 1},
            {"500", {Answer(500)}, Status::kAmbiguous, 1},
            {"503", {Answer(503)}, Status::kAmbiguous, 1},
            {"cut", {Cut()}, Status::kAmbiguous, 1},
            {"redirect", {Answer(307)}, Status::kAmbiguous, 1},
            {"a gateway's page", {Answer(200, "<html>")}, Status::kAmbiguous, 1},
            {"accepted only", {Answer(202, kCallback)}, Status::kAmbiguous, 1},
            {"another number",
             {Answer(201, R"({"id":"x","state":"scheduled","to":"+14155550000","scheduleDate":"2026-11-24T20:00:00Z",)"
                          R"("queueId":"q-1"})")},
             Status::kAmbiguous,
             1},
            {"another time",
             {Answer(201, R"({"id":"x","state":"scheduled","to":"+14155551234","scheduleDate":"2026-11-24T21:00:00Z",)"
                          R"("queueId":"q-1"})")},
             Status::kAmbiguous,
             1},
            {"without id",
             {Answer(201, R"({"state":"scheduled","to":"+14155551234","scheduleDate":"2026-11-24T20:00:00Z",)"
                          R"("queueId":"q-1"})")},
             Status::kAmbiguous,
             1},
        });
}

TEST_F(ContactClientTest, AtTheDeadlineACallbackIsAmbiguousOnlyIfItWasSent) {
  transport_.latency = seconds(20);
  Script({Answer(201, kCallback)});
  const Duration start = clock_.Monotonic();
  const ActionResult token_late = Create();
  EXPECT_EQ(token_late.status, Status::kUnavailable) << token_late.message;
  EXPECT_EQ(token_late.message, "POST /api/v2/conversations/callbacks was not sent in time.");
  EXPECT_EQ(clock_.Monotonic() - start, seconds(5) + milliseconds(100));
  loop_.RunUntilDone([](Loop& loop) -> Task<bool> {
    co_await loop.Sleep(seconds(60));
    co_return true;
  }(loop_));
  EXPECT_TRUE(ApiRequests().empty()) << "what was given up is not sent later";
  const ActionResult answer_late = Create();
  EXPECT_EQ(answer_late.status, Status::kAmbiguous) << answer_late.message;
  EXPECT_EQ(ApiRequests().size(), 1u);
}

TEST_F(ContactClientTest, ACallbackIsCancelledUnderItsEtag) {
  const std::string cancelled =
      std::string(kCallback).replace(std::string(kCallback).find("scheduled"), 9, "cancelled");
  Check([this] { return Change(); },
        {
            {"cancelled", {Answer(200, cancelled, {{"ETag", "\"v2\""}})}, Status::kDone, 1},
            {"still scheduled", {Answer(200, kCallback)}, Status::kAmbiguous, 1},
            {"412", {Answer(412)}, Status::kPrecondition, 1},
            {"409", {Answer(409, R"({"code":"CALLBACK_NOT_SCHEDULED","message":"no"})")}, Status::kConflict, 1},
            {"404", {Answer(404)}, Status::kGone, 1},
            {"cut", {Cut()}, Status::kAmbiguous, 1},
        });
  const SentRequest sent = ApiRequests().front();
  EXPECT_EQ(sent.header("If-Match"), "\"v1\"");
  EXPECT_EQ(sent.request.body, R"({"state":"cancelled"})");
  const ActionResult blind = loop_.RunUntilDone(contacts().ChangeCallback("cb-1", "*", std::nullopt));
  EXPECT_EQ(blind.status, Status::kRejected);
  EXPECT_THAT(blind.message, HasSubstr("The ETag of /api/v2/conversations/callbacks/cb-1 is not known"));
}

TEST_F(ContactClientTest, MessagesAndContacts) {
  Check([this] { return Text(); }, {
                                       {"sent", {Answer(201, R"({"id":"m-1","state":"queued"})")}, Status::kDone, 1},
                                       {"no id", {Answer(201, "{}")}, Status::kAmbiguous, 1},
                                       {"cut", {Cut()}, Status::kAmbiguous, 1},
                                   });
  EXPECT_EQ(ApiRequests().front().request.body,
            R"({"to":"+14155551234","from":"+18005550100","type":"sms","body":"See you"})");
  Check([this] { return Contact(); },
        {
            {"merged",
             {Answer(200, R"({"id":"crm-1","fields":[{"name":"A","value":"B"},)"
                          R"({"name":"PREFERRED_CHANNEL","value":"Voice"}]})")},
             Status::kDone,
             1},
            {"not merged", {Answer(200, R"({"id":"crm-1","fields":[]})")}, Status::kAmbiguous, 1},
            {"another", {Answer(200, R"({"id":"crm-2","fields":[]})")}, Status::kAmbiguous, 1},
            {"gone", {Answer(404, R"({"code":"NOT_FOUND","message":"none"})")}, Status::kGone, 1},
        });
}

TEST_F(ContactClientTest, AContactThatIsKnownByItsNumberIsNotShown) {
  Script({Answer(404, R"({"code":"NOT_FOUND","message":"none"})")});
  const ActionResult result = Contact("+14155551234");
  EXPECT_THAT(result.message, HasSubstr("PUT /api/v2/crm/contacts/{contactId} answered 404 (NOT_FOUND: none;"));
  EXPECT_EQ(ApiRequests().front().request.url, "https://tenant.example.com/api/v2/crm/contacts/%2B14155551234");
  for (const std::string& line : observer_.lines) EXPECT_THAT(line, Not(HasSubstr("4155551234")));
}

TEST_F(ContactClientTest, ListsOfCallbacksHoldTheQueueAlone) {
  const std::string other = R"({"id":"cb-2","state":"scheduled","to":"+1415","queueId":"q-2",)"
                            R"("scheduleDate":"2026-11-24T20:00:00Z"})";
  Script({Answer(200, "{\"items\":[" + std::string(kCallback) + "," + other + "],\"nextPage\":\"p2\"}"),
          Answer(200, "{\"items\":[" + std::string(kCallback) + "]}")});
  const auto listed = loop_.RunUntilDone(contacts().ListCallbacks("q-1", ""));
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(listed->front().id, "cb-1");
  EXPECT_THAT(Lines(), ElementsAre("GET /api/v2/conversations/callbacks?queueId=q-1&pageSize=500",
                                   "GET /api/v2/conversations/callbacks?queueId=q-1&pageSize=500&nextPage=p2"));
  Script({Answer(200, R"({"items":[],"nextPage":"a"})"), Answer(200, R"({"items":[],"nextPage":"a"})")});
  EXPECT_FALSE(loop_.RunUntilDone(contacts().ListCallbacks("q-1", "scheduled")));
}

TEST_F(ContactClientTest, MetricsAreAskedForOnce) {
  Script({Answer(200, R"({"response":[{"campaignId":"C-1","totalCallsDialed":100,"totalCallsAnswered":31,)"
                      R"("totalCallsAbandoned":2,"answerRate":0.31}],"page":1,"pageSize":100,"totalElements":1})")});
  const auto figures = Figures(milliseconds(61500));
  ASSERT_TRUE(figures && *figures) << figures.error().message;
  EXPECT_EQ((*figures)->dialed, 100);
  EXPECT_EQ((*figures)->answered, 31);
  EXPECT_EQ((*figures)->abandoned, 2);
  EXPECT_EQ((*figures)->answer_rate, 0.31);
  EXPECT_EQ(ApiRequests().front().request.body,
            R"({"select":["campaignId","totalCallsDialed","totalCallsAnswered","totalCallsAbandoned","answerRate"],)"
            R"("where":"campaignId = 'c-1'","interval":"PT62S","pageSize":100,"page":1})");
  Script({Answer(503)});
  const auto missed = Figures(seconds(1));
  ASSERT_FALSE(missed);
  EXPECT_THAT(ApiRequests().back().request.body, HasSubstr("PT30S"));
  Script({Answer(200, R"({"response":[],"page":1,"pageSize":100,"totalElements":0})")});
  const auto none = Figures();
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
  for (const char* bad :
       {R"({"response":[{"campaignId":"c-2","totalCallsDialed":1,"totalCallsAnswered":1,"answerRate":1}]})",
        R"({"response":[{"campaignId":"c-1","totalCallsDialed":-1,"totalCallsAnswered":1,"answerRate":1}]})",
        R"({"response":[{"campaignId":"c-1","totalCallsDialed":1,"totalCallsAnswered":1,"answerRate":31}]})",
        R"({"response":[{"campaignId":"c-1","totalCallsDialed":1,"totalCallsAnswered":1,"answerRate":1,)"
        R"("totalCallsAbandoned":"2"}]})",
        "<html>"}) {
    Script({Answer(200, bad)});
    EXPECT_FALSE(Figures()) << bad;
  }
}

TEST_F(ContactClientTest, AgentsComeAsAnArrayOrInPages) {
  const auto count = [this] { return loop_.RunUntilDone(contacts().Agents()); };
  Script({Answer(200, R"([{"id":"1","state":"available"},{"id":"2","state":"busy"},{"id":"3","state":"wrapup"},)"
                      R"({"id":"4","state":"offline"},{"id":"5","state":"available"},{"id":"6","state":"lunch"}])")});
  auto counts = count();
  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->available, 2);
  EXPECT_EQ(counts->busy, 1);
  EXPECT_EQ(counts->wrapup, 1);
  EXPECT_EQ(counts->offline, 1);
  Script({Answer(200, R"({"items":[{"id":"1","state":"available"},{"id":"2","state":"busy"}],"nextPage":"p"})"),
          Answer(200, R"({"items":[{"id":"2","state":"available"}],"nextPage":null})")});
  counts = count();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->available, 2) << "an agent on two pages is as it was seen last";
  EXPECT_EQ(counts->busy, 0);
  Script({Answer(200, R"({"agents":[]})"), Answer(200, R"([{"id":"1"}])")});
  connection_.max_attempts = 2;
  client_ = nullptr;
  EXPECT_FALSE(count());
}

/// The same client against the simulated tenant, which judges every request strictly.
class ContactCenterAtTheTenant : public ContactClientTest {
 protected:
  ContactCenterAtTheTenant() {
    transport_.handler = [this](const HttpRequest& request) -> HttpOutcome {
      HttpRequest received = request;
      received.url = request.url.substr(connection_.base_url.size());
      const ServerReply reply = tenant_->Handle(received);
      if (reply.drop) return Cut();
      return reply.response;
    };
    connection_.scopes = {};
    Start({});
  }
  void Start(SimOptions options) {
    options.rate = 0;
    tenant_ = std::make_unique<SimTenant>(options, clock_);
    ASSERT_TRUE(tenant_->Load(R"({"queues":[{"id":"q-1","active":3}],"contacts":[{"id":"crm-1","fields":[]}],)"
                              R"("agents":[{"id":"1","state":"available"},{"id":"2","state":"offline"}],"campaigns":[)"
                              R"({"id":"c0ffee00-0000-4000-8000-000000000001","name":"a","state":"PAUSED",)"
                              R"("maxAgents":5,"dialingMode":"PREDICTIVE","dialRate":60}]})"));
  }
  std::unique_ptr<SimTenant> tenant_;
};

TEST_F(ContactCenterAtTheTenant, EveryOperationIsUnderstood) {
  const ActionResult created = Create();
  ASSERT_EQ(created.status, Status::kDone) << created.message;
  const auto live = loop_.RunUntilDone(contacts().GetCallback(created.id));
  ASSERT_TRUE(live && *live);
  EXPECT_EQ((*live)->to, "+14155551234");
  EXPECT_EQ((*live)->etag, created.etag);
  const auto listed = loop_.RunUntilDone(contacts().ListCallbacks("q-1", "scheduled"));
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->size(), 1u);
  const Instant later = Wish().time + seconds(3600);
  const ActionResult moved = loop_.RunUntilDone(contacts().ChangeCallback(created.id, created.etag, later));
  ASSERT_EQ(moved.status, Status::kDone) << moved.message;
  const ActionResult stale = loop_.RunUntilDone(contacts().ChangeCallback(created.id, created.etag, std::nullopt));
  EXPECT_EQ(stale.status, Status::kPrecondition) << stale.message;
  const ActionResult cancelled = loop_.RunUntilDone(contacts().ChangeCallback(created.id, moved.etag, std::nullopt));
  EXPECT_EQ(cancelled.status, Status::kDone) << cancelled.message;
  EXPECT_EQ(Text().status, Status::kDone);
  EXPECT_EQ(Contact().status, Status::kDone);
  EXPECT_EQ(Contact("crm-9").status, Status::kGone);
  const auto figures =
      loop_.RunUntilDone(contacts().Metrics("c0ffee00-0000-4000-8000-000000000001", std::chrono::minutes(5)));
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_TRUE(figures->has_value());
  const auto agents = loop_.RunUntilDone(contacts().Agents());
  ASSERT_TRUE(agents) << agents.error().message;
  EXPECT_EQ(agents->available, 1);
  const auto missing = loop_.RunUntilDone(contacts().GetCallback("cb-unknown"));
  ASSERT_TRUE(missing) << missing.error().message;
  EXPECT_FALSE(missing->has_value());
}

TEST_F(ContactCenterAtTheTenant, ALostAnswerIsFoundAgainUnderTheSameKey) {
  ASSERT_TRUE(tenant_->SetFaults(
      R"({"faults":[{"method":"POST","path":"/api/v2/conversations/callbacks","fault":"drop","when":"after","times":1}]})"));
  const ActionResult lost = Create();
  EXPECT_EQ(lost.status, Status::kAmbiguous) << lost.message;
  const ActionResult again = Create();
  EXPECT_EQ(again.status, Status::kDone) << again.message;
  const auto listed = loop_.RunUntilDone(contacts().ListCallbacks("q-1", ""));
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->size(), 1u);
}

}  // namespace
}  // namespace cxctl
