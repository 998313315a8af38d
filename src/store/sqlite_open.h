#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/sqlite_database.h"
#include "store/state_store.h"

namespace cxctl {

/// Opens the file of a store as StoreMode says. For reading, a store that is not there, and one whose tables are of a
/// version before `oldest`, reads as an empty one, in memory. A store that is opened for writing is looked at for
/// damage (CheckSqliteStructure) and gets the tables that it lacks.
Result<std::unique_ptr<SqliteDatabase>> OpenSqlite(const std::string& name, StoreMode mode, std::int64_t oldest);

/// A store in memory that holds nothing and forgets everything: for reading one that does not exist.
Result<std::unique_ptr<SqliteDatabase>> OpenEmptySqlite(const std::string& name);

/// kIntegrity if the file's own structure is damaged.
Result<void> CheckSqliteStructure(SqliteDatabase& database);

}  // namespace cxctl
