#pragma once

#include <string>
#include <string_view>

#include "webhook/event.h"

namespace cxctl {

/// Why the sink's URL must not be used, or "": it is not https (http: for loopback alone), or it holds a user or
/// password.
std::string RefusalOfUrl(std::string_view url);

/// Why nothing must be sent to the IP address that the host of the sink's URL turned out to have, or "". Public
/// addresses are for all sinks; private and link-local ones for those with allowPrivate, loopback for these and where
/// the tenant itself is on loopback (a test bench). Plain http is for loopback alone.
std::string RefusalOfAddress(std::string_view address, const SinkSettings& sink, bool tenant_on_loopback);

}  // namespace cxctl
