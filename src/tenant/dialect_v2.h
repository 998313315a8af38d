#pragma once

#include <memory>

#include "tenant/dialect.h"

namespace cxctl {

/// The tenant's REST API, version 2: ETags on every object, idempotency keys for creates, lists in pages of up to 500.
std::unique_ptr<Dialect> MakeDialectV2();

/// Its life cycle of campaigns: every pair of the three states that a client may set is one step; SUSPENDED is the
/// platform's alone; every member may change while a campaign dials.
const CampaignStates& CampaignStatesV2();

}  // namespace cxctl
