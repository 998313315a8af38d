#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cxctl {

/// Base64 (RFC 4648 section 4) with padding.
std::string EncodeBase64(std::string_view bytes);
/// The bytes of such a text; nothing for anything that EncodeBase64 would not have written.
std::optional<std::string> DecodeBase64(std::string_view text);

/// HMAC-SHA256 (RFC 2104, FIPS 198-1): 32 bytes.
std::string HmacSha256(std::string_view key, std::string_view bytes);

/// Whether the bytes are the same, in a time that depends on the lengths alone.
bool EqualsInConstantTime(std::string_view a, std::string_view b);

/// Overwrites the text, in a way that no optimiser leaves out, and empties it.
void WipeMemory(std::string& text);

/// HKDF-SHA256 (RFC 5869) without salt: 32 bytes that only who knows `secret` can know, other ones for each `info`.
std::string DeriveKey(std::string_view secret, std::string_view info);

/// AES-256-GCM (NIST SP 800-38D): the ciphertext and its tag of 16 bytes. `context` is bound to it and stands nowhere
/// in it. REQUIRES: a key of 32 bytes, a nonce of 12 that no other plaintext was encrypted with.
std::string EncryptAesGcm(std::string_view key, std::string_view nonce, std::string_view context,
                          std::string_view plaintext);
/// The plaintext; nothing if key, nonce, context or a bit of the ciphertext is another.
std::optional<std::string> DecryptAesGcm(std::string_view key, std::string_view nonce, std::string_view context,
                                         std::string_view ciphertext);

}  // namespace cxctl
