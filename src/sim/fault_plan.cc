#include "sim/fault_plan.h"

#include <algorithm>

#include "base/strings.h"
#include "sim/seeded_random.h"

namespace cxctl::sim {

namespace {

using std::chrono::milliseconds;

/// Whether a fault of that kind means anything for the request.
bool Suits(FaultKind kind, const FaultTarget& target) {
  switch (kind) {
    case FaultKind::kExpiredToken:
      return target.has_token && target.sees_operation;
    case FaultKind::kConcurrentEdit:
      return target.writes_item;
    case FaultKind::kVanishingItem:
      return target.is_next_page;
    default:
      return true;
  }
}

/// What `any` is taken from: each kind in each of its forms.
std::vector<Fault> AllFaults() {
  std::vector<Fault> faults;
  for (const bool date : {false, true})
    faults.push_back({.kind = FaultKind::kRateLimit, .before_effect = true, .date = date});
  for (const bool before : {false, true}) {
    for (const int status : {500, 502, 503}) {
      faults.push_back({.kind = FaultKind::kError, .before_effect = before, .status = status});
    }
    for (const bool reset : {false, true}) {
      faults.push_back({.kind = FaultKind::kDrop, .before_effect = before, .reset = reset});
    }
    faults.push_back({.kind = FaultKind::kCutHead, .before_effect = before, .bytes = 40});
    faults.push_back({.kind = FaultKind::kCutBody, .before_effect = before});
    faults.push_back({.kind = FaultKind::kHtml, .before_effect = before, .status = 200});
  }
  faults.push_back({.kind = FaultKind::kDelay, .delay = milliseconds(500)});
  faults.push_back({.kind = FaultKind::kExpiredToken});
  faults.push_back({.kind = FaultKind::kConcurrentEdit});
  for (const bool hidden : {false, true}) faults.push_back({.kind = FaultKind::kVanishingItem, .hidden = hidden});
  return faults;
}

Fault AnyFault(const FaultTarget& target, std::uint64_t draw) {
  std::vector<Fault> faults = AllFaults();
  std::erase_if(faults, [&](const Fault& fault) { return !Suits(fault.kind, target); });
  return faults[draw % faults.size()];
}

}  // namespace

std::string_view FaultName(FaultKind kind) {
  switch (kind) {
    case FaultKind::kRateLimit:
      return "rateLimit";
    case FaultKind::kError:
      return "error";
    case FaultKind::kDrop:
      return "drop";
    case FaultKind::kDelay:
      return "delay";
    case FaultKind::kCutHead:
      return "cutHead";
    case FaultKind::kCutBody:
      return "cutBody";
    case FaultKind::kHtml:
      return "html";
    case FaultKind::kExpiredToken:
      return "expiredToken";
    case FaultKind::kConcurrentEdit:
      return "concurrentEdit";
    case FaultKind::kVanishingItem:
      return "vanishingItem";
  }
  return "";
}

std::optional<Fault> FaultPlan::Next(const FaultTarget& target) {
  ++requests_;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (std::optional<Fault> fault = Strike(i, target)) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> FaultPlan::Strike(std::size_t index, const FaultTarget& target) {
  const FaultRule& rule = rules_[index];
  Counts& counts = counts_[index];
  if (rule.times && counts.struck >= *rule.times) return std::nullopt;
  if (rule.request && *rule.request != requests_) return std::nullopt;
  if (!rule.method.empty() && rule.method != target.method) return std::nullopt;
  if (!rule.path.empty() && !GlobMatches(rule.path, target.path)) return std::nullopt;
  if (rule.fault && !Suits(rule.fault->kind, target)) return std::nullopt;
  if (++counts.matched <= rule.skip) return std::nullopt;
  if (rule.rate) {
    const double fraction = static_cast<double>(Draw(index, 0) >> 11) * 0x1.0p-53;
    if (fraction >= *rule.rate) return std::nullopt;
  }
  ++counts.struck;
  return rule.fault ? *rule.fault : AnyFault(target, Draw(index, 1));
}

/// From the numbers of rule and request, not from what was drawn before: a rule that is added leaves the others alone.
std::uint64_t FaultPlan::Draw(std::size_t rule, std::uint64_t purpose) const {
  return Mix(Mix(Mix(seed_ ^ 0x6661756c7473u) + rule) ^ (2 * requests_ + purpose));
}

}  // namespace cxctl::sim
