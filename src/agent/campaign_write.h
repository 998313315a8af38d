#pragma once

#include <optional>
#include <string>

#include "audit/audit.h"
#include "tenant/contact_center.h"
#include "time/instant.h"
#include "value/value.h"

namespace cxctl {

/// A controller's write to a campaign from before it is sent until what came of it is in the audit chain. It stands in
/// the controller's record meanwhile, so that whoever takes over looks at the campaign and says what became of it.
struct CampaignWrite {
  std::string campaign_id;
  std::string address;                      ///< "Campaign/collections-east"
  std::string before = "{}", after = "{}";  ///< JSON objects of the members that it changes.
  std::string etag;
  Instant started;
};

/// What an audit record of this process says of its origin.
struct WriteOrigin {
  std::string run;    ///< Id of the process.
  std::string actor;  ///< "agent PacingPolicy/collections-east"
  std::string tenant;
};

/// The record of the write. `outcome` as in AuditEntry; `result` is null where it was found afterwards.
AuditEntry AuditOf(const CampaignWrite& write, const WriteOrigin& origin, std::string_view outcome,
                   const ActionResult* result, Instant now);

/// What came of sending one. `recovered`: the tenant refused it because it was done already, by a try of ours whose
/// answer was lost.
struct SentWrite {
  ActionResult result;
  bool recovered = false;

  bool done() const { return recovered || result.done(); }
  bool is_known() const { return recovered || result.status != ActionResult::Status::kAmbiguous; }
};

/// "applied", "recovered", "conflict" or "failed". REQUIRES: it is known.
std::string_view OutcomeOf(const SentWrite& sent);

// For the controller's record.
Value ToValue(Arena& arena, const CampaignWrite& write);
/// Nothing where there is none.
std::optional<CampaignWrite> ReadCampaignWrite(const Value* value);

}  // namespace cxctl
