#include "base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace cxctl {

namespace {

struct Network {
  std::uint32_t address;
  int bits;
  Reach reach;
};

constexpr std::array<Network, 12> kSpecialNetworks = {{
    {0x7F000000, 8, Reach::kLoopback},
    {0x00000000, 8, Reach::kPrivate},     // this host; 0.0.0.0 reaches what loopback does
    {0x0A000000, 8, Reach::kPrivate},     // 10/8
    {0x64400000, 10, Reach::kPrivate},    // 100.64/10, shared by carriers; Alibaba's metadata
    {0xA83F8110, 32, Reach::kPrivate},    // 168.63.129.16, Azure's own services, from within its machines
    {0xA9FE0000, 16, Reach::kLinkLocal},  // 169.254/16
    {0xAC100000, 12, Reach::kPrivate},    // 172.16/12
    {0xC0A80000, 16, Reach::kPrivate},    // 192.168/16
    {0xC0000000, 24, Reach::kPrivate},    // 192.0.0/24, Oracle's metadata among it
    {0xC0586300, 24, Reach::kPrivate},    // 192.88.99/24, 6to4 relays
    {0xC6120000, 15, Reach::kPrivate},    // 198.18/15, benchmarks
    {0xE0000000, 3, Reach::kPrivate},     // multicast, reserved, broadcast
}};

using Ipv6 = std::array<std::uint8_t, 16>;

Reach ReachOf(std::uint32_t ipv4) {
  for (const Network& network : kSpecialNetworks) {
    if (((ipv4 ^ network.address) >> (32 - network.bits)) == 0) return network.reach;
  }
  return Reach::kPublic;
}

bool HasZeros(const Ipv6& ipv6, std::size_t from, std::size_t until) {
  return std::all_of(ipv6.begin() + static_cast<std::ptrdiff_t>(from),
                     ipv6.begin() + static_cast<std::ptrdiff_t>(until), [](std::uint8_t byte) { return byte == 0; });
}

bool StartsWith(const Ipv6& ipv6, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), ipv6.begin());
}

std::uint32_t EmbeddedAt(const Ipv6& ipv6, std::size_t at) {
  return std::uint32_t{ipv6[at]} << 24 | std::uint32_t{ipv6[at + 1]} << 16 | std::uint32_t{ipv6[at + 2]} << 8 |
         ipv6[at + 3];
}

Reach ReachOf(const Ipv6& ipv6) {
  if (HasZeros(ipv6, 0, 15) && ipv6[15] <= 1) return ipv6[15] == 1 ? Reach::kLoopback : Reach::kPrivate;
  // An IPv4 address in an IPv6 one: compatible and mapped (RFC 4291, section 2.5.5), translated (RFC 2765).
  if (HasZeros(ipv6, 0, 10) && ipv6[10] == ipv6[11] && (ipv6[10] == 0xFF || ipv6[10] == 0))
    return ReachOf(EmbeddedAt(ipv6, 12));
  if (HasZeros(ipv6, 0, 8) && ipv6[8] == 0xFF && ipv6[9] == 0xFF && HasZeros(ipv6, 10, 12))
    return ReachOf(EmbeddedAt(ipv6, 12));
  // NAT64 (RFC 6052), 6to4 (RFC 3056). A network's own NAT64 prefix (RFC 8215) and Teredo tunnels lead anywhere.
  if (StartsWith(ipv6, {0x00, 0x64, 0xFF, 0x9B}) && HasZeros(ipv6, 4, 12)) return ReachOf(EmbeddedAt(ipv6, 12));
  if (StartsWith(ipv6, {0x20, 0x02})) return ReachOf(EmbeddedAt(ipv6, 2));
  if (StartsWith(ipv6, {0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}) || StartsWith(ipv6, {0x20, 0x01, 0x00, 0x00}))
    return Reach::kPrivate;
  if ((ipv6[0] & 0xFE) == 0xFC || ipv6[0] == 0xFF) return Reach::kPrivate;
  if (ipv6[0] == 0xFE && ipv6[1] >= 0x80) return ipv6[1] < 0xC0 ? Reach::kLinkLocal : Reach::kPrivate;
  return Reach::kPublic;
}

}  // namespace

std::optional<Reach> ReachOfAddress(std::string_view address) {
  Ipv6 ipv6{};
  const std::string without_zone(address.substr(0, address.find('%')));
  if (inet_pton(AF_INET6, without_zone.c_str(), ipv6.data()) == 1) return ReachOf(ipv6);
  // inet_aton reads what the system's resolver reads; it also takes an address with anything behind a space.
  const std::string text(address);
  in_addr ipv4{};
  if (text.find_first_of(" \t\r\n\v\f") == std::string::npos && text.find('\0') == std::string::npos &&
      inet_aton(text.c_str(), &ipv4) != 0)
    return ReachOf(ntohl(ipv4.s_addr));
  return std::nullopt;
}

}  // namespace cxctl
