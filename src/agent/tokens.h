#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/env.h"
#include "store/agent_store.h"

namespace cxctl {

/// A bearer token of the agent's API. Of its value only the SHA-256 is kept: the value is 256 random bits, so that
/// there is nothing to guess and a slow hash (for passwords) would add nothing but load.
struct TokenInfo {
  std::string name;
  std::vector<std::string> roles;
  std::string sha256;
  Instant created;

  /// Whether it has the role; `admin` has all.
  bool Has(std::string_view role) const;
};

inline constexpr const char* kTokenCollection = "token";

/// "callbacks", "webhooks", "policies", "read", "admin".
bool IsTokenRole(std::string_view role);

/// The write that stores a new token, and its value, which is not kept anywhere. kUsage for a name that is none (as
/// metadata.name) or roles that are none.
struct NewToken {
  std::string value;  ///< "cxctl_" and 64 hexadecimal digits.
  AgentWrite write;   ///< Conditional: there is none of that name.
};
Result<NewToken> MakeToken(const std::string& name, const std::vector<std::string>& roles, Instant now, Random& random);

/// All that are stored. kIntegrity for one that cannot be read.
Result<std::vector<TokenInfo>> ReadTokens(AgentStore& store, const std::string& tenant);

/// Knows the tokens. Looks into the store again when what it knows is older than two seconds, so that one that was
/// revoked, by whatever process, is refused soon.
class TokenBook {
 public:
  /// `admin_token`: another one that has all roles, "" for none; its name is `$CXCTL_AGENT_TOKEN`.
  TokenBook(AgentStore& store, std::string tenant, Clock& clock, std::string_view admin_token);

  /// The token of that value, or nothing. Takes the same time whatever it is compared with. Fails while the store
  /// cannot be read and what is known of it is older than half a minute.
  Result<std::optional<TokenInfo>> Find(std::string_view value);

 private:
  Result<void> Refresh();

  AgentStore& store_;
  const std::string tenant_;
  Clock& clock_;
  std::optional<TokenInfo> admin_;
  std::vector<TokenInfo> known_;
  std::optional<Duration> tried_, read_;  ///< Monotonic.
};

}  // namespace cxctl
