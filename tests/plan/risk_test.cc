#include "plan/risk.h"

#include <gtest/gtest.h>

#include <string>

#include "value/json.h"

namespace cxctl {
namespace {

std::string Judge(ObjectKind kind, const std::string& live, const std::string& patch) {
  Arena arena;
  const Value before = CanonicalContent(arena, kind, *ParseJson(arena, live));
  const Value desired = CanonicalContent(arena, kind, *ParseJson(arena, patch));
  return std::string(
      RiskName(RiskOf(kind, CompareContent(kind, before, desired), before, MergePatch(arena, before, desired))));
}

struct Row {
  const char *live, *patch, *risk;
};

TEST(RiskTest, OfCampaigns) {
  const Row rows[] = {
      {R"({"state":"ACTIVE"})", R"({"state":"PAUSED"})", "reduces"},
      {R"({"state":"ACTIVE"})", R"({"state":"INACTIVE"})", "reduces"},
      {R"({"state":"PAUSED"})", R"({"state":"ACTIVE"})", "increases"},
      {R"({"state":"INACTIVE"})", R"({"state":"ACTIVE"})", "increases"},
      {R"({"state":"INACTIVE"})", R"({"state":"PAUSED"})", "neutral"},
      {R"({"state":"PAUSED"})", R"({"state":"INACTIVE"})", "neutral"},
      {R"({"maxAgents":30})", R"({"maxAgents":29})", "reduces"},
      {R"({"maxAgents":30})", R"({"maxAgents":31})", "increases"},
      {R"({"dialRate":30})", R"({"dialRate":0})", "reduces"},
      {R"({"dialRate":30})", R"({"dialRate":31})", "increases"},
      {R"({"dialRate":30,"maxAgents":30})", R"({"dialRate":31,"maxAgents":29})", "mixed"},
      {R"({"dialRate":30,"maxAgents":30})", R"({"dialRate":29,"maxAgents":29})", "reduces"},
      {R"({"dialingMode":"PREDICTIVE"})", R"({"dialingMode":"PREVIEW"})", "reduces"},
      {R"({"dialingMode":"PROGRESSIVE"})", R"({"dialingMode":"PREDICTIVE"})", "increases"},
      {R"({"dialingMode":"TURBO"})", R"({"dialingMode":"PREVIEW"})", "mixed"},
      {R"({"state":"PAUSED","complianceHold":false})", R"({"complianceHold":true})", "reduces"},
      {R"({"state":"PAUSED","complianceHold":true})", R"({"complianceHold":false})", "increases"},
      {R"({"scheduledResumeTime":"2026-12-01T00:00:00Z"})", R"({"scheduledResumeTime":"2026-12-02T00:00:00Z"})",
       "reduces"},
      {R"({"scheduledResumeTime":"2026-12-01T00:00:00Z"})", R"({"scheduledResumeTime":"2026-11-30T00:00:00Z"})",
       "increases"},
      {R"({"pauseReason":"SCHEDULED"})", R"({"pauseReason":"CARRIER_THROTTLE"})", "neutral"},
      // A stop or a start outweighs what goes with it in the same request.
      {R"({"state":"ACTIVE","maxAgents":30})", R"({"state":"PAUSED","maxAgents":60})", "reduces"},
      {R"({"state":"PAUSED","maxAgents":30})", R"({"state":"ACTIVE","maxAgents":20})", "increases"},
      {R"({"state":"PAUSED","complianceHold":true})", R"({"state":"ACTIVE","complianceHold":false})", "increases"},
      {R"({"state":"ACTIVE"})",
       R"({"state":"PAUSED","pauseReason":"COMPLIANCE_HOLD","complianceHold":true,"scheduledResumeTime":"2026-12-01T00:00:00Z"})",
       "reduces"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(Judge(ObjectKind::kCampaign, row.live, row.patch), row.risk) << row.live << " " << row.patch;
}

std::string Timed(const std::string& start, const std::string& end, const std::string& windows,
                  const std::string& blackouts = "") {
  return R"({"startTime":"2026-12-)" + start + R"(T00:00:00Z","endTime":"2026-12-)" + end +
         R"(T00:00:00Z","regulatoryWindows":[)" + windows + R"(],"blackoutPeriods":[)" + blackouts + "]}";
}
std::string At(const std::string& start, const std::string& end) {
  return R"({"startTime":")" + start + R"(","endTime":")" + end + R"(","timeZone":"UTC","enabled":true})";
}
const char* const kNoon = R"({"startTime":"2026-12-05T12:00:00Z","endTime":"2026-12-05T13:00:00Z","reason":"x"})";

TEST(RiskTest, OfSchedulesByPermittedTime) {
  struct {
    std::string live, patch;
    const char* risk;
  } rows[] = {
      {Timed("01", "10", At("09:00", "17:00")), Timed("01", "10", At("09:00", "16:00")), "reduces"},
      {Timed("01", "10", At("09:00", "17:00")), Timed("01", "10", At("08:00", "17:00")), "increases"},
      {Timed("01", "10", At("09:00", "17:00")), Timed("01", "10", At("10:00", "18:00")), "mixed"},
      {Timed("01", "10", At("09:00", "17:00")), Timed("02", "10", At("09:00", "17:00")), "reduces"},
      {Timed("01", "10", At("09:00", "17:00")), Timed("01", "11", At("09:00", "17:00")), "increases"},
      {Timed("01", "10", At("09:00", "17:00")), Timed("02", "11", At("09:00", "17:00")), "mixed"},
      {Timed("01", "10", At("09:00", "17:00")), Timed("01", "10", At("09:00", "17:00"), kNoon), "reduces"},
      {Timed("01", "10", At("09:00", "17:00"), kNoon), Timed("01", "10", At("09:00", "17:00")), "increases"},
      // A blackout at a time that is closed anyway takes nothing away.
      {Timed("01", "10", At("14:00", "17:00")), Timed("01", "10", At("14:00", "17:00"), kNoon), "neutral"},
      // What opens and what closes are seen together.
      {Timed("01", "10", At("09:00", "17:00")), Timed("02", "10", At("09:00", "18:00")), "mixed"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(Judge(ObjectKind::kSchedule, row.live, row.patch), row.risk) << row.live << " " << row.patch;
}

TEST(RiskTest, OfSchedulesByRates) {
  const Row rows[] = {
      {R"({"dialerSettings":{"callRate":20}})", R"({"dialerSettings":{"callRate":15}})", "reduces"},
      {R"({"dialerSettings":{"callRate":20}})", R"({"dialerSettings":{"callRate":25}})", "increases"},
      {R"({"dialerSettings":{"maxConcurrentCalls":20}})", R"({"dialerSettings":{"maxConcurrentCalls":21}})",
       "increases"},
      {R"({"dialerSettings":{"capacityThreshold":0.9}})", R"({"dialerSettings":{"capacityThreshold":0.8}})", "reduces"},
      {R"({"dialerSettings":{"callRate":20,"maxConcurrentCalls":20}})",
       R"({"dialerSettings":{"callRate":15,"maxConcurrentCalls":21}})", "mixed"},
      {R"({"dialerSettings":{}})", R"({"dialerSettings":{"callRate":15}})", "mixed"},
      {R"({"optimizationSettings":{"peakHourBoost":1.25}})", R"({"optimizationSettings":{"peakHourBoost":1}})",
       "reduces"},
      {R"({"name":"a"})", R"({"name":"b"})", "neutral"},
      {R"({"description":"a"})", R"({"description":"b"})", "neutral"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(Judge(ObjectKind::kSchedule, row.live, row.patch), row.risk) << row.live << " " << row.patch;
}

TEST(RiskTest, CallCodesTouchNoCampaign) {
  EXPECT_EQ(Judge(ObjectKind::kCallCode, R"({"isActive":true})", R"({"isActive":false,"type":"SUCCESS"})"), "neutral");
}

TEST(RiskTest, CombinesEffects) {
  constexpr Risk kAll[] = {Risk::kReduces, Risk::kNeutral, Risk::kMixed, Risk::kIncreases};
  for (const Risk risk : kAll) {
    EXPECT_EQ(Combine(risk, risk), risk);
    EXPECT_EQ(Combine(risk, Risk::kNeutral), risk);
    EXPECT_EQ(Combine(Risk::kNeutral, risk), risk);
    EXPECT_EQ(Combine(risk, Risk::kMixed), Risk::kMixed);
  }
  EXPECT_EQ(Combine(Risk::kReduces, Risk::kIncreases), Risk::kMixed);
}

TEST(RiskTest, TimingIsJudgedOnAllOfIt) {
  EXPECT_EQ(JudgedMembers(ObjectKind::kSchedule, {{"/endTime", {}, {}, {}}}),
            (std::vector<std::string>{"/startTime", "/endTime", "/regulatoryWindows", "/blackoutPeriods"}));
  EXPECT_TRUE(JudgedMembers(ObjectKind::kSchedule, {{"/dialerSettings/callRate", {}, {}, {}}}).empty());
  EXPECT_EQ(JudgedMembers(ObjectKind::kCampaign, {{"/state", {}, {}, {}}}),
            (std::vector<std::string>{"/state", "/complianceHold", "/scheduledResumeTime"}));
  EXPECT_TRUE(JudgedMembers(ObjectKind::kCampaign, {{"/maxAgents", {}, {}, {}}}).empty());
}

}  // namespace
}  // namespace cxctl
