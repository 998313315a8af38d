#include "fuzz/fuzz.h"
#include "http/retry_after.h"
#include "time/instant.h"

// Any bytes as Retry-After, as an HTTP-date, and as the times of manifests.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cxctl;
  const std::string_view text = Text(data, size);
  const Instant now = ParseDateTime("2026-11-20T12:00:00Z")->instant;
  if (const auto date = ParseHttpDate(text, now)) {
    const auto again = ParseDateTime(FormatUtc(*date));
    Require(again && again->instant == *date, "an HTTP-date can be written and read");
  }
  const std::size_t line = text.find('\n');
  std::vector<HttpHeader> headers = {{"Retry-After", std::string(text.substr(0, line))}};
  if (line != std::string_view::npos) headers.push_back({"Date", std::string(text.substr(line + 1))});
  if (const auto wait = ParseRetryAfter(headers, now)) {
    Require(*wait >= Duration::zero(), "nobody waits backwards");
    Require(*wait <= std::chrono::seconds(1ll << 31), "nor for longer than RFC 9111 has it");
  }
  if (const auto time = ParseDateTime(text)) {
    const auto again = ParseDateTime(FormatUtc(time->instant));
    Require(again && again->instant == time->instant, "a time can be written and read");
  }
  if (const auto duration = ParseDuration(text)) Require(*duration >= Duration::zero(), "durations go forwards");
  if (const auto minute = ParseTimeOfDay(text, true)) Require(*minute >= 0 && *minute <= 1440, "a minute of a day");
  return 0;
}
