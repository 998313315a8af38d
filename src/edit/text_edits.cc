#include "edit/text_edits.h"

#include <algorithm>

#include "base/strings.h"
#include "edit/layout.h"
#include "edit/scalar_text.h"

namespace cxctl {

namespace {

std::string_view LineBreak(std::string_view text) {
  return text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
}

/// Lines as ours in the file's line breaks.
std::string InFile(std::string_view text, const std::string& lines) {
  if (LineBreak(text) == "\n") return lines;
  std::string converted;
  for (char c : lines) converted += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return converted;
}

std::size_t ColumnOf(std::string_view text, std::size_t offset) {
  const std::size_t start = LineStart(text, offset);
  return CountCodePoints(text.substr(start, offset - start));
}

bool IsFirstOnLine(std::string_view text, std::size_t offset) {
  const std::size_t start = LineStart(text, offset);
  return Trim(text.substr(start, offset - start)).empty();
}

/// Behind the line's break.
std::size_t NextLine(std::string_view text, std::size_t offset) {
  const std::size_t end = LineEnd(text, offset);
  return std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size());
}

bool IsBlockScalar(const SyntaxNode& node) {
  return node.kind == NodeKind::kScalar && (node.style == ScalarStyle::kLiteral || node.style == ScalarStyle::kFolded);
}

bool IsInline(const SyntaxNode& node) {
  return node.kind == NodeKind::kScalar || node.kind == NodeKind::kAlias || node.flow;
}

bool HasBraces(std::string_view text, const SyntaxNode& node) {
  return node.content < text.size() && (text[node.content] == '{' || text[node.content] == '[');
}

std::unexpected<Error> NotUnderstood(std::string_view what) {
  return Fail(ErrorCode::kRefused, std::string(what) + " cannot be edited in place: write it in another form first");
}

/// Whole lines behind the line that holds the end of something.
Splice LinesBehind(std::string_view text, std::size_t end, std::size_t indent, const std::string& lines) {
  const std::string own = std::string(indent, ' ') + lines;
  if (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r'))
    return {end, 0, InFile(text, own + '\n')};  // a text that keeps its line breaks ends there
  return {LineEnd(text, end), 0, InFile(text, '\n' + own)};
}

/// What stands behind an entry's colon or dash: the end of its anchor, if it has one.
std::size_t BehindIndicator(const SyntaxEntry& entry) {
  if (!entry.value.anchor.empty() && entry.value.kind != NodeKind::kAlias)
    return entry.value.start + 1 + entry.value.anchor.size();
  if (entry.colon > 0) return entry.colon;
  return entry.key.end > 0 ? entry.key.end : entry.mark + 1;
}

std::string InlineText(const SyntaxNode& old, const Value& value, Place place) {
  if (value.is_array() || value.is_object()) return FlowText(value);
  return ScalarText(value, IsBlockScalar(old) ? ScalarStyle::kPlain : old.style, place);
}

/// A text of several lines stays one, in lines as far in as before.
std::string LiteralLike(std::string_view text, const SyntaxNode& old, const Value& value) {
  std::size_t line = NextLine(text, old.content);
  while (line < old.end && Trim(text.substr(line, LineEnd(text, line) - line)).empty()) line = NextLine(text, line);
  const std::size_t indent = std::min(text.find_first_not_of(' ', line), text.size()) - line;
  std::string lines = "|";
  for (std::string_view each : Split(value.as_string().substr(0, value.as_string().size() - 1), '\n'))
    lines += '\n' + (each.empty() ? "" : std::string(indent, ' ') + std::string(each));
  return InFile(text, lines);
}

Splices ReplaceBlockScalar(std::string_view text, const SyntaxNode& old, const Value& value) {
  const std::size_t header = LineEnd(text, old.content);
  const bool has_lines = header < old.end;
  const bool keeps = text[old.end - 1] == '\n' || text[old.end - 1] == '\r';
  const std::size_t indicators = std::min(text.find_first_of(" \t\r\n", old.content), header);
  std::string remark(text.substr(indicators, header - indicators));
  if (Trim(remark).empty()) remark.clear();
  std::string written = value.is_string() && MayBeLiteral(value.as_string()) && has_lines
                            ? LiteralLike(text, old, value)
                            : InlineText(old, value, Place::kBlock);
  written.insert(std::min(written.find_first_of("\r\n"), written.size()), remark);
  if (keeps) written += LineBreak(text);
  return {{old.content, old.end - old.content, written}};
}

Splices ReplaceBlockCollection(std::string_view text, const SyntaxEntry& entry, const Value& value, std::size_t parent,
                               const std::string& behind) {
  const SyntaxNode& old = entry.value;
  const bool own_lines = IsFirstOnLine(text, old.content);
  const bool in_line = !behind.starts_with('\n');
  if (!in_line) {
    const std::size_t column = std::max(ColumnOf(text, old.content), parent + 2);
    const std::string lines = TextBehindKey(value, column - 2, kLineWidth, true);
    const std::size_t start = own_lines ? LineStart(text, old.content) : old.content;
    const std::string body = lines.substr(std::min(lines.find_first_not_of("\n "), lines.size()));
    return {{start, old.end - start, InFile(text, (own_lines ? std::string(column, ' ') : "") + body)}};
  }
  if (!own_lines) return {{old.content, old.end - old.content, behind.substr(1)}};
  const std::size_t start = LineStart(text, old.content);
  const std::size_t end = text[old.end - 1] == '\n' ? old.end : NextLine(text, old.end);
  return {{BehindIndicator(entry), 0, behind}, {start, end - start, ""}};
}

Splices ReplaceInBlock(std::string_view text, const SyntaxEntry& entry, const Value& value, bool deep) {
  const SyntaxNode& old = entry.value;
  const std::size_t parent = ColumnOf(text, entry.mark);
  const std::size_t indicator = BehindIndicator(entry);
  if (IsBlockScalar(old) && !value.is_array() && !value.is_object()) return ReplaceBlockScalar(text, old, value);
  const bool scalar = !value.is_array() && !value.is_object();
  const std::string behind = scalar ? ' ' + InlineText(old, value, Place::kBlock)
                                    : TextBehindKey(value, parent, ColumnOf(text, indicator), deep);
  if (!IsInline(old)) return ReplaceBlockCollection(text, entry, value, parent, behind);
  const bool missing_colon = entry.key.end > 0 && entry.colon == 0;
  const std::string colon = missing_colon ? "\n" + std::string(parent, ' ') + ":" : "";
  if (!behind.starts_with('\n')) {
    if (old.is_empty()) return {{indicator, 0, InFile(text, colon + behind)}};
    return {{old.content, old.end - old.content, behind.substr(1)}};
  }
  // Lines of its own: behind a comment that may stand on the line.
  const std::size_t end = old.is_empty() ? indicator : old.end;
  const std::string lines = InFile(text, behind.substr(1));
  if (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r'))
    return {{indicator, end - indicator, InFile(text, behind + '\n')}};
  return {{indicator, end - indicator, InFile(text, colon)}, {LineEnd(text, end), 0, InFile(text, "\n") + lines}};
}

Splices ReplaceInFlow(const SyntaxEntry& entry, const Value& value) {
  const SyntaxNode& old = entry.value;
  const std::string written = InlineText(old, value, Place::kFlow);
  if (!old.is_empty()) return {{old.content, old.end - old.content, written}};
  const std::size_t at = BehindIndicator(entry);
  const bool missing_colon = entry.key.end > 0 && entry.colon == 0;
  return {{at, 0, (missing_colon ? ": " : " ") + written}};
}

Result<Splices> AddToFlow(std::string_view text, const SyntaxNode& collection, std::size_t index,
                          const std::string& entry) {
  if (!HasBraces(text, collection)) return NotUnderstood("a pair in a list without braces");
  if (collection.entries.empty()) return Splices{{collection.content + 1, 0, entry}};
  if (index < collection.entries.size()) return Splices{{collection.entries[index].mark, 0, entry + ", "}};
  return Splices{{collection.entries.back().end(), 0, ", " + entry}};
}

Result<Splices> RemoveFromFlow(std::string_view text, const SyntaxNode& collection, std::size_t index) {
  if (!HasBraces(text, collection)) return NotUnderstood("a pair in a list without braces");
  const SyntaxEntry& entry = collection.entries[index];
  if (index + 1 < collection.entries.size())
    return Splices{{entry.mark, collection.entries[index + 1].mark - entry.mark, ""}};
  const std::size_t from = collection.entries[index - 1].end();
  return Splices{{from, entry.end() - from, ""}};
}

}  // namespace

std::string Apply(std::string_view text, Splices splices) {
  std::ranges::stable_sort(splices, {}, &Splice::offset);
  std::string result;
  std::size_t at = 0;
  for (const Splice& splice : splices) {
    if (splice.offset < at) continue;
    result += text.substr(at, splice.offset - at);
    result += splice.text;
    at = splice.offset + splice.size;
  }
  return result + std::string(text.substr(at));
}

Result<Splices> ReplaceValue(std::string_view text, const SyntaxNode& collection, const SyntaxEntry& entry,
                             const Value& value, bool deep) {
  return collection.flow ? ReplaceInFlow(entry, value) : ReplaceInBlock(text, entry, value, deep);
}

Result<Splices> AddMember(std::string_view text, const SyntaxNode& mapping, std::string_view key, const Value& value,
                          bool deep) {
  if (mapping.flow) {
    const std::string pair = ScalarText(Value::String(key), ScalarStyle::kPlain, Place::kFlow) + ": " + FlowText(value);
    return AddToFlow(text, mapping, mapping.entries.size(), pair);
  }
  const std::size_t indent = ColumnOf(text, mapping.entries.front().mark);
  return Splices{LinesBehind(text, mapping.entries.back().end(), indent, MemberText(key, value, indent, deep))};
}

Result<Splices> InsertItem(std::string_view text, const SyntaxNode& sequence, std::size_t index, const Value& item) {
  if (sequence.flow) return AddToFlow(text, sequence, index, FlowText(item));
  const SyntaxEntry& first = sequence.entries.front();
  const std::size_t indent = ColumnOf(text, first.mark);
  const std::string lines = ItemText(item, indent);
  if (index > 0) return Splices{LinesBehind(text, sequence.entries[index - 1].end(), indent, lines)};
  return Splices{{first.mark, 0, InFile(text, lines + '\n' + std::string(indent, ' '))}};
}

Result<Splices> RemoveEntry(std::string_view text, const SyntaxNode& collection, std::size_t index) {
  if (collection.flow) return RemoveFromFlow(text, collection, index);
  const SyntaxEntry& entry = collection.entries[index];
  const std::size_t end = entry.end();
  if (IsFirstOnLine(text, entry.mark)) {
    const std::size_t start = LineStart(text, entry.mark);
    const bool keeps = end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r');
    return Splices{{start, (keeps ? end : NextLine(text, end)) - start, ""}};
  }
  // The first of a list or mapping that begins behind a dash: the next moves up.
  const SyntaxEntry& next = collection.entries[index + 1];
  const std::string_view between = text.substr(end, next.mark - end);
  if (between.find('#') == std::string_view::npos) return Splices{{entry.mark, next.mark - entry.mark, ""}};
  return Splices{{entry.mark, LineEnd(text, end) - entry.mark, ""}};
}

}  // namespace cxctl
