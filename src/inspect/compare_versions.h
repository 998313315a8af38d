#pragma once

#include <string>
#include <vector>

#include "plan/planner.h"

namespace cxctl {

/// One version of the manifests. Without a Tenant document `tenant` is a default one.
struct ManifestVersion {
  const ManifestSet& set;
  TenantSettings tenant;
};

struct VersionDifference {
  Plan plan;
  LiveState live;                      ///< The earlier version as a tenant that has just what it says.
  std::vector<std::string> unplanned;  ///< Addresses of documents that differ in what no plan shows.
};

/// What plan would say of `after` if `before` were live and applied. Pure. No tenant is needed: whatever `before`
/// leaves out has no value. It differs from a plan in three ways: a campaign that only `after` has is a create, since
/// nothing is known of it; a campaign that stands for another one on the tenant has its `/id` or `/name` among the
/// fields; policies count with or without an agent. What stands against applying now (apply windows) is left out.
/// REQUIRES: no diagnostics of severity error in `after`, and no CX1xx in `before`.
Result<VersionDifference> CompareVersions(Arena& arena, const ManifestVersion& before, const ManifestVersion& after,
                                          PlanOptions options, Instant now, const PhoneNumbers* phone_numbers);

}  // namespace cxctl
