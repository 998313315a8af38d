#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace cxctl {

namespace {

constexpr std::size_t kBlock = 32, kTag = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

/// These fail only without memory; nothing may go on with what they did not compute.
void Must(bool done) {
  if (!done) std::abort();
}

Cipher StartAesGcm(std::string_view key, std::string_view nonce, std::string_view context, int encrypt) {
  Must(key.size() == 32 && nonce.size() == 12);
  Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Must(cipher != nullptr);
  Must(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce), encrypt) == 1);
  int length = 0;
  Must(EVP_CipherUpdate(cipher.get(), nullptr, &length, Bytes(context), static_cast<int>(context.size())) == 1);
  return cipher;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  // EVP_EncodeBlock ends its output with a zero.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(Bytes(text), Bytes(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  if (!text.empty() && EVP_DecodeBlock(Bytes(bytes), Bytes(text), static_cast<int>(text.size())) < 0)
    return std::nullopt;
  const auto padding = static_cast<std::size_t>(
      std::ranges::count(text.substr(text.size() - std::min<std::size_t>(2, text.size())), '='));
  bytes.resize(bytes.size() - std::min(padding, bytes.size()));
  // EVP_DecodeBlock lets white space and stray bits pass.
  if (EncodeBase64(bytes) != text) return std::nullopt;
  return bytes;
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string mac(kBlock, '\0');
  unsigned size = 0;
  // OpenSSL takes a null key for "the one before".
  const unsigned char* key_bytes = key.empty() ? Bytes(std::string_view("")) : Bytes(key);
  Must(HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), Bytes(bytes), bytes.size(), Bytes(mac), &size) !=
       nullptr);
  return mac;
}

bool EqualsInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void WipeMemory(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

std::string DeriveKey(std::string_view secret, std::string_view info) {
  const std::string extracted = HmacSha256(std::string(kBlock, '\0'), secret);
  return HmacSha256(extracted, std::string(info) + '\x01');  // one block is all that is asked for
}

std::string EncryptAesGcm(std::string_view key, std::string_view nonce, std::string_view context,
                          std::string_view plaintext) {
  const Cipher cipher = StartAesGcm(key, nonce, context, 1);
  std::string sealed(plaintext.size() + kTag, '\0');
  int length = 0;
  Must(EVP_CipherUpdate(cipher.get(), Bytes(sealed), &length, Bytes(plaintext), static_cast<int>(plaintext.size())) ==
       1);
  Must(EVP_CipherFinal_ex(cipher.get(), Bytes(sealed) + length, &length) == 1);
  Must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, Bytes(sealed) + plaintext.size()) == 1);
  return sealed;
}

std::optional<std::string> DecryptAesGcm(std::string_view key, std::string_view nonce, std::string_view context,
                                         std::string_view ciphertext) {
  if (ciphertext.size() < kTag) return std::nullopt;
  std::string tag(ciphertext.substr(ciphertext.size() - kTag));
  ciphertext.remove_suffix(kTag);
  const Cipher cipher = StartAesGcm(key, nonce, context, 0);
  std::string plaintext(ciphertext.size(), '\0');
  int length = 0;
  Must(EVP_CipherUpdate(cipher.get(), Bytes(plaintext), &length, Bytes(ciphertext),
                        static_cast<int>(ciphertext.size())) == 1);
  Must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1);
  if (EVP_CipherFinal_ex(cipher.get(), Bytes(plaintext) + length, &length) != 1) {
    OPENSSL_cleanse(plaintext.data(), plaintext.size());
    return std::nullopt;
  }
  return plaintext;
}

}  // namespace cxctl
