#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "store/state_store.h"

namespace cxctl {

enum class DriftStatus {
  kDrifted,      ///< live differs from what was last applied, git does not: somebody changed the tenant
  kPending,      ///< git differs, live does not: not applied yet
  kConflicting,  ///< both differ, and from each other
  kMissing,      ///< deleted outside of git
  kUnmanaged,    ///< live, in no manifest
};
std::string_view DriftStatusName(DriftStatus status);

/// One member, three ways. Null where a side has nothing.
struct DriftField {
  std::string path;
  Value last_applied, manifest, live;
  Position source = {};  ///< Of the manifest's value.
};

struct DriftItem {
  std::string address;
  DriftStatus status = DriftStatus::kDrifted;
  std::vector<DriftField> fields;
  std::string updated_by, updated_at;  ///< "" where the tenant does not say
  Position source;
  std::string time_zone;                         ///< By whose clock times of a schedule are told; "" for the others.
  std::optional<PermittedTimeChange> live_time;  ///< What apply would do to permitted time; see CallingTimeText.
};

struct DriftReport {
  std::vector<DriftItem> items;  ///< by address, then status
  std::size_t managed = 0, seen = 0;
  std::size_t known = 0;  ///< Items that a baseline left out.
  /// Whether somebody has to look: pending alone is no drift.
  bool has_drift() const;
};

/// The data of the event drift.detected: `{"tenant", "items": {"drifted": 2, …}, "addresses": […]}`, the first hundred
/// addresses, those that are only pending left out. A JSON text.
std::string DriftEventData(const DriftReport& report, std::string_view tenant);

/// Holds what a plan found different against what was last applied. Pure. Members in step, and changes made alike in
/// git and live, are no items. Members of one object that differ in different ways become one item for each way.
/// `stateless`: nothing is known of earlier runs; every difference counts as drifted.
/// `with_unmanaged`: objects outside of exclusive scopes as well.
DriftReport BuildDrift(Arena& arena, const Plan& plan, const std::vector<AppliedObject>& applied, bool stateless,
                       bool with_unmanaged);

}  // namespace cxctl
