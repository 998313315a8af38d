#include "store/sqlite_open.h"

#include <fmt/format.h>

#include <utility>

#include "base/strings.h"
#include "store/sqlite_file.h"
#include "store/sqlite_schema.h"

namespace cxctl {
namespace {

/// Null for a database without our tables, or with those of a version before `oldest`.
Result<std::unique_ptr<SqliteDatabase>> OpenPresent(const StoreFile& file, const std::string& name,
                                                    SqliteDatabase::Access access, std::int64_t oldest) {
  TRY_ASSIGN(auto database, SqliteDatabase::Open(file.path, name, access));
  TRY_ASSIGN(const std::int64_t version, SchemaVersion(*database));
  if (version < oldest) return nullptr;
  return database;
}

Result<std::unique_ptr<SqliteDatabase>> OpenForReading(const std::string& name, std::int64_t oldest) {
  TRY_ASSIGN(const StoreFile file, FindStoreFile(name));
  if (file.state != StoreFile::kPresent) return OpenEmptySqlite(name);
  auto database = OpenPresent(file, name, SqliteDatabase::Access::kReadOnly, oldest);
  // In a folder that cannot be written SQLite has no place for the index of the write-ahead log. Without a log there is
  // nothing to index.
  if (!database && database.error().code == ErrorCode::kIo && !file.writable && !HasLog(file.path)) {
    database = OpenPresent(file, name, SqliteDatabase::Access::kImmutable, oldest);
  }
  if (database && *database == nullptr) return OpenEmptySqlite(name);
  return database;
}

Result<std::unique_ptr<SqliteDatabase>> OpenForWriting(const std::string& name) {
  TRY_ASSIGN(const StoreFile file, MakeStoreFile(name));
  TRY_ASSIGN(auto database, SqliteDatabase::Open(file.path, name, SqliteDatabase::Access::kReadWrite));
  TRY(PrepareSchema(*database));
  TRY(CheckSqliteStructure(*database));
  return database;
}

}  // namespace

Result<std::unique_ptr<SqliteDatabase>> OpenSqlite(const std::string& name, StoreMode mode, std::int64_t oldest) {
  return mode == StoreMode::kRead ? OpenForReading(name, oldest) : OpenForWriting(name);
}

Result<std::unique_ptr<SqliteDatabase>> OpenEmptySqlite(const std::string& name) {
  TRY_ASSIGN(auto database, SqliteDatabase::Open("", name, SqliteDatabase::Access::kInMemory));
  TRY(PrepareSchema(*database));
  return database;
}

Result<void> CheckSqliteStructure(SqliteDatabase& database) {
  TRY_ASSIGN(const std::string finding, database.QueryText("PRAGMA quick_check(1)"));
  if (finding == "ok") return {};
  return Fail(ErrorCode::kIntegrity, fmt::format("state store {} is damaged ({}): keep a copy of it, then restore it "
                                                 "from a backup",
                                                 database.name(), EscapeControls(finding)));
}

}  // namespace cxctl
