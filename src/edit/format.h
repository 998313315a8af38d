#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cxctl {

/// The canonical form of a manifest file:
///
///   indentation   two spaces a level, lists two spaces deeper than their key, `- ` and `key: ` with one space
///   members       apiVersion, kind, metadata, spec come first and in this order (in documents without anchors); all
///                 others keep their order
///   brackets      what is written in brackets stays so while it fits into 120 columns and holds no comment:
///                 `{a: 1, b: [x, y]}`; else it becomes lines. Lines stay lines
///   quotes        single quotes become double ones unless that takes escapes; texts that some reader takes for
///                 something else (09:00, yes) get double quotes; other quotes and numbers stay as written
///   comments      all are kept. On lines of their own they are indented as what follows them; behind something they
///                 keep their column, two spaces away from it at least
///   blank lines   one at most, none at the start of a document, list or mapping
///   documents     `---` between two and nothing else, no `---` before the first, one line break (LF) at the end
///
/// Says the same as the text: it is read again and compared. Formatting what is formatted changes nothing.
/// kInvalid, with the line, for a text that ReadYaml does not take; kInternal if what came of it would read otherwise.
Result<std::string> FormatYaml(std::string_view text);

}  // namespace cxctl
