#include "store/sql_agent_store.h"

#include <fmt/format.h>

#include <charconv>

namespace cxctl {

namespace {

using Condition = AgentWrite::Condition;

std::string Number(std::int64_t number) {
  return std::to_string(number);
}

std::int64_t ReadNumber(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Rolls back unless it was committed.
class Transaction {
 public:
  explicit Transaction(AgentDatabase& database) : database_(database) {}
  ~Transaction() {
    if (open_) database_.Rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result<void> Begin(const std::string& tenant) {
    open_ = true;  // it may fail after its first step
    return database_.Begin(tenant);
  }
  Result<void> Commit() {
    TRY(database_.Commit());
    open_ = false;
    return {};
  }

 private:
  AgentDatabase& database_;
  bool open_ = false;
};

AgentRecord ReadRecord(const std::string& collection, AgentDatabase::Row& row) {
  AgentRecord record;
  record.collection = collection;
  record.id = std::move(row[0]);
  record.state = std::move(row[1]);
  if (!row[2].empty()) record.due = Instant{ReadNumber(row[2])};
  record.body = std::move(row[3]);
  record.version = ReadNumber(row[4]);
  return record;
}

struct Statement {
  const char* sql;
  std::vector<std::string> values;
};

Statement StatementOf(const std::string& tenant, const AgentQuery& query) {
  const std::string limit = Number(static_cast<std::int64_t>(query.limit));
  if (query.due_by && query.state) {
    return {
        "SELECT id, state, due, body, version FROM agent_record WHERE tenant = $1 AND collection = $2 "
        "AND state = $3 AND due <= $4 ORDER BY due, id LIMIT $5",
        {tenant, query.collection, *query.state, Number(query.due_by->micros), limit}};
  }
  if (query.due_by) {
    return {
        "SELECT id, state, due, body, version FROM agent_record WHERE tenant = $1 AND collection = $2 "
        "AND due <= $3 ORDER BY due, id LIMIT $4",
        {tenant, query.collection, Number(query.due_by->micros), limit}};
  }
  if (query.state) {
    return {
        "SELECT id, state, due, body, version FROM agent_record WHERE tenant = $1 AND collection = $2 "
        "AND state = $3 AND id > $4 ORDER BY id LIMIT $5",
        {tenant, query.collection, *query.state, query.after, limit}};
  }
  return {
      "SELECT id, state, due, body, version FROM agent_record WHERE tenant = $1 AND collection = $2 AND id > $3 "
      "ORDER BY id LIMIT $4",
      {tenant, query.collection, query.after, limit}};
}

std::optional<std::int64_t> NumberIn(const std::vector<AgentDatabase::Row>& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadNumber(rows[0][0]);
}

}  // namespace

Result<std::vector<AgentCommit>> SqlAgentStore::Commit(const std::string& tenant,
                                                       const std::vector<AgentBatch>& batches) {
  std::vector<AgentCommit> commits;
  if (batches.empty()) return commits;
  commits.reserve(batches.size());
  Transaction transaction(*database_);
  TRY(transaction.Begin(tenant));
  std::vector<AuditEntry> audit;
  for (const AgentBatch& batch : batches) {
    TRY_ASSIGN(AgentCommit commit, CommitOne(tenant, batch));
    if (commit.status == AgentCommit::Status::kDone) audit.insert(audit.end(), batch.audit.begin(), batch.audit.end());
    commits.push_back(std::move(commit));
  }
  TRY(AppendAll(audit));
  TRY(transaction.Commit());
  return commits;
}

Result<AgentCommit> SqlAgentStore::CommitOne(const std::string& tenant, const AgentBatch& batch) {
  AgentCommit commit;
  if (batch.lease) {
    TRY_ASSIGN(const bool held, IsHeld(tenant, *batch.lease));
    if (!held) return AgentCommit{AgentCommit::Status::kLeaseLost, 0, {}};
  }
  // One write that does not fit its condition has changed nothing by itself.
  const bool may_have_to_undo = batch.writes.size() > 1;
  if (may_have_to_undo) TRY(database_->Query("SAVEPOINT batch", {}));
  for (std::size_t i = 0; i < batch.writes.size(); ++i) {
    TRY_ASSIGN(const std::optional<std::int64_t> version, Apply(tenant, batch.writes[i]));
    if (!version) {
      if (may_have_to_undo) TRY(database_->Query("ROLLBACK TO SAVEPOINT batch", {}));
      commit = {AgentCommit::Status::kCondition, i, {}};
      break;
    }
    commit.versions.push_back(*version);
  }
  if (may_have_to_undo) TRY(database_->Query("RELEASE SAVEPOINT batch", {}));
  return commit;
}

Result<bool> SqlAgentStore::IsHeld(const std::string& tenant, const AgentLease& lease) {
  TRY_ASSIGN(const auto rows, database_->Query("SELECT owner, epoch FROM agent_lease WHERE tenant = $1 AND name = $2",
                                               {tenant, lease.name}));
  return !rows.empty() && rows[0][0] == lease.owner && ReadNumber(rows[0][1]) == lease.epoch;
}

// The chain is locked last and for as short as can be: runs of plan and apply append to it as well.
Result<void> SqlAgentStore::AppendAll(const std::vector<AuditEntry>& entries) {
  if (entries.empty()) return {};
  TRY_ASSIGN(StateStore::AuditHead head, database_->LockHead());
  for (const AuditEntry& entry : entries) TRY(database_->Append(entry, head));
  return database_->PutHead(head);
}

Result<std::optional<std::int64_t>> SqlAgentStore::Apply(const std::string& tenant, const AgentWrite& write) {
  return write.kind == AgentWrite::Kind::kPut ? Put(tenant, write) : Delete(tenant, write);
}

Result<std::optional<std::int64_t>> SqlAgentStore::Put(const std::string& tenant, const AgentWrite& write) {
  const AgentRecord& record = write.record;
  const std::string due = record.due ? Number(record.due->micros) : "";
  if (write.condition == Condition::kVersion) {
    TRY_ASSIGN(const auto rows,
               database_->Query(
                   "UPDATE agent_record SET state = $1, due = CAST(NULLIF($2, '') AS BIGINT), body = $3, "
                   "version = version + 1 WHERE tenant = $4 AND collection = $5 AND id = $6 "
                   "AND version = $7 RETURNING version",
                   {record.state, due, record.body, tenant, record.collection, record.id, Number(record.version)}));
    return NumberIn(rows);
  }
  TRY_ASSIGN(const auto rows,
             database_->Query(write.condition == Condition::kAbsent
                                  ? "INSERT INTO agent_record (tenant, collection, id, state, due, body, version) "
                                    "VALUES ($1, $2, $3, $4, CAST(NULLIF($5, '') AS BIGINT), $6, 1) "
                                    "ON CONFLICT (tenant, collection, id) DO NOTHING RETURNING version"
                                  : "INSERT INTO agent_record (tenant, collection, id, state, due, body, version) "
                                    "VALUES ($1, $2, $3, $4, CAST(NULLIF($5, '') AS BIGINT), $6, 1) "
                                    "ON CONFLICT (tenant, collection, id) DO UPDATE SET state = excluded.state, "
                                    "due = excluded.due, body = excluded.body, version = agent_record.version + 1 "
                                    "RETURNING version",
                              {tenant, record.collection, record.id, record.state, due, record.body}));
  return NumberIn(rows);
}

Result<std::optional<std::int64_t>> SqlAgentStore::Delete(const std::string& tenant, const AgentWrite& write) {
  const AgentRecord& record = write.record;
  const std::vector<std::string> key = {tenant, record.collection, record.id};
  if (write.condition == Condition::kNone) {
    TRY(database_->Query("DELETE FROM agent_record WHERE tenant = $1 AND collection = $2 AND id = $3", key));
    return std::optional<std::int64_t>(0);
  }
  TRY_ASSIGN(
      const auto rows,
      database_->Query("SELECT version FROM agent_record WHERE tenant = $1 AND collection = $2 AND id = $3", key));
  const std::optional<std::int64_t> present = NumberIn(rows);
  const bool holds = write.condition == Condition::kAbsent ? !present : present == record.version;
  if (!holds) return std::optional<std::int64_t>();
  TRY(database_->Query("DELETE FROM agent_record WHERE tenant = $1 AND collection = $2 AND id = $3", key));
  return std::optional<std::int64_t>(0);
}

Result<std::optional<AgentRecord>> SqlAgentStore::Get(const std::string& tenant, const std::string& collection,
                                                      const std::string& id) {
  TRY_ASSIGN(auto rows, database_->Query("SELECT id, state, due, body, version FROM agent_record "
                                         "WHERE tenant = $1 AND collection = $2 AND id = $3",
                                         {tenant, collection, id}));
  if (rows.empty()) return std::optional<AgentRecord>();
  return std::optional(ReadRecord(collection, rows[0]));
}

Result<std::vector<AgentRecord>> SqlAgentStore::List(const std::string& tenant, const AgentQuery& query) {
  const Statement statement = StatementOf(tenant, query);
  TRY_ASSIGN(auto rows, database_->Query(statement.sql, statement.values));
  std::vector<AgentRecord> records;
  records.reserve(rows.size());
  for (AgentDatabase::Row& row : rows) records.push_back(ReadRecord(query.collection, row));
  return records;
}

Result<std::map<std::string, std::int64_t>> SqlAgentStore::Count(const std::string& tenant,
                                                                 const std::string& collection) {
  TRY_ASSIGN(const auto rows, database_->Query("SELECT state, count(*) FROM agent_record WHERE tenant = $1 "
                                               "AND collection = $2 GROUP BY state",
                                               {tenant, collection}));
  std::map<std::string, std::int64_t> counts;
  for (const AgentDatabase::Row& row : rows) counts[row[0]] = ReadNumber(row[1]);
  return counts;
}

Result<std::optional<Instant>> SqlAgentStore::NextDue(const std::string& tenant, const std::string& collection) {
  TRY_ASSIGN(const auto rows, database_->Query("SELECT due FROM agent_record WHERE tenant = $1 AND collection = $2 "
                                               "AND due IS NOT NULL ORDER BY due LIMIT 1",
                                               {tenant, collection}));
  if (rows.empty()) return std::optional<Instant>();
  return std::optional(Instant{ReadNumber(rows[0][0])});
}

Result<std::optional<AgentLease>> SqlAgentStore::Acquire(const std::string& tenant, const std::string& name,
                                                         const std::string& owner, Instant now, Duration ttl) {
  Transaction transaction(*database_);
  TRY(transaction.Begin(tenant));
  TRY_ASSIGN(const auto rows,
             database_->Query("SELECT owner, epoch, expires FROM agent_lease WHERE tenant = $1 AND name = $2",
                              {tenant, name}));
  const std::int64_t offset = database_->ClockOffsetMicros();
  AgentLease lease{name, owner, 1, now + ttl};
  if (!rows.empty()) {
    const std::string& holder = rows[0][0];
    const Instant expires{ReadNumber(rows[0][2]) - offset};
    if (!holder.empty() && holder != owner && now < expires) return std::optional<AgentLease>();
    lease.epoch = ReadNumber(rows[0][1]) + (holder == owner ? 0 : 1);
  }
  TRY(
      database_->Query("INSERT INTO agent_lease (tenant, name, owner, epoch, expires) VALUES ($1, $2, $3, $4, $5) "
                       "ON CONFLICT (tenant, name) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, "
                       "expires = excluded.expires",
                       {tenant, name, owner, Number(lease.epoch), Number(lease.expires.micros + offset)}));
  TRY(transaction.Commit());
  return std::optional(lease);
}

// The row stays: the next owner's epoch follows from it.
Result<void> SqlAgentStore::Release(const std::string& tenant, const std::string& name, const std::string& owner) {
  Transaction transaction(*database_);
  TRY(transaction.Begin(tenant));
  TRY(database_->Query("UPDATE agent_lease SET owner = '' WHERE tenant = $1 AND name = $2 AND owner = $3",
                       {tenant, name, owner}));
  return transaction.Commit();
}

}  // namespace cxctl
