#include "report/markdown.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "report/markdown_text.h"
#include "report/sample_report.h"

namespace cxctl {
namespace {

TEST(Markdown, TextIsNoMarkup) {
  const std::pair<const char*, const char*> rows[] = {
      {"Plan: 3 to create, 2 to update (all).", "Plan: 3 to create, 2 to update (all)."},
      {"a_b *c* <d> [e](f)", "a\\_b \\*c\\* \\<d\\> \\[e\\](f)"},
      {"@team #1 50 % a&amp;", "\\@\u2060team \\#\u20601 50 % a\\&\u2060amp;"},
      {"http://a.b www.c.d", "http:\u2060//a.b www\u2060.c.d"},
      {"- a - b", "\\- a - b"},
      {"12. a", "12\\. a"},
      {"/close", "\\/close"},
      {"    code", "code"},
      {"===", "\\==="},
  };
  for (const auto& [text, markdown] : rows) EXPECT_EQ(MarkdownText(text), markdown);
  EXPECT_EQ(MarkdownCode("a`b"), "``a`b``");
  EXPECT_EQ(MarkdownCode("`"), "`` ` ``");
  EXPECT_EQ(MarkdownCodeCell("a|b"), "`a\\|b`");
  EXPECT_EQ(MarkdownFence("diff", "```\n"), "````diff\n```\n````\n");
}

TEST(Markdown, LeadsWithRiskAndBlastRadius) {
  Report report = SampleReport();
  report.items = {Item("CampaignSchedule/days", Risk::kIncreases), Item("CallCode/outbound/OLD")};
  report.risks = {0, 1, 0, 1};
  report.estimate = "About 4 requests, 0.4 s at the tenant's rate.";
  report.reach = BlastRadius{{{"Campaign/east", {}, 900, 0, 900, 900, 25200, 50400, 50, 50}}, 900, 0, 25200, 0};
  report.findings = {Finding(FindingLevel::kWarning, "CX208", "two overlap", {"schedules/all.yaml", 3, 1, 5})};
  EXPECT_EQ(DrawMarkdown(report, kGitHubComment), R"(<!-- cxctl plan demo -->
## cxctl plan: demo

**Plan: 0 to create, 2 to update, 0 to delete.** About 4 requests, 0.4 s at the tenant's rate.

plan 01JD2Y8Q5T6W7X8Y9Z0A1B2C3D of 2026-11-20T21:15:13Z · http:)"
                                                  "\u2060"
                                                  R"(//127.0.0.1:8080 · cxctl 0.1.0

| Risk | Changes | Meaning |
|:--|--:|:--|
| ▲ increases | 1 | more calls, or at more times |
| ○ neutral | 1 | no effect on calls |

**Blast radius:** 1 campaign touched, up to 900 calls an hour more and 0 fewer.

| Campaign | Calls an hour, at most | More | Fewer | Calls in seven days, at most | Calls at one time |
|:--|--:|--:|--:|--:|--:|
| `Campaign/east` | 900 | +900 | 0 | 25,200 → 50,400 | 50 |

<details><summary>How this is computed</summary>

)" + MarkdownText(RadiusExplanation()) + R"(

</details>

### 1 warning

- **warning** `CX208`: two overlap (`schedules/all.yaml:3:1`)

### 2 changes, the most important first

<details><summary>▲ <code>CampaignSchedule/days</code> update, increases (<code>schedules/all.yaml:3:1</code>)</summary>

```diff
@@ -1,2 +1,2 @@
 dialerSettings:
-  callRate: 20
+  callRate: 15
```

</details>
<details><summary>○ <code>CallCode/outbound/OLD</code> update, neutral (<code>schedules/all.yaml:3:1</code>)</summary>

```diff
@@ -1,2 +1,2 @@
 dialerSettings:
-  callRate: 20
+  callRate: 15
```

</details>
)");
}

Report LargeReport(std::size_t items, std::size_t findings, std::size_t text) {
  Report report = SampleReport();
  const std::string filler(text, 'x');
  for (std::size_t i = 0; i < items; ++i) {
    ReportItem item = Item(fmt::format("CampaignSchedule/collections-{}-{}", i, filler), Risk::kMixed);
    item.notes = {filler};
    for (int line = 0; line < 30; ++line) item.diff.push_back({'+', fmt::format("  - line {} {}", line, filler)});
    report.items.push_back(std::move(item));
  }
  for (std::size_t i = 0; i < findings; ++i)
    report.findings.push_back(Finding(FindingLevel::kError, "CX203", filler, {filler, 1, 1, 2}));
  for (std::size_t i = 0; i < 100; ++i) report.notes.push_back(filler);
  report.reach = BlastRadius{};
  for (std::size_t i = 0; i < 200; ++i) report.reach->campaigns.push_back({fmt::format("Campaign/{}{}", i, filler)});
  return report;
}

TEST(Markdown, FitsWhateverIsInTheReport) {
  for (const std::size_t items : {0, 1, 500, 10'000}) {
    for (const std::size_t text : {10, 1'000, 100'000}) {
      if (items * text > 1'000'000) continue;
      const Report report = LargeReport(items, items / 5, text);
      for (const std::size_t limit : {std::size_t{16'384}, kGitHubComment, kGitLabComment})
        EXPECT_LE(DrawMarkdown(report, limit).size(), limit) << items << " items, text of " << text;
    }
  }
}

TEST(Markdown, EachOfFiveHundredChangesHasALine) {
  const std::string text = DrawMarkdown(LargeReport(500, 0, 10), kGitHubComment);
  for (int i = 0; i < 500; ++i) {
    EXPECT_NE(text.find(fmt::format("CampaignSchedule/collections-{}-x", i)), std::string::npos) << i;
  }
  EXPECT_NE(text.find("<details><summary>◆ <code>CampaignSchedule/collections-0-"), std::string::npos);
  EXPECT_EQ(text.find("do not fit"), std::string::npos);
}

TEST(Markdown, CountsWhatHasNoRoom) {
  const std::string text = DrawMarkdown(LargeReport(5'000, 0, 10), kGitHubComment);
  EXPECT_NE(text.find(" more, which do not fit in here: "), std::string::npos);
  EXPECT_NE(text.find(" update mixed. The HTML report has them all."), std::string::npos);
}

}  // namespace
}  // namespace cxctl
