#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cxctl {

/// Keeps the secrets of sinks where others may read: in the store. Bound to the sink's name, so that a sealed secret is
/// of no use in another sink.
class SecretBox {
 public:
  virtual ~SecretBox() = default;
  /// What is stored instead of the secret. kRefused, saying what is missing, if there is no key to seal with.
  virtual Result<std::string> Seal(std::string_view sink, std::string_view secret) = 0;
  /// The secret again. kIntegrity if it was sealed with another key, or is damaged.
  virtual Result<std::string> Open(std::string_view sink, std::string_view sealed) const = 0;
  /// Tells whether two secrets of a sink are the same without showing either.
  virtual std::string Fingerprint(std::string_view sink, std::string_view secret) const = 0;
};

}  // namespace cxctl
