#include "rules_fixture.h"

namespace cxctl {
namespace {

class RulePolicy : public RulesTest {
 protected:
  /// A schedule that ends before it starts (CX201) and calls too fast (CX207).
  void WriteWrong(const std::string& waivers) {
    WriteCampaign("east");
    WriteSchedule("a", {{"startTime", "2026-12-31T00:00:00Z"},
                        {"endTime", "2026-12-01T00:00:00Z"},
                        {"dialerSettings", "{maxConcurrentCalls: 50, callRate: 45, capacityThreshold: 0.85}"}});
    Replace(files_.files["schedules/a.yaml"], "{name: a}", fmt::format("{{name: a{}}}", waivers));
  }
};

TEST_F(RulePolicy, TheTenantSetsSeverities) {
  WriteTenant("  rules: {CX201: warning, CX207: off, CX305: error, CX208: warning}\n");
  WriteWrong("");
  WriteCampaign("idle", "state: ACTIVE");
  EXPECT_EQ(Findings(),
            "error CX305 campaigns/idle.yaml:4:27\n"
            "warning CX201 schedules/a.yaml:7:12\n");
}

TEST_F(RulePolicy, SomeRulesCannotBeSet) {
  WriteTenant("  rules:\n    CX102: warning\n    CX999: off\n    CX20: off\n    CX401: off\n");
  EXPECT_EQ(Report(), R"(error[CX102]: rule CX102 cannot be changed
 --> tenant.yaml:8:5
  |
8 |     CX102: warning
  |     ^^^^^
  = help: remove it, and mend what the rule reports; see: cxctl explain CX102
error[CX102]: unknown rule CX999
 --> tenant.yaml:9:5
  |
9 |     CX999: off
  |     ^^^^^
  = help: `cxctl rules` lists all rules; see: cxctl explain CX102
error[CX102]: unknown rule CX20
  --> tenant.yaml:10:5
   |
10 |     CX20: off
   |     ^^^^
   = help: did you mean CX201?; see: cxctl explain CX102
error[CX102]: rule CX401 cannot be changed
  --> tenant.yaml:11:5
   |
11 |     CX401: off
   |     ^^^^^
   = help: remove it, and mend what the rule reports; see: cxctl explain CX102
)");
}

TEST_F(RulePolicy, FixedRulesKeepTheirSeverity) {
  WriteTenant("  rules: {CX401: off}\n");
  Write("codes.yaml",
        "apiVersion: cxctl/v1\nkind: CallCodeHierarchy\nmetadata: {name: outbound}\nspec:\n"
        "  category: OUTBOUND\n  codes: [{code: a, name: A, type: SUCCESS}]\n");
  EXPECT_EQ(Findings(),
            "error CX401 codes.yaml:6:18\n"
            "error CX102 tenant.yaml:7:11\n");
}

TEST_F(RulePolicy, AWaivedErrorIsAWarningThatSaysSo) {
  WriteWrong(", waivers: [{rule: CX207, reason: carrier test, owner: ops, expires: 2026-12-31}]");
  EXPECT_EQ(
      Report(),
      R"(warning[CX207]: callRate 45 is over the limit of 30 calls a minute (waived until 2026-12-31: carrier test)
 --> schedules/a.yaml:6:54
  |
6 |   dialerSettings: {maxConcurrentCalls: 50, callRate: 45, capacityThreshold: 0.85}
  |                                                      ^^
  = help: lower it to 30 or less; see: cxctl explain CX207
error[CX201]: endTime 2026-12-01T00:00:00Z is not after startTime 2026-12-31T00:00:00Z
 --> schedules/a.yaml:7:12
  |
7 |   endTime: 2026-12-01T00:00:00Z
  |            ^^^^^^^^^^^^^^^^^^^^
  = help: set an endTime after startTime; see: cxctl explain CX201
)");
}

TEST_F(RulePolicy, AWaivedWarningSaysSoToo) {
  WriteCampaign("east");
  WriteSchedule("a", {{"endTime", "2026-11-01T00:00:00Z"}, {"startTime", "2026-10-01T00:00:00Z"}});
  Replace(files_.files["schedules/a.yaml"], "{name: a}",
          "{name: a, waivers: [{rule: CX209, reason: kept for \"+18005559876\", expires: 2026-12-31}]}");
  EXPECT_EQ(Messages(),
            "CX209: endTime 2026-11-01T00:00:00Z has passed: the schedule ended already (waived until 2026-12-31: "
            "kept for \"+1800***9876\")\n");
}

TEST_F(RulePolicy, AWaiverHoldsThroughItsLastDay) {
  WriteWrong(", waivers: [{rule: CX207, reason: test, expires: 2026-11-20}]");
  SetNow("2026-11-20T23:59:59.999999Z");
  EXPECT_EQ(Findings(),
            "warning CX207 schedules/a.yaml:6:54\n"
            "error CX201 schedules/a.yaml:7:12\n");
  SetNow("2026-11-21T00:00:00Z");
  EXPECT_EQ(Report(), R"(error[CX108]: the waiver of CX207 expired on 2026-11-20
 --> schedules/a.yaml:3:68
  |
3 | metadata: {name: a, waivers: [{rule: CX207, reason: test, expires: 2026-11-20}]}
  |                                                                    ^^^^^^^^^^
  = help: mend what it was for and remove it, or give it a later day; see: cxctl explain CX108
error[CX207]: callRate 45 is over the limit of 30 calls a minute
 --> schedules/a.yaml:6:54
  |
6 |   dialerSettings: {maxConcurrentCalls: 50, callRate: 45, capacityThreshold: 0.85}
  |                                                      ^^
  = help: lower it to 30 or less; see: cxctl explain CX207
error[CX201]: endTime 2026-12-01T00:00:00Z is not after startTime 2026-12-31T00:00:00Z
 --> schedules/a.yaml:7:12
  |
7 |   endTime: 2026-12-01T00:00:00Z
  |            ^^^^^^^^^^^^^^^^^^^^
  = help: set an endTime after startTime; see: cxctl explain CX201
)");
}

TEST_F(RulePolicy, AWaiverIsForItsOwnDocument) {
  WriteWrong("");
  files_.files["campaigns/east.yaml"] =
      "apiVersion: cxctl/v1\nkind: Campaign\n"
      "metadata: {name: east, waivers: [{rule: CX207, reason: test, expires: 2026-12-31}]}\n"
      "spec: {name: east, state: ACTIVE, calendar: any}\n";
  EXPECT_EQ(Findings(),
            "error CX207 schedules/a.yaml:6:54\n"
            "error CX201 schedules/a.yaml:7:12\n");
}

TEST_F(RulePolicy, FixedAndUnknownRulesCannotBeWaived) {
  WriteWrong(
      ", waivers: [{rule: CX102, reason: test, expires: 2026-12-31}, {rule: CX210, reason: test, expires: "
      "2020-01-01}]");
  EXPECT_EQ(Messages(),
            "CX102: rule CX102 cannot be waived\n"
            "CX102: unknown rule CX210\n"
            "CX207: callRate 45 is over the limit of 30 calls a minute\n"
            "CX201: endTime 2026-12-01T00:00:00Z is not after startTime 2026-12-31T00:00:00Z\n");
}

TEST_F(RulePolicy, OffGoesBeforeAWaiver) {
  WriteTenant("  rules: {CX207: off, CX201: warning}\n");
  WriteWrong(", waivers: [{rule: CX207, reason: test, expires: 2026-12-31}]");
  EXPECT_EQ(Findings(), "warning CX201 schedules/a.yaml:7:12\n");
}

TEST_F(RulePolicy, SecretsOfTheTenantCanBeWaived) {
  WriteTenant("");
  std::string& text = files_.files["tenant.yaml"];
  Replace(text, "\"${env:ID}\"", "literal");
  Replace(text, "{name: prod}", "{name: prod, waivers: [{rule: CX107, reason: a lab, expires: 2026-12-31}]}");
  EXPECT_EQ(Report(),
            R"(warning[CX107]: clientId is a literal where a secret reference belongs (waived until 2026-12-31: a lab)
 --> tenant.yaml:6:20
  |
6 |   auth: {clientId: *******, clientSecret: "${env:SECRET}"}
  |                    ^^^^^^^
  = help: write a reference: ${env:NAME} or ${file:path}; see: cxctl explain CX107
)");
}

TEST_F(RulePolicy, EveryHelpNamesTheExplanationOnce) {
  ManifestSet set;
  set.workspace = std::make_shared<Workspace>();
  Diagnostics diagnostics = {
      {"CX101", Severity::kError, "empty help", "", "", {}},
      {"CX102", Severity::kError, "some help", "mend it", "", {}},
      {"CX103", Severity::kError, "complete help", "mend it; see: cxctl explain CX103", "", {}},
      {"CX103", Severity::kError, "complete help", "mend it", "", {}},
      {"", Severity::kError, "no rule", "mend it", "", {}},
  };
  ApplyRulePolicy(set, context_.now, diagnostics);
  std::string text;
  for (const Diagnostic& each : diagnostics) text += each.rule + " " + each.help + "\n";
  EXPECT_EQ(text,
            " mend it\n"
            "CX101 see: cxctl explain CX101\n"
            "CX102 mend it; see: cxctl explain CX102\n"
            "CX103 mend it; see: cxctl explain CX103\n");
}

}  // namespace
}  // namespace cxctl
