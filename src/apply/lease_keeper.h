#pragma once

#include <functional>
#include <string>

#include "async/loop.h"
#include "base/result.h"
#include "store/state_store.h"

namespace cxctl {

inline constexpr Duration kLeaseTime = std::chrono::seconds(30);
inline constexpr Duration kLeaseRenewal = std::chrono::seconds(10);

/// Holds the tenant's lease while an apply runs: renewed every 10 s, good for 30 s.
class LeaseKeeper {
 public:
  LeaseKeeper(Loop& loop, StateStore& store, Lease lease) : loop_(loop), store_(store), lease_(std::move(lease)) {}

  /// Takes the lease, waiting up to `wait` for whoever holds it. kRefused naming the holder (who, where, since when,
  /// its run) if it is not to be had.
  Task<Result<void>> Acquire(Duration wait, const std::function<bool(const Lease&)>& is_gone);
  /// Renews until Stop or Release; spawn it in the background after Acquire.
  Task<void> KeepRenewing();
  /// Whether a write may be started: the lease is ours, and long enough for it to arrive.
  bool Holds() const;
  /// Why not, once Holds is false.
  const std::string& loss() const { return loss_; }
  /// Lets KeepRenewing return.
  void Stop() { released_ = true; }
  Result<void> Release();

 private:
  Loop& loop_;
  StateStore& store_;
  Lease lease_;
  Duration renewed_{0};
  bool released_ = false;
  bool lost_ = false;
  std::string loss_;
};

}  // namespace cxctl
