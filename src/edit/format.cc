#include "edit/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "edit/layout.h"
#include "edit/member_order.h"
#include "edit/scalar_text.h"
#include "manifest/scalar.h"
#include "manifest/yaml_reader.h"
#include "manifest/yaml_syntax.h"

namespace cxctl {

namespace {

bool IsBlockScalar(const SyntaxNode& node) {
  return node.kind == NodeKind::kScalar && (node.style == ScalarStyle::kLiteral || node.style == ScalarStyle::kFolded);
}

bool IsCollection(const SyntaxNode& node) {
  return node.kind == NodeKind::kSequence || node.kind == NodeKind::kMapping;
}

/// LF alone, and no byte order mark.
std::string Normalized(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

Result<std::vector<Value>> ReadDocuments(Arena& arena, std::string_view text) {
  Diagnostics diagnostics;
  std::vector<Value> documents = ReadYaml(arena, 1, text, diagnostics);
  for (const Diagnostic& each : diagnostics) {
    if (each.rule == "CX101")
      return Fail(ErrorCode::kInvalid,
                  fmt::format("line {}, column {}: {}", each.position.line, each.position.column, each.message));
  }
  return documents;
}

class Formatter {
 public:
  Formatter(std::string_view text, const SyntaxFile& file) : text_(text), file_(file) {}

  std::string Format() {
    for (const SyntaxDocument& document : file_.documents) {
      if (!out_.empty()) out_ += "---\n";
      fresh_ = true;
      WriteComments(FirstMark(document.root), 0);
      if (IsLines(document.root)) {
        WriteEntries(document.root, 0, std::nullopt, document.end);
      } else {
        out_ += Trim(InlineText(document.root, 0));
        EndLine(document.root.end);
      }
      WriteComments(document.end, 0);
    }
    WriteComments(text_.size() + 1, 0);
    return std::move(out_);
  }

 private:
  const SyntaxComment* Next() const { return comment_ < file_.comments.size() ? &file_.comments[comment_] : nullptr; }
  std::size_t ColumnOf(std::size_t offset) const {
    const std::size_t start = LineStart(text_, offset);
    return CountCodePoints(text_.substr(start, offset - start));
  }
  bool HasBlankLineBefore(std::size_t offset) const {
    const std::size_t start = LineStart(text_, offset);
    if (start == 0) return false;
    const std::size_t before = LineStart(text_, start - 1);
    return Trim(text_.substr(before, start - 1 - before)).empty();
  }
  /// Keeps one of the blank lines in front of what stands at the offset.
  void Space(std::size_t offset) {
    if (!fresh_ && HasBlankLineBefore(offset)) out_ += '\n';
    fresh_ = false;
  }
  std::size_t Column() const {
    const std::size_t start = out_.rfind('\n') + 1;
    return CountCodePoints(std::string_view(out_).substr(start));
  }

  /// Those before the offset, on lines of their own.
  void WriteComments(std::size_t until, std::size_t indent) {
    for (const SyntaxComment* comment = Next(); comment && comment->start < until; comment = Next()) {
      const std::size_t start = LineStart(text_, comment->start);
      const bool own_line = Trim(text_.substr(start, comment->start - start)).empty();
      if (own_line) Space(comment->start);
      fresh_ = false;
      out_ += std::string(indent, ' ') + CommentText(*comment) + '\n';
      ++comment_;
    }
  }

  std::string CommentText(const SyntaxComment& comment) const {
    std::string_view text = text_.substr(comment.start, comment.end - comment.start);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return std::string(text);
  }

  /// Ends a line, with the comment that stands behind the offset on its line and before the limit.
  void EndLine(std::size_t offset, std::size_t limit = SIZE_MAX) {
    const SyntaxComment* comment = Next();
    if (comment && comment->start >= offset && comment->start < std::min(LineEnd(text_, offset), limit)) {
      const std::size_t column = std::max(Column() + 2, ColumnOf(comment->start));
      out_ += std::string(column - Column(), ' ') + CommentText(*comment);
      ++comment_;
    }
    out_ += '\n';
  }

  bool HasComment(std::size_t start, std::size_t end) const {
    const auto found = std::ranges::lower_bound(file_.comments, start, {}, &SyntaxComment::start);
    return found != file_.comments.end() && found->start < end;
  }

  /// Whether a node is written as lines of entries, where the line so far ends at that column.
  bool IsLines(const SyntaxNode& node, std::size_t column = 0) const {
    if (!IsCollection(node) || node.entries.empty()) return false;
    if (!node.flow) return true;
    if (HasComment(node.start, node.end)) return true;
    const std::string flow = FlowOf(node);
    return flow.find('\n') != std::string::npos || column + CountCodePoints(flow) > kLineWidth;
  }

  /// Where its first word stands: comments before it belong above it.
  static std::size_t FirstMark(const SyntaxNode& node) {
    if (!IsCollection(node) || node.entries.empty()) return node.content;
    return std::max(node.entries.front().mark, node.content);
  }

  void WriteEntries(const SyntaxNode& node, std::size_t indent, std::optional<std::size_t> parent_column,
                    std::size_t limit, bool on_line = false) {
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
      const SyntaxEntry& entry = node.entries[i];
      const std::size_t next = i + 1 < node.entries.size() ? node.entries[i + 1].mark : limit;
      if (!on_line) {
        WriteComments(CommentsUntil(entry, indent), indent);
        Space(entry.mark);
        out_ += std::string(indent, ' ');
      }
      on_line = false;
      WriteEntry(entry, node.kind == NodeKind::kMapping, indent, next);
    }
    WriteLastComments(node, indent, parent_column, limit);
  }

  /// Those inside of an entry that stays on one line stand above it.
  std::size_t CommentsUntil(const SyntaxEntry& entry, std::size_t indent) const {
    if (IsLines(entry.value, ColumnBehind(entry, indent))) {
      if (entry.key.end > 0) return entry.key.end;
      return std::max(entry.mark, FirstMark(entry.value));
    }
    return IsBlockScalar(entry.value) ? entry.value.content : entry.end();
  }

  std::size_t ColumnBehind(const SyntaxEntry& entry, std::size_t indent) const {
    if (entry.key.end == 0) return indent + 2;
    const std::size_t anchor = entry.value.anchor.empty() ? 0 : entry.value.anchor.size() + 2;
    return indent + CountCodePoints(KeyOf(entry.key)) + 2 + anchor;
  }

  /// Comments at the end of a list or mapping that are as far in as it is.
  void WriteLastComments(const SyntaxNode& node, std::size_t indent, std::optional<std::size_t> parent_column,
                         std::size_t limit) {
    if (node.flow) {
      WriteComments(std::min(node.end, limit), indent);
      return;
    }
    const std::size_t column = ColumnOf(node.entries.front().mark);
    for (const SyntaxComment* comment = Next(); comment && comment->start < limit; comment = Next()) {
      const std::size_t own = ColumnOf(comment->start);
      if (!parent_column || own < column || own <= *parent_column) return;
      WriteComments(comment->start + 1, indent);
    }
  }

  void WriteEntry(const SyntaxEntry& entry, bool member, std::size_t indent, std::size_t limit) {
    const SyntaxNode& value = entry.value;
    const std::size_t column = ColumnBehind(entry, indent);
    const std::size_t source_column = ColumnOf(entry.mark);
    if (member) {
      constexpr std::size_t kLongestSimpleKey = 1000;
      const std::string key = KeyOf(entry.key);
      if (key.size() > kLongestSimpleKey) out_ += "? " + key + '\n' + std::string(indent, ' ');
      out_ += (key.size() > kLongestSimpleKey ? "" : key) + ":";
    } else {
      out_ += '-';
    }
    if (!IsLines(value, column)) {
      out_ += InlineText(value, indent);
      if (IsBlockScalar(value)) {
        WriteBlockScalar(value, indent);
      } else {
        EndLine(entry.end(), limit);  // in brackets others may stand on the line
      }
      return;
    }
    const bool anchored = !value.anchor.empty();
    if (anchored) out_ += " &" + value.anchor;
    if (!member && !anchored) {
      out_ += ' ';
      WriteEntries(value, indent + 2, source_column, limit, true);
      return;
    }
    // A bracket's own first comment may stand on the line.
    EndLine(value.flow ? value.content : anchored ? value.start : entry.colon, FirstMark(value));
    fresh_ = true;
    WriteEntries(value, indent + 2, source_column, limit);
  }

  std::string KeyOf(const SyntaxNode& key) const {
    if (key.kind == NodeKind::kAlias) return '*' + key.anchor + ' ';
    const std::string anchor = key.anchor.empty() ? "" : '&' + key.anchor + ' ';
    const std::string_view raw = text_.substr(key.content, key.end - key.content);
    if (IsBlockScalar(key) || raw.find('\n') != std::string_view::npos) return anchor + DoubleQuoted(key.text);
    return anchor + std::string(raw);
  }

  std::string FlowOf(const SyntaxNode& node) const {
    if (!IsCollection(node)) {
      // What stays on one line; else something that never fits.
      if (IsBlockScalar(node)) return "\n";
      const std::string text = InlineText(node, 0);
      return std::string(Trim(text));
    }
    std::string text;
    for (const SyntaxEntry& entry : node.entries) {
      if (!text.empty()) text += ", ";
      if (entry.key.end > 0) text += KeyOf(entry.key) + ":";
      const std::string value = FlowOf(entry.value);
      if (entry.key.end > 0 && !value.empty()) text += ' ';
      text += value;
    }
    const std::string anchor = node.anchor.empty() ? "" : '&' + node.anchor + ' ';
    return anchor + (node.kind == NodeKind::kSequence ? '[' + text + ']' : '{' + text + '}');
  }

  /// A scalar or what stands in brackets, with the space before it. Of a block scalar: its header.
  std::string InlineText(const SyntaxNode& node, std::size_t indent) const {
    if (node.kind == NodeKind::kAlias) return " *" + node.anchor;
    if (IsCollection(node)) return ' ' + FlowOf(node);
    std::string anchor = node.anchor.empty() ? "" : " &" + node.anchor;
    if (node.is_empty()) return anchor;
    if (IsBlockScalar(node)) return anchor + ' ' + Header(node);
    return anchor + ' ' + ScalarOf(node, indent);
  }

  std::string ScalarOf(const SyntaxNode& node, std::size_t indent) const {
    const std::string_view raw = text_.substr(node.content, node.end - node.content);
    if (raw.find('\n') != std::string_view::npos) return Folded(raw, indent + 2);
    if (node.style == ScalarStyle::kPlain) {
      const bool text = ResolvePlainScalar(node.text).is_string();
      return text && !MayBePlain(node.text, Place::kBlock) ? DoubleQuoted(node.text) : std::string(raw);
    }
    const bool escapes = DoubleQuoted(node.text).size() != node.text.size() + 2;
    return node.style == ScalarStyle::kSingleQuoted && !escapes ? DoubleQuoted(node.text) : std::string(raw);
  }

  /// A scalar of several lines: each as far in as the others.
  static std::string Folded(std::string_view raw, std::size_t indent) {
    std::string lines;
    for (std::string_view line : Split(raw, '\n')) {
      if (lines.empty()) {
        lines = line;
        continue;
      }
      lines += '\n';
      const std::size_t start = line.find_first_not_of(" \t");
      if (start != std::string_view::npos) lines += std::string(indent, ' ') + std::string(line.substr(start));
    }
    return lines;
  }

  std::string_view FirstLine(const SyntaxNode& node) const {
    const std::string_view text = node.text;
    const std::size_t start = text.find_first_not_of('\n');
    return start == std::string_view::npos ? "" : text.substr(start, text.find('\n', start) - start);
  }

  std::string Header(const SyntaxNode& node) const {
    const std::string_view raw = text_.substr(node.content, text_.find_first_of(" \t\n#", node.content) - node.content);
    std::string header(1, raw[0]);
    if (FirstLine(node).starts_with(' ') || node.text.starts_with(' ')) header += '2';
    const bool plus = raw.find('+') != std::string_view::npos;
    // At the end of a file without a line break a text has none either.
    const bool minus = raw.find('-') != std::string_view::npos || (!node.text.empty() && !node.text.ends_with('\n'));
    return header + (plus ? "+" : minus ? "-" : "");
  }

  void WriteBlockScalar(const SyntaxNode& node, std::size_t indent) {
    const std::size_t header = LineEnd(text_, node.content);
    EndLine(text_.find_first_of(" \t\n", node.content));
    const bool keeps = Header(node).ends_with('+');
    std::string_view body = text_.substr(std::min(header + 1, node.end), node.end - std::min(header + 1, node.end));
    if (body.ends_with('\n')) body.remove_suffix(1);
    const std::size_t depth = DepthOf(node, body);
    if (header < node.end && !(keeps && body.empty() && node.end == header + 1)) {
      for (std::string_view line : Split(body, '\n')) {
        const bool blank = line.size() <= depth || Trim(line.substr(0, depth)) != "";
        if (!blank) out_ += std::string(indent + 2, ' ') + std::string(line.substr(depth));
        out_ += '\n';
      }
    }
    fresh_ = keeps;  // blank lines that follow would belong to it
  }

  /// How far in the text of a block scalar stands.
  std::size_t DepthOf(const SyntaxNode& node, std::string_view body) const {
    for (std::string_view line : Split(body, '\n')) {
      const std::size_t spaces = line.find_first_not_of(' ');
      if (spaces == std::string_view::npos) continue;
      const std::string_view first = FirstLine(node);
      const std::size_t own = std::min(first.find_first_not_of(' '), first.size());
      return spaces - std::min(own, spaces);
    }
    return 0;
  }

  std::string_view text_;
  const SyntaxFile& file_;
  std::string out_;
  std::size_t comment_ = 0;
  bool fresh_ = true;  ///< Nothing stands yet above which a blank line could be.
};

bool SaysTheSame(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::ranges::equal(a, b);
}

}  // namespace

Result<std::string> FormatYaml(std::string_view text) {
  Arena arena;
  TRY_ASSIGN(const std::vector<Value> before, ReadDocuments(arena, text));
  std::string normalized = Normalized(text);
  TRY_ASSIGN(SyntaxFile file, ReadSyntax(normalized));
  if (!normalized.empty() && !normalized.ends_with('\n')) {
    // A text that ends the file without a line break has none: first it is written so that one may follow.
    normalized = Formatter(normalized, file).Format();
    TRY_ASSIGN(file, ReadSyntax(normalized));
  }
  std::string ordered = InOrder(normalized, file);
  if (ordered != normalized) {
    TRY_ASSIGN(file, ReadSyntax(ordered));
  }
  std::string formatted = Formatter(ordered, file).Format();
  const auto after = ReadDocuments(arena, formatted);
  if (!after || !SaysTheSame(before, *after))
    return Fail(ErrorCode::kInternal, "it cannot be formatted without changing what it says: it stays as it is");
  return formatted;
}

}  // namespace cxctl
