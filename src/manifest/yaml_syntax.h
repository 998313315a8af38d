#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cxctl {

enum class NodeKind { kScalar, kSequence, kMapping, kAlias };
enum class ScalarStyle { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

struct SyntaxEntry;

/// A node of a YAML file as it is written, for those who edit or format it. Places are offsets of bytes in the text.
/// `end` lies behind the node's last byte that is no white space, comment or line break around it (the content of a
/// literal with `+` keeps its line breaks).
struct SyntaxNode {
  NodeKind kind = NodeKind::kScalar;
  ScalarStyle style = ScalarStyle::kPlain;
  bool flow = false;        ///< Of a collection: written in brackets, or a pair in a flow sequence.
  std::size_t start = 0;    ///< Of the node with its anchor.
  std::size_t content = 0;  ///< Behind the anchor.
  std::size_t end = 0;      ///< An empty scalar: `content`.
  std::string anchor;       ///< Its own, or the one that an alias names.
  std::string text;         ///< Of a scalar: what it says.
  std::vector<SyntaxEntry> entries;

  bool is_empty() const { return kind == NodeKind::kScalar && style == ScalarStyle::kPlain && end == content; }
};

/// A member of a mapping, or an item of a sequence (without a key).
struct SyntaxEntry {
  std::size_t mark = 0;   ///< Where it begins: its key, the `?` of a key, the `-` of an item in block style.
  std::size_t colon = 0;  ///< Of a member: behind its `:`; 0 where it has none.
  bool explicit_key = false;
  SyntaxNode key, value;

  /// Behind its last byte.
  std::size_t end() const;
};

struct SyntaxDocument {
  std::size_t start = 0;  ///< Where its own part of the file begins: its `---`; 0 for the first.
  std::size_t end = 0;    ///< Where the next one's begins, or the end of the file.
  SyntaxNode root;
};

struct SyntaxComment {
  std::size_t start = 0, end = 0;  ///< From the `#` to the line's end.
};

/// Documents that hold nothing are left out, as ReadYaml does.
struct SyntaxFile {
  std::vector<SyntaxDocument> documents;
  std::vector<SyntaxComment> comments;  ///< In the order of the text. Those in the headers of `|` and `>` too.
};

/// Reads how a file is written. REQUIRES: ReadYaml found nothing of CX101 in the text (without a byte order mark).
/// kInvalid for what libyaml does not parse.
Result<SyntaxFile> ReadSyntax(std::string_view text);

/// The end of the line that holds the offset: of its line break, or of the text.
std::size_t LineEnd(std::string_view text, std::size_t offset);
/// The start of the line that holds the offset.
std::size_t LineStart(std::string_view text, std::size_t offset);

}  // namespace cxctl
