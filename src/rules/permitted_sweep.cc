#include "rules/permitted_sweep.h"

#include <algorithm>
#include <tuple>

namespace cxctl {

namespace {

constexpr Duration kDay = std::chrono::days(1);
constexpr Duration kMonth = 32 * kDay;

Interval Clip(Interval interval, Interval within) {
  return {std::max(interval.start, within.start), std::min(interval.end, within.end)};
}

/// Appends every change of the zone's offset within the stretch; false if not all of them are known.
bool AppendOffsetChanges(const Zone& zone, Interval stretch, std::vector<Instant>& changes) {
  for (Instant at = stretch.start; at < stretch.end;) {
    const Zone::Steady steady = zone.SteadyAt(at);
    if (steady.end <= at) return false;
    at = steady.end;
    if (at < stretch.end) changes.push_back(at);
  }
  return true;
}

std::vector<Zone> ZonesOf(std::span<const SweepMember> members) {
  std::vector<Zone> zones;
  for (const SweepMember& member : members) {
    for (const DailyWindow& window : member.timing->windows) {
      const bool known = std::ranges::any_of(zones, [&](const Zone& z) { return z.name() == window.zone.name(); });
      if (!known) zones.push_back(window.zone);
    }
  }
  return zones;
}

/// Days that stand for all of the stretch; nothing if they cannot be told.
std::optional<IntervalSet> RepresentativeDays(std::span<const SweepMember> members, Interval stretch) {
  std::vector<Instant> changes{stretch.start, stretch.end};
  for (const SweepMember& member : members) {
    changes.push_back(member.timing->range.start);
    changes.push_back(member.timing->range.end);
  }
  for (const Zone& zone : ZonesOf(members)) {
    if (!AppendOffsetChanges(zone, stretch, changes)) return std::nullopt;
  }
  std::vector<Interval> days;
  for (const Instant change : changes) {
    if (change < stretch.start || change > stretch.end) continue;
    // A window lasts a day at most, and clocks never changed by more than one: the third day behind a change is an
    // ordinary one, and so are all days from there to the second before the next change.
    days.push_back(Clip({change - 2 * kDay, change + 3 * kDay}, stretch));
  }
  return IntervalSet(std::move(days));
}

bool IsOverWithin(std::span<const SweepMember> members, std::int64_t limit, Interval days) {
  PermittedSweep sweep(members, days, PermittedSweep::Use::kWindowsOnly);
  std::int64_t sum = 0;
  while (const auto event = sweep.Next()) {
    sum += event->begins ? members[event->member].weight : -members[event->member].weight;
    if (sum > limit) return true;
  }
  return false;
}

}  // namespace

std::vector<Interval> StretchesOver(std::span<const SweepMember> members, std::int64_t limit) {
  std::vector<std::pair<Instant, std::int64_t>> steps;
  steps.reserve(2 * members.size());
  for (const SweepMember& member : members) {
    if (member.timing->range.empty()) continue;
    steps.emplace_back(member.timing->range.start, member.weight);
    steps.emplace_back(member.timing->range.end, -member.weight);
  }
  std::ranges::sort(steps);  // Ends before beginnings at one instant: their steps are negative.
  std::vector<Interval> stretches;
  std::int64_t sum = 0;
  for (const auto& [at, step] : steps) {
    const bool was_over = sum > limit;
    sum += step;
    if (!was_over && sum > limit) stretches.push_back({at, at});
    if (was_over && sum <= limit) stretches.back().end = at;
  }
  // Where one range ends as another begins the stretch goes on: such pieces are merged.
  return IntervalSet(std::move(stretches)).intervals();
}

bool MayBeOver(std::span<const SweepMember> members, std::int64_t limit, Interval stretch) {
  const auto days = RepresentativeDays(members, stretch);
  return !days ||
         std::ranges::any_of(days->intervals(), [&](Interval each) { return IsOverWithin(members, limit, each); });
}

PermittedSweep::Cursor::Cursor(const ScheduleTiming& timing, Interval within, Use use)
    : timing_(timing), use_(use), from_(Clip(timing.range, within).start), end_(Clip(timing.range, within).end) {}

bool PermittedSweep::Cursor::Refill() {
  if (next_ > 0) ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(next_));
  next_ = 0;
  if (!(from_ < end_)) return false;
  const Instant until = std::min(from_ + kMonth, end_);
  const std::span<const Blackout> blackouts =
      use_ == Use::kPermittedTime ? std::span<const Blackout>(timing_.blackouts) : std::span<const Blackout>();
  const IntervalSet permitted = PermittedTime(timing_.windows, blackouts, {from_, until});
  from_ = until;
  for (const Interval& each : permitted.intervals()) {
    if (!ready_.empty() && ready_.back().end == each.start) {
      ready_.back().end = each.end;
    } else {
      ready_.push_back(each);
    }
  }
  return true;
}

std::optional<Interval> PermittedSweep::Cursor::Next() {
  // The last one may go on in the next month.
  while (next_ + 1 >= ready_.size()) {
    if (!Refill()) break;
  }
  if (next_ >= ready_.size()) return std::nullopt;
  return ready_[next_++];
}

PermittedSweep::PermittedSweep(std::span<const SweepMember> members, Interval within, Use use) {
  cursors_.reserve(members.size());
  ends_.resize(members.size());
  for (const SweepMember& member : members) cursors_.emplace_back(*member.timing, within, use);
  for (std::size_t i = 0; i < members.size(); ++i) PushNext(i);
}

bool PermittedSweep::Later(const Event& a, const Event& b) {
  return std::tie(a.at, a.begins, a.member) > std::tie(b.at, b.begins, b.member);
}

void PermittedSweep::Push(const Event& event) {
  heap_.push_back(event);
  std::ranges::push_heap(heap_, Later);
}

void PermittedSweep::PushNext(std::size_t member) {
  const auto stretch = cursors_[member].Next();
  if (!stretch) return;
  ends_[member] = stretch->end;
  Push({stretch->start, true, member});
}

std::optional<PermittedSweep::Event> PermittedSweep::Next() {
  if (heap_.empty()) return std::nullopt;
  std::ranges::pop_heap(heap_, Later);
  const Event event = heap_.back();
  heap_.pop_back();
  if (event.begins) {
    Push({ends_[event.member], false, event.member});
  } else {
    PushNext(event.member);
  }
  return event;
}

}  // namespace cxctl
