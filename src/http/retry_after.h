#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "async/loop.h"
#include "http/http.h"

namespace cxctl {

/// An HTTP-date (RFC 9110 section 5.6.7) in one of its three forms: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT` (a year that would be more than 50 years after `now` is of the century before),
/// `Sun Nov  6 08:49:37 1994`. Nothing for anything else and for days that do not exist; whether the day of the week is
/// the date's is not looked at.
std::optional<Instant> ParseHttpDate(std::string_view text, Instant now);

/// How long the answer with these headers asks to wait (Retry-After, RFC 9110 section 10.2.3): seconds, or until a
/// date, which counts from the answer's own Date header if that has a valid one, else from `now`. Negative, empty and
/// nonsensical ones are as if absent; of several the largest counts. At most 2^31 seconds, as RFC 9111 section 1.2.2
/// has it for numbers that are too large.
std::optional<Duration> ParseRetryAfter(const std::vector<HttpHeader>& headers, Instant now);

}  // namespace cxctl
