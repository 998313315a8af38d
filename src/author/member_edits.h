#pragma once

#include <functional>
#include <string>
#include <vector>

#include "author/tree_editor.h"

namespace cxctl {

/// A member of a document's spec as it shall be.
struct MemberEdit {
  const Document* document = nullptr;
  std::string pointer;  ///< From the spec on: `/dialerSettings/callRate`
  Value value;
  std::string refusal;  ///< "": done. Else why not, and what to do.
};

/// Edits members where they are written: in the document, in a patch or value of the tenant. The changed files are
/// loaded again: the members are as they shall be, and nothing else has changed in any document. An edit that cannot be
/// had on these terms, because a patch or value sets it for other documents too, say, is refused, and with it the
/// others of its document, which stand together in `edits`; it leaves no trace. Touches no file. Fails where the
/// manifests cannot be loaded.
Result<std::vector<FileChange>> EditMembers(const ManifestSet& set, FileReader& files,
                                            const std::function<Result<ManifestSet>(FileReader&)>& load,
                                            std::vector<MemberEdit>& edits);

}  // namespace cxctl
