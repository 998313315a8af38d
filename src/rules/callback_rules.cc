#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "manifest/excerpt.h"
#include "rules/finding.h"
#include "rules/rule_groups.h"
#include "rules/text_message.h"

namespace cxctl {

namespace {

/// Where numbers without a country code are from, unless the policy says otherwise.
constexpr std::string_view kDefaultRegion = "US";

// Numbers -------------------------------------------------------------------------------------------------------------

std::string_view FaultText(NumberFault fault) {
  switch (fault) {
    case NumberFault::kTooShort:
      return "it is too short";
    case NumberFault::kTooLong:
      return "it is too long";
    case NumberFault::kWrongLength:
      return "no number of its country has that length";
    case NumberFault::kUnassigned:
      return "its country hands out no such numbers";
    case NumberFault::kUnknownCountry:
      return "it begins with no country's code";
    case NumberFault::kNotANumber:
    case NumberFault::kNone:
      break;
  }
  return "it cannot be read as one";
}

constexpr const char* kWriteAsE164 = "write +, the country code and the rest of the number, nothing else, in quotes";
constexpr const char* kCorrect = "correct it: it is what people see, and where they call back";

/// CX501, once for each value. Numbers in messages are masked, as everywhere: who wrote it knows the hidden digits.
void CheckNumber(const Document& policy, std::string_view member, const Value* value, const PhoneNumbers* numbers,
                 Diagnostics& diagnostics) {
  if (!value) return;
  const std::string_view text = value->as_string();
  if (!numbers) {
    if (!HasE164Form(text))
      Report(diagnostics, "CX501", policy, value->position(), fmt::format("{} is not in E.164 form", member),
             kWriteAsE164);
    return;
  }
  const Value* own_region = policy.spec().Find("defaultRegion");
  const std::string_view region = own_region ? own_region->as_string() : kDefaultRegion;
  const PhoneNumber number = numbers->Parse(text, region);
  if (number.valid() && number.e164 == text) return;

  const std::string as_read = MaskPhoneNumbers(number.e164);
  const std::string where = text.starts_with('+') ? "" : fmt::format("read in region {} ", Excerpt(region));
  const std::string_view why = FaultText(number.fault);
  const auto report = [&](std::string message, std::string help) {
    Report(diagnostics, "CX501", policy, value->position(), std::move(message), std::move(help));
  };
  if (!number.valid() && !where.empty() && !as_read.empty()) {
    report(fmt::format("{} is not a valid number: {}it is {}; {}", member, where, as_read, why), kCorrect);
  } else if (!number.valid() && (HasE164Form(text) || !as_read.empty())) {
    const std::string shown = as_read.empty() ? MaskPhoneNumbers(text) : as_read;
    report(fmt::format("{} {} is not a valid number: {}", member, shown, why), kCorrect);
  } else if (!number.valid()) {
    report(fmt::format("{} is not in E.164 form: {}{}", member, where, why), kWriteAsE164);
  } else {
    report(fmt::format("{} is not in E.164 form: {}it is {}{}", member, where, as_read,
                       number.has_extension ? ", and E.164 has no extensions" : ""),
           kWriteAsE164);
  }
}

// Capacity ------------------------------------------------------------------------------------------------------------

/// Reports `member` when both are written and the first is over the second.
void CheckNotOver(const Document& policy, std::string_view member, const Value* value, std::string_view other,
                  const Value* limit, Diagnostics& diagnostics) {
  if (!value || !limit || !IsOver(*value, *limit)) return;
  Report(diagnostics, "CX502", policy, value->position(),
         fmt::format("capacity.{} {} is over capacity.{} {}", member, NumberText(*value), other, NumberText(*limit)),
         "keep min <= threshold <= max");
}

void CheckThreshold(const Document& policy, const Value& capacity, Diagnostics& diagnostics) {
  const Value* threshold = capacity.Find("threshold");
  const Value* least = capacity.Find("min");
  const Value* most = capacity.Find("max");
  // Where the limits contradict each other no threshold fits: that is the one thing to mend.
  if (least && most && IsOver(*least, *most)) {
    CheckNotOver(policy, "min", least, "max", most, diagnostics);
    return;
  }
  CheckNotOver(policy, "threshold", threshold, "max", most, diagnostics);
  if (!threshold || !least || !IsOver(*least, *threshold)) return;
  Report(diagnostics, "CX502", policy, threshold->position(),
         fmt::format("capacity.threshold {} is under capacity.min {}", NumberText(*threshold), NumberText(*least)),
         "keep min <= threshold <= max");
}

void CheckAdaption(const Document& policy, const Value& capacity, Diagnostics& diagnostics) {
  const Value* raise = capacity.Find("raiseBelow");
  const Value* lower = capacity.Find("lowerAbove");
  if (!raise || !lower || IsOver(*lower, *raise)) return;
  Report(
      diagnostics, "CX502", policy, raise->position(),
      fmt::format("capacity.raiseBelow {} is not below capacity.lowerAbove {}", NumberText(*raise), NumberText(*lower)),
      "lower raiseBelow, or raise lowerAbove: between them the threshold rests");
}

// Text messages -------------------------------------------------------------------------------------------------------

/// Where the n-th `raw` of the value stands, if the value begins and has it on one line; else the value's own place.
Position PlaceInValue(const ManifestSet& set, const Value& value, std::string_view raw, std::size_t n) {
  const Position& whole = value.position();
  const std::string_view line = set.workspace->sources.line(whole.file, whole.line);
  const auto skip = [](std::string_view text, std::uint32_t characters) {
    std::size_t bytes = 0;
    for (; characters > 0 && bytes < text.size(); --characters) bytes += CodePointSize(text.substr(bytes));
    return bytes;
  };
  const std::size_t begin = skip(line, whole.column == 0 ? 0 : whole.column - 1);
  const std::string_view written = line.substr(begin, skip(line.substr(begin), whole.width));
  std::size_t at = written.find(raw);
  for (; at != written.npos && n > 0; --n) at = written.find(raw, at + raw.size());
  if (at == written.npos) return whole;
  return {whole.file, whole.line, whole.column + static_cast<std::uint32_t>(CountCodePoints(written.substr(0, at))),
          static_cast<std::uint32_t>(CountCodePoints(raw))};
}

void CheckPlaceholders(const ManifestSet& set, const Document& policy, const Value& body, Diagnostics& diagnostics) {
  const std::string_view text = body.as_string();
  std::map<std::string_view, std::size_t> seen;
  for (const Placeholder& each : FindPlaceholders(text)) {
    const std::string_view raw = text.substr(each.offset, each.size);
    const std::size_t nth = seen[raw]++;
    if (each.closed && FindPlaceholderInfo(each.name)) continue;
    const std::string_view near = NearestPlaceholder(each.name);
    Report(diagnostics, "CX504", policy, PlaceInValue(set, body, raw, nth),
           each.closed ? fmt::format("unknown placeholder {{{{{}}}}} in sms.body", Excerpt(each.name))
                       : "a placeholder without its closing braces in sms.body",
           !each.closed   ? "close it with }}"
           : near.empty() ? "use {{localTime}} or {{scheduledTime}}"
                          : fmt::format("did you mean {{{{{}}}}}?", near));
  }
}

/// `“ (U+201C)`
std::string CharacterText(std::string_view character) {
  return fmt::format("{} (U+{:04X})", EscapeControls(character),
                     static_cast<std::uint32_t>(DecodeCharacter(character)));
}

void CheckLength(const Document& policy, const Value& body, Diagnostics& diagnostics) {
  const std::string longest = WithLongestPlaceholders(body.as_string());
  const MessageLength length = MeasureMessage(longest);
  const bool is_gsm7 = length.outside.empty();
  const std::size_t single = is_gsm7 ? kGsm7Message : kUcs2Message;
  if (length.characters <= single) return;
  const bool too_long = length.characters > kLongestMessage;
  const std::size_t limit = too_long ? kLongestMessage : single;
  std::string message =
      fmt::format("sms.body takes {} {}{}, over the ", length.characters, is_gsm7 ? "GSM-7 characters" : "characters",
                  longest == body.as_string() ? "" : " with its placeholders at their longest");
  message += too_long ? fmt::format("{} that are sent at all", limit)
                      : fmt::format("{} of one message{}", limit, is_gsm7 ? "" : " that is not all GSM-7");
  if (!is_gsm7) message += fmt::format(": {} is outside of GSM-7", CharacterText(length.outside));
  std::string help = fmt::format("shorten it by {}", length.characters - limit);
  if (!is_gsm7) help += fmt::format(", or replace that character: in GSM-7 alone one message takes {}", kGsm7Message);
  if (too_long) {
    Report(diagnostics, "CX504", policy, body.position(), std::move(message), std::move(help));
  } else {
    ReportWarning(diagnostics, "CX504", policy, body.position(), std::move(message),
                  help + "; a longer one is sent, and paid for, in parts");
  }
}

bool GoesToTheUnitedStates(const Value& spec) {
  if (const Value* allowed = spec.Find("allowedRegions")) {
    return std::ranges::any_of(allowed->items(),
                               [](const Value& region) { return EqualsIgnoringCase(region.as_string(), "US"); });
  }
  const Value* region = spec.Find("defaultRegion");
  return EqualsIgnoringCase(region ? region->as_string() : kDefaultRegion, "US");
}

void CheckOptOut(const Document& policy, const Value& body, Diagnostics& diagnostics) {
  const Value* enabled = policy.spec().Find("sms", "enabled");
  if (!enabled || !enabled->as_bool() || !GoesToTheUnitedStates(policy.spec()) || HasOptOutWord(body.as_string()))
    return;
  Report(diagnostics, "CX505", policy, body.position(), "sms.body goes to the US and does not say how to opt out",
         "add words such as: Reply STOP to cancel");
}

}  // namespace

void CheckCallbacks(const RuleInput& input, Diagnostics& diagnostics) {
  for (const Document* policy : input.set.OfKind("CallbackPolicy")) {
    const Value& spec = policy->spec();
    CheckNumber(*policy, "from", spec.Find("from"), input.phone_numbers, diagnostics);
    CheckNumber(*policy, "sms.from", spec.Find("sms", "from"), input.phone_numbers, diagnostics);
    if (const Value* capacity = spec.Find("capacity")) {
      CheckThreshold(*policy, *capacity, diagnostics);
      CheckAdaption(*policy, *capacity, diagnostics);
    }
    const Value* body = spec.Find("sms", "body");
    if (!body) continue;
    CheckPlaceholders(input.set, *policy, *body, diagnostics);
    CheckLength(*policy, *body, diagnostics);
    CheckOptOut(*policy, *body, diagnostics);
  }
}

}  // namespace cxctl
