#pragma once

#include "audit/audit.h"
#include "store/sqlite_database.h"
#include "store/state_store.h"

namespace cxctl {

/// The end of the chain. kIntegrity if the store has lost it.
Result<StateStore::AuditHead> ReadChainHead(SqliteDatabase& database);
/// Within a transaction of the caller: appends the record that follows `head` and moves it; PutChainHead stores it.
Result<void> AppendToChain(SqliteDatabase& database, const AuditEntry& entry, StateStore::AuditHead& head);
Result<void> PutChainHead(SqliteDatabase& database, const StateStore::AuditHead& head);

}  // namespace cxctl
