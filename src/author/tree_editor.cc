#include "author/tree_editor.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "manifest/expressions.h"
#include "manifest/yaml_reader.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

bool SamePlace(const Position& a, const Position& b) {
  return a.file == b.file && a.line == b.line && a.column == b.column;
}

/// Where in a value something was written at that place.
std::optional<std::string> PointerTo(const Value& value, const Position& position, const std::string& at) {
  if (SamePlace(value.position(), position)) return at;
  for (const Member& member : value.members()) {
    if (auto found = PointerTo(member.value, position, at + '/' + EscapePointerSegment(member.key))) return found;
  }
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    if (auto found = PointerTo(value.items()[i], position, fmt::format("{}/{}", at, i))) return found;
  }
  return std::nullopt;
}

}  // namespace

Value EscapeExpressions(Arena& arena, const Value& value) {
  if (value.is_string()) {
    const std::string_view text = value.as_string();
    if (text.find("${") == std::string_view::npos) return value;
    std::string escaped;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i).starts_with("${")) escaped += '$';
      escaped += text[i];
    }
    return MakeString(arena, escaped).At(value);
  }
  if (value.is_array()) {
    ArrayBuilder items(arena);
    for (const Value& item : value.items()) items.Add(EscapeExpressions(arena, item));
    return items.Build().At(value);
  }
  if (!value.is_object()) return value;
  ObjectBuilder members(arena);
  for (const Member& member : value.members())
    members.Append({member.key, member.key_position, EscapeExpressions(arena, member.value)});
  return members.Build().At(value);
}

std::string TreeEditor::Shown(const Position& position) const {
  return fmt::format("{}:{}", EscapeControls(set_->workspace->sources.name(position.file)), position.line);
}

Result<YamlEditor*> TreeEditor::Open(const std::string& file) {
  if (const auto open = files_.find(file); open != files_.end()) {
    std::shared_ptr<YamlEditor>& editor = open->second.editor;
    if (editor.use_count() > 1) editor = std::make_shared<YamlEditor>(*editor);
    return editor.get();
  }
  const SourceMap& sources = set_->workspace->sources;
  std::string text;
  for (std::uint32_t id = 1; id <= sources.size(); ++id) {
    if (sources.name(id) == file) text = sources.text(id);
  }
  auto editor = YamlEditor::Open(text);
  if (!editor) return Fail(ErrorCode::kRefused, fmt::format("{}: {}", EscapeControls(file), editor.error().message));
  OpenFile opened{std::make_shared<const std::string>(std::move(text)),
                  std::make_shared<YamlEditor>(*std::move(editor))};
  return files_.emplace(file, std::move(opened)).first->second.editor.get();
}

Result<std::size_t> TreeEditor::IndexIn(YamlEditor& editor, const Position& root) const {
  const std::size_t index = editor.DocumentAt(root.line, root.column);
  if (index == SIZE_MAX) return Fail(ErrorCode::kRefused, fmt::format("{}: the document is gone", Shown(root)));
  return index;
}

Result<Value> TreeEditor::Read(Arena& arena, const Document& document) {
  TRY_ASSIGN(YamlEditor * editor, Open(set_->workspace->sources.name(document.position().file)));
  TRY_ASSIGN(const std::size_t index, IndexIn(*editor, document.position()));
  return editor->Read(arena, index);
}

std::optional<TreeEditor::Place> TreeEditor::FindWritten(const Position& position) const {
  const SourceMap& sources = set_->workspace->sources;
  if (!position.known()) return std::nullopt;
  const auto [file, is_new] = written_->roots.try_emplace(position.file);
  Diagnostics ignored;
  if (is_new) file->second = ReadYaml(written_->arena, position.file, sources.text(position.file), ignored);
  for (const Value& root : file->second) {
    const auto pointer = PointerTo(root, position, "");
    if (pointer) return Place{sources.name(position.file), root.position(), *pointer, *ResolvePointer(root, *pointer)};
  }
  return std::nullopt;
}

Result<void> TreeEditor::SetAt(const Place& place, const std::optional<Value>& value) {
  TRY_ASSIGN(YamlEditor * editor, Open(place.file));
  TRY_ASSIGN(const std::size_t index, IndexIn(*editor, place.root));
  Arena arena;
  const auto done = value ? editor->Set(index, place.pointer, EscapeExpressions(arena, *value))
                          : editor->Remove(index, place.pointer);
  if (done) return {};
  return Fail(ErrorCode::kRefused, fmt::format("{}: {}", Shown(place.root), done.error().message));
}

Result<void> TreeEditor::SetMember(const Document& document, const std::string& pointer,
                                   const std::optional<Value>& value) {
  const Value* effective = ResolvePointer(document.root, pointer);
  Place own{set_->workspace->sources.name(document.position().file), document.position(), pointer, {}};
  const auto written = effective ? FindWritten(effective->position()) : std::nullopt;
  if (!written) return SetAt(own, value);
  const bool in_own = SamePlace(written->root, document.position());
  const std::string_view raw = written->value.as_string();
  const auto names = NamedValues(raw);
  if (names.empty()) return SetAt(in_own ? own : *written, value);  // `$${` stands for itself
  const bool whole = names.size() == 1 && raw == fmt::format("${{values.{}}}", names[0]);
  if (!whole || !value || !set_->tenant) {
    return Fail(ErrorCode::kRefused, fmt::format("{} is put together from {} at {}: change it by hand", pointer,
                                                 EscapeControls(raw), Shown(effective->position())));
  }
  const Position& tenant = set_->tenant->position();
  return SetAt(
      {set_->workspace->sources.name(tenant.file), tenant, "/spec/values/" + EscapePointerSegment(names[0]), {}},
      value);
}

Result<void> TreeEditor::AppendItem(const Document& document, const std::string& list, const Value& item) {
  TRY_ASSIGN(YamlEditor * editor, Open(set_->workspace->sources.name(document.position().file)));
  TRY_ASSIGN(const std::size_t index, IndexIn(*editor, document.position()));
  Arena arena;
  const Value escaped = EscapeExpressions(arena, item);
  const Value root = editor->Read(arena, index);
  if (const Value* there = ResolvePointer(root, list); there && there->is_array())
    return editor->Insert(index, list + "/-", escaped);
  return editor->Set(index, list, ArrayBuilder(arena).Add(escaped).Build());
}

Result<void> TreeEditor::RemoveAt(const Document& document, const std::string& pointer) {
  return SetAt({set_->workspace->sources.name(document.position().file), document.position(), pointer, {}},
               std::nullopt);
}

Result<void> TreeEditor::RemoveDocument(const Document& document) {
  TRY_ASSIGN(YamlEditor * editor, Open(set_->workspace->sources.name(document.position().file)));
  TRY_ASSIGN(const std::size_t index, IndexIn(*editor, document.position()));
  return editor->RemoveDocument(index);
}

Result<void> TreeEditor::AppendDocument(const std::string& path, const Value& document) {
  TRY_ASSIGN(YamlEditor * editor, Open(path));
  Arena arena;
  return editor->Append(EscapeExpressions(arena, document));
}

std::vector<FileChange> TreeEditor::Changes() const {
  std::vector<FileChange> changes;
  const SourceMap& sources = set_->workspace->sources;
  std::set<std::string_view> loaded;
  for (std::uint32_t id = 1; id <= sources.size(); ++id) loaded.insert(sources.name(id));
  for (const auto& [path, file] : files_) {
    std::string after = file.editor->text();
    if (after != *file.before) changes.push_back({path, !loaded.contains(path), *file.before, std::move(after)});
  }
  return changes;
}

ChangedFiles::ChangedFiles(FileReader& files, const std::vector<FileChange>& changes) : files_(files) {
  for (const FileChange& change : changes) {
    const std::string canonical = files.Canonical(change.path);
    texts_[canonical] = change.after;
    if (change.is_new) new_.emplace_back(change.path, canonical);
  }
}

Result<std::string> ChangedFiles::Read(const std::string& path, std::size_t limit) {
  const auto changed = texts_.find(files_.Canonical(path));
  if (changed == texts_.end()) return files_.Read(path, limit);
  if (changed->second.size() > limit) return Fail(ErrorCode::kIo, path + " would be too large");
  return changed->second;
}

std::optional<std::uint64_t> ChangedFiles::Size(const std::string& path) {
  const auto changed = texts_.find(files_.Canonical(path));
  return changed == texts_.end() ? files_.Size(path) : changed->second.size();
}

Result<std::vector<std::string>> ChangedFiles::ListYaml(const std::string& path) {
  const std::string folder = files_.Canonical(path);
  std::vector<std::string> added;
  for (const auto& [name, canonical] : new_) {
    if (canonical == folder || folder == "." || canonical.starts_with(folder + '/')) added.push_back(name);
  }
  auto listed = files_.ListYaml(path);
  if (!listed && (added.empty() || listed.error().code != ErrorCode::kNotFound)) return listed;
  std::vector<std::string> all = listed.value_or(std::vector<std::string>());
  all.insert(all.end(), added.begin(), added.end());
  std::ranges::sort(all);
  return all;
}

}  // namespace cxctl
