#include "cli/view_files.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

TEST(RenderFileDiff, ShowsWhatChangesAndNoSecrets) {
  const std::string before = "auth:\n  clientSecret: hunter2\n  from: \"+14155551234\"\na: 1\n";
  const std::string after = "auth:\n  clientSecret: hunter2\n  from: \"+14155551234\"\na: 2\x1b[2J\n";
  EXPECT_EQ(RenderFileDiff({{"m/t.yaml", false, before, after}}, false),
            "--- m/t.yaml\n+++ m/t.yaml\n@@ -1,4 +1,4 @@\n auth:\n   clientSecret: *******\n   from: \"+1415***1234\"\n"
            "-a: 1\n+a: 2\\u001b[2J\n");
}

TEST(RenderFileDiff, NewFilesComeFromNowhere) {
  EXPECT_EQ(RenderFileDiff({{"m/t.yaml", true, "", "a: 1\n"}}, false),
            "--- /dev/null\n+++ m/t.yaml\n@@ -0,0 +1 @@\n+a: 1\n");
}

}  // namespace
}  // namespace cxctl
