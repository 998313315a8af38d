#include "cli/text_layout.h"

#include <gmock/gmock.h>

namespace cxctl {
namespace {

TEST(TableText, GivesEachColumnItsRoom) {
  EXPECT_EQ(TableText({{{"kind"}, {"n"}}, {{"Campaign"}, {"✓ pass"}}}, 0, false), "kind      n\nCampaign  ✓ pass\n");
}

TEST(TableText, ShortensTheLongestColumnOnATerminalOnly) {
  const std::vector<std::vector<Cell>> rows = {{{"CX203"}, {"maxConcurrentCalls is over the capacity", "31"}}};
  EXPECT_EQ(TableText(rows, 0, false), "CX203  maxConcurrentCalls is over the capacity\n");
  EXPECT_EQ(TableText(rows, 20, false), "CX203  maxConcurre…\n");
  EXPECT_EQ(TableText(rows, 20, true), "CX203  \x1b[31mmaxConcurre…\x1b[0m\n");
}

TEST(ShortenedLines, LeavesRoomForTheCursor) {
  EXPECT_EQ(ShortenedLines("1234567890\nab\n", 10), "12345678…\nab\n");
  EXPECT_EQ(ShortenedLines("1234567890\nab\n", 0), "1234567890\nab\n");
}

}  // namespace
}  // namespace cxctl
