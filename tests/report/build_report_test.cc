#include "report/build_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cxctl {
namespace {

using testing::ElementsAre;

class BuildReportTest : public testing::Test {
 protected:
  ReportBasics Basics() { return {arena_, sources_, "0.1.0", Instant{}, "demo", "http://127.0.0.1:8080"}; }

  /// What apply would do to an object, and what it risks.
  void AddChange(const std::string& address, Action action, Risk risk) {
    Change change;
    change.address = address;
    change.action = action;
    change.risk = risk;
    change.writes = true;
    plan_.changes.push_back(std::move(change));
  }
  void AddDrift(const std::string& address, DriftStatus status) {
    DriftItem item;
    item.address = address;
    item.status = status;
    drift_.items.push_back(std::move(item));
  }

  static std::vector<std::string> Addresses(const auto& list) {
    std::vector<std::string> addresses;
    for (const auto& each : list) addresses.push_back(each.address);
    return addresses;
  }

  Arena arena_;
  SourceMap sources_;
  Plan plan_;
  DriftReport drift_;
};

TEST_F(BuildReportTest, DriftThatAddsCallsComesFirst) {
  // As drift has them: by address. Apply would reduce what somebody raised.
  AddChange("CallCode/a", Action::kUpdate, Risk::kNeutral);
  AddChange("CallCode/b", Action::kUpdate, Risk::kNeutral);
  AddChange("Campaign/east", Action::kUpdate, Risk::kIncreases);
  AddChange("Campaign/west", Action::kUpdate, Risk::kReduces);
  AddChange("CampaignSchedule/gone", Action::kCreate, Risk::kIncreases);
  AddDrift("CallCode/a", DriftStatus::kDrifted);
  AddDrift("CallCode/b", DriftStatus::kConflicting);
  AddDrift("CallCode/c", DriftStatus::kUnmanaged);
  AddDrift("Campaign/east", DriftStatus::kDrifted);
  AddDrift("Campaign/west", DriftStatus::kPending);
  AddDrift("Campaign/west", DriftStatus::kDrifted);
  AddDrift("CampaignSchedule/gone", DriftStatus::kMissing);
  const Report report = MakeDriftReport(Basics(), plan_, drift_, {});
  EXPECT_THAT(Addresses(report.items), ElementsAre("Campaign/west", "CampaignSchedule/gone", "Campaign/east",
                                                   "CallCode/b", "CallCode/a", "CallCode/c", "Campaign/west"));
  EXPECT_EQ(report.items[0].risk, Risk::kIncreases) << "live calls more than git says";
  EXPECT_THAT(Addresses(report.findings), ElementsAre("Campaign/west", "CampaignSchedule/gone", "Campaign/east",
                                                      "CallCode/b", "CallCode/a", "CallCode/c"));
}

TEST_F(BuildReportTest, AnApplyCountsWhatWasMade) {
  AddChange("Campaign/a", Action::kUpdate, Risk::kNeutral);
  AddChange("Campaign/east", Action::kUpdate, Risk::kReduces);
  AddChange("Campaign/west", Action::kUpdate, Risk::kReduces);
  AddChange("Campaign/north", Action::kUpdate, Risk::kIncreases);
  ApplyReport applied;
  for (const Outcome outcome : {Outcome::kFailed, Outcome::kApplied, Outcome::kFailed, Outcome::kSkipped}) {
    applied.outcomes.emplace_back();
    applied.outcomes.back().outcome = outcome;
  }
  const Report report = MakeApplyReport(Basics(), plan_, applied, {});
  EXPECT_EQ(report.risks[static_cast<std::size_t>(Risk::kReduces)], 1u);
  EXPECT_EQ(report.risks[static_cast<std::size_t>(Risk::kIncreases)], 0u);
  EXPECT_EQ(report.risks[static_cast<std::size_t>(Risk::kNeutral)], 0u);
  EXPECT_THAT(Addresses(report.items), ElementsAre("Campaign/north", "Campaign/west", "Campaign/a", "Campaign/east"))
      << "what was not made, then what was";
  EXPECT_THAT(Addresses(report.findings), ElementsAre("Campaign/north", "Campaign/west", "Campaign/a"));
}

}  // namespace
}  // namespace cxctl
