#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/http.h"
#include "time/instant.h"

namespace cxctl {

// Signed webhooks as https://www.standardwebhooks.com has them (specification 1.0, symmetric signatures): the headers
// `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature` (`v1,` and the base64 of
// HMAC-SHA256 over `id.timestamp.body`; several, separated by spaces, while secrets change).

inline constexpr const char* kWebhookId = "webhook-id";
inline constexpr const char* kWebhookTimestamp = "webhook-timestamp";
inline constexpr const char* kWebhookSignature = "webhook-signature";

/// How far a timestamp may be off, either way.
inline constexpr Duration kWebhookTolerance = std::chrono::minutes(5);

/// The keys of a secret as it stands in a manifest. `whsec_` and base64 (24 to 64 bytes by the specification; any
/// number is taken) spell the key; any other text is the key, byte for byte. Several secrets stand separated by spaces,
/// the newest first: a sender signs with each, a receiver takes a signature by any; that is how a secret is changed
/// without a lost delivery. kInvalid if there is none, or if what follows `whsec_` is not base64; no secret is in the
/// message.
Result<std::vector<std::string>> WebhookKeys(std::string_view secret);

/// The value of `webhook-signature`, a signature by each key.
std::string WebhookSignatureOf(std::string_view id, Instant timestamp, std::string_view body,
                               const std::vector<std::string>& keys);

/// The three headers of a delivery; without keys the first two.
std::vector<HttpHeader> WebhookHeaders(std::string_view id, Instant timestamp, std::string_view body,
                                       const std::vector<std::string>& keys);

/// Whose delivery it is, as its sender vouches.
struct VerifiedWebhook {
  std::string id;
  Instant timestamp;
};

/// Checks the headers against the raw body. The error says what is wrong in words for the answer: a header that is
/// missing, stands there twice or is malformed (an id is 1 to 256 printable ASCII characters), a timestamp more than
/// kWebhookTolerance before or after `now`, no `v1` signature by one of the keys. Signatures of other kinds (`v1a`) are
/// not looked at. Nothing of the body is read before its signature holds, and comparing takes as long for a near miss
/// as for any other.
std::expected<VerifiedWebhook, std::string> VerifyWebhook(const std::vector<HttpHeader>& headers, std::string_view body,
                                                          const std::vector<std::string>& keys, Instant now);

}  // namespace cxctl
