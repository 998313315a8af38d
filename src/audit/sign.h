#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// The end of the chain when a run was over: what a key vouches for.
struct ChainHead {
  std::int64_t count = 0;  ///< Records up to it.
  std::string hash;        ///< Of the last of them.
  std::string run;
  Instant time;
};

/// An Ed25519 key pair (RFC 8032) as PEM texts: PKCS #8 and SubjectPublicKeyInfo, as other tools read them.
struct SigningKey {
  std::string private_pem, public_pem;
};

/// A new pair, from the system's randomness.
Result<SigningKey> MakeSigningKey();

/// The head with its signature, as one line of JSON in RFC 8785 form. What is signed is that form without the member
/// `signature`. kUsage if the text is no Ed25519 private key; the text is in no message.
Result<std::string> SignHead(const ChainHead& head, std::string_view private_pem);

/// Reads a signed head and checks its signature. kUsage if the text is no Ed25519 public key, kIntegrity if the line is
/// no signed head, if it was signed with another key, or changed.
Result<ChainHead> VerifySignedHead(std::string_view line, std::string_view public_pem);

}  // namespace cxctl
