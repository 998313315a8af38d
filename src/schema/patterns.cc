#include "schema/patterns.h"

#include <algorithm>

#include "time/instant.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool MatchesName(std::string_view text) {
  const auto alphanumeric = [](char c) { return IsLower(c) || IsDigit(c); };
  return !text.empty() && text.size() <= 63 && alphanumeric(text.front()) && alphanumeric(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return alphanumeric(c) || c == '-'; });
}

bool MatchesAnnual(std::string_view text) {
  return text.size() == 5 && ParseDate("2024-" + std::string(text)).has_value();
}

/// Its pattern limits the digits, so that none overflows.
bool MatchesDuration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  return digits <= (unit == "ms" ? 15u : unit == "s" ? 12u : 8u) && ParseDuration(text).has_value();
}

bool MatchesZone(std::string_view text) {
  return !text.empty() && text.size() <= 64 && (IsUpper(text[0]) || IsLower(text[0])) &&
         std::ranges::all_of(text, [](char c) {
           return IsUpper(c) || IsLower(c) || IsDigit(c) || c == '_' || c == '/' || c == '+' || c == '-';
         });
}

bool MatchesCallCode(std::string_view text) {
  return text.size() >= 2 && text.size() <= 16 &&
         std::ranges::all_of(text, [](char c) { return IsUpper(c) || IsDigit(c) || c == '_'; });
}

bool MatchesRule(std::string_view text) {
  return text.size() == 5 && text.starts_with("CX") && std::ranges::all_of(text.substr(2), IsDigit);
}

bool MatchesEvent(std::string_view text) {
  bool word = false;
  int dots = 0;
  for (char c : text) {
    if (c == '.') {
      if (!word) return false;
      ++dots;
      word = false;
    } else if (IsLower(c) || (word && c == '_')) {
      word = true;
    } else {
      return false;
    }
  }
  return word && dots > 0;
}

bool MatchesUrl(std::string_view text) {
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  return scheme != 0 && text.size() > scheme && text[scheme] != '/' &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

bool MatchesPath(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

bool MatchesStateUrl(std::string_view text) {
  if ((text.starts_with("sqlite:") && text.size() > 7) || text.starts_with("postgresql://")) return true;
  // What a secret reference stands for is not known here. `$${` is none.
  for (std::size_t at = text.find("${"); at != text.npos; at = text.find("${", at + 1)) {
    if (at == 0 || text[at - 1] != '$') return true;
  }
  return false;
}

}  // namespace

// The regular expressions accept exactly what the functions do (a test compares them), so days have their months'
// lengths.
#define CXCTL_MONTHS_OF_31_AND_30 "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
#define CXCTL_DAY                         \
  "([0-9]{4}-(" CXCTL_MONTHS_OF_31_AND_30 \
  "|02-(0[1-9]|1[0-9]|2[0-8]))"           \
  "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
#define CXCTL_HOUR_AND_MINUTE "([01][0-9]|2[0-3]):[0-5][0-9]"

const TextPattern kNamePattern{"a name of lower-case letters, digits and hyphens, 63 at most",
                               "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", MatchesName};
const TextPattern kDurationPattern{"a duration, an integer and ms, s, m, h or d: 90s",
                                   "^([0-9]{1,15}ms|[0-9]{1,12}s|[0-9]{1,8}[mhd])$", MatchesDuration};
const TextPattern kDateTimePattern{"a time as RFC 3339 writes it, with an offset: 2026-12-01T09:00:00-05:00",
                                   "^" CXCTL_DAY "[Tt]" CXCTL_HOUR_AND_MINUTE
                                   ":[0-5][0-9](\\.[0-9]+)?([Zz]|[+-]" CXCTL_HOUR_AND_MINUTE ")$",
                                   [](std::string_view text) { return ParseDateTime(text).has_value(); }};
const TextPattern kDatePattern{"a day: 2026-11-26", "^" CXCTL_DAY "$",
                               [](std::string_view text) { return ParseDate(text).has_value(); }};
const TextPattern kAnnualPattern{"a day of every year: 12-25",
                                 "^(" CXCTL_MONTHS_OF_31_AND_30 "|02-(0[1-9]|[12][0-9]))$", MatchesAnnual};
const TextPattern kTimePattern{"a time of day: 00:00 to 23:59", "^" CXCTL_HOUR_AND_MINUTE "$",
                               [](std::string_view text) { return ParseTimeOfDay(text, false).has_value(); }};
const TextPattern kEndTimePattern{"a time of day: 00:00 to 24:00", "^(" CXCTL_HOUR_AND_MINUTE "|24:00)$",
                                  [](std::string_view text) { return ParseTimeOfDay(text, true).has_value(); }};
const TextPattern kZonePattern{"an IANA time zone: America/New_York", "^[A-Za-z][A-Za-z0-9_/+-]{0,63}$", MatchesZone};
const TextPattern kPointerPattern{
    "a JSON Pointer: /dialerSettings/callRate", "^(/([^~/]|~[01])*)+$",
    [](std::string_view text) { return !text.empty() && ParsePointer(text).has_value(); }};
const TextPattern kCallCodePattern{"2 to 16 upper-case letters, digits and underscores", "^[A-Z0-9_]{2,16}$",
                                   MatchesCallCode};
const TextPattern kRulePattern{"a rule: CX204", "^CX[0-9]{3}$", MatchesRule};
const TextPattern kEventPattern{"an event: campaign.paused", "^[a-z][a-z_]*(\\.[a-z][a-z_]*)+$", MatchesEvent};
const TextPattern kUrlPattern{"a URL: https://host/path", "^https?://[!-.0-~][!-~]*$", MatchesUrl};
const TextPattern kPathPattern{"a path that starts with a slash", "^/[!-~]*$", MatchesPath};
const TextPattern kStateUrlPattern{"sqlite:PATH or postgresql://…", "^(sqlite:[\\s\\S]+|postgresql://[\\s\\S]*)$",
                                   MatchesStateUrl};

}  // namespace cxctl
