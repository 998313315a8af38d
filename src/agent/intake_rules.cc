#include "agent/intake_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "calendar/called_party.h"

namespace cxctl {

namespace {

ApiError Refusal(std::string code, std::string field, std::string message) {
  ApiError error;
  error.status = 400;
  error.code = std::move(code);
  error.field = std::move(field);
  error.message = std::move(message);
  return error;
}

ApiError BadNumber(std::string message) {
  return Refusal("INVALID_PHONE_NUMBER", "phoneNumber", std::move(message));
}

ApiError BadTime(std::string message) {
  return Refusal("INVALID_SCHEDULE_TIME", "scheduledTime", std::move(message));
}

std::string_view FaultText(NumberFault fault) {
  switch (fault) {
    case NumberFault::kNotANumber:
      return "phoneNumber cannot be read as a phone number.";
    case NumberFault::kUnknownCountry:
      return "phoneNumber has no country code that there is.";
    case NumberFault::kTooShort:
      return "phoneNumber is too short for its country.";
    case NumberFault::kTooLong:
      return "phoneNumber is too long for its country.";
    case NumberFault::kWrongLength:
      return "phoneNumber has not the length of its country's numbers.";
    case NumberFault::kUnassigned:
    case NumberFault::kNone:
      break;
  }
  return "phoneNumber is not a number that its country hands out.";
}

ApiError OutsideCallingHours(const DeployedCallbacks& policy, const std::vector<Zone>& zones, Instant time,
                             Instant earliest) {
  ApiError error = Refusal("OUTSIDE_CALLING_HOURS", "scheduledTime",
                           "Calls to this number are not permitted at the requested time.");
  const auto next = NextPermittedForParty(*policy.calendar, zones, std::max(time, earliest));
  if (next) {
    error.message += " The next permitted time is " + FormatUtc(*next) + ".";
    error.members.emplace_back("nextPermittedTime", '"' + FormatUtc(*next) + '"');
  } else {
    error.message += " Within a year there is no permitted time for it.";
  }
  return error;
}

void ReplaceAll(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::expected<JudgedNumber, ApiError> JudgeNumber(const DeployedCallbacks& policy, const PhoneNumbers& numbers,
                                                  std::string_view text) {
  const PhoneNumber number = numbers.Parse(text, policy.default_region);
  if (!number.valid()) return std::unexpected(BadNumber(std::string(FaultText(number.fault))));
  if (number.has_extension) {
    return std::unexpected(BadNumber("phoneNumber has an extension: only the number itself can be called back."));
  }
  const auto& allowed = policy.allowed_regions;
  if (!allowed.empty() && std::ranges::find(allowed, number.region) == allowed.end()) {
    return std::unexpected(
        BadNumber(fmt::format("Numbers of the region {} are not called back for this queue.", number.region)));
  }
  JudgedNumber judged{number.e164, {}};
  for (const std::string& name : number.time_zones) {
    if (const auto zone = Zone::Load(name)) judged.zones.push_back(*zone);
  }
  return judged;
}

std::expected<Instant, ApiError> ReadScheduledTime(std::string_view text) {
  const auto time = ParseDateTime(text);
  if (time) return time->instant;
  return std::unexpected(
      BadTime("scheduledTime must be an RFC 3339 time with an offset, such as 2026-11-24T15:00:00-05:00."));
}

std::expected<void, ApiError> JudgeTime(const DeployedCallbacks& policy, const std::vector<Zone>& zones, Instant time,
                                        Instant now) {
  if (time <= now) return std::unexpected(BadTime("scheduledTime is in the past."));
  if (policy.lead_min && time < now + *policy.lead_min) {
    return std::unexpected(
        BadTime(fmt::format("scheduledTime must be {} ahead at least.", FormatDuration(*policy.lead_min))));
  }
  if (policy.lead_max && now + *policy.lead_max < time) {
    return std::unexpected(
        BadTime(fmt::format("scheduledTime must be {} ahead at most.", FormatDuration(*policy.lead_max))));
  }
  if (!policy.calendar || IsPermittedForParty(*policy.calendar, zones, time)) return {};
  const Instant earliest = now + policy.lead_min.value_or(Duration(1));
  return std::unexpected(OutsideCallingHours(policy, zones, time, earliest));
}

AdaptingThreshold Adapt(const DeployedCallbacks::Capacity& capacity, const std::optional<AdaptingThreshold>& kept,
                        std::int64_t active, Instant now) {
  AdaptingThreshold next{capacity.threshold, capacity.threshold, std::nullopt};
  if (kept && kept->start == capacity.threshold) next = *kept;
  const std::int64_t highest = capacity.max.value_or(capacity.threshold);
  const std::int64_t lowest = std::min(capacity.min.value_or(1), highest);
  next.threshold = std::clamp(next.threshold, lowest, highest);
  if (next.moved && now < *next.moved + capacity.window) return next;
  std::int64_t wanted = next.threshold;
  if (capacity.lower_above && active > *capacity.lower_above) {
    wanted -= capacity.lower_by;
  } else if (capacity.raise_below && active < *capacity.raise_below) {
    wanted += capacity.raise_by;
  }
  wanted = std::clamp(wanted, lowest, highest);
  if (wanted == next.threshold) return next;
  next.threshold = wanted;
  next.moved = now;
  return next;
}

std::expected<void, ApiError> JudgeCapacity(const DeployedCallbacks::Capacity& capacity, std::int64_t threshold,
                                            std::int64_t active) {
  if (active < threshold) return {};
  constexpr Duration kLongest = std::chrono::seconds(30);
  const auto wait = std::chrono::ceil<std::chrono::seconds>(std::min(capacity.window, kLongest)).count();
  ApiError error;
  error.status = 429;
  error.code = "QUEUE_CAPACITY_EXCEEDED";
  error.message =
      fmt::format("The queue has {} active calls, and {} is where callbacks for it are refused.", active, threshold);
  error.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(wait, 1))});
  error.members = {{"activeCalls", std::to_string(active)}, {"threshold", std::to_string(threshold)}};
  return std::unexpected(std::move(error));
}

Zone ZoneToTell(const DeployedCallbacks& policy, const std::vector<Zone>& zones, Instant time) {
  if (zones.empty()) return policy.calendar ? policy.calendar->zone() : Zone::Utc();
  if (policy.calendar && std::ranges::find(zones, policy.calendar->zone()) != zones.end()) {
    return policy.calendar->zone();
  }
  const int offset = zones.front().OffsetSecondsAt(time);
  const bool alike = std::ranges::all_of(zones, [&](const Zone& zone) { return zone.OffsetSecondsAt(time) == offset; });
  return alike || !policy.calendar ? zones.front() : policy.calendar->zone();
}

std::string LocalTimeText(Instant time, const Zone& zone) {
  static constexpr std::array kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Zone::Local local = zone.LocalAt(time);
  const int hour = local.second_of_day / 3600;
  return fmt::format("{} {} {} {}, {}:{:02} {} {}", kDays[static_cast<std::size_t>(WeekdayOf(local.date))],
                     local.date.day, kMonths[static_cast<std::size_t>(local.date.month - 1)], local.date.year,
                     (hour + 11) % 12 + 1, local.second_of_day / 60 % 60, hour < 12 ? "AM" : "PM",
                     zone.AbbreviationAt(time));
}

std::string OffsetTimeText(Instant time, const Zone& zone) {
  const Zone::Local local = zone.LocalAt(time);
  const int offset = zone.OffsetSecondsAt(time) / 60;
  const int seconds = local.second_of_day;
  return fmt::format("{}T{:02}:{:02}:{:02}{}{:02}:{:02}", FormatDate(local.date), seconds / 3600, seconds / 60 % 60,
                     seconds % 60, offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
}

std::string FillIn(std::string_view text, Instant time, const Zone& zone) {
  std::string filled(text);
  ReplaceAll(filled, "{{localTime}}", LocalTimeText(time, zone));
  ReplaceAll(filled, "{{scheduledTime}}", OffsetTimeText(time, zone));
  return filled;
}

}  // namespace cxctl
