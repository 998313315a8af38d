#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cxctl {

/// Keeps secrets in the store so that the store alone does not give them away: AES-256-GCM with a key that is derived
/// (HKDF-SHA256) from the tenant's client secret, which the agent has and the store has not.
///
/// The nonce is the beginning of an HMAC over place and secret, under a key of its own: two secrets never share one,
/// and sealing the same secret at the same place gives the same text, so that a policy that did not change is put
/// unchanged.
class SecretSealer {
 public:
  /// REQUIRES: `client_secret` is not empty.
  explicit SecretSealer(std::string_view client_secret);
  ~SecretSealer();
  SecretSealer(const SecretSealer&) = delete;
  SecretSealer& operator=(const SecretSealer&) = delete;

  /// "sealed:v1:…". `place` says whose secret it is ("prod-us/Sink/wfo") and is bound to it: what is moved elsewhere in
  /// the store does not open there.
  std::string Seal(std::string_view secret, std::string_view place) const;
  /// kIntegrity if the text is none of Seal's, was sealed for another place or under another client secret, or changed;
  /// what to do stands in the message, no secret does.
  Result<std::string> Open(std::string_view sealed, std::string_view place) const;
  /// "hmac-sha256:…", the same for the same secret at the same place and telling nothing of it to who does not have the
  /// client secret: what a plan compares to see that a secret changed.
  std::string Fingerprint(std::string_view secret, std::string_view place) const;

 private:
  std::string seal_key_, nonce_key_, fingerprint_key_;
};

}  // namespace cxctl
