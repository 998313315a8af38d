#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "rules/rules.h"

namespace cxctl {
namespace {

std::string IdsWhere(bool (*test)(const RuleInfo&)) {
  std::string ids;
  for (const RuleInfo& rule : AllRules()) {
    if (test(rule)) ids += std::string(rule.id) + " ";
  }
  return ids;
}

TEST(RuleCatalog, HasEveryRule) {
  EXPECT_EQ(IdsWhere([](const RuleInfo&) { return true; }),
            "CX101 CX102 CX103 CX104 CX105 CX106 CX107 CX108 "
            "CX201 CX202 CX203 CX204 CX205 CX206 CX207 CX208 CX209 "
            "CX301 CX302 CX303 CX304 CX305 CX306 CX307 CX308 "
            "CX401 CX402 CX403 CX404 CX405 CX501 CX502 CX503 CX504 CX505 CX601 CX602 CX701 ");
}

TEST(RuleCatalog, KnowsWhatIsFixedAGuardOrAWarning) {
  EXPECT_EQ(IdsWhere([](const RuleInfo& rule) { return rule.fixed; }),
            "CX101 CX102 CX103 CX104 CX105 CX106 CX108 CX401 CX402 CX403 ");
  EXPECT_EQ(IdsWhere([](const RuleInfo& rule) { return rule.guard; }), "CX304 CX307 CX308 ");
  EXPECT_EQ(IdsWhere([](const RuleInfo& rule) { return rule.severity == Severity::kWarning; }),
            "CX208 CX209 CX305 CX405 CX505 ");
}

TEST(RuleCatalog, TellsAStoryOfEachWithItsSource) {
  for (const RuleInfo& rule : AllRules()) {
    EXPECT_FALSE(rule.subject.empty()) << rule.id;
    EXPECT_FALSE(rule.summary.empty()) << rule.id;
    EXPECT_EQ(rule.summary.find('\n'), std::string_view::npos) << rule.id;
    EXPECT_TRUE(rule.summary.ends_with('.')) << rule.id;
    EXPECT_NE(rule.story.find("\n\nTo mend it: "), std::string_view::npos) << rule.id;
    EXPECT_FALSE(rule.source.empty()) << rule.id;
    EXPECT_EQ(rule.wrong.empty(), rule.right.empty()) << rule.id;
    EXPECT_EQ(FindRule(rule.id), &rule);
  }
}

TEST(RuleCatalog, FindsNothingElse) {
  for (const char* id : {"", "CX", "CX000", "CX109", "CX999", "cx101", "CX1011"})
    EXPECT_EQ(FindRule(id), nullptr) << id;
}

}  // namespace
}  // namespace cxctl
