#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "value/value.h"

namespace cxctl {

/// Edits the text of a YAML file in place: what an edit does not name stays as it is, byte for byte, with its comments,
/// order, quotes, anchors and blank lines. What is added takes on the file's own indentation and line breaks.
///
/// After each edit the text is read again, and the edit is refused if it says anything else than the document with
/// exactly that edit. Nothing changes when an edit fails:
///   kInvalid   the text is no YAML that ReadYaml takes (Open)
///   kNotFound  the document or the pointer names nothing
///   kRefused   the value cannot be edited where it stands, and why: it comes through an alias or a merge key, has an
///              anchor that others use, or is written in a way that is not understood
///
/// Pointers are JSON Pointers into a document. Not for sharing between threads.
class YamlEditor {
 public:
  static Result<YamlEditor> Open(std::string text);

  /// Documents that hold something.
  std::size_t size() const { return parts_.size(); }
  std::string text() const;
  /// A document as it is now. Positions are within its own part of the file, not of the file.
  Value Read(Arena& arena, std::size_t document) const;
  /// The document whose root begins at that place of the file as it was opened, or nothing (SIZE_MAX).
  std::size_t DocumentAt(std::uint32_t line, std::uint32_t column) const;

  /// Makes the value at the pointer equal to this one with the fewest edits: scalars keep their quotes, members and
  /// items that are equal are not touched. Adds a member that is not there yet, behind the others.
  Result<void> Set(std::size_t document, std::string_view pointer, const Value& value);
  /// Puts an item in front of that index of the list; behind all for `/list/-`.
  Result<void> Insert(std::size_t document, std::string_view pointer, const Value& item);
  Result<void> Remove(std::size_t document, std::string_view pointer);

  /// Puts a document behind all others. REQUIRES: a mapping that is not empty.
  Result<void> Append(const Value& document);
  /// Takes a document out, with all that stands between its `---` and the next.
  Result<void> RemoveDocument(std::size_t document);

 private:
  struct Part {
    std::string text;
    std::uint32_t line = 0, column = 0;  ///< Of its root, in the file as it was opened.
  };

  std::string head_;  ///< A byte order mark; the whole text where there is no document.
  std::vector<Part> parts_;
};

}  // namespace cxctl
