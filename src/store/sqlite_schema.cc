#include "store/sqlite_schema.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "audit/audit.h"

namespace cxctl {
namespace {

constexpr std::int64_t kApplicationId = 0x63786374;  // "cxct"
constexpr std::int64_t kVersion = 2;
constexpr int kSwitchTries = 250;
constexpr auto kSwitchPause = std::chrono::milliseconds(20);

// The audit records are kept as the very text that was hashed: what is read is what is verified.
constexpr const char* kTables = R"sql(
  CREATE TABLE applied (
    tenant TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL, live_id TEXT NOT NULL, scope TEXT NOT NULL,
    identity TEXT NOT NULL, content TEXT NOT NULL, lifecycle TEXT NOT NULL, run TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, address)) STRICT, WITHOUT ROWID;
  CREATE TABLE intent (
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL UNIQUE, run TEXT NOT NULL,
    address TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL, scope TEXT NOT NULL, identity TEXT NOT NULL,
    live_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, etag_before TEXT NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL, content TEXT NOT NULL, lifecycle TEXT NOT NULL, payload_sha256 TEXT NOT NULL,
    started INTEGER NOT NULL) STRICT;
  CREATE TABLE lease (
    tenant TEXT PRIMARY KEY, run TEXT NOT NULL, holder TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
    process_start TEXT NOT NULL, since INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT;
  CREATE TABLE audit (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
  CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  PRAGMA application_id = 1668834164;
)sql";
static_assert(kApplicationId == 1668834164);

// What version 2 added.
constexpr const char* kAgentTables = R"sql(
  CREATE TABLE agent_record (
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL,
    due INTEGER, body TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE (tenant, collection, id)) STRICT;
  CREATE INDEX agent_record_state ON agent_record (tenant, collection, state, due, id);
  CREATE INDEX agent_record_due ON agent_record (tenant, collection, due, id) WHERE due IS NOT NULL;
  CREATE TABLE agent_lease (
    tenant TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, epoch INTEGER NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 2;
)sql";
static_assert(kVersion == 2);

Result<void> UseWriteAheadLog(SqliteDatabase& database) {
  Result<std::string> switched = database.QueryText("PRAGMA journal_mode = WAL");
  // SQLite does not wait by itself while another connection makes the same switch.
  for (int tries = 0; !switched && database.is_busy() && tries < kSwitchTries; ++tries) {
    std::this_thread::sleep_for(kSwitchPause);
    switched = database.QueryText("PRAGMA journal_mode = WAL");
  }
  TRY_ASSIGN(const std::string mode, std::move(switched));
  if (mode == "wal" || mode == "memory") return {};
  return Fail(ErrorCode::kIo, fmt::format("state store {}: its file system cannot hold a write-ahead log: put it on a "
                                          "local disk",
                                          database.name()));
}

Result<std::int64_t> LookForSchema(SqliteDatabase& database) {
  TRY_ASSIGN(const std::int64_t entries, database.QueryInt("SELECT count(*) FROM sqlite_schema"));
  TRY_ASSIGN(const std::int64_t application, database.QueryInt("PRAGMA application_id"));
  TRY_ASSIGN(const std::int64_t version, database.QueryInt("PRAGMA user_version"));
  if (entries == 0 && application == 0 && version == 0) return 0;
  if (application != kApplicationId || version < 1) {
    return Fail(ErrorCode::kIntegrity,
                fmt::format("state store {} is a database of another program: check the path", database.name()));
  }
  if (version > kVersion) {
    return Fail(ErrorCode::kIntegrity,
                fmt::format("state store {} has format {}, and this version of cxctl reads formats up to {}: use the "
                            "version that wrote it, or a later one",
                            database.name(), version, kVersion));
  }
  return version;
}

Result<void> MakeTables(SqliteDatabase& database) {
  TRY(database.Execute(kTables));
  SqliteQuery head(database, "INSERT INTO audit_head (id, count, hash) VALUES (1, 0, ?1)");
  return head.Bind(kAuditGenesis).Run();
}

}  // namespace

Result<std::int64_t> SchemaVersion(SqliteDatabase& database) {
  // One look at the file: another process may be making the tables. A savepoint works within a transaction, too.
  TRY(database.Execute("SAVEPOINT look"));
  Result<std::int64_t> found = LookForSchema(database);
  TRY(database.Execute("RELEASE look"));
  return found;
}

Result<void> PrepareSchema(SqliteDatabase& database) {
  TRY(SchemaVersion(database));  // before anything is written: it may be another program's
  TRY(UseWriteAheadLog(database));
  SqliteTransaction transaction(database);
  TRY(transaction.Begin());
  // Asked again: another process may have made the tables in the meantime.
  TRY_ASSIGN(const std::int64_t version, SchemaVersion(database));
  if (version == kVersion) return {};
  if (version == 0) TRY(MakeTables(database));
  TRY(database.Execute(kAgentTables));
  return transaction.Commit();
}

}  // namespace cxctl
