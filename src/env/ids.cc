#include "env/ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cxctl {

std::string MakeUlid(Instant now, Random& random) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr std::int64_t kLastMillis = (std::int64_t{1} << 48) - 1;
  auto millis = static_cast<std::uint64_t>(std::clamp<std::int64_t>(now.micros / 1000, 0, kLastMillis));
  std::string ulid(26, '0');
  for (int i = 9; i >= 0; --i, millis >>= 5) ulid[static_cast<std::size_t>(i)] = kAlphabet[millis & 31];
  // 40 bits of each number make eight digits each.
  for (std::size_t end : {17u, 25u}) {
    std::uint64_t bits = random.Next() >> 24;
    for (std::size_t i = 0; i < 8; ++i, bits >>= 5) ulid[end - i] = kAlphabet[bits & 31];
  }
  return ulid;
}

std::string MakeUuid(Random& random) {
  const std::uint64_t high = (random.Next() & ~std::uint64_t{0xF000}) | 0x4000;
  const std::uint64_t low = (random.Next() & (~std::uint64_t{0} >> 2)) | (std::uint64_t{1} << 63);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF, low >> 48,
                     low & 0xFFFFFFFFFFFF);
}

}  // namespace cxctl
