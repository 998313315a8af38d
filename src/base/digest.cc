#include "base/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/strings.h"

namespace cxctl {

std::string Sha256Hex(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  // It fails only without memory or under a broken OpenSSL configuration. A digest that is not one must not get
  // anywhere.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) std::abort();
  return ToHex(digest);
}

}  // namespace cxctl
