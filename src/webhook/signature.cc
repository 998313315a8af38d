#include "webhook/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/crypto.h"
#include "base/strings.h"

namespace cxctl {

namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::string_view kVersion = "v1,";
constexpr std::size_t kLongestId = 256;
constexpr std::int64_t kSecond = 1'000'000;

std::int64_t SecondsOf(Instant instant) {
  return instant.micros / kSecond;
}

std::string SignatureBy(std::string_view key, std::string_view id, std::string_view timestamp, std::string_view body) {
  return EncodeBase64(HmacSha256(key, fmt::format("{}.{}.{}", id, timestamp, body)));
}

Result<std::string> KeyOf(std::string_view secret) {
  if (!secret.starts_with(kPrefix)) return std::string(secret);
  std::optional<std::string> key = DecodeBase64(secret.substr(kPrefix.size()));
  if (!key || key->empty()) {
    return Fail(ErrorCode::kInvalid,
                "a webhook secret that begins with whsec_ goes on with base64, and this one does not: copy it whole");
  }
  return std::move(*key);
}

/// The header's value, which must be there once.
std::expected<std::string_view, std::string> OnlyHeader(const std::vector<HttpHeader>& headers, std::string_view name) {
  const HttpHeader* found = nullptr;
  for (const HttpHeader& header : headers) {
    if (!EqualsIgnoringCase(header.name, name)) continue;
    if (found != nullptr) return std::unexpected(fmt::format("the header {} stands there twice", name));
    found = &header;
  }
  if (found == nullptr || Trim(found->value).empty())
    return std::unexpected(fmt::format("the header {} is missing", name));
  return Trim(found->value);
}

/// Printable ASCII without spaces: ids get into the store and into logs.
bool IsPrintable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Digits alone, as the sender signed them.
std::optional<Instant> ReadTimestamp(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-' || seconds > INT64_MAX / kSecond)
    return std::nullopt;
  return Instant{seconds * kSecond};
}

/// Every signature is compared with that of every key, whichever fits.
bool IsSignedByAny(std::string_view signatures, const std::vector<std::string>& expected) {
  bool fits = false;
  for (const std::string_view each : Split(signatures, ' ')) {
    if (!each.starts_with(kVersion)) continue;
    for (const std::string& signature : expected) {
      fits |= EqualsInConstantTime(each.substr(kVersion.size()), signature);
    }
  }
  return fits;
}

}  // namespace

Result<std::vector<std::string>> WebhookKeys(std::string_view secret) {
  std::vector<std::string> keys;
  for (const std::string_view each : Split(secret, ' ')) {
    if (Trim(each).empty()) continue;
    TRY_ASSIGN(std::string key, KeyOf(Trim(each)));
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return Fail(ErrorCode::kInvalid, "the webhook secret is empty: set one");
  return keys;
}

std::string WebhookSignatureOf(std::string_view id, Instant timestamp, std::string_view body,
                               const std::vector<std::string>& keys) {
  std::vector<std::string> signatures;
  for (const std::string& key : keys) {
    signatures.push_back(std::string(kVersion) + SignatureBy(key, id, std::to_string(SecondsOf(timestamp)), body));
  }
  return Join(signatures, " ");
}

std::vector<HttpHeader> WebhookHeaders(std::string_view id, Instant timestamp, std::string_view body,
                                       const std::vector<std::string>& keys) {
  std::vector<HttpHeader> headers = {{kWebhookId, std::string(id)},
                                     {kWebhookTimestamp, std::to_string(SecondsOf(timestamp))}};
  if (!keys.empty()) headers.push_back({kWebhookSignature, WebhookSignatureOf(id, timestamp, body, keys)});
  return headers;
}

std::expected<VerifiedWebhook, std::string> VerifyWebhook(const std::vector<HttpHeader>& headers, std::string_view body,
                                                          const std::vector<std::string>& keys, Instant now) {
  const auto id = OnlyHeader(headers, kWebhookId);
  if (!id) return std::unexpected(id.error());
  const auto timestamp = OnlyHeader(headers, kWebhookTimestamp);
  if (!timestamp) return std::unexpected(timestamp.error());
  const auto signatures = OnlyHeader(headers, kWebhookSignature);
  if (!signatures) return std::unexpected(signatures.error());
  if (id->size() > kLongestId || !IsPrintable(*id))
    return std::unexpected("the header webhook-id is no id of up to 256 printable ASCII characters");
  const std::optional<Instant> sent = ReadTimestamp(*timestamp);
  if (!sent) return std::unexpected("the header webhook-timestamp is not a number of seconds since 1970");
  if (*sent < now - kWebhookTolerance || now + kWebhookTolerance < *sent)
    return std::unexpected("the header webhook-timestamp is more than 5 minutes off");
  std::vector<std::string> expected;
  for (const std::string& key : keys) {
    if (!key.empty()) expected.push_back(SignatureBy(key, *id, *timestamp, body));
  }
  if (!IsSignedByAny(*signatures, expected))
    return std::unexpected("the signature is not one by a secret that is known here");
  return VerifiedWebhook{std::string(*id), *sent};
}

}  // namespace cxctl
