#include "tenant/campaign_client.h"

#include "base/digest.h"
#include "tenant/fixture.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kId = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
constexpr const char* kActive =
    R"({"id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","name":"Collections East","state":"ACTIVE","pauseReason":null,
       "complianceHold":false,"scheduledResumeTime":null,"maxAgents":25,"dialingMode":"PREDICTIVE","dialRate":42})";
constexpr const char* kPaused =
    R"({"id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","name":"Collections East","state":"PAUSED",
       "pauseReason":"CARRIER_THROTTLE","complianceHold":true,"scheduledResumeTime":"2026-11-20T12:15:00Z",
       "maxAgents":25,"dialingMode":"PREDICTIVE","dialRate":42})";

class CampaignClientTest : public TenantTest {
 protected:
  CampaignControl& campaigns() { return client().campaign_control(); }
  static HttpOutcome Tagged(const char* body, const char* etag) { return Answer(200, body, {{"ETag", etag}}); }
};

TEST_F(CampaignClientTest, ReadsWhatControllersJudge) {
  Script({Tagged(kPaused, "\"v7\"")});
  const auto campaign = loop_.RunUntilDone(campaigns().Campaign(kId));
  ASSERT_TRUE(campaign && *campaign);
  EXPECT_EQ((*campaign)->name, "Collections East");
  EXPECT_EQ((*campaign)->state, "PAUSED");
  EXPECT_EQ((*campaign)->dialing_mode, "PREDICTIVE");
  EXPECT_EQ((*campaign)->pause_reason, "CARRIER_THROTTLE");
  EXPECT_TRUE((*campaign)->compliance_hold);
  EXPECT_EQ((*campaign)->resume_time, ParseDateTime("2026-11-20T12:15:00Z")->instant);
  EXPECT_EQ((*campaign)->dial_rate, 42);
  EXPECT_EQ((*campaign)->etag, "\"v7\"");
  EXPECT_THAT(Lines(), ElementsAre(HasSubstr("GET /api/v2/outbound/campaigns/a1b2c3d4")));
}

TEST_F(CampaignClientTest, ACampaignThatIsNotThereIsNoFailure) {
  Script({Answer(404, R"({"code":"NOT_FOUND","message":"no"})")});
  const auto campaign = loop_.RunUntilDone(campaigns().Campaign(kId));
  ASSERT_TRUE(campaign);
  EXPECT_FALSE(*campaign);
}

TEST_F(CampaignClientTest, SetsTheDialRateAloneUnderTheETag) {
  Script({Tagged(kActive, "\"v8\"")});
  const ActionResult result = loop_.RunUntilDone(campaigns().SetDialRate(kId, "\"v7\"", 42));
  EXPECT_EQ(result.status, ActionResult::Status::kDone);
  EXPECT_EQ(result.etag, "\"v8\"");
  EXPECT_EQ(result.attempts, 1);
  const SentRequest sent = ApiRequests().front();
  EXPECT_EQ(sent.request.method, "PATCH");
  EXPECT_EQ(sent.request.body, R"({"dialRate":42})");
  EXPECT_EQ(sent.header("If-Match"), "\"v7\"");
  EXPECT_EQ(result.payload_sha256, Sha256Hex(sent.request.body));
}

TEST_F(CampaignClientTest, PausesWithReasonAndTimeAndResumes) {
  Script({Tagged(kPaused, "\"v8\""), Tagged(kActive, "\"v9\"")});
  const Instant until = ParseDateTime("2026-11-20T12:15:00Z")->instant;
  EXPECT_TRUE(loop_.RunUntilDone(campaigns().Pause(kId, "\"v7\"", "CARRIER_THROTTLE", until)).done());
  EXPECT_TRUE(loop_.RunUntilDone(campaigns().Resume(kId, "\"v8\"")).done());
  ASSERT_EQ(ApiRequests().size(), 2u);
  EXPECT_EQ(ApiRequests()[0].request.method, "PUT");
  EXPECT_EQ(ApiRequests()[0].request.body,
            R"({"state":"PAUSED","pauseReason":"CARRIER_THROTTLE","scheduledResumeTime":"2026-11-20T12:15:00Z"})");
  EXPECT_EQ(ApiRequests()[1].request.body, R"({"state":"ACTIVE"})");
  EXPECT_EQ(ApiRequests()[1].header("If-Match"), "\"v8\"");
}

TEST_F(CampaignClientTest, SomebodyElsesEditIsToldFromARefusal) {
  Script({Answer(412, R"({"code":"PRECONDITION_FAILED","message":"changed"})"),
          Answer(409, R"({"code":"CONFLICT","message":"suspended"})"),
          Answer(400, R"({"code":"BAD_REQUEST","message":"no"})"), Answer(404, "")});
  using Status = ActionResult::Status;
  EXPECT_EQ(loop_.RunUntilDone(campaigns().SetDialRate(kId, "\"v7\"", 1)).status, Status::kPrecondition);
  EXPECT_EQ(loop_.RunUntilDone(campaigns().Resume(kId, "\"v7\"")).status, Status::kConflict);
  EXPECT_EQ(loop_.RunUntilDone(campaigns().SetDialRate(kId, "\"v7\"", 1)).status, Status::kRejected);
  EXPECT_EQ(loop_.RunUntilDone(campaigns().SetDialRate(kId, "\"v7\"", 1)).status, Status::kGone);
}

TEST_F(CampaignClientTest, ALostAnswerIsRepeatedUnderTheSameETagAndNeverTakenForAFailure) {
  Script({Cut(), Answer(412, R"({"code":"PRECONDITION_FAILED","message":"changed"})")});
  const ActionResult echo = loop_.RunUntilDone(campaigns().SetDialRate(kId, "\"v7\"", 1));
  EXPECT_EQ(echo.status, ActionResult::Status::kPrecondition);
  EXPECT_EQ(echo.attempts, 2);
  connection_.max_attempts = 1;
  client_.reset();
  Script({Cut()});
  EXPECT_EQ(loop_.RunUntilDone(campaigns().SetDialRate(kId, "\"v7\"", 1)).status, ActionResult::Status::kAmbiguous);
}

TEST_F(CampaignClientTest, WithoutAConnectionNothingWasDone) {
  connection_.max_attempts = 1;
  Script({NotSent()});
  EXPECT_EQ(loop_.RunUntilDone(campaigns().SetDialRate(kId, "\"v7\"", 1)).status, ActionResult::Status::kUnavailable);
}

TEST_F(CampaignClientTest, ReadsEveryPageOfSchedules) {
  Script({Answer(200, R"({"items":[{"id":"s1","name":"A","startTime":"2026-01-01T00:00:00Z"}],"nextPage":"p2"})"),
          Answer(200, R"({"items":[{"id":"s2","name":"B"}]})")});
  const auto schedules = loop_.RunUntilDone(campaigns().Schedules(kId));
  ASSERT_TRUE(schedules) << schedules.error().message;
  EXPECT_THAT(*schedules, ElementsAre(R"({"name":"A","startTime":"2026-01-01T00:00:00Z"})", R"({"name":"B"})"));
}

}  // namespace
}  // namespace cxctl
