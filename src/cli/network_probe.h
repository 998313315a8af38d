#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// The addresses of a host by the system's resolver, as numbers, each once. kUnavailable with why there are none.
Result<std::vector<std::string>> ResolveHost(const std::string& host, const std::string& port);

/// Opens a TCP connection to the first of the addresses that takes one, and closes it. Returns that address.
/// kUnavailable with what each of them did.
Result<std::string> TryToConnect(const std::vector<std::string>& addresses, const std::string& port, Duration patience);

}  // namespace cxctl
