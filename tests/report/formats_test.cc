#include <gtest/gtest.h>

#include "base/digest.h"
#include "report/annotations.h"
#include "report/build_report.h"
#include "report/code_quality.h"
#include "report/html.h"
#include "report/html_assets.h"
#include "report/junit.h"
#include "report/sample_report.h"
#include "report/sarif.h"
#include "value/json.h"

// What the formats say in their own syntax; tests/process/reports_test.py has it judged by others.

namespace cxctl {
namespace {

TEST(Annotations, AreNothingWithoutFindings) {
  Report report = SampleReport();
  report.items = {Item("Campaign/east", Risk::kIncreases)};
  EXPECT_EQ(DrawAnnotations(report), "");
}

TEST(Annotations, StandAtTheValue) {
  Report report = SampleReport();
  report.findings = {Finding(FindingLevel::kError, "CX203", "250 is over 200", {"campaigns/q4.yaml", 14, 25, 28}),
                     Finding(FindingLevel::kWarning, "largeChange", "two fifths of all schedules")};
  report.findings[0].address = "CampaignSchedule/q4";
  report.findings[0].help = "lower it";
  EXPECT_EQ(DrawAnnotations(report),
            "::error file=campaigns/q4.yaml,line=14,col=25,endColumn=28,title=CX203%3A a title::CampaignSchedule/q4: "
            "250 is over 200%0Ahelp: lower it\n"
            "::warning title=largeChange%3A a title::two fifths of all schedules\n");
}

TEST(Annotations, NothingEndsACommandOrBeginsAnother) {
  Report report = HostileReport();
  report.findings[0].message = "a\n::error::b\r100%";
  report.findings[0].place.file = "a,line=1:b\n";
  report.findings[0].address.clear();
  report.findings[0].help.clear();
  EXPECT_EQ(
      DrawAnnotations(report),
      "::error file=a%2Cline=1%3Ab%0A,line=3,col=4,endColumn=9,title=CX104%3A a title::a%0A::error::b%0D100%25\n");
}

TEST(CodeQuality, IsAnIssueAFinding) {
  Report report = SampleReport();
  EXPECT_EQ(DrawCodeQuality(report), "[]\n");
  const ReportFinding finding = Finding(FindingLevel::kWarning, "CX208", "two overlap", {"all.yaml", 3, 1, 5});
  ReportFinding guard = Finding(FindingLevel::kError, "allowDelete", "11 deletions");
  guard.is_guard = true;
  report.findings = {guard, finding, finding};
  Arena arena;
  const Value issues = *ParseJson(arena, DrawCodeQuality(report));
  ASSERT_EQ(issues.items().size(), 3u);
  EXPECT_EQ(ToJson(*issues.items()[0].Find("location")), R"({"path":"manifests/tenant.yaml","lines":{"begin":1}})");
  EXPECT_EQ(issues.items()[0].GetString("severity"), "blocker");
  EXPECT_EQ(issues.items()[1].GetString("severity"), "minor");
  EXPECT_NE(issues.items()[1].GetString("fingerprint"), issues.items()[2].GetString("fingerprint"));
}

TEST(Sarif, PlacesFindingsAndTellsOfFailures) {
  Report report = SampleReport();
  report.findings = {Finding(FindingLevel::kError, "CX203", "{x} [a](1)", {"a b/c%.yaml", 14, 25, 28}),
                     Finding(FindingLevel::kError, "cannot", "nobody answers")};
  report.complete = false;
  Arena arena;
  const Value run = ParseJson(arena, DrawSarif(report))->Find("runs")->items()[0];
  const Value result = run.Find("results")->items()[0];
  EXPECT_EQ(run.Find("results")->items().size(), 1u);
  EXPECT_EQ(result.Find("message")->GetString("text"), R"({{x}} \[a\](1))");
  EXPECT_EQ(ToJson(*result.Find("locations")->items()[0].Find("physicalLocation")),
            R"({"artifactLocation":{"uri":"a%20b/c%25.yaml","uriBaseId":"%SRCROOT%"},)"
            R"("region":{"startLine":14,"startColumn":25,"endColumn":28}})");
  const Value invocation = run.Find("invocations")->items()[0];
  EXPECT_FALSE(invocation.Find("executionSuccessful")->as_bool());
  EXPECT_NE(ToJson(invocation).find("nobody answers"), std::string::npos);
}

TEST(Junit, ChangesAndFindingsAreTestCases) {
  Report report = SampleReport();
  report.items = {Item("Campaign/east", Risk::kReduces)};
  report.findings = {Finding(FindingLevel::kError, "CX203", "250 is over 200", {"campaigns/q4.yaml", 14, 25, 28}),
                     Finding(FindingLevel::kWarning, "CX208", "two overlap")};
  const std::string text = DrawJunit(report);
  EXPECT_NE(text.find(R"(tests="3" failures="1" errors="0" skipped="1")"), std::string::npos) << text;
  EXPECT_NE(text.find("<testcase name=\"CX203 (campaigns/q4.yaml:14:25)\" classname=\"cxctl.plan.CX203\" time=\"0\">\n"
                      "      <failure message=\"250 is over 200\" type=\"CX203\">"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("<testcase name=\"Campaign/east update, reduces\" classname=\"cxctl.plan.update\" time=\"0\"/>"),
            std::string::npos)
      << text;
}

TEST(Findings, AnExcerptIsTheLineAndItsCaretAlone) {
  Arena arena;
  SourceMap sources;
  const std::uint32_t file = sources.Add("all.yaml", "spec:\n  startTime: a|b\n");
  const Diagnostics diagnostics = {{.rule = "CX102",
                                    .message = "\"a|b\" is not a time of day",
                                    .help = "it must match ^([01][0-9]|2[0-3]):[0-5][0-9]$",
                                    .position = {file, 2, 14, 3}}};
  const Report report = MakeValidateReport({.arena = arena, .sources = sources}, diagnostics, 1);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].excerpt, "2 |   startTime: a|b\n  |              ^^^\n");
}

TEST(Html, FoldsAwayManyFindingsWhereChangesWaitBelowThem) {
  Report report = SampleReport();
  for (int i = 0; i < 12; ++i) report.findings.push_back(Finding(FindingLevel::kWarning, "CX208", "two overlap"));
  EXPECT_EQ(DrawHtml(report).find("further"), std::string::npos) << "they are what a report of validate is about";
  report.items = {Item("Campaign/east", Risk::kIncreases)};
  EXPECT_NE(DrawHtml(report).find("<details class=\"more\"><summary>2 further findings</summary>"), std::string::npos);
  report.findings.pop_back();
  EXPECT_EQ(DrawHtml(report).find("further"), std::string::npos) << "one is not worth it";
}

TEST(Html, FoldsAwayManyCampaigns) {
  Report report = SampleReport();
  report.reach = BlastRadius{};
  report.reach->campaigns.assign(15, CampaignReach{"Campaign/east", {}});
  report.items = {Item("Campaign/east", Risk::kIncreases)};
  const std::string page = DrawHtml(report);
  EXPECT_NE(page.find("<summary>5 further campaigns</summary>"), std::string::npos);
  EXPECT_NE(page.find("aria-label=\"Further campaigns\""), std::string::npos);
}

TEST(Html, HasLinksToItsSections) {
  Report report = SampleReport();
  EXPECT_EQ(DrawHtml(report).find("<nav"), std::string::npos);
  report.notes = {"Sink/crm held: no agent configured"};
  EXPECT_EQ(DrawHtml(report).find("<nav"), std::string::npos) << "one section needs no link";
  report.items = {Item("Campaign/east"), Item("Campaign/west")};
  EXPECT_NE(DrawHtml(report).find("<li><a href=\"#besides\">Besides</a></li>\n<li><a href=\"#changes\">2 "
                                  "changes</a></li>\n"),
            std::string::npos);
}

TEST(Html, NamesTheFileOfAMemberOnlyWhereItIsAnother) {
  Report report = SampleReport();
  report.items = {Item("Campaign/east")};
  EXPECT_NE(DrawHtml(report).find("<td>line 14</td>"), std::string::npos);
  report.items[0].fields[0].place.file = "tenant.yaml";
  EXPECT_NE(DrawHtml(report).find("<td><code>tenant.yaml:14:30</code></td>"), std::string::npos);
}

TEST(Html, AllowsItsOwnStyleAndScriptAlone) {
  const std::string page = DrawHtml(HostileReport());
  EXPECT_NE(page.find("default-src 'none'; style-src 'sha256-" + Sha256Base64(HtmlStyle()) + "'; script-src 'sha256-" +
                      Sha256Base64(HtmlScript()) + "'"),
            std::string::npos);
  EXPECT_NE(page.find("<style>" + HtmlStyle() + "</style>"), std::string::npos);
  EXPECT_NE(page.find("<script>" + std::string(HtmlScript()) + "</script>"), std::string::npos);
  EXPECT_EQ(page.find("alert(1)</script"), std::string::npos);
  EXPECT_EQ(page.find(" style="), std::string::npos);
}

}  // namespace
}  // namespace cxctl
