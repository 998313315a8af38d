#include "base/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/strings.h"

namespace cxctl {

namespace {

std::array<std::uint8_t, 32> Digest(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  // It fails only without memory or under a broken OpenSSL configuration. A digest that is not one must not get
  // anywhere.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) std::abort();
  return digest;
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  return ToHex(Digest(bytes));
}

std::string Sha256Base64(std::string_view bytes) {
  const auto digest = Digest(bytes);
  std::array<unsigned char, 45> text{};  // with the NUL that OpenSSL adds
  const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return {text.begin(), text.begin() + size};
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context || EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) std::abort();
}

Sha256::~Sha256() = default;

void Sha256::Add(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) std::abort();
}

std::string Sha256::Hex() {
  std::array<std::uint8_t, 32> digest{};
  if (EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) != 1) std::abort();
  return ToHex(digest);
}

}  // namespace cxctl
