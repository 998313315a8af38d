#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "calendar/calling_hours.h"
#include "calendar/compile.h"
#include "manifest/manifests.h"

namespace cxctl {

/// A schedule that refers to a calendar may last as long: each of its days can be a blackout of the payload.
constexpr std::chrono::days kLongestCompiled(36'525);

/// The CallingCalendar documents of a set, each read, compiled and held against the law when it is first asked for, and
/// kept. The set must outlive it.
class Calendars {
 public:
  explicit Calendars(const ManifestSet& set) : set_(set) {}

  /// Null if there is no valid document of that name, or if its zone does not exist.
  const CallingCalendar* Find(std::string_view name);
  /// As Find, compiled for the range. Null for one that is longer than kLongestCompiled, too.
  const CompiledCalendar* Compile(std::string_view name, Interval range);
  /// What the pack forbids in the calendar's called zones, for at least the range.
  const ForbiddenHours& Forbidden(const CallingCalendar& calendar, const RulePack& pack, Interval range);

 private:
  const ManifestSet& set_;
  std::map<std::string, std::optional<CallingCalendar>, std::less<>> read_;
  std::map<std::tuple<const CallingCalendar*, Interval>, CompiledCalendar> compiled_;
  struct Expanded {
    Interval range;
    ForbiddenHours hours;
  };
  std::map<std::tuple<const CallingCalendar*, const RulePack*>, Expanded> forbidden_;
};

}  // namespace cxctl
