#pragma once

#include <optional>

#include "http/http.h"
#include "http/server.h"

namespace cxctl {

inline constexpr ServerRefusal kMalformed = {400, "BAD_REQUEST", "The request is not well-formed HTTP/1.1."};
inline constexpr ServerRefusal kTooLarge = {413, "PAYLOAD_TOO_LARGE",
                                            "The request body is larger than this server takes."};
inline constexpr ServerRefusal kHeadTooLarge = {431, "HEADERS_TOO_LARGE",
                                                "The request headers are larger than this server takes."};
inline constexpr ServerRefusal kExpectation = {417, "EXPECTATION_FAILED",
                                               "Of expectations this server knows only 100-continue."};
inline constexpr ServerRefusal kTooSlow = {408, "REQUEST_TIMEOUT", "The request was not complete in time."};
inline constexpr ServerRefusal kBusy = {503, "UNAVAILABLE", "There are too many requests at a time; try again soon."};
inline constexpr ServerRefusal kNoAnswer = {503, "UNAVAILABLE", "The request was not answered; try again."};
inline constexpr ServerRefusal kBadAnswer = {500, "INTERNAL_ERROR", "The answer could not be written."};

/// What a parser lets through though it must not be (request smuggling, RFC 9112 sections 3.2, 6.1, 6.3, 11.2): the
/// head needs exactly one Host, one all-digit Content-Length at most, Transfer-Encoding only `chunked`, once, and never
/// beside Content-Length or before HTTP/1.1, and as target a path of visible ASCII. `version`: 11 for HTTP/1.1.
std::optional<ServerRefusal> CheckRequestHead(const HttpRequest& head, unsigned version);

}  // namespace cxctl
