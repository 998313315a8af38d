#include "base/secret_fingerprint.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>
#include <span>

#include "base/strings.h"

namespace cxctl {

std::string SecretFingerprint(std::string_view key, std::string_view place, std::string_view secret) {
  const std::string message = std::to_string(place.size()) + ':' + std::string(place) + std::string(secret);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(), &size);
  return "hmac-sha256:" + ToHex(std::span(mac).first(size));
}

}  // namespace cxctl
