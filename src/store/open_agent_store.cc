#include <optional>
#include <utility>

#include "store/open.h"
#include "store/postgres_chain.h"
#include "store/postgres_schema.h"
#include "store/sql_agent_store.h"
#include "store/sqlite_chain.h"
#include "store/sqlite_open.h"

namespace cxctl {

namespace {

constexpr std::int64_t kOldestVersion = 2;  ///< Of the tables: the first that has the agent's.

class SqliteAgentDatabase final : public AgentDatabase {
 public:
  explicit SqliteAgentDatabase(std::unique_ptr<SqliteDatabase> database) : database_(std::move(database)) {}

  Result<std::vector<Row>> Query(const char* sql, const std::vector<std::string>& values) override {
    SqliteQuery query(*database_, sql);
    for (const std::string& value : values) query.Bind(std::string_view(value));
    std::vector<Row> rows;
    for (;;) {
      TRY_ASSIGN(const bool found, query.Step());
      if (!found) return rows;
      Row& row = rows.emplace_back();
      for (int column = 0; column < query.columns(); ++column) row.push_back(query.Text(column));
    }
  }

  Result<void> Begin(const std::string&) override { return transaction_.emplace(*database_).Begin(); }
  Result<void> Commit() override {
    TRY(transaction_->Commit());
    transaction_.reset();
    return {};
  }
  void Rollback() override { transaction_.reset(); }

  Result<StateStore::AuditHead> LockHead() override { return ReadChainHead(*database_); }
  Result<void> Append(const AuditEntry& entry, StateStore::AuditHead& head) override {
    return AppendToChain(*database_, entry, head);
  }
  Result<void> PutHead(const StateStore::AuditHead& head) override { return PutChainHead(*database_, head); }
  std::int64_t ClockOffsetMicros() const override { return 0; }

 private:
  std::unique_ptr<SqliteDatabase> database_;
  std::optional<SqliteTransaction> transaction_;
};

class PostgresAgentDatabase final : public AgentDatabase {
 public:
  explicit PostgresAgentDatabase(std::unique_ptr<PostgresDatabase> database) : database_(std::move(database)) {}

  Result<std::vector<Row>> Query(const char* sql, const std::vector<std::string>& values) override {
    // A long-lived agent meets restarts of its server: what is no part of a transaction is asked again.
    if (!transaction_ && !database_->is_connected()) TRY(database_->Reconnect());
    Result<PostgresRows> answer = database_->Query(sql, values);
    if (!answer && !transaction_ && !database_->is_connected()) {
      TRY(database_->Reconnect());
      answer = database_->Query(sql, values);
    }
    TRY_ASSIGN(const PostgresRows found, std::move(answer));
    std::vector<Row> rows(static_cast<std::size_t>(found.count()));
    for (int row = 0; row < found.count(); ++row) {
      for (int column = 0; column < found.columns(); ++column) {
        rows[static_cast<std::size_t>(row)].emplace_back(found.Text(row, column));
      }
    }
    return rows;
  }

  Result<void> Begin(const std::string& tenant) override {
    TRY(transaction_.emplace(*database_).Begin());
    // There may be no row to lock yet; and locks of rows, taken in any order, would end in deadlocks.
    return database_->Execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", {tenant});
  }
  Result<void> Commit() override {
    TRY(transaction_->Commit());
    transaction_.reset();
    return {};
  }
  void Rollback() override { transaction_.reset(); }

  Result<StateStore::AuditHead> LockHead() override { return ReadChainHead(*database_, true); }
  Result<void> Append(const AuditEntry& entry, StateStore::AuditHead& head) override {
    return AppendToChain(*database_, entry, head);
  }
  Result<void> PutHead(const StateStore::AuditHead& head) override { return PutChainHead(*database_, head); }
  std::int64_t ClockOffsetMicros() const override { return database_->clock_offset_micros(); }

 private:
  std::unique_ptr<PostgresDatabase> database_;
  std::optional<PostgresTransaction> transaction_;
};

Result<std::unique_ptr<AgentDatabase>> OpenSqliteDatabase(const std::string& path, StoreMode mode) {
  TRY_ASSIGN(auto database, OpenSqlite(path, mode, kOldestVersion));
  return std::make_unique<SqliteAgentDatabase>(std::move(database));
}

Result<std::unique_ptr<AgentDatabase>> OpenPostgresDatabase(const std::string& url, StoreMode mode) {
  TRY_ASSIGN(auto database, PostgresDatabase::Open(url, mode == StoreMode::kRead));
  if (mode == StoreMode::kWrite) TRY(PrepareSchema(*database));
  TRY_ASSIGN(const std::int64_t version, SchemaVersion(*database));
  if (version >= kOldestVersion) return std::make_unique<PostgresAgentDatabase>(std::move(database));
  TRY_ASSIGN(auto empty, OpenEmptySqlite(database->name()));
  return std::make_unique<SqliteAgentDatabase>(std::move(empty));
}

}  // namespace

Result<std::unique_ptr<AgentStore>> OpenAgentStore(const std::string& url, StoreMode mode) {
  TRY_ASSIGN(const StoreUrl parsed, ParseStoreUrl(url));
  auto database = parsed.kind == StoreUrl::kPostgres ? OpenPostgresDatabase(parsed.target, mode)
                                                     : OpenSqliteDatabase(parsed.target, mode);
  if (!database) return std::unexpected(std::move(database).error());
  return std::make_unique<SqlAgentStore>(std::move(*database));
}

}  // namespace cxctl
