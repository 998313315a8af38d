#pragma once

#include <string>
#include <vector>

#include "author/tree_editor.h"

namespace cxctl {

/// A unified diff of what becomes of the files, without literal secrets and phone numbers.
std::string RenderFileDiff(const std::vector<FileChange>& files, bool color);

}  // namespace cxctl
