#pragma once

#include "audit/audit.h"
#include "store/postgres_database.h"
#include "store/state_store.h"

namespace cxctl {

/// The end of the chain; with `lock` nobody else moves it before the transaction ends. kIntegrity if the store has lost
/// it.
Result<StateStore::AuditHead> ReadChainHead(PostgresDatabase& database, bool lock);
/// Within a transaction of the caller: appends the record that follows `head` and moves it; PutChainHead stores it.
Result<void> AppendToChain(PostgresDatabase& database, const AuditEntry& entry, StateStore::AuditHead& head);
Result<void> PutChainHead(PostgresDatabase& database, const StateStore::AuditHead& head);

}  // namespace cxctl
