#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "calendar/rule_pack.h"
#include "time/interval_set.h"
#include "time/zone.h"
#include "value/value.h"

namespace cxctl {

/// A CallingCalendar document's `spec`, read. It permits the union of its windows on their local days, minus its
/// blackouts, and with `clip` minus what a jurisdiction forbids in any of the called zones.
///
/// What other rules report is left out here: a window, blackout or called zone that cannot be read, a jurisdiction
/// without a rule pack.
class CallingCalendar {
 public:
  /// A weekly window. It belongs to the days on which it starts.
  struct Window {
    std::array<bool, 7> on_weekday{};         ///< Monday first.
    int start_minute = 0, end_minute = 1440;  ///< Of the local day; the end may lie on the next: up to start + 1440.
    std::size_t item = 0;                     ///< Index in the document's list.
  };
  struct WrittenBlackout {
    /// One of these: a local day, a local day of every year, a stretch.
    std::optional<Date> date;
    std::string annual;  ///< "12-25", or ""
    std::optional<Interval> stretch;
    std::string reason;  ///< "blackout" where none is written.
    Position position;
  };

  /// Nothing if the zone does not exist: then no time is permitted.
  static std::optional<CallingCalendar> Read(const Value& spec);

  /// The same calendar, read by the clock of another zone, where the called people are.
  CallingCalendar In(const Zone& zone) const;

  const Zone& zone() const { return zone_; }
  const std::vector<Window>& windows() const { return windows_; }
  const std::vector<WrittenBlackout>& blackouts() const { return blackouts_; }
  const std::vector<const RulePack*>& jurisdictions() const { return jurisdictions_; }
  const std::vector<Zone>& called_zones() const { return called_zones_; }
  bool clip() const { return clip_; }
  /// Of `windows`, `blackouts` and `jurisdictions`; the windows' for what is not written.
  const Position& windows_position() const { return windows_position_; }
  const Position& blackouts_position() const { return blackouts_position_; }

  /// Union of the windows within the range.
  IntervalSet WindowTime(Interval range) const;
  /// What one blackout closes within the range.
  IntervalSet ClosedBy(const WrittenBlackout& blackout, Interval range) const;
  /// What all of them close.
  IntervalSet BlackoutTime(Interval range) const;
  /// What the jurisdiction forbids in any of the called zones, whatever `clip` says.
  IntervalSet ForbiddenBy(const RulePack& pack, Interval range) const;

  /// Windows minus blackouts.
  IntervalSet WrittenTime(Interval range) const;
  /// The permitted time.
  IntervalSet Permitted(Interval range) const;

 private:
  explicit CallingCalendar(Zone zone) : zone_(std::move(zone)) {}
  void ReadWindows(const Value& list);
  void ReadBlackouts(const Value& list);
  void AddClosed(const WrittenBlackout& blackout, Interval range, std::vector<Interval>& closed) const;

  Zone zone_;
  std::vector<Window> windows_;
  std::vector<WrittenBlackout> blackouts_;
  std::vector<const RulePack*> jurisdictions_;
  std::vector<Zone> called_zones_;
  bool clip_ = false;
  Position windows_position_, blackouts_position_;
};

/// The permitted time of a calendar's `spec`; none if its zone does not exist.
IntervalSet CalendarPermitted(const Value& calendar, Interval range);

}  // namespace cxctl
