#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/secret_text.h"
#include "base/strings.h"

namespace cxctl {
namespace {

constexpr std::size_t kLongestSourceLine = 160;  // Code points; what is longer is cut around the value.
constexpr std::size_t kContextBefore = 40;       // Code points kept before a value far to the right.
constexpr std::string_view kLiteralSecretRule = "CX107";
constexpr std::string_view kPhoneNumberRule = "CX501";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Paint {
  std::string_view severity, gutter, reset;
};

Paint PaintFor(Severity severity, bool color) {
  if (!color) return {};
  return {severity == Severity::kError ? "\x1b[1;31m" : "\x1b[1;33m", "\x1b[36m", "\x1b[0m"};
}

std::vector<std::string_view> CodePoints(std::string_view text) {
  std::vector<std::string_view> points;
  while (!text.empty()) {
    points.push_back(text.substr(0, CodePointSize(text)));
    text.remove_prefix(points.back().size());
  }
  return points;
}

/// Tabs stay, so that the caret line can repeat them.
std::string Shown(std::string_view code_point) {
  return code_point == "\t" ? "\t" : EscapeControls(code_point);
}

/// Half-open, in code points of a line.
struct Range {
  std::size_t begin, end;
};

/// What the value takes of a line of that many code points; one place behind the end at the most.
Range ValueRange(const Position& position, std::size_t length) {
  const std::size_t begin = std::min<std::size_t>(position.column == 0 ? 0 : position.column - 1, length);
  const std::size_t width = std::max<std::size_t>(position.width, 1);
  return {begin, std::max(std::min(length, begin + width), begin + 1)};
}

/// The part of a long line that is shown: with the ellipses at its ends it takes kLongestSourceLine code points.
Range VisibleRange(const Range& value, std::size_t length) {
  if (length <= kLongestSourceLine) return {0, length};
  if (value.end < kLongestSourceLine) return {0, kLongestSourceLine - 1};
  const std::size_t begin = value.begin > kContextBefore ? value.begin - kContextBefore : 0;
  if (begin + kLongestSourceLine - 1 >= length) return {length - (kLongestSourceLine - 1), length};
  return {begin, begin + kLongestSourceLine - (begin == 0 ? 1 : 2)};
}

/// The text with a star for each code point of [begin, end).
std::string Starred(std::string_view text, std::size_t begin, std::size_t end) {
  std::string out(text.substr(0, begin));
  out.append(CountCodePoints(text.substr(begin, end - begin)), '*');
  return out.append(text.substr(end));
}

/// Where the value that begins at `begin` ends: at its closing quote, in a flow mapping at the next `,` or bracket,
/// else at the end.
std::size_t EndOfValue(std::string_view line, std::size_t begin) {
  const char first = begin < line.size() ? line[begin] : ' ';
  if (first == '"' || first == '\'') return std::min(line.find(first, begin + 1), line.size() - 1) + 1;
  const bool flow = line.substr(0, begin).find('{') != line.npos;
  const std::size_t end = flow ? line.find_first_of(",}]", begin) : line.npos;
  return std::min({end, line.find(" #", begin), line.size()});
}

/// Where the value of the member begins whose name stands at `at`, in a block or flow mapping; npos if that is no name
/// of a member, or has no value on the line.
std::size_t BeginOfValue(std::string_view line, std::string_view name, std::size_t at) {
  const bool whole = at == 0 || std::string_view(" {,\"'\t-").find(line[at - 1]) != std::string_view::npos;
  const std::size_t colon = line.find_first_not_of("\"' ", at + name.size());
  if (!whole || colon == line.npos || line[colon] != ':') return line.npos;
  return line.find_first_not_of(" \t", colon + 1);
}

/// Stars out the middle of a phone number in whatever form: `(800) 555-9876` -> `(800) ***-9876`. One that is masked
/// already stays.
void MaskNumber(std::vector<std::string_view>& points, Range value) {
  constexpr std::size_t kShortest = 8, kHead = 4, kTail = 4, kHidden = 3;
  std::vector<std::size_t> digits;
  for (std::size_t i = value.begin; i < std::min(value.end, points.size()); ++i) {
    if (points[i] == "*") return;
    if (points[i].size() == 1 && points[i][0] >= '0' && points[i][0] <= '9') digits.push_back(i);
  }
  if (digits.size() < kShortest) return;
  for (std::size_t i = std::min(kHead, digits.size() - kTail - kHidden); i < digits.size() - kTail; ++i)
    points[digits[i]] = "*";
}

/// Numbers that a line gives as the sender's, in whatever form they are written.
void MaskSenders(std::string_view line, std::vector<std::string_view>& points) {
  constexpr std::string_view kSender = "from";
  for (std::size_t at = line.find(kSender); at != line.npos; at = line.find(kSender, at + 1)) {
    const std::size_t begin = BeginOfValue(line, kSender, at);
    if (begin == line.npos) continue;
    const std::size_t first = CountCodePoints(line.substr(0, begin));
    MaskNumber(points, {first, first + CountCodePoints(line.substr(begin, EndOfValue(line, begin) - begin))});
  }
}

struct Excerpt {
  std::string source, padding, carets;
};

/// `line` has its phone numbers masked already: where the line is cut, half a number would not look like one.
Excerpt MakeExcerpt(std::string_view line, const Diagnostic& diagnostic) {
  std::vector<std::string_view> points = CodePoints(line);
  const Range value = ValueRange(diagnostic.position, points.size());
  if (diagnostic.rule == kLiteralSecretRule) {
    const std::size_t end = diagnostic.position.column == 0 ? points.size() : std::min(value.end, points.size());
    for (std::size_t i = value.begin; i < end; ++i) points[i] = "*";
  }
  if (diagnostic.rule == kPhoneNumberRule) MaskNumber(points, value);
  MaskSenders(line, points);
  const Range visible = VisibleRange(value, points.size());
  Excerpt excerpt;
  if (visible.begin > 0) {
    excerpt.source = "…";
    excerpt.padding = " ";
  }
  for (std::size_t i = visible.begin; i < visible.end; ++i) {
    const std::string shown = Shown(points[i]);
    excerpt.source += shown;
    const std::size_t columns = CountCodePoints(shown);
    if (i < value.begin) {
      excerpt.padding += shown == "\t" ? shown : std::string(columns, ' ');
    } else if (i < value.end) {
      excerpt.carets.append(columns, '^');
    }
  }
  if (visible.end < points.size()) excerpt.source += "…";
  if (excerpt.carets.empty()) excerpt.carets = "^";
  return excerpt;
}

/// `campaigns/q4.yaml:14:25`; the address where nothing was written in a file; "" if neither is known.
std::string Place(const Diagnostic& diagnostic, const SourceMap& sources) {
  const Position& position = diagnostic.position;
  if (!position.known()) return EscapeControls(diagnostic.address);
  std::string place = EscapeControls(sources.name(position.file));
  if (position.line == 0) return place;
  place += fmt::format(":{}", position.line);
  if (position.column != 0) place += fmt::format(":{}", position.column);
  return place;
}

std::vector<std::size_t> LineStarts(std::string_view text) {
  std::vector<std::size_t> starts{text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0};
  for (std::size_t i = text.find_first_of("\r\n"); i != text.npos; i = text.find_first_of("\r\n", i)) {
    i += text.substr(i, 2) == "\r\n" ? 2 : 1;
    starts.push_back(i);
  }
  return starts;
}

}  // namespace

std::string MaskSecretMembers(std::string line) {
  constexpr std::string_view kNames[] = {"clientId", "clientSecret", "webhookSecret", "secret", "token"};
  for (const std::string_view name : kNames) {
    for (std::size_t at = line.find(name); at != line.npos; at = line.find(name, at + name.size())) {
      const std::size_t begin = BeginOfValue(line, name, at);
      if (begin == line.npos || line.find("${", begin) <= begin + 1 || line[begin] == '{') continue;
      line = Starred(line, begin, EndOfValue(line, begin));
    }
  }
  for (std::size_t at = line.find("://"); at != line.npos; at = line.find("://", at + 3)) {
    const std::size_t end = line.find_first_of("/@ \"'", at + 3);
    const std::size_t colon = line.find(':', at + 3);
    if (end != line.npos && line[end] == '@' && colon < end && line[colon + 1] != '$')
      line = Starred(line, colon + 1, end);
  }
  return line;
}

SourceMap::SourceMap() : files_(1) {}

std::uint32_t SourceMap::Add(std::string name, std::string text) {
  files_.push_back({std::move(name), std::move(text), {}});
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string_view SourceMap::line(std::uint32_t file, std::uint32_t number) const {
  if (file >= files_.size() || number == 0) return {};
  const File& source = files_[file];
  if (source.line_starts.empty()) source.line_starts = LineStarts(source.text);
  if (number > source.line_starts.size()) return {};
  const std::string_view rest = std::string_view(source.text).substr(source.line_starts[number - 1]);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

bool HasErrors(const Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

void SortAndDeduplicate(Diagnostics& diagnostics, const SourceMap& sources) {
  // All that is shown takes part, so that exact repeats become neighbours. One file may have been read twice: its name
  // counts, not its id.
  const auto key = [&](const Diagnostic& d) {
    return std::tie(sources.name(d.position.file), d.position.line, d.position.column, d.rule, d.message, d.severity,
                    d.help, d.address, d.position.width);
  };
  std::ranges::stable_sort(diagnostics, [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto repeats = std::ranges::unique(diagnostics, [&](const auto& a, const auto& b) { return key(a) == key(b); });
  diagnostics.erase(repeats.begin(), repeats.end());
}

std::string RenderDiagnostic(const Diagnostic& diagnostic, const SourceMap& sources, bool color) {
  const auto [severity_color, gutter_color, reset] = PaintFor(diagnostic.severity, color);
  const Position& position = diagnostic.position;
  std::string text = fmt::format("{}{}", severity_color, diagnostic.severity == Severity::kError ? "error" : "warning");
  if (!diagnostic.rule.empty()) text += fmt::format("[{}]", EscapeControls(diagnostic.rule));
  text += fmt::format("{}: {}\n", reset, MaskPhoneNumbers(EscapeControls(diagnostic.message)));

  const std::string number = fmt::format("{}", position.known() ? position.line : 0);
  const std::string gutter(number.size(), ' ');
  if (const std::string place = Place(diagnostic, sources); !place.empty()) {
    text += fmt::format("{}{}-->{} {}\n", gutter_color, gutter, reset, place);
  }
  const std::string_view line = position.known() ? sources.line(position.file, position.line) : std::string_view();
  if (!Trim(line).empty()) {
    const Excerpt excerpt = MakeExcerpt(MaskSecretMembers(MaskPhoneNumbersKeepingLength(line)), diagnostic);
    text += fmt::format("{}{} |{}\n", gutter_color, gutter, reset);
    text += fmt::format("{}{} |{} {}\n", gutter_color, number, reset, excerpt.source);
    text += fmt::format("{}{} |{} {}{}{}{}\n", gutter_color, gutter, reset, excerpt.padding, severity_color,
                        excerpt.carets, reset);
  }
  if (!diagnostic.help.empty()) {
    text += fmt::format("{}{} ={} help: {}\n", gutter_color, gutter, reset, EscapeControls(diagnostic.help));
  }
  return text;
}

}  // namespace cxctl
