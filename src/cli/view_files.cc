#include "cli/view_files.h"

#include <fmt/format.h>

#include "base/secret_text.h"
#include "base/strings.h"
#include "value/text_diff.h"

namespace cxctl {

namespace {

std::string Painted(bool color, char mark, const std::string& line) {
  if (!color || mark == ' ') return line;
  const std::string_view paint = mark == '-' ? "\x1b[31m" : mark == '+' ? "\x1b[32m" : "\x1b[36m";
  return fmt::format("{}{}\x1b[0m", paint, line);
}

}  // namespace

std::string RenderFileDiff(const std::vector<FileChange>& files, bool color) {
  std::string out;
  for (const FileChange& file : files) {
    const std::string path = EscapeControls(file.path);
    out += fmt::format("--- {}\n+++ {}\n", file.is_new ? "/dev/null" : path, path);
    for (const DiffLine& line : UnifiedDiff(file.before, file.after)) {
      std::string bare = line.text;
      // The line ends of Windows are no part of what changed.
      if (bare.ends_with('\r')) bare.pop_back();
      const std::string text = MaskPhoneNumbers(EscapeControls(MaskSecretMembers(bare)));
      out += Painted(color, line.mark, line.mark == '@' ? text : std::string(1, line.mark) + text) + '\n';
    }
  }
  return out;
}

}  // namespace cxctl
