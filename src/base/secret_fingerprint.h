#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// Tells whether two secrets are the same without showing either: `hmac-sha256:` and 64 hexadecimal digits, HMAC-SHA256
/// (RFC 2104) under a key that the agent and who deploys to it have, over the place ("prod-us/Sink/wfo") and the secret.
/// It stands in plans, in the store and in the agent's answers, and tells nothing to who does not have the key.
std::string SecretFingerprint(std::string_view key, std::string_view place, std::string_view secret);

}  // namespace cxctl
