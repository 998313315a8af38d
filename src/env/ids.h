#pragma once

#include <string>

#include "env/env.h"

namespace cxctl {

/// A ULID (26 characters of Crockford's base 32): 48 bits of milliseconds, 80 random bits. Sorts by time.
std::string MakeUlid(Instant now, Random& random);
/// A version 4 UUID (RFC 9562).
std::string MakeUuid(Random& random);

}  // namespace cxctl
