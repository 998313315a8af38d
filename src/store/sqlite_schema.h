#pragma once

#include "base/result.h"
#include "store/sqlite_database.h"

namespace cxctl {

/// Makes the tables in an empty database and switches it to a write-ahead log. Does nothing to one that has them.
/// Fails with kIntegrity for a database of another program or of a later version.
Result<void> PrepareSchema(SqliteDatabase& database);

/// Whether the database is one that PrepareSchema would leave alone: true if it is, false if it is empty. kIntegrity
/// for a database of another program or of a later version.
Result<bool> HasSchema(SqliteDatabase& database);

}  // namespace cxctl
