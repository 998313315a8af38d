#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "value/value.h"

namespace cxctl {

/// The limits of a manifest file. All are errors (CX101), placed where the limit is passed; sizes at the first line.
inline constexpr std::size_t kMaxFileBytes = 64u << 20;
inline constexpr std::size_t kMaxDocumentBytes = 1u << 20;
inline constexpr int kMaxNesting = 64;                    ///< The root mapping is level 1.
inline constexpr std::size_t kMaxExpandedNodes = 10'000;  ///< Nodes that aliases stand for, a document.

/// Reads the YAML documents of a file (libyaml's events into Values with positions), strictly: what could be read in
/// two ways, or could have been made to deceive, is an error. Refused (CX101): bytes that are not UTF-8, control and
/// bidirectional control characters, tabs as indentation, tags and %TAG, a key twice in a mapping, a key that is no
/// scalar, an alias without its anchor or inside it, numbers with a leading zero, and everything over the limits above.
/// Control characters written by escape are CX102 (their documents are returned all the same). Anchors, aliases and
/// merge keys (`<<`) work; a value that comes through an alias keeps the position of the scalar itself. Plain scalars
/// are typed by the YAML 1.2 core schema; keys are text.
///
/// Empty documents are left out. Documents before the first syntax error are returned all the same; those with
/// another CX101 are left out. `file` is the id for positions.
std::vector<Value> ReadYaml(Arena& arena, std::uint32_t file, std::string_view text, Diagnostics& diagnostics);

}  // namespace cxctl
