#include "value/text_diff.h"

#include <gtest/gtest.h>

#include <random>

namespace cxctl {
namespace {

std::string Show(const std::vector<DiffLine>& diff) {
  std::string text;
  for (const DiffLine& line : diff) {
    if (line.mark != '@') text += line.mark;
    text += line.text + "\n";
  }
  return text;
}

TEST(UnifiedDiff, EqualTextsHaveNone) {
  EXPECT_TRUE(UnifiedDiff("", "").empty());
  EXPECT_TRUE(UnifiedDiff("a\nb\n", "a\nb\n").empty());
  EXPECT_TRUE(UnifiedDiff("a", "a").empty());
}

TEST(UnifiedDiff, OneChangeWithContext) {
  EXPECT_EQ(Show(UnifiedDiff("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nE\nf\ng\nh\ni\n")),
            R"(@@ -2,7 +2,7 @@
 b
 c
 d
-e
+E
 f
 g
 h
)");
}

TEST(UnifiedDiff, AtTheEdges) {
  EXPECT_EQ(Show(UnifiedDiff("a\nb\n", "x\na\nb\n")), "@@ -1,2 +1,3 @@\n+x\n a\n b\n");
  EXPECT_EQ(Show(UnifiedDiff("a\nb\n", "a\nb\nx\n")), "@@ -1,2 +1,3 @@\n a\n b\n+x\n");
  EXPECT_EQ(Show(UnifiedDiff("x\na\n", "a\n")), "@@ -1,2 +1 @@\n-x\n a\n");
  EXPECT_EQ(Show(UnifiedDiff("", "a\nb\n")), "@@ -0,0 +1,2 @@\n+a\n+b\n");
  EXPECT_EQ(Show(UnifiedDiff("a\n", "")), "@@ -1 +0,0 @@\n-a\n");
  EXPECT_EQ(Show(UnifiedDiff("a\n", "b\n")), "@@ -1 +1 @@\n-a\n+b\n");
}

TEST(UnifiedDiff, RemovedLinesStandBeforeAddedOnes) {
  EXPECT_EQ(Show(UnifiedDiff("k\na\nb\nc\nz\n", "k\nx\ny\nz\n")), "@@ -1,5 +1,4 @@\n k\n-a\n-b\n-c\n+x\n+y\n z\n");
  EXPECT_EQ(Show(UnifiedDiff("k\nx\ny\nz\n", "k\na\nb\nc\nz\n")), "@@ -1,4 +1,5 @@\n k\n-x\n-y\n+a\n+b\n+c\n z\n");
}

TEST(UnifiedDiff, HunksMergeWhenTheirContextsTouch) {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  EXPECT_EQ(Show(UnifiedDiff(before, "X\n2\n3\n4\nY\n6\n7\n8\n9\n", 1)),
            "@@ -1,2 +1,2 @@\n-1\n+X\n 2\n"
            "@@ -4,3 +4,3 @@\n 4\n-5\n+Y\n 6\n");
  EXPECT_EQ(Show(UnifiedDiff(before, "X\n2\n3\nY\n5\n6\n7\n8\n9\n", 1)),
            "@@ -1,5 +1,5 @@\n-1\n+X\n 2\n 3\n-4\n+Y\n 5\n");
}

TEST(UnifiedDiff, WithoutContext) {
  EXPECT_EQ(Show(UnifiedDiff("a\nb\nc\n", "a\nc\n", 0)), "@@ -2 +1,0 @@\n-b\n");
  EXPECT_EQ(Show(UnifiedDiff("a\nc\n", "a\nb\nc\n", 0)), "@@ -1,0 +2 @@\n+b\n");
  EXPECT_EQ(Show(UnifiedDiff("a\nc\n", "a\nb\nc\n", -5)), "@@ -1,0 +2 @@\n+b\n");
}

TEST(UnifiedDiff, AMissingLineBreakAtTheEndIsADifference) {
  EXPECT_EQ(Show(UnifiedDiff("a\nb", "a\nb\n")), "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
  EXPECT_EQ(Show(UnifiedDiff("a\nb", "c\nb")), "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n");
}

TEST(UnifiedDiff, EmptyLinesCount) {
  EXPECT_EQ(Show(UnifiedDiff("\n", "\n\n")), "@@ -1 +1,2 @@\n \n+\n");
  EXPECT_EQ(Show(UnifiedDiff("", "\n")), "@@ -0,0 +1 @@\n+\n");
}

TEST(UnifiedDiff, VeryLongTextsAreNotCompared) {
  std::string most;
  for (int i = 0; i < 100'000; ++i) most += "x\n";
  EXPECT_EQ(Show(UnifiedDiff(most, most + "y\n")), "@@ -1,100000 +1,100001 @@ too long to compare line by line\n");
  EXPECT_EQ(Show(UnifiedDiff("", most + "y\n")), "@@ -0,0 +1,100001 @@ too long to compare line by line\n");
  EXPECT_TRUE(UnifiedDiff(most + "y\n", most + "y\n").empty());
  EXPECT_EQ(UnifiedDiff("y\n" + most.substr(2), most).size(), 6u);  // 100,000 lines are
}

/// Applies the hunks to `before`, checking every context line and header on the way.
std::string Apply(const std::string& before, const std::vector<DiffLine>& diff) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < before.size();) {
    const std::size_t end = before.find('\n', start);
    lines.push_back(before.substr(start, end - start));
    start = end + 1;
  }
  std::string after;
  std::size_t next = 0;
  for (const DiffLine& line : diff) {
    if (line.mark == '@') {
      const std::size_t first = std::stoul(line.text.substr(4));
      const std::string range = line.text.substr(4, line.text.find(' ', 4) - 4);
      const std::size_t until = range.ends_with(",0") ? first : first - 1;
      while (next < until) after += lines.at(next++) + "\n";
    } else if (line.mark == '+') {
      after += line.text + "\n";
    } else {
      EXPECT_EQ(lines.at(next), line.text);
      if (line.mark == ' ') after += line.text + "\n";
      ++next;
    }
  }
  while (next < lines.size()) after += lines.at(next++) + "\n";
  return after;
}

TEST(UnifiedDiff, AppliedToTheFirstTextGivesTheSecond) {
  std::mt19937 random(7);  // NOLINT: the same texts every time
  for (int round = 0; round < 2000; ++round) {
    const auto text = [&] {
      std::string lines;
      for (auto n = random() % 30; n > 0; --n) lines += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
      return lines;
    };
    const std::string before = text(), after = text();
    const int context = static_cast<int>(random() % 5);
    EXPECT_EQ(Apply(before, UnifiedDiff(before, after, context)), after) << before << "---\n" << after;
  }
}

}  // namespace
}  // namespace cxctl
