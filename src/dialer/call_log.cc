#include "dialer/call_log.h"

#include <algorithm>

namespace cxctl {
namespace {

std::int64_t SecondOf(Instant at) {
  return at.micros / 1'000'000;
}

}  // namespace

CallLog::Counts& CallLog::At(Instant at) {
  const std::int64_t second = SecondOf(at);
  if (seconds_.empty() || seconds_.back().second < second) seconds_.push_back({second, {}});
  while (seconds_.front().second < SecondOf(at - kSeconds)) seconds_.pop_front();
  return seconds_.back().counts;
}

CallLog::Counts CallLog::Recent(Instant now, Duration interval) const {
  Counts sum;
  const std::int64_t end = SecondOf(now), start = SecondOf(now - std::min(interval, kSeconds));
  const auto first = std::ranges::lower_bound(seconds_, start, {}, &Second::second);
  for (auto second = first; second != seconds_.end() && second->second < end; ++second) {
    sum.dialed += second->counts.dialed;
    sum.answered += second->counts.answered;
    sum.abandoned += second->counts.abandoned;
  }
  return sum;
}

}  // namespace cxctl
