#pragma once

#include "audit/audit.h"
#include "base/result.h"
#include "store/state_store.h"

namespace cxctl {

/// Verifies the store's audit chain against the count and head that the store keeps apart from it. May run beside a
/// run that appends. What is wrong with the chain is in the report; kIo and kIntegrity are for a store that cannot be
/// read at all.
Result<ChainReport> VerifyStore(StateStore& store);

}  // namespace cxctl
