#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "calendar/schedule_timing.h"

namespace cxctl {

/// One of several schedules whose weights (calls, or 1) are added up while they permit calls.
struct SweepMember {
  const ScheduleTiming* timing = nullptr;
  std::int64_t weight = 1;
};

/// The maximal stretches of time in which the weights of the members add up to more than the limit by their ranges
/// alone, whatever their windows say. Outside of them nothing needs a closer look.
std::vector<Interval> StretchesOver(std::span<const SweepMember> members, std::int64_t limit);

/// Whether the sum can be over the limit within the stretch by ranges and windows, blackouts aside. Cheap: windows are
/// daily, so it looks at the days around every change of an offset or of the members in range, and at one ordinary day
/// between two changes. True when it cannot tell.
bool MayBeOver(std::span<const SweepMember> members, std::int64_t limit, Interval stretch);

/// Goes through the permitted time of several schedules at once, from one beginning or end of a permitted stretch to
/// the next. Expands a month at a time: whoever stops early pays only for what was seen. The members must outlive it.
class PermittedSweep {
 public:
  struct Event {
    Instant at;
    bool begins = false;
    std::size_t member = 0;
  };
  enum class Use { kPermittedTime, kWindowsOnly };

  PermittedSweep(std::span<const SweepMember> members, Interval within, Use use = Use::kPermittedTime);

  /// In order of time; at one instant ends come first, then beginnings in the order of the members.
  std::optional<Event> Next();

 private:
  /// The permitted stretches of one member, one after another.
  class Cursor {
   public:
    Cursor(const ScheduleTiming& timing, Interval within, Use use);
    std::optional<Interval> Next();

   private:
    bool Refill();
    const ScheduleTiming& timing_;
    Use use_;
    Instant from_, end_;
    std::vector<Interval> ready_;
    std::size_t next_ = 0;
  };

  static bool Later(const Event& a, const Event& b);
  void Push(const Event& event);
  void PushNext(std::size_t member);

  std::vector<Cursor> cursors_;
  std::vector<Instant> ends_;  ///< Of each member's stretch under way.
  std::vector<Event> heap_;
};

}  // namespace cxctl
