#pragma once

#include <string>
#include <string_view>

#include "manifest/yaml_syntax.h"

namespace cxctl {

/// The text with the members of each document's root in the order that people expect: apiVersion, kind, metadata, spec,
/// then all others as they stood. The comments right above a member go with it. A document in which an
/// alias would then come before its anchor stays as it is. REQUIRES: the text ends with a line break, and `file` is its
/// syntax.
std::string InOrder(std::string_view text, const SyntaxFile& file);

}  // namespace cxctl
