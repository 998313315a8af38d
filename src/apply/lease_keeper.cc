#include "apply/lease_keeper.h"

#include <fmt/format.h>

#include <algorithm>

namespace cxctl {

namespace {

// A write that starts must reach the tenant before anybody else may take over.
constexpr Duration kMargin = std::chrono::seconds(5);
constexpr Duration kStep = std::chrono::milliseconds(200);

std::string Describe(const Lease& holder) {
  return fmt::format("{} (process {}), since {}, run {}", holder.holder, holder.pid, FormatUtc(holder.since),
                     holder.run);
}

}  // namespace

Task<Result<void>> LeaseKeeper::Acquire(Duration wait, const std::function<bool(const Lease&)>& is_gone) {
  const Duration deadline = loop_.clock().Monotonic() + wait;
  while (true) {
    const Instant now = loop_.clock().Now();
    lease_.since = now;
    lease_.expires = now + kLeaseTime;
    auto taken = store_.Acquire(lease_, now, is_gone);
    if (!taken) co_return std::unexpected(taken.error());
    if (!*taken) {
      renewed_ = loop_.clock().Monotonic();
      co_return Result<void>();
    }
    if (loop_.clock().Monotonic() >= deadline) {
      co_return Fail(ErrorCode::kRefused,
                     fmt::format("another apply holds the lock on tenant {}: {}; wait for it (--lock-timeout 2m)",
                                 lease_.tenant, Describe(**taken)));
    }
    co_await loop_.Sleep(kStep);
  }
}

Task<void> LeaseKeeper::KeepRenewing() {
  while (!released_ && !lost_) {
    // Short steps, so that a finished run does not wait for its next renewal.
    co_await loop_.Sleep(kStep);
    const Duration now = loop_.clock().Monotonic();
    if (released_ || now - renewed_ < kLeaseRenewal) continue;
    const Result<void> renewed = store_.Renew(lease_.tenant, lease_.run, loop_.clock().Now() + kLeaseTime);
    if (renewed) {
      renewed_ = now;
    } else if (renewed.error().code == ErrorCode::kRefused || now - renewed_ > kLeaseTime) {
      lost_ = true;
      loss_ = renewed.error().message;
    }
  }
}

bool LeaseKeeper::Holds() const {
  return !lost_ && loop_.clock().Monotonic() - renewed_ < kLeaseTime - kMargin;
}

Result<void> LeaseKeeper::Release() {
  released_ = true;
  return store_.Release(lease_.tenant, lease_.run);
}

}  // namespace cxctl
