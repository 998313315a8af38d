#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/yaml_syntax.h"
#include "value/value.h"

namespace cxctl {

/// A part of a text and what stands there instead.
struct Splice {
  std::size_t offset = 0, size = 0;
  std::string text;
};
using Splices = std::vector<Splice>;

/// The text with the splices made. They may not overlap; of those at one offset the first comes first.
std::string Apply(std::string_view text, Splices splices);

// The elementary edits of one document's text. They say where something is written instead of writing it; what they
// cannot do they refuse (kRefused).

/// Writes another value in place of an entry's.
Result<Splices> ReplaceValue(std::string_view text, const SyntaxNode& collection, const SyntaxEntry& entry,
                             const Value& value, bool deep);
/// `deep`: see MemberText.
Result<Splices> AddMember(std::string_view text, const SyntaxNode& mapping, std::string_view key, const Value& value,
                          bool deep);
Result<Splices> InsertItem(std::string_view text, const SyntaxNode& sequence, std::size_t index, const Value& item);
/// REQUIRES: the collection has other entries.
Result<Splices> RemoveEntry(std::string_view text, const SyntaxNode& collection, std::size_t index);

}  // namespace cxctl
