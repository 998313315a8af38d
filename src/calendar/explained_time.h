#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calling_calendar.h"
#include "time/permitted_time.h"

namespace cxctl {

/// What holds for an instant: calls are permitted, or what stands against them. Of several things the first counts that
/// is true: no window is open, a blackout is written, the law forbids it.
enum class CallingKind { kPermitted, kBlackout, kLaw, kClosed };
/// "permitted", "blackout", "law", "closed"
std::string_view CallingKindName(CallingKind kind);

struct CallingCause {
  CallingKind kind = CallingKind::kPermitted;
  /// For people. "" where calls are permitted; of a blackout, as it is written; of a law, what it says about that day:
  /// `Florida: calls 08:00-20:00 only`.
  std::string reason;
  std::string jurisdiction;  ///< Of a law, as the rest: "us-fl"
  std::string law;           ///< "Fla. Stat. 501.616(6)"
  std::string source;        ///< Where that was read.
  friend bool operator==(const CallingCause&, const CallingCause&) = default;
};

struct CallingStretch {
  Interval interval;
  CallingCause cause;
  friend bool operator==(const CallingStretch&, const CallingStretch&) = default;
};

/// A range cut into stretches, without gaps, in order. Neighbours differ in their cause.
using ExplainedTime = std::vector<CallingStretch>;

/// Its permitted stretches are the calendar's Permitted of the range.
ExplainedTime ExplainCalendar(const CallingCalendar& calendar, Interval range);
/// Its permitted stretches are PermittedTime of the range.
ExplainedTime ExplainWindows(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts, Interval range);
/// The whole range for one cause.
ExplainedTime ExplainAs(CallingCause cause, Interval range);

/// What holds between the ends of a schedule, and `closed` before and after.
ExplainedTime Between(Interval valid, Interval range, const ExplainedTime& inside);

/// Permitted where either is; elsewhere the cause that tells most: a blackout, a law, closed windows. REQUIRES: both
/// are of one range, here and below.
ExplainedTime Either(const ExplainedTime& a, const ExplainedTime& b);
/// Permitted where both are; elsewhere the cause of the first that does not permit it.
ExplainedTime Both(const ExplainedTime& a, const ExplainedTime& b);

/// The part of it that lies in the range.
ExplainedTime Slice(const ExplainedTime& explained, Interval range);
IntervalSet TimeOf(const ExplainedTime& explained, CallingKind kind);

}  // namespace cxctl
