#include "agent/status_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "agent/status_fixture.h"
#include "value/json.h"

namespace cxctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class StatusDocumentTest : public ::testing::Test {
 protected:
  Value Parse(const StatusInput& input) { return *ParseJson(arena_, StatusDocument(input)); }
  /// The item of a list whose member has that text.
  static Value Item(const Value& list, std::string_view key, std::string_view text) {
    for (const Value& each : list.items()) {
      if (each.GetString(key) == text) return each;
    }
    ADD_FAILURE() << "no " << key << " is " << text << " in " << ToJson(list);
    return {};
  }

  Arena arena_;
};

// tests/process/dashboard_test.py shows this document in a browser and holds it against its JSON Schema.
TEST_F(StatusDocumentTest, OfABusyAgentStandsInItsFile) {
  const std::string path = CXCTL_SOURCE_DIR "/tests/agent/status.json";
  const std::string text = ToPrettyJson(Parse(BusyStatus())) + "\n";
  if (std::getenv("CXCTL_UPDATE")) std::ofstream(path, std::ios::binary) << text;
  EXPECT_TRUE(FileText(path) == text) << "another document than " << path
                                      << ": look at what CXCTL_UPDATE=1 makes of it";
}

TEST_F(StatusDocumentTest, OfAnAgentWithoutPoliciesHasEmptyLists) {
  StatusInput input;
  input.now = At("2026-11-24T15:15:00Z");
  input.tenant.name = "prod";
  const Value status = Parse(input);
  for (const char* list : {"campaigns", "pacing", "throttle", "sinks", "calendars", "leases", "problems"})
    EXPECT_TRUE(status.Find(list) && status.Find(list)->is_array() && status.Find(list)->items().empty()) << list;
  EXPECT_EQ(ToJson(*status.Find("callbacks")),
            R"({"states":{"queued":0,"scheduled":0,"completed":0,"cancelled":0,"failed":0},"queues":[]})");
  EXPECT_EQ(ToJson(*status.Find("drift")), R"({"reconcile":"off","items":[]})");
}

TEST_F(StatusDocumentTest, ACampaignThatWasNotReadIsUnknown) {
  StatusInput input = BusyStatus();
  input.campaigns.clear();
  const Value campaign = Item(*Parse(input).Find("campaigns"), "document", "east");
  EXPECT_EQ(campaign.GetString("state"), "UNKNOWN");
  EXPECT_EQ(campaign.Find("dialRate"), nullptr);
}

TEST_F(StatusDocumentTest, APauseOfSomebodyElseIsNotTheThrottlePolicys) {
  StatusInput input = BusyStatus();
  EXPECT_EQ(Item(*Parse(input).Find("campaigns"), "document", "west").GetString("heldBy"), "ThrottlePolicy/west-guard");
  for (LiveCampaign& each : input.campaigns) each.pause_reason = "MANUAL";
  EXPECT_EQ(Item(*Parse(input).Find("campaigns"), "document", "west").GetString("heldBy"), "");
}

TEST_F(StatusDocumentTest, AControllerOfAnotherReplicaIsToldOfByItsRecord) {
  StatusInput input = BusyStatus();
  const Value pacing = Item(*Parse(input).Find("pacing"), "policy", "west-pace");
  EXPECT_EQ(pacing.GetString("state"), "elsewhere");
  EXPECT_EQ(pacing.GetString("reason"), "agent-b runs it");
  EXPECT_EQ(pacing.GetString("lastFigures"), "2026-11-24T15:14:30Z");
  EXPECT_EQ(pacing.Find("points")->items().size(), 1);
  const Value throttle = Item(*Parse(input).Find("throttle"), "policy", "west-guard");
  EXPECT_EQ(throttle.Find("hold")->GetString("until"), "2026-11-24T15:20:00Z");
}

TEST_F(StatusDocumentTest, ALeaseThatRanOutIsNobodys) {
  StatusInput input = BusyStatus();
  for (AgentLease& lease : input.leases) lease.expires = At("2026-11-24T15:00:00Z");
  EXPECT_EQ(Item(*Parse(input).Find("pacing"), "policy", "west-pace").GetString("reason"), "no agent has taken it yet");
}

TEST_F(StatusDocumentTest, AStatusThatIsNoJsonSpoilsNothingElse) {
  StatusInput input = BusyStatus();
  input.pacing["east-pace"].status = "{\"state\":";
  input.pacing["west-pace"] = {"", "[]"};
  const Value status = Parse(input);
  EXPECT_EQ(Item(*status.Find("pacing"), "policy", "east-pace").GetString("state"), "unreadable");
  EXPECT_EQ(Item(*status.Find("pacing"), "policy", "west-pace").GetString("state"), "unreadable");
  EXPECT_EQ(status.Find("campaigns")->items().size(), 3);
}

TEST_F(StatusDocumentTest, LeavesOutPointsThatTheReaderHas) {
  StatusInput input = BusyStatus();
  input.points_after = At("2026-11-24T15:14:00Z");
  const Value points = *Item(*Parse(input).Find("pacing"), "policy", "east-pace").Find("points");
  ASSERT_EQ(points.items().size(), 1);
  EXPECT_EQ(points.items()[0].GetString("at"), "2026-11-24T15:14:30Z");
  input.points_after = At("2026-11-24T15:14:30Z");
  EXPECT_TRUE(Item(*Parse(input).Find("pacing"), "policy", "west-pace").Find("points")->items().empty());
}

TEST_F(StatusDocumentTest, TellsNoSecretsAndNoPhoneNumbers) {
  StatusInput input = BusyStatus();
  const std::string text = StatusDocument(input);
  EXPECT_THAT(text, Not(HasSubstr("4155551234")));
  EXPECT_THAT(text, HasSubstr("+1415***1234"));
  EXPECT_THAT(text, Not(HasSubstr("canary")));
  EXPECT_THAT(text, HasSubstr(R"("host":"wfo.example.com:8443")"));
}

TEST_F(StatusDocumentTest, PoliciesWithTheSameWeekShareIt) {
  const Value calendars = *Parse(BusyStatus()).Find("calendars");
  ASSERT_EQ(calendars.items().size(), 2);
  EXPECT_EQ(ToJson(*calendars.items()[0].Find("policies")),
            R"(["ThrottlePolicy/east-guard","CallbackPolicy/support"])");
}

struct SinceCase {
  const char* url;
  const char* since;  ///< "": nothing; "refused"
};

TEST(StatusSince, ReadsTheQuery) {
  for (const SinceCase& each : {
           SinceCase{"/v1/status", ""},
           SinceCase{"/v1/status?", ""},
           SinceCase{"/v1/status?since=", "refused"},
           SinceCase{"/v1/status?since=yesterday", "refused"},
           SinceCase{"/v1/status?since=2026-11-24T15%3A14%3A00.000Z", "2026-11-24T15:14:00Z"},
           SinceCase{"/v1/status?x=1&since=2026-11-24T16:14:00%2B01:00", "2026-11-24T15:14:00Z"},
           SinceCase{"/v1/status?sincere=1", ""},
       }) {
    const auto since = StatusSince(each.url);
    const std::string found = !since ? "refused" : *since ? FormatUtc(**since) : "";
    EXPECT_EQ(found, each.since) << each.url;
    if (!since) {
      EXPECT_THAT(since.error().message, HasSubstr("since")) << each.url;
    }
  }
}

}  // namespace
}  // namespace cxctl
