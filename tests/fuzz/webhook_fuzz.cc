#include "fuzz/fuzz.h"
#include "webhook/signature.h"

// Any bytes as a secret, as the headers of a webhook and as its body: first line secret, then id, timestamp, signature,
// then the body.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cxctl;
  std::string_view rest = Text(data, size);
  std::string_view lines[4];
  for (std::string_view& line : lines) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const Instant now{1614265330000000};
  const std::vector<HttpHeader> headers = {{kWebhookId, std::string(lines[1])},
                                           {kWebhookTimestamp, std::string(lines[2])},
                                           {kWebhookSignature, std::string(lines[3])}};
  const auto keys = WebhookKeys(lines[0]);
  if (!keys) {
    Require(!keys.error().message.empty(), "a refusal says why");
    return 0;
  }
  Require(!keys->empty(), "a secret has a key");
  const auto verified = VerifyWebhook(headers, rest, *keys, now);
  if (verified) {
    const auto signed_by_us = WebhookHeaders(verified->id, verified->timestamp, rest, *keys);
    Require(VerifyWebhook(signed_by_us, rest, *keys, now).has_value(), "what verified verifies when we sign it");
    Require(!VerifyWebhook(headers, std::string(rest) + "x", *keys, now), "another body does not");
  } else {
    Require(!verified.error().empty(), "a refusal says why");
  }
  const std::vector<std::string> others = {"a key that no input has"};
  Require(!VerifyWebhook(headers, rest, others, now), "nobody signs without the key");
  const auto own = WebhookHeaders("id", now, rest, *keys);
  Require(VerifyWebhook(own, rest, *keys, now).has_value(), "whatever is signed verifies");
  return 0;
}
