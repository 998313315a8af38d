#include "store/open.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "store/postgres_store.h"
#include "store/sqlite_store.h"
#include "store/state_store.h"

namespace cxctl {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

/// What stands before the colon, for messages: the rest of a URL may hold a password.
std::string SchemeOf(std::string_view url) {
  return EscapeControls(url.substr(0, url.find(':')));
}

}  // namespace

Result<StoreUrl> ParseStoreUrl(const std::string& url) {
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return StoreUrl{StoreUrl::kPostgres, url};
  if (!url.starts_with(kSqlite)) {
    const std::string what = url.find(':') == std::string::npos
                                 ? std::string("it has no scheme")
                                 : fmt::format("`{}:` is not a scheme of this version", SchemeOf(url));
    return Fail(
        ErrorCode::kUsage,
        fmt::format("the state store's URL is wrong, {}: write sqlite:PATH or postgresql://HOST/DATABASE", what));
  }
  const std::string path = url.substr(kSqlite.size());
  const bool names_host = path.starts_with("//") && !path.starts_with("///");
  if (path.empty() || path.ends_with('/') || path.find('\0') != std::string::npos || names_host) {
    return Fail(ErrorCode::kUsage,
                "the state store's URL is wrong, it names no file: write sqlite:PATH, for example "
                "sqlite:.cxctl/state.db");
  }
  return StoreUrl{StoreUrl::kSqlite, path};
}

Result<std::unique_ptr<StateStore>> OpenStateStore(const std::string& url, StoreMode mode) {
  TRY_ASSIGN(const StoreUrl parsed, ParseStoreUrl(url));
  if (parsed.kind == StoreUrl::kPostgres) return PostgresStore::Open(parsed.target, mode);
  return SqliteStore::Open(parsed.target, mode);
}

}  // namespace cxctl
