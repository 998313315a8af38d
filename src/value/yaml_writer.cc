#include "value/yaml_writer.h"

#include <fmt/format.h>
#include <yaml-cpp/emitter.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/strings.h"
#include "value/pointer.h"

namespace cxctl {
namespace {

/// Words that YAML 1.1 or 1.2 takes for null, booleans, special numbers or keys, in any case.
constexpr std::array<std::string_view, 17> kReservedWords = {"null",  "~",     "true", "false", "yes",  "no",
                                                             "on",    "off",   "y",    "n",     ".nan", ".inf",
                                                             "+.inf", "-.inf", "<<",   "=",     "..."};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool ConsistsOf(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

/// Whether it could be an integer, a number, a sexagesimal (`09:00`) or a date in some reader. Some texts that no
/// reader would take for one (`1.2.3`) are among them: quotes do no harm.
bool LooksLikeNumber(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (std::ranges::none_of(text, IsDigit)) return false;
  if (ConsistsOf(text, "0123456789+-_.,:")) return true;
  if (text.size() > 2 && text[0] == '0' && std::string_view("xXoObB").find(text[1]) != std::string_view::npos) {
    return ConsistsOf(text.substr(2), "0123456789abcdefABCDEF_");
  }
  if ((IsDigit(text[0]) || text[0] == '.') && ConsistsOf(text, "0123456789+-_.,eE")) return true;
  // `2026-11-20T21:15:13Z`, `2026-11-20 21:15:13 -5`
  return std::ranges::all_of(text.substr(0, 4), IsDigit) && ConsistsOf(text, "0123456789+-_.: \tTtZz");
}

/// Control characters and what a terminal or a YAML 1.1 reader (line separators) could act upon.
bool NeedsEscapes(std::string_view text) {
  return EscapeControls(text) != text;
}

/// Whether a literal block (`|`) gives the text back: yaml-cpp writes neither indentation nor chomping indicators, so
/// the text has to end with exactly one line break and to start with something else than a space or a line break.
bool IsLiteralSafe(std::string_view text) {
  if (text.size() < 2 || !text.ends_with('\n') || text.ends_with("\n\n")) return false;
  if (text.front() == ' ' || text.front() == '\n') return false;
  return std::ranges::none_of(Split(text, '\n'),
                              [](std::string_view line) { return NeedsEscapes(line) || line.ends_with(' '); });
}

/// Equal numbers are written equally, whatever their type; all that is written reads as the same number under YAML 1.1
/// and 1.2.
std::string NumberText(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  constexpr double kFirstTooLarge = 9223372036854775808.0;  // 2^63
  if (std::trunc(number) == number && std::abs(number) < kFirstTooLarge) {
    return fmt::format("{}", static_cast<std::int64_t>(number));
  }
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  std::string text(buffer.data(), end);
  // YAML 1.1 takes `1e+21` for a string.
  const std::size_t exponent = text.find('e');
  if (exponent != text.npos && text.find('.') == text.npos) text.insert(exponent, ".0");
  return text;
}

class Writer {
 public:
  Writer() {
    emitter_.SetNullFormat(YAML::LowerNull);
    emitter_.SetOutputCharset(YAML::EmitNonAscii);
  }

  /// Of a scalar, or an empty list or mapping.
  struct Leaf {
    std::size_t line;  ///< From 0.
    std::string pointer;
    Value value;
  };

  void Write(const Value& value, bool nested) {
    WriteValue(value, nested);
    const bool has_members = !value.items().empty() || !value.members().empty();
    if (keeps_leaves && !has_members) AddLeaf(value, nested);
  }

  std::string Text() const { return std::string(emitter_.c_str(), emitter_.size()) + '\n'; }

  bool keeps_leaves = false;
  std::vector<Leaf> leaves;

 private:
  void AddLeaf(const Value& value, bool nested) {
    const std::string_view written(emitter_.c_str(), emitter_.size());
    lines_ += static_cast<std::size_t>(std::ranges::count(written.substr(counted_), '\n'));
    counted_ = written.size();
    std::size_t line = lines_;
    // The text of a literal block stands below the line on which it begins, each of its lines on one of its own.
    if (nested && value.is_string() && IsLiteralSafe(value.as_string()))
      line -= static_cast<std::size_t>(std::ranges::count(value.as_string(), '\n'));
    leaves.push_back({line, pointer_, value});
  }

  void WriteBelow(std::string_view segment, const Value& value) {
    const std::size_t length = pointer_.size();
    if (keeps_leaves) pointer_ += "/" + EscapePointerSegment(segment);
    Write(value, true);
    pointer_.resize(length);
  }

  void WriteItems(const Value& list) {
    if (list.items().empty()) emitter_ << YAML::Flow;  // `[]` on the line of its key
    emitter_ << YAML::BeginSeq;
    std::size_t index = 0;
    for (const Value& item : list.items()) WriteBelow(std::to_string(index++), item);
    emitter_ << YAML::EndSeq;
  }

  void WriteValue(const Value& value, bool nested) {
    switch (value.type()) {
      case Type::kNull:
        emitter_ << YAML::Null;
        break;
      case Type::kBool:
        emitter_ << value.as_bool();
        break;
      case Type::kInt:
        emitter_ << fmt::format("{}", value.as_int());
        break;
      case Type::kDouble:
        emitter_ << NumberText(value.as_double());
        break;
      case Type::kString:
        WriteString(value.as_string(), nested && IsLiteralSafe(value.as_string()));
        break;
      case Type::kArray:
        WriteItems(value);
        break;
      case Type::kObject:
        WriteObject(value);
        break;
    }
  }

  void WriteObject(const Value& value) {
    // Readers want the colon of a plain key within 1,024 characters; an escape takes up to ten.
    constexpr std::size_t kLongestSimpleKey = 100;
    if (value.members().empty()) emitter_ << YAML::Flow;
    emitter_ << YAML::BeginMap;
    for (const Member& member : value.members()) {
      if (member.key.size() > kLongestSimpleKey) emitter_ << YAML::LongKey;
      emitter_ << YAML::Key;
      WriteString(member.key, false);
      emitter_ << YAML::Value;
      WriteBelow(member.key, member.value);
    }
    emitter_ << YAML::EndMap;
  }

  void WriteString(std::string_view text, bool literal) {
    if (literal) {
      // The emitter ends the last line itself.
      emitter_ << YAML::Literal << std::string(text.substr(0, text.size() - 1));
      return;
    }
    if (!IsPlainSafe(text)) {
      emitter_ << YAML::DoubleQuoted;
      // The emitter alone would let DEL, line separators and bidirectional controls through.
      if (NeedsEscapes(text)) emitter_ << YAML::EscapeNonAscii;
    }
    emitter_ << std::string(text);
  }

  YAML::Emitter emitter_;
  std::string pointer_;  ///< Of what is being written, where leaves are kept.
  std::size_t counted_ = 0, lines_ = 0;
};

/// Where comments begin: behind the longest line, but no farther than this.
constexpr std::size_t kLastCommentColumn = 56;

std::string WithComments(const std::vector<std::string_view>& lines, const std::vector<std::string>& comments) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!comments[i].empty()) column = std::max(column, CountCodePoints(lines[i]));
  }
  column = std::min(column, kLastCommentColumn);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += lines[i];
    const std::size_t width = CountCodePoints(lines[i]);
    if (!comments[i].empty()) out += std::string(width < column ? column - width : 0, ' ') + "  # " + comments[i];
    out += '\n';
  }
  return out;
}

}  // namespace

bool IsPlainSafe(std::string_view text) {
  constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  if (kIndicators.find(text.front()) != text.npos || text.back() == ':') return false;
  if (text.find(": ") != text.npos || text.find(" #") != text.npos || text.starts_with("...")) return false;
  if (NeedsEscapes(text) || LooksLikeNumber(text)) return false;
  return std::ranges::none_of(kReservedWords, [&](std::string_view word) { return EqualsIgnoringCase(text, word); });
}

std::string ToYaml(const Value& value) {
  Writer writer;
  writer.Write(value, false);
  return writer.Text();
}

std::string ToAnnotatedYaml(const Value& value,
                            const std::function<std::string(std::string_view pointer, const Value& value)>& note) {
  Writer writer;
  writer.keeps_leaves = true;
  writer.Write(value, false);
  const std::string text = writer.Text();
  std::vector<std::string_view> lines = Split(text, '\n');
  lines.pop_back();
  std::vector<std::string> comments(lines.size());
  for (const Writer::Leaf& leaf : writer.leaves) comments[leaf.line] = note(leaf.pointer, leaf.value);
  return WithComments(lines, comments);
}

}  // namespace cxctl
