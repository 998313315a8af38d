#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/sqlite_database.h"

namespace cxctl {

/// Makes the tables in an empty database and switches it to a write-ahead log; gives the database of an earlier version
/// the tables that it lacks. Does nothing to one that has them all. Fails with kIntegrity for a database of another
/// program or of a later version.
Result<void> PrepareSchema(SqliteDatabase& database);

/// The version of the database's tables; 0 for an empty database. kIntegrity for a database of another program or of a
/// later version.
Result<std::int64_t> SchemaVersion(SqliteDatabase& database);

}  // namespace cxctl
