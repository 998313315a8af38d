#include "edit/yaml_editor.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/strings.h"
#include "edit/edited_value.h"
#include "edit/layout.h"
#include "edit/text_edits.h"
#include "manifest/yaml_reader.h"
#include "manifest/yaml_syntax.h"
#include "manifest/yaml_text.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

using Path = std::vector<std::string>;

constexpr std::string_view kMark = "\xEF\xBB\xBF";

std::string PointerText(const Path& path) {
  std::string text;
  for (const std::string& segment : path) text += '/' + EscapePointerSegment(segment);
  return EscapeControls(text);
}

bool HasAlias(const SyntaxNode& node, const std::string& anchor) {
  if (node.kind == NodeKind::kAlias) return node.anchor == anchor;
  return std::ranges::any_of(node.entries, [&](const SyntaxEntry& entry) {
    return HasAlias(entry.key, anchor) || HasAlias(entry.value, anchor);
  });
}

/// A document's own part of the file, read both ways.
struct Reading {
  Value value;
  SyntaxFile file;
  const SyntaxNode& root() const { return file.documents.front().root; }
};

Result<Reading> ReadPart(Arena& arena, std::string_view text) {
  Diagnostics diagnostics;
  const std::vector<Value> values = ReadYaml(arena, 1, text, diagnostics);
  const bool broken = std::ranges::any_of(diagnostics, [](const Diagnostic& each) { return each.rule == "CX101"; });
  if (broken || values.size() != 1) return Fail(ErrorCode::kRefused, "the document cannot be edited in place");
  TRY_ASSIGN(SyntaxFile file, ReadSyntax(text));
  if (file.documents.size() != 1) return Fail(ErrorCode::kRefused, "the document cannot be edited in place");
  return Reading{values.front(), std::move(file)};
}

/// One edit of one document, as elementary edits one after the other.
class PartEdit {
 public:
  explicit PartEdit(std::string text) : text_(std::move(text)) {}

  Result<void> Start() {
    TRY_ASSIGN(reading_, ReadPart(arena_, text_));
    return {};
  }
  const Value& value() const { return reading_.value; }
  Arena& arena() { return arena_; }
  std::string Take() { return std::move(text_); }

  Result<void> Make(const Path& path, const Value& wanted) {
    const Value* found = Find(path);
    if (!found) return Add(path, wanted);
    const Value current = *found;
    if (current == wanted && current.type() == wanted.type()) return {};
    if (path.empty() && !wanted.is_object())
      return Fail(ErrorCode::kRefused, "a document stays a mapping: its root cannot be replaced");
    const bool grows_out = current.members().empty() || wanted.members().empty();
    if (current.is_object() && wanted.is_object() && (!grows_out || path.empty()))
      return MakeMembers(path, current, wanted);
    const bool both_lists = current.is_array() && wanted.is_array();
    if (both_lists && !current.items().empty() && !wanted.items().empty()) return MakeItems(path, current, wanted);
    return Replace(path, wanted);
  }

  Result<void> Insert(const Path& list, std::size_t index, const Value& item) {
    TRY_ASSIGN(const SyntaxNode* node, Locate(list));
    if (node->entries.empty()) {
      const Value items[] = {item};
      return Replace(list, Value::Array(arena_.CopyItems(std::span<const Value>(items))));
    }
    return Splice(InsertItem(text_, *node, index, item));
  }

  Result<void> Remove(const Path& path) {
    const Path parent(path.begin(), path.end() - 1);
    TRY_ASSIGN(const SyntaxNode* node, Locate(parent));
    TRY_ASSIGN(const std::size_t index, OwnEntry(*node, path));
    const SyntaxNode& gone = node->entries[index].value;
    TRY(CheckAnchors(gone, path));
    if (node->entries.size() > 1) return Splice(RemoveEntry(text_, *node, index));
    if (parent.empty()) return Fail(ErrorCode::kRefused, "the last member of a document cannot be taken out of it");
    return Replace(parent, node->kind == NodeKind::kMapping ? Value::Object({}) : Value::Array({}));
  }

 private:
  const Value* Find(const Path& path) const { return ResolvePointer(reading_.value, PointerOf(path)); }
  static std::string PointerOf(const Path& path) {
    std::string text;
    for (const std::string& segment : path) text += '/' + EscapePointerSegment(segment);
    return text;
  }

  std::size_t LineOf(const SyntaxNode& node) const {
    return 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, node.start), '\n'));
  }

  std::unexpected<Error> Through(const Path& path, const std::string& what) const {
    return Fail(ErrorCode::kRefused,
                fmt::format("{} {}: change it by hand, or write the value out first", PointerText(path), what));
  }

  /// Whether aliases stand for what would be changed.
  Result<void> CheckAnchors(const SyntaxNode& node, const Path& path) const {
    if (node.kind != NodeKind::kAlias && !node.anchor.empty() && HasAlias(reading_.root(), node.anchor))
      return Through(path, fmt::format("has the anchor &{}, which others use", EscapeControls(node.anchor)));
    for (const SyntaxEntry& entry : node.entries) TRY(CheckAnchors(entry.value, path));
    return {};
  }

  /// The node's own entry that the path's last segment names.
  Result<std::size_t> OwnEntry(const SyntaxNode& node, const Path& path) const {
    const std::string& name = path.back();
    if (node.kind == NodeKind::kSequence) {
      const auto index = IndexOf(name);
      if (index && *index < node.entries.size()) return *index;
    }
    for (std::size_t i = 0; node.kind == NodeKind::kMapping && i < node.entries.size(); ++i) {
      const SyntaxNode& key = node.entries[i].key;
      const bool merge = key.style == ScalarStyle::kPlain && key.text == "<<";
      if (key.kind == NodeKind::kScalar && key.text == name && !merge) return i;
    }
    if (!Find(path)) return Fail(ErrorCode::kNotFound, fmt::format("there is nothing at {}", PointerText(path)));
    return Through(path, "comes through a merge key `<<` or an alias");
  }

  /// The node at the path, where it and all around it is written there and nowhere else.
  Result<const SyntaxNode*> Locate(const Path& path) const {
    const SyntaxNode* node = &reading_.root();
    Path walked;
    for (std::size_t i = 0;; ++i) {
      if (node->kind == NodeKind::kAlias)
        return Through(path, fmt::format("comes through the alias *{}", EscapeControls(node->anchor)));
      if (!node->anchor.empty() && HasAlias(reading_.root(), node->anchor)) {
        return Through(path, fmt::format("stands under the anchor &{} of line {} of the document, which others use",
                                         EscapeControls(node->anchor), LineOf(*node)));
      }
      if (i == path.size()) return node;
      walked.push_back(path[i]);
      TRY_ASSIGN(const std::size_t index, OwnEntry(*node, walked));
      node = &node->entries[index].value;
    }
  }

  Result<void> Splice(Result<Splices> splices) {
    TRY(splices);
    text_ = Apply(text_, *std::move(splices));
    return Start();
  }

  Result<void> Replace(const Path& path, const Value& wanted) {
    if (path.empty()) return Fail(ErrorCode::kRefused, "a document cannot be emptied: remove it");
    const Path parent(path.begin(), path.end() - 1);
    TRY_ASSIGN(const SyntaxNode* node, Locate(parent));
    const auto index = OwnEntry(*node, path);
    if (!index && index.error().code == ErrorCode::kRefused) return AddTo(parent, *node, path.back(), wanted);
    TRY(index);
    const SyntaxEntry& entry = node->entries[*index];
    if (entry.value.kind == NodeKind::kAlias)
      return Through(path, fmt::format("comes through the alias *{}", EscapeControls(entry.value.anchor)));
    TRY(CheckAnchors(entry.value, path));
    return Splice(ReplaceValue(text_, *node, entry, wanted, path.size() > 1));
  }

  Result<void> Add(const Path& path, const Value& wanted) {
    if (path.empty()) return Fail(ErrorCode::kNotFound, "there is no such document");
    const Path parent(path.begin(), path.end() - 1);
    const Value* owner = Find(parent);
    if (!owner || !owner->is_object())
      return Fail(ErrorCode::kNotFound, fmt::format("there is no mapping at {}", PointerText(parent)));
    TRY_ASSIGN(const SyntaxNode* node, Locate(parent));
    return AddTo(parent, *node, path.back(), wanted);
  }

  Result<void> AddTo(const Path& parent, const SyntaxNode& node, const std::string& key, const Value& wanted) {
    if (node.kind != NodeKind::kMapping)
      return Fail(ErrorCode::kRefused, fmt::format("{} is no mapping", PointerText(parent)));
    return Splice(AddMember(text_, node, key, wanted, !parent.empty()));
  }

  Result<void> MakeMembers(const Path& path, const Value& current, const Value& wanted) {
    Path inner = path;
    inner.emplace_back();
    for (const Member& member : wanted.members()) {
      inner.back() = member.key;
      TRY(Make(inner, member.value));
    }
    for (const Member& member : current.members()) {
      inner.back() = member.key;
      if (!wanted.Find(member.key)) TRY(Remove(inner));
    }
    return {};
  }

  /// From the end, so that the places in front stay what they are.
  Result<void> MakeItems(const Path& path, const Value& current, const Value& wanted) {
    auto pairs = EqualItems(current.items(), wanted.items());
    std::size_t old_end = current.items().size(), new_end = wanted.items().size();
    for (std::size_t i = pairs.size() + 1; i-- > 0;) {
      const auto [old_start, new_start] =
          i > 0 ? std::pair(pairs[i - 1].first + 1, pairs[i - 1].second + 1) : std::pair<std::size_t, std::size_t>();
      TRY(MakeGap(path, current, wanted, {old_start, old_end}, {new_start, new_end}));
      if (i > 0) std::tie(old_end, new_end) = pairs[i - 1];
    }
    return {};
  }

  struct Stretch {
    std::size_t start = 0, end = 0;
    std::size_t size() const { return end - start; }
  };

  /// Items that are not equal: those that are alike are edited, and what is remarked on them stays; the others go, with
  /// what is remarked on them, and come.
  Result<void> MakeGap(const Path& path, const Value& current, const Value& wanted, Stretch old, Stretch fresh) {
    const auto pairs =
        LikelyItems(current.items().subspan(old.start, old.size()), wanted.items().subspan(fresh.start, fresh.size()));
    std::size_t old_end = old.end, new_end = fresh.end;
    for (std::size_t i = pairs.size() + 1; i-- > 0;) {
      const bool has_pair = i > 0;
      const std::size_t old_start = has_pair ? old.start + pairs[i - 1].first + 1 : old.start;
      const std::size_t new_start = has_pair ? fresh.start + pairs[i - 1].second + 1 : fresh.start;
      TRY(ReplaceItems(path, wanted, {old_start, old_end}, {new_start, new_end}));
      if (!has_pair) break;
      old_end = old_start - 1;
      new_end = new_start - 1;
      Path inner = path;
      inner.push_back(std::to_string(old_end));
      TRY(Make(inner, wanted.items()[new_end]));
    }
    return {};
  }

  /// New ones behind the old ones first: a list is never empty in between.
  Result<void> ReplaceItems(const Path& path, const Value& wanted, Stretch old, Stretch fresh) {
    for (std::size_t i = fresh.end; i-- > fresh.start;) TRY(Insert(path, old.end, wanted.items()[i]));
    Path inner = path;
    inner.emplace_back();
    for (std::size_t i = old.end; i-- > old.start;) {
      inner.back() = std::to_string(i);
      TRY(Remove(inner));
    }
    return {};
  }

  Arena arena_;
  std::string text_;
  Reading reading_;
};

Result<Path> ReadPath(std::string_view pointer) {
  auto path = ParsePointer(pointer);
  if (!path) return Fail(ErrorCode::kNotFound, fmt::format("{} is no JSON Pointer", EscapeControls(pointer)));
  return *std::move(path);
}

/// Runs the edit and holds what came of it against what it should be.
Result<void> Run(std::string& text, const Path& path, const Value* wanted, bool insert,
                 const std::function<Result<void>(PartEdit&)>& edit) {
  PartEdit work(text);
  TRY(work.Start());
  const Value expected = EditedValue(work.arena(), work.value(), path, wanted, insert);
  TRY(edit(work));
  if (!(work.value() == expected)) {
    return Fail(
        ErrorCode::kRefused,
        fmt::format("{} cannot be edited in place without changing more: change it by hand", PointerText(path)));
  }
  text = work.Take();
  return {};
}

std::unexpected<Error> NoSuchDocument() {
  return Fail(ErrorCode::kNotFound, "there is no such document in the file");
}

}  // namespace

Result<YamlEditor> YamlEditor::Open(std::string text) {
  YamlEditor editor;
  if (text.starts_with(kMark)) {
    editor.head_ = kMark;
    text.erase(0, kMark.size());
  }
  Arena arena;
  Diagnostics diagnostics;
  const std::vector<Value> values = ReadYaml(arena, 1, text, diagnostics);
  for (const Diagnostic& each : diagnostics) {
    if (each.rule == "CX101")
      return Fail(ErrorCode::kInvalid, fmt::format("line {}: {}", each.position.line, each.message));
  }
  TRY_ASSIGN(const SyntaxFile file, ReadSyntax(text));
  if (file.documents.size() != values.size()) return Fail(ErrorCode::kInvalid, "the documents cannot be told apart");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const SyntaxDocument& document = file.documents[i];
    editor.parts_.push_back({text.substr(document.start, document.end - document.start), values[i].position().line,
                             values[i].position().column});
  }
  if (editor.parts_.empty()) editor.head_ += text;
  return editor;
}

std::string YamlEditor::text() const {
  std::string text = head_;
  for (const Part& part : parts_) text += part.text;
  return text;
}

Value YamlEditor::Read(Arena& arena, std::size_t document) const {
  Diagnostics diagnostics;
  if (document >= parts_.size()) return Value::Null();
  const std::vector<Value> values = ReadYaml(arena, 1, arena.Copy(parts_[document].text), diagnostics);
  return values.empty() ? Value::Null() : values.front();
}

std::size_t YamlEditor::DocumentAt(std::uint32_t line, std::uint32_t column) const {
  const auto found =
      std::ranges::find_if(parts_, [&](const Part& part) { return part.line == line && part.column == column; });
  return found == parts_.end() ? SIZE_MAX : static_cast<std::size_t>(found - parts_.begin());
}

Result<void> YamlEditor::Set(std::size_t document, std::string_view pointer, const Value& value) {
  if (document >= parts_.size()) return NoSuchDocument();
  TRY_ASSIGN(const Path path, ReadPath(pointer));
  return Run(parts_[document].text, path, &value, false, [&](PartEdit& edit) { return edit.Make(path, value); });
}

Result<void> YamlEditor::Insert(std::size_t document, std::string_view pointer, const Value& item) {
  if (document >= parts_.size()) return NoSuchDocument();
  TRY_ASSIGN(const Path path, ReadPath(pointer));
  if (path.empty()) return Fail(ErrorCode::kNotFound, "the root of a document is no list");
  return Run(parts_[document].text, path, &item, true, [&](PartEdit& edit) -> Result<void> {
    const Path list(path.begin(), path.end() - 1);
    std::string where;
    for (const std::string& segment : list) where += '/' + EscapePointerSegment(segment);
    const Value* items = ResolvePointer(edit.value(), where);
    const auto index = items && path.back() == "-" ? std::optional(items->items().size()) : IndexOf(path.back());
    if (!items || !items->is_array() || !index || *index > items->items().size())
      return Fail(ErrorCode::kNotFound, fmt::format("there is no list with room at {}", PointerText(path)));
    return edit.Insert(list, *index, item);
  });
}

Result<void> YamlEditor::Remove(std::size_t document, std::string_view pointer) {
  if (document >= parts_.size()) return NoSuchDocument();
  TRY_ASSIGN(const Path path, ReadPath(pointer));
  if (path.empty()) return RemoveDocument(document);
  return Run(parts_[document].text, path, nullptr, false, [&](PartEdit& edit) { return edit.Remove(path); });
}

Result<void> YamlEditor::Append(const Value& document) {
  std::string added = DocumentText(document);
  std::string all = text();
  const bool crlf = all.find("\r\n") != std::string::npos;
  const bool has_documents = !parts_.empty();
  std::string& before = has_documents ? parts_.back().text : head_;
  if (!before.empty() && before != kMark && !before.ends_with('\n'))
    added = '\n' + (has_documents ? "---\n" + added : added);
  else if (has_documents)
    added = "---\n" + added;
  if (crlf) {
    std::string converted;
    for (char c : added) converted += c == '\n' ? std::string("\r\n") : std::string(1, c);
    added = std::move(converted);
  }
  TRY_ASSIGN(YamlEditor edited, Open(all + added));
  if (edited.size() != size() + 1) return Fail(ErrorCode::kRefused, "a document cannot be added to this file");
  Arena arena;
  if (!(edited.Read(arena, size()) == document))
    return Fail(ErrorCode::kRefused, "the document cannot be written so that it reads the same");
  for (std::size_t i = 0; i < size(); ++i) {
    if (!(edited.Read(arena, i) == Read(arena, i)))
      return Fail(ErrorCode::kRefused, "a document cannot be added to this file without changing the one before");
  }
  // Where documents stood in the file as it was opened stays known.
  for (std::size_t i = 0; i < size(); ++i) {
    edited.parts_[i].line = parts_[i].line;
    edited.parts_[i].column = parts_[i].column;
  }
  edited.parts_.back().line = 0;
  *this = std::move(edited);
  return {};
}

Result<void> YamlEditor::RemoveDocument(std::size_t document) {
  if (document >= parts_.size()) return NoSuchDocument();
  parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(document));
  // What is first now needs no `---`, and a file without documents none at all.
  if (document == 0 && !parts_.empty() && parts_[0].text.starts_with("---")) {
    const std::size_t line = LineEnd(parts_[0].text, 0);
    if (Trim(std::string_view(parts_[0].text).substr(3, line - 3)).empty())
      parts_[0].text.erase(0, std::min(parts_[0].text.find('\n') + 1, parts_[0].text.size()));
  }
  return {};
}

}  // namespace cxctl
