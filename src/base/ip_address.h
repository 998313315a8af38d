#pragma once

#include <optional>
#include <string_view>

namespace cxctl {

/// Who answers at an IP address.
enum class Reach {
  kPublic,
  kPrivate,    ///< Private, shared by carriers (RFC 6598), unique local, multicast, reserved, a cloud's own services.
  kLinkLocal,  ///< Clouds give out their metadata and credentials at 169.254.169.254.
  kLoopback,
};

/// Judges an address that is written in any form that a resolver takes for one: `127.1`, `0x7f000001`, `2130706433` and
/// `017700000001` are 127.0.0.1, and so are the IPv6 forms that carry it (mapped, compatible, NAT64, 6to4). An IPv6
/// zone (`%eth0`) is not looked at. Nothing for what is no address: a name. (RFC 6890, RFC 6052, RFC 3056)
std::optional<Reach> ReachOfAddress(std::string_view address);

}  // namespace cxctl
