#include "tenant/credentials.h"

#include <fmt/format.h>

namespace cxctl {

Task<Result<AccessToken>> FixedToken::Get() {
  AccessToken token;
  token.value = token_;
  token.generation = 1;
  token.refresh_at = token.expires_at = Duration::max();
  co_return token;
}

std::string FixedToken::Advice(int status, std::string_view) const {
  if (status == 401) return fmt::format("check {}, and that the token was not revoked", member_);
  if (status == 403) return fmt::format("the token of {} needs the role {}", member_, role_);
  return fmt::format("redirects are not followed, check {}", address_);
}

}  // namespace cxctl
