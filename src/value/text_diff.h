#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cxctl {

struct DiffLine {
  char mark;  ///< ' ', '-', '+', '@' for a hunk header, or '\\' for the remark that the line above has no line break
  std::string text;  ///< Without the mark and the line break; of a hunk header all of it: `@@ -1,3 +1,4 @@`.
};

/// Line diff of two texts as hunks of a unified diff with `context` lines around each change; empty if they are equal.
/// Texts of more than 100,000 lines are not compared line by line: one hunk header says so.
std::vector<DiffLine> UnifiedDiff(std::string_view before, std::string_view after, int context = 3);

}  // namespace cxctl
