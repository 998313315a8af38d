#include "cli/text_layout.h"

#include <gmock/gmock.h>

namespace cxctl {
namespace {

TEST(ShortenedLines, LeavesRoomForTheCursor) {
  EXPECT_EQ(ShortenedLines("1234567890\nab\n", 10), "12345678…\nab\n");
  EXPECT_EQ(ShortenedLines("1234567890\nab\n", 0), "1234567890\nab\n");
}

TEST(FittedLines, WrapsWhatIsTooLongAndLeavesTheRest) {
  EXPECT_EQ(FittedLines("ab\n\n  a b c d e f\n", 8), "ab\n\n  a b c\n  d e f\n");
  EXPECT_EQ(FittedLines("a b c d e f", 8), "a b c d\ne f");
  EXPECT_EQ(FittedLines("a b c d e f\n", 0), "a b c d e f\n");
  EXPECT_EQ(FittedLines("  a b c d\n", 7, 2), "  a b\n    c\n    d\n");
  // Colours take no room, and go on in the next line.
  EXPECT_EQ(FittedLines("\x1b[31ma b c\x1b[0m\n", 8), "\x1b[31ma b c\x1b[0m\n");
  EXPECT_EQ(FittedLines("\x1b[31ma b c d e f\x1b[0m\n", 8), "\x1b[31ma b c d\ne f\x1b[0m\n");
}

}  // namespace
}  // namespace cxctl
