#include "value/text_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <span>
#include <unordered_map>

namespace cxctl {
namespace {

constexpr std::size_t kMostLines = 100'000;

/// The lines with their line breaks, so that a missing one at the end is a difference.
std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end == text.npos ? text.npos : end + 1));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

/// One line of the edit script that turns one text into the other.
struct Edit {
  char mark;
  std::string_view line;
};

/// Within a run of changes what goes stands before what comes.
void OrderChanges(std::vector<Edit>& edits) {
  const auto is_change = [](const Edit& edit) { return edit.mark != ' '; };
  for (auto begin = edits.begin(); (begin = std::find_if(begin, edits.end(), is_change)) != edits.end();) {
    const auto end = std::find_if_not(begin, edits.end(), is_change);
    std::stable_partition(begin, end, [](const Edit& edit) { return edit.mark == '-'; });
    begin = end;
  }
}

/// The edit script for what is left when the ends that the texts share are cut off.
std::vector<Edit> CompareMiddle(std::span<const std::string_view> before, std::span<const std::string_view> after) {
  // dtl copies what it compares several times: numbers instead of lines keep that cheap.
  std::unordered_map<std::string_view, int> ids;
  std::vector<std::string_view> lines;
  const auto number = [&](std::span<const std::string_view> text) {
    std::vector<int> numbers;
    numbers.reserve(text.size());
    for (const std::string_view line : text) {
      const auto [found, added] = ids.try_emplace(line, static_cast<int>(lines.size()));
      if (added) lines.push_back(line);
      numbers.push_back(found->second);
    }
    return numbers;
  };
  const std::vector<int> old_numbers = number(before);
  const std::vector<int> new_numbers = number(after);
  dtl::Diff<int> diff(old_numbers, new_numbers);
  diff.compose();
  const auto script = diff.getSes().getSequence();
  std::vector<Edit> edits;
  edits.reserve(script.size());
  for (const auto& [id, info] : script) {
    const char mark = info.type == dtl::SES_ADD ? '+' : info.type == dtl::SES_DELETE ? '-' : ' ';
    edits.push_back({mark, lines[static_cast<std::size_t>(id)]});
  }
  OrderChanges(edits);
  return edits;
}

std::vector<Edit> Compare(std::span<const std::string_view> before, std::span<const std::string_view> after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  std::vector<Edit> edits;
  edits.reserve(std::max(before.size(), after.size()));
  for (const std::string_view line : before.first(head)) edits.push_back({' ', line});
  const std::vector<Edit> middle =
      CompareMiddle(before.subspan(head, before.size() - head - tail), after.subspan(head, after.size() - head - tail));
  edits.insert(edits.end(), middle.begin(), middle.end());
  for (const std::string_view line : before.last(tail)) edits.push_back({' ', line});
  return edits;
}

/// `3,4`: the first line and how many; one line is `3`, none is the line before them and 0.
std::string HunkRange(std::size_t lines_before, std::size_t count) {
  if (count == 0) return fmt::format("{},0", lines_before);
  return count == 1 ? fmt::format("{}", lines_before + 1) : fmt::format("{},{}", lines_before + 1, count);
}

/// How far the two texts were read.
struct Progress {
  std::size_t before = 0, after = 0;

  void Pass(const Edit& edit) {
    before += edit.mark != '+';
    after += edit.mark != '-';
  }
};

void AppendHunk(std::span<const Edit> edits, Progress& progress, std::vector<DiffLine>& out) {
  const Progress start = progress;
  for (const Edit& edit : edits) progress.Pass(edit);
  out.push_back({'@', fmt::format("@@ -{} +{} @@", HunkRange(start.before, progress.before - start.before),
                                  HunkRange(start.after, progress.after - start.after))});
  for (const Edit& edit : edits) {
    const bool ended = edit.line.ends_with('\n');
    out.push_back({edit.mark, std::string(edit.line.substr(0, edit.line.size() - (ended ? 1 : 0)))});
    if (!ended) out.push_back({'\\', " No newline at end of file"});
  }
}

}  // namespace

std::vector<DiffLine> UnifiedDiff(std::string_view before, std::string_view after, int context) {
  if (before == after) return {};
  const std::vector<std::string_view> old_lines = Lines(before);
  const std::vector<std::string_view> new_lines = Lines(after);
  if (std::max(old_lines.size(), new_lines.size()) > kMostLines) {
    return {{'@', fmt::format("@@ -{} +{} @@ too long to compare line by line", HunkRange(0, old_lines.size()),
                              HunkRange(0, new_lines.size()))}};
  }
  const std::vector<Edit> edits = Compare(old_lines, new_lines);
  const auto around = static_cast<std::size_t>(std::max(context, 0));
  std::vector<DiffLine> out;
  Progress progress;
  std::size_t next = 0;  // The first edit that is in no hunk yet.
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].mark == ' ') continue;
    const std::size_t begin = std::max(next, i - std::min(i, around));
    // The hunk goes on as long as the next change is so near that their contexts touch.
    std::size_t last = i;
    for (std::size_t j = i; j < edits.size() && j - last <= 2 * around + 1; ++j) {
      if (edits[j].mark != ' ') last = j;
    }
    const std::size_t end = std::min(edits.size(), last + 1 + around);
    for (; next < begin; ++next) progress.Pass(edits[next]);
    AppendHunk(std::span(edits).subspan(begin, end - begin), progress, out);
    next = end;
    i = end - 1;
  }
  return out;
}

}  // namespace cxctl
