#include "env/env.h"

namespace cxctl {

// A double holds 53 bits exactly: more would round up to 1 at times.
double Random::Fraction() {
  return static_cast<double>(Next() >> 11) * 0x1p-53;
}

Result<void> FileSystem::Append(const std::string& path, std::string_view content) {
  constexpr std::size_t kMost = 1u << 30;
  auto text = Read(path, kMost);
  if (!text && text.error().code != ErrorCode::kNotFound) return std::unexpected(text.error());
  return Write(path, text.value_or("") + std::string(content), false);
}

}  // namespace cxctl
