#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/postgres_database.h"

namespace cxctl {

/// The version of our tables in the database; 0 if it has none. kIntegrity for a later version than this program reads.
Result<std::int64_t> SchemaVersion(PostgresDatabase& database);

/// Makes the tables where there are none, and those that an earlier version lacks; of several processes that do at
/// once, one does. kIo where the role may not make a schema: an administrator then makes an empty schema `cxctl` that
/// belongs to the role.
Result<void> PrepareSchema(PostgresDatabase& database);

}  // namespace cxctl
