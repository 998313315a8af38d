#include "pacing/abandon_record.h"

#include <algorithm>
#include <cmath>

namespace cxctl {

double AbandonBound(const AbandonCounts& counts) {
  const double n = counts.answered;
  if (n <= 0) return 1;
  const double z2 = kConfidence * kConfidence;
  const double share = std::clamp(counts.abandoned / n, 0.0, 1.0);
  const double centre = share + z2 / (2 * n);
  const double spread = kConfidence * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return std::min(1.0, (centre + spread) / (1 + z2 / n));
}

// The score interval inverts the test of a share against `limit` with the limit's own variance, so its upper bound is
// under the limit where the share is so much under it.
double AbandonsAllowed(double answered, double limit, double confidence) {
  return answered * limit - confidence * std::sqrt(limit * (1 - limit) * answered);
}

void AbandonRecord::Add(Instant at, const AbandonCounts& counts) {
  const std::int64_t start = at.micros - at.micros % kSlot.count();
  if (slots_.empty() || slots_.back().start < start) slots_.push_back({start, {}});
  slots_.back().counts.answered += counts.answered;
  slots_.back().counts.abandoned += counts.abandoned;
  const std::int64_t oldest = (at - kLong).micros;
  std::erase_if(slots_, [&](const Slot& slot) { return slot.start <= oldest; });
}

AbandonCounts AbandonRecord::Sum(Instant now, Duration length) const {
  AbandonCounts sum;
  for (auto slot = slots_.rbegin(); slot != slots_.rend() && slot->start > (now - length).micros; ++slot) {
    sum.answered += slot->counts.answered;
    sum.abandoned += slot->counts.abandoned;
  }
  return sum;
}

void AbandonRecord::set_slots(std::vector<Slot> slots) {
  slots_ = std::move(slots);
}

}  // namespace cxctl
