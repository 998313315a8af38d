#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edit/yaml_editor.h"
#include "manifest/manifests.h"

namespace cxctl {

/// What becomes of a file.
struct FileChange {
  std::string path;
  bool is_new = false;
  std::string before, after;
};

/// Edits the files of a set of manifests where things are written: a member that a patch of the tenant sets is edited
/// in that patch, one that `${values.x}` stands for in the tenant's values. Nothing is written to disk. A copy is a
/// restore point. The set must outlive it.
class TreeEditor {
 public:
  explicit TreeEditor(const ManifestSet& set) : set_(&set), written_(std::make_shared<WrittenFiles>()) {}

  /// Sets the member that a JSON Pointer names in the document as it is after patches and values, or takes it out.
  /// Texts are escaped where `${` stands in them. kRefused, with what is in the way and where, changes nothing.
  Result<void> SetMember(const Document& document, const std::string& pointer, const std::optional<Value>& value);
  /// Puts an item behind the others of a list in the document's own text; the list is made if it is not there.
  Result<void> AppendItem(const Document& document, const std::string& list, const Value& item);
  Result<void> RemoveAt(const Document& document, const std::string& pointer);
  Result<void> RemoveDocument(const Document& document);
  /// At the end of a file, which may be a new one.
  Result<void> AppendDocument(const std::string& path, const Value& document);

  /// The document's own text as it is now, without patches and values.
  Result<Value> Read(Arena& arena, const Document& document);
  /// Files that differ from what was loaded, by path.
  std::vector<FileChange> Changes() const;

 private:
  struct Place {
    std::string file;
    Position root;  ///< Of the document.
    std::string pointer;
    Value value;
  };

  struct OpenFile {
    std::shared_ptr<const std::string> before;
    std::shared_ptr<YamlEditor> editor;  ///< Shared by copies until one of them edits.
  };

  /// What files said when they were loaded, before patches and values; read when it is first asked for.
  struct WrittenFiles {
    Arena arena;
    std::map<std::uint32_t, std::vector<Value>> roots;
  };

  Result<YamlEditor*> Open(const std::string& file);
  Result<std::size_t> IndexIn(YamlEditor& editor, const Position& root) const;
  std::optional<Place> FindWritten(const Position& position) const;
  Result<void> SetAt(const Place& place, const std::optional<Value>& value);
  std::string Shown(const Position& position) const;

  const ManifestSet* set_;
  std::map<std::string, OpenFile> files_;
  std::shared_ptr<WrittenFiles> written_;
};

/// The value with `${` in its texts written so that it stays what it is.
Value EscapeExpressions(Arena& arena, const Value& value);

/// Reads as the files will be.
class ChangedFiles : public FileReader {
 public:
  ChangedFiles(FileReader& files, const std::vector<FileChange>& changes);
  Result<std::string> Read(const std::string& path, std::size_t limit) override;
  Result<std::vector<std::string>> ListYaml(const std::string& path) override;
  std::optional<std::uint64_t> Size(const std::string& path) override;
  std::string Canonical(const std::string& path) override { return files_.Canonical(path); }

 private:
  FileReader& files_;
  std::map<std::string, std::string> texts_;              ///< By canonical path.
  std::vector<std::pair<std::string, std::string>> new_;  ///< Path as given, canonical.
};

}  // namespace cxctl
