#pragma once

#include <string>

#include "base/result.h"

namespace cxctl {

/// Which store a URL names.
struct StoreUrl {
  enum Kind { kSqlite, kPostgres } kind = kSqlite;
  std::string target;  ///< The file's path, or the whole URL.
};

/// `sqlite:PATH` or `postgresql://…`. kUsage for a URL that is none of ours (naming the schemes that are).
Result<StoreUrl> ParseStoreUrl(const std::string& url);

}  // namespace cxctl
