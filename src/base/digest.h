#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace cxctl {

/// SHA-256 of the bytes (FIPS 180-4), as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);
/// The same in base64 (RFC 4648, with padding): 44 characters, as a Content-Security-Policy has it.
std::string Sha256Base64(std::string_view bytes);

/// The same, of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::string_view bytes);
  /// REQUIRES: called once, last.
  std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cxctl
