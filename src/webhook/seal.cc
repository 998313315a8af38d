#include "webhook/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/crypto.h"

namespace cxctl {

namespace {

constexpr std::string_view kPrefix = "sealed:v1:";
constexpr std::size_t kNonce = 12;

/// Place and secret so that no other pair gives the same text.
std::string Pair(std::string_view place, std::string_view secret) {
  return fmt::format("{}:{}{}", place.size(), place, secret);
}

}  // namespace

SecretSealer::SecretSealer(std::string_view client_secret)
    : seal_key_(DeriveKey(client_secret, "cxctl secret in the agent's store, v1: seal")),
      nonce_key_(DeriveKey(client_secret, "cxctl secret in the agent's store, v1: nonce")),
      fingerprint_key_(DeriveKey(client_secret, "cxctl secret in the agent's store, v1: fingerprint")) {}

SecretSealer::~SecretSealer() {
  for (std::string* key : {&seal_key_, &nonce_key_, &fingerprint_key_}) WipeMemory(*key);
}

std::string SecretSealer::Seal(std::string_view secret, std::string_view place) const {
  const std::string nonce = HmacSha256(nonce_key_, Pair(place, secret)).substr(0, kNonce);
  return std::string(kPrefix) + EncodeBase64(nonce + EncryptAesGcm(seal_key_, nonce, place, secret));
}

Result<std::string> SecretSealer::Open(std::string_view sealed, std::string_view place) const {
  const std::optional<std::string> bytes =
      sealed.starts_with(kPrefix) ? DecodeBase64(sealed.substr(kPrefix.size())) : std::nullopt;
  if (bytes && bytes->size() > kNonce) {
    const std::string_view all = *bytes;
    std::optional<std::string> secret = DecryptAesGcm(seal_key_, all.substr(0, kNonce), place, all.substr(kNonce));
    if (secret) return std::move(*secret);
  }
  return Fail(
      ErrorCode::kIntegrity,
      fmt::format("the secret of {} in the state store was sealed with another client secret, or changed since: "
                  "apply again",
                  place));
}

std::string SecretSealer::Fingerprint(std::string_view secret, std::string_view place) const {
  return "hmac-sha256:" + EncodeBase64(HmacSha256(fingerprint_key_, Pair(place, secret)));
}

}  // namespace cxctl
