#include "telemetry/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "value/json.h"

namespace cxctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FixedClock final : public Clock {
 public:
  Instant Now() override { return ParseDateTime("2026-11-20T21:15:13.123Z")->instant; }
  Duration Monotonic() override { return {}; }
};

class LogWriterTest : public ::testing::Test {
 protected:
  std::unique_ptr<Log> Make(LogFormat format) {
    return MakeLogWriter(clock_, format, [this](std::string_view line) { lines_.emplace_back(line); });
  }
  FixedClock clock_;
  std::vector<std::string> lines_;
};

TEST_F(LogWriterTest, WritesALineForPeople) {
  const auto log = Make(LogFormat::kText);
  log->Info("answered", {{"path", "/v1/status"}, {"reason", "two words"}, {"empty", ""}});
  log->Error("failed");
  EXPECT_THAT(lines_,
              ElementsAre("2026-11-20T21:15:13.123Z info answered path=/v1/status reason=\"two words\" empty=\"\"\n",
                          "2026-11-20T21:15:13.123Z error failed\n"));
}

TEST_F(LogWriterTest, WritesJsonLines) {
  Make(LogFormat::kJson)->Warning("slow", {{"requestId", "1"}, {"level", "forged"}});
  EXPECT_THAT(lines_, ElementsAre("{\"time\":\"2026-11-20T21:15:13.123Z\",\"level\":\"warning\",\"message\":\"slow\","
                                  "\"requestId\":\"1\"}\n"));
}

TEST_F(LogWriterTest, NothingFromOutsideMakesALineOrShowsAPhoneNumber) {
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    lines_.clear();
    Make(format)->Info("a\nb", {{"name", "x\r\n\x1b[31m\xe2\x80\xa8y +14155551234"}});
    ASSERT_EQ(lines_.size(), 1u);
    EXPECT_EQ(lines_[0].find('\n'), lines_[0].size() - 1);
    EXPECT_THAT(lines_[0], Not(HasSubstr("\x1b")));
    EXPECT_THAT(lines_[0], HasSubstr("+1415***1234"));
  }
}

}  // namespace
}  // namespace cxctl
