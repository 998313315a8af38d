#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// Tells whether two secrets of a sink are the same without showing either: `hmac-sha256:` and 64 hexadecimal digits,
/// HMAC-SHA256 (RFC 2104) with the secret as its key over `cxctl sink secret\n` and the sink's name. Whoever deploys a
/// sink and whoever keeps it compute the same; sinks that share a secret have different fingerprints.
///
/// It is in plans, in the store and in the agent's answers, so a secret that can be guessed can be tried against it:
/// secrets of webhooks are random, 24 bytes or more (Standard Webhooks).
std::string SecretFingerprint(std::string_view sink, std::string_view secret);

}  // namespace cxctl
