#pragma once

#include "base/result.h"
#include "store/postgres_database.h"

namespace cxctl {

/// Whether the database has our tables, in a version that this program reads. kIntegrity for a later version.
Result<bool> HasSchema(PostgresDatabase& database);

/// Makes the tables where there are none; of several processes that do at once, one does. kIo where the role may not
/// make a schema: an administrator then makes an empty schema `cxctl` that belongs to the role.
Result<void> PrepareSchema(PostgresDatabase& database);

}  // namespace cxctl
