#include "store/postgres_schema.h"

#include <fmt/format.h>

namespace cxctl {

namespace {

constexpr std::int64_t kVersion = 2;
// Any number will do, as long as no other program of this database uses it: "cxct".
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(1668834164)";

// The same tables as in SQLite. Texts sort by their bytes everywhere.
constexpr const char* kTables[] = {
    "CREATE TABLE cxctl.meta (version BIGINT NOT NULL)",
    "INSERT INTO cxctl.meta (version) VALUES (2)",
    R"(CREATE TABLE cxctl.applied (
         tenant TEXT COLLATE "C" NOT NULL, address TEXT COLLATE "C" NOT NULL, kind TEXT NOT NULL, live_id TEXT NOT NULL,
         scope TEXT NOT NULL, identity TEXT NOT NULL, content TEXT NOT NULL, lifecycle TEXT NOT NULL, run TEXT NOT NULL,
         applied_at BIGINT NOT NULL, PRIMARY KEY (tenant, address)))",
    R"(CREATE TABLE cxctl.intent (
         number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
         run TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL, scope TEXT NOT NULL,
         identity TEXT NOT NULL, live_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, etag_before TEXT NOT NULL,
         before TEXT NOT NULL, after TEXT NOT NULL, content TEXT NOT NULL, lifecycle TEXT NOT NULL,
         payload_sha256 TEXT NOT NULL, started BIGINT NOT NULL))",
    R"(CREATE TABLE cxctl.lease (
         tenant TEXT PRIMARY KEY, run TEXT NOT NULL, holder TEXT NOT NULL, host TEXT NOT NULL, pid BIGINT NOT NULL,
         process_start TEXT NOT NULL, since BIGINT NOT NULL, expires BIGINT NOT NULL))",
    "CREATE TABLE cxctl.audit (seq BIGINT PRIMARY KEY, line TEXT NOT NULL)",
    "CREATE TABLE cxctl.audit_head (id BIGINT PRIMARY KEY CHECK (id = 1), count BIGINT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TABLE cxctl.signed_head (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line TEXT NOT NULL)",
    "INSERT INTO cxctl.audit_head (id, count, hash) "
    "VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000')",
};

// What version 2 added.
constexpr const char* kAgentTables[] = {
    R"(CREATE TABLE cxctl.agent_record (
         tenant TEXT COLLATE "C" NOT NULL, collection TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL,
         state TEXT COLLATE "C" NOT NULL, due BIGINT, body TEXT NOT NULL, version BIGINT NOT NULL,
         PRIMARY KEY (tenant, collection, id)))",
    "CREATE INDEX agent_record_state ON cxctl.agent_record (tenant, collection, state, due, id)",
    "CREATE INDEX agent_record_due ON cxctl.agent_record (tenant, collection, due, id) WHERE due IS NOT NULL",
    R"(CREATE TABLE cxctl.agent_lease (
         tenant TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, owner TEXT NOT NULL, epoch BIGINT NOT NULL,
         expires BIGINT NOT NULL, PRIMARY KEY (tenant, name)))",
    "UPDATE cxctl.meta SET version = 2",
};

}  // namespace

Result<std::int64_t> SchemaVersion(PostgresDatabase& database) {
  TRY_ASSIGN(const PostgresRows present, database.Query("SELECT count(*) FROM pg_catalog.pg_tables "
                                                        "WHERE schemaname = 'cxctl' AND tablename = 'meta'"));
  if (present.Int(0, 0) == 0) return 0;
  TRY_ASSIGN(const PostgresRows version, database.Query("SELECT version FROM cxctl.meta"));
  if (version.count() != 1) {
    return Fail(ErrorCode::kIntegrity, fmt::format("state store {} has tables of another program in its schema cxctl: "
                                                   "check the URL",
                                                   database.name()));
  }
  if (version.Int(0, 0) <= kVersion) return version.Int(0, 0);
  return Fail(ErrorCode::kIntegrity,
              fmt::format("state store {} has format {}, and this version of cxctl reads formats up to {}: use the "
                          "version that wrote it, or a later one",
                          database.name(), version.Int(0, 0), kVersion));
}

Result<void> PrepareSchema(PostgresDatabase& database) {
  TRY_ASSIGN(const std::int64_t version_before, SchemaVersion(database));
  if (version_before == kVersion) return {};
  PostgresTransaction transaction(database);
  TRY(transaction.Begin());
  TRY(database.Execute(kLock));
  // Asked again: another process may have made the tables in the meantime.
  TRY_ASSIGN(const std::int64_t version, SchemaVersion(database));
  if (version == kVersion) return {};
  if (version == 0) {
    TRY(database.Execute("CREATE SCHEMA IF NOT EXISTS cxctl"));
    for (const char* statement : kTables) TRY(database.Execute(statement));
  }
  for (const char* statement : kAgentTables) TRY(database.Execute(statement));
  return transaction.Commit();
}

}  // namespace cxctl
