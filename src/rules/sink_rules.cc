#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>

#include "base/strings.h"
#include "manifest/references.h"
#include "rules/finding.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

enum class Reach { kPublic, kPrivate, kLinkLocal, kLoopback };

/// An IPv4 network (RFC 6890 lists the special ones).
struct Network {
  std::uint32_t address;
  int bits;
  Reach reach;
};

constexpr std::array<Network, 10> kSpecialNetworks = {{
    {0x7F000000, 8, Reach::kLoopback},
    {0x00000000, 8, Reach::kPrivate},     // this host; 0.0.0.0 reaches what loopback does
    {0x0A000000, 8, Reach::kPrivate},     // 10/8
    {0x64400000, 10, Reach::kPrivate},    // 100.64/10, shared by carriers
    {0xA9FE0000, 16, Reach::kLinkLocal},  // 169.254/16; clouds answer for their metadata there
    {0xAC100000, 12, Reach::kPrivate},    // 172.16/12
    {0xC0A80000, 16, Reach::kPrivate},    // 192.168/16
    {0xC0000000, 24, Reach::kPrivate},    // 192.0.0/24
    {0xC6120000, 15, Reach::kPrivate},    // 198.18/15, benchmarks
    {0xE0000000, 3, Reach::kPrivate},     // multicast, reserved, broadcast
}};

Reach ReachOf(std::uint32_t ipv4) {
  for (const Network& network : kSpecialNetworks) {
    if ((ipv4 ^ network.address) >> (32 - network.bits) == 0) return network.reach;
  }
  return Reach::kPublic;
}

bool HasZeros(const std::array<std::uint8_t, 16>& ipv6, std::size_t from, std::size_t until) {
  for (std::size_t i = from; i < until; ++i) {
    if (ipv6[i] != 0) return false;
  }
  return true;
}

Reach ReachOf(const std::array<std::uint8_t, 16>& ipv6) {
  const auto embedded = [&] {
    return std::uint32_t{ipv6[12]} << 24 | std::uint32_t{ipv6[13]} << 16 | std::uint32_t{ipv6[14]} << 8 | ipv6[15];
  };
  if (HasZeros(ipv6, 0, 15) && ipv6[15] <= 1) return ipv6[15] == 1 ? Reach::kLoopback : Reach::kPrivate;
  // An IPv4 address in an IPv6 one: mapped, compatible (RFC 4291, section 2.5.5), translated (RFC 6052).
  if (HasZeros(ipv6, 0, 10) && ipv6[10] == ipv6[11] && (ipv6[10] == 0xFF || ipv6[10] == 0)) return ReachOf(embedded());
  if (ipv6[0] == 0 && ipv6[1] == 0x64 && ipv6[2] == 0xFF && ipv6[3] == 0x9B && HasZeros(ipv6, 4, 12))
    return ReachOf(embedded());
  if ((ipv6[0] & 0xFE) == 0xFC) return Reach::kPrivate;
  if (ipv6[0] == 0xFE && ipv6[1] >= 0x80) return ipv6[1] < 0xC0 ? Reach::kLinkLocal : Reach::kPrivate;
  return ipv6[0] == 0xFF ? Reach::kPrivate : Reach::kPublic;
}

/// The host of a URL as it is written: without user, port and brackets.
std::string HostOf(std::string_view url) {
  std::string_view authority = url.substr(url.find("://") + 3);
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.starts_with('[')) return std::string(authority.substr(1, authority.find(']') - 1));
  return std::string(authority.substr(0, authority.find(':')));
}

/// By the name alone: nothing is resolved. The agent looks at the address again when it connects.
Reach ReachOfHost(const std::string& host) {
  std::array<std::uint8_t, 16> ipv6{};
  const std::string without_zone = host.substr(0, host.find('%'));
  if (inet_pton(AF_INET6, without_zone.c_str(), ipv6.data()) == 1) return ReachOf(ipv6);
  // As the system's resolver reads addresses: 127.1, 0x7f000001 and 2130706433 are 127.0.0.1 as well.
  std::string name = ToLower(host);
  if (name.ends_with('.')) name.pop_back();
  in_addr ipv4{};
  if (inet_aton(name.c_str(), &ipv4) != 0) return ReachOf(ntohl(ipv4.s_addr));
  return name == "localhost" || name.ends_with(".localhost") ? Reach::kLoopback : Reach::kPublic;
}

std::string_view ReachText(Reach reach) {
  switch (reach) {
    case Reach::kLinkLocal:
      return "a link-local address";
    case Reach::kLoopback:
      return "a loopback address, and the tenant is not on loopback";
    case Reach::kPrivate:
    case Reach::kPublic:
      break;
  }
  return "a private address";
}

/// A loopback sink is somebody else's port when the tenant is a real one. Without a tenant nothing is known of that.
bool LoopbackNeedsLeave(const ManifestSet& set) {
  return set.tenant && set.tenant->valid && !IsLoopbackUrl(set.tenant->spec().GetString("baseUrl"));
}

void CheckSink(const ManifestSet& set, const Document& sink, Diagnostics& diagnostics) {
  const Value& url = *sink.spec().Find("url");
  const std::string host = HostOf(url.as_string());
  const Reach reach = ReachOfHost(host);
  const std::string shown = EscapeControls(host);
  if (!url.as_string().starts_with("https://") && reach != Reach::kLoopback) {
    Report(diagnostics, "CX701", sink, url.position(), fmt::format("url to {} is not https", shown),
           "use https://; plain http:// is for loopback only");
  }
  const Value* leave = sink.spec().Find("allowPrivate");
  if (reach == Reach::kPublic || (leave && leave->as_bool())) return;
  if (reach == Reach::kLoopback && !LoopbackNeedsLeave(set)) return;
  Report(diagnostics, "CX701", sink, url.position(), fmt::format("url host {} is {}", shown, ReachText(reach)),
         "use a public address, or say allowPrivate: true");
}

}  // namespace

void CheckSinks(const RuleInput& input, Diagnostics& diagnostics) {
  for (const Document* sink : input.set.OfKind("Sink")) CheckSink(input.set, *sink, diagnostics);
}

}  // namespace cxctl
