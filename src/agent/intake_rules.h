#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/api.h"
#include "agent/policies.h"
#include "phone/phone_numbers.h"
#include "time/instant.h"
#include "time/zone.h"

namespace cxctl {

// What a callback policy says about a request. Pure.

/// A number that the policy takes, and the zones that it can be in: the place's or, where its digits stand for none,
/// all of its country's; none for numbers of no country.
struct JudgedNumber {
  std::string e164;
  std::vector<Zone> zones;
};
/// 400 INVALID_PHONE_NUMBER: not possible, not valid, with an extension, or of a region that is not allowed. The
/// message says why without a digit of it.
std::expected<JudgedNumber, ApiError> JudgeNumber(const DeployedCallbacks& policy, const PhoneNumbers& numbers,
                                                  std::string_view text);

/// 400 INVALID_SCHEDULE_TIME unless it is RFC 3339 with an offset.
std::expected<Instant, ApiError> ReadScheduledTime(std::string_view text);
/// 400 INVALID_SCHEDULE_TIME unless the time is to come and within the lead time (both ends included); then 400
/// OUTSIDE_CALLING_HOURS, with `nextPermittedTime` where there is one within a year, unless the policy's calendar
/// permits it to somebody in these zones (calendar/called_party.h). The next permitted time keeps the least lead time.
std::expected<void, ApiError> JudgeTime(const DeployedCallbacks& policy, const std::vector<Zone>& zones, Instant time,
                                        Instant now);

/// How many calls a queue may have under way before callbacks for it are refused: what of it is kept in the store.
struct AdaptingThreshold {
  std::int64_t threshold = 0;
  std::int64_t start = 0;        ///< capacity.threshold that it began with: another one begins anew.
  std::optional<Instant> moved;  ///< When it last moved.
  friend bool operator==(const AdaptingThreshold&, const AdaptingThreshold&) = default;
};
/// The threshold for a request at `now`: lowered by `lowerBy` with more than `lowerAbove` calls, raised by `raiseBy`
/// with fewer than `raiseBelow`, once a `window` at most; always within min..max, of which the one that is not written
/// is 1, or where it began. `kept` is what was in the store.
AdaptingThreshold Adapt(const DeployedCallbacks::Capacity& capacity, const std::optional<AdaptingThreshold>& kept,
                        std::int64_t active, Instant now);
/// 429 QUEUE_CAPACITY_EXCEEDED with `activeCalls`, `threshold` and Retry-After if so many calls are too many.
std::expected<void, ApiError> JudgeCapacity(const DeployedCallbacks::Capacity& capacity, std::int64_t threshold,
                                            std::int64_t active);

/// The zone in which the called party is told the time: the calendar's if the party may be there, else theirs if all
/// show the same time then, else the calendar's (or the first of theirs, or UTC).
Zone ZoneToTell(const DeployedCallbacks& policy, const std::vector<Zone>& zones, Instant time);
/// `Tue 24 Nov 2026, 3:00 PM EST`
std::string LocalTimeText(Instant time, const Zone& zone);
/// `2026-11-24T15:00:00-05:00`
std::string OffsetTimeText(Instant time, const Zone& zone);
/// The text with {{localTime}} and {{scheduledTime}} filled in.
std::string FillIn(std::string_view text, Instant time, const Zone& zone);

}  // namespace cxctl
