#include "store/postgres_store.h"

#include <fmt/format.h>

#include "store/postgres_chain.h"
#include "store/postgres_schema.h"
#include "store/sqlite_store.h"

namespace cxctl {

namespace {

constexpr int kAuditPage = 1000;

std::string Number(std::int64_t number) {
  return std::to_string(number);
}

}  // namespace

Result<std::unique_ptr<StateStore>> PostgresStore::Open(const std::string& url, StoreMode mode) {
  TRY_ASSIGN(auto database, PostgresDatabase::Open(url, mode == StoreMode::kRead));
  if (mode == StoreMode::kWrite) {
    TRY(PrepareSchema(*database));
  } else {
    TRY_ASSIGN(const std::int64_t version, SchemaVersion(*database));
    if (version == 0) return SqliteStore::OpenEmpty(database->name());
  }
  return std::make_unique<PostgresStore>(std::move(database));
}

std::string PostgresStore::ServerTime(Instant time) const {
  return Number(time.micros + database_->clock_offset_micros());
}

Instant PostgresStore::LocalTime(std::int64_t micros) const {
  return {micros - database_->clock_offset_micros()};
}

Result<std::vector<AppliedObject>> PostgresStore::Applied(const std::string& tenant) {
  TRY_ASSIGN(const PostgresRows rows,
             database_->Query("SELECT address, kind, live_id, scope, identity, content, lifecycle, run, applied_at "
                              "FROM applied WHERE tenant = $1 ORDER BY address",
                              {tenant}));
  std::vector<AppliedObject> objects;
  objects.reserve(static_cast<std::size_t>(rows.count()));
  for (int row = 0; row < rows.count(); ++row) {
    const auto text = [&](int column) { return std::string(rows.Text(row, column)); };
    objects.push_back({text(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7), {rows.Int(row, 8)}});
  }
  return objects;
}

Result<std::vector<Intent>> PostgresStore::OpenIntents(const std::string& tenant) {
  TRY_ASSIGN(const PostgresRows rows,
             database_->Query("SELECT id, run, address, kind, action, scope, identity, live_id, idempotency_key, "
                              "etag_before, before, after, content, lifecycle, payload_sha256, started "
                              "FROM intent WHERE tenant = $1 ORDER BY number",
                              {tenant}));
  std::vector<Intent> intents;
  for (int row = 0; row < rows.count(); ++row) {
    Intent intent;
    std::string* const members[] = {&intent.id,          &intent.run,       &intent.address,
                                    &intent.kind,        &intent.action,    &intent.scope,
                                    &intent.identity,    &intent.live_id,   &intent.idempotency_key,
                                    &intent.etag_before, &intent.before,    &intent.after,
                                    &intent.content,     &intent.lifecycle, &intent.payload_sha256};
    for (int column = 0; column < static_cast<int>(std::size(members)); ++column)
      *members[column] = rows.Text(row, column);
    intent.started = {rows.Int(row, 15)};
    intents.push_back(std::move(intent));
  }
  return intents;
}

Result<void> PostgresStore::Commit(const std::string& tenant, const std::string& run, const StoreBatch& batch) {
  PostgresTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY(RequireLease(tenant, run));
  for (const Intent& intent : batch.intents) TRY(PutIntent(tenant, intent));
  if (!batch.completions.empty()) {
    TRY_ASSIGN(AuditHead head, ReadChainHead(*database_, true));
    const std::int64_t count_before = head.count;
    for (const Completion& completion : batch.completions) TRY(Complete(tenant, completion, head));
    if (head.count != count_before) TRY(PutChainHead(*database_, head));
  }
  return transaction.Commit();
}

Result<void> PostgresStore::AppendAudit(const AuditEntry& entry) {
  PostgresTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY_ASSIGN(AuditHead head, ReadChainHead(*database_, true));
  TRY(AppendToChain(*database_, entry, head));
  TRY(PutChainHead(*database_, head));
  return transaction.Commit();
}

Result<void> PostgresStore::RequireLease(const std::string& tenant, const std::string& run) {
  TRY_ASSIGN(const std::optional<Lease> lease, ReadLease(tenant, true));
  if (lease && lease->run == run) return {};
  const std::string instead =
      lease ? fmt::format("run {} of {} does", lease->run, lease->holder) : std::string("nobody does");
  return Fail(
      ErrorCode::kRefused,
      fmt::format("run {} does not hold the lock of tenant {} (any more), {}: it must not write, start it again", run,
                  tenant, instead));
}

Result<void> PostgresStore::PutIntent(const std::string& tenant, const Intent& intent) {
  return database_->Execute(
      "INSERT INTO intent (tenant, id, run, address, kind, action, scope, identity, live_id, idempotency_key, "
      "etag_before, before, after, content, lifecycle, payload_sha256, started) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
      {tenant, intent.id, intent.run, intent.address, intent.kind, intent.action, intent.scope, intent.identity,
       intent.live_id, intent.idempotency_key, intent.etag_before, intent.before, intent.after, intent.content,
       intent.lifecycle, intent.payload_sha256, Number(intent.started.micros)});
}

Result<void> PostgresStore::CloseIntent(const std::string& tenant, const Completion& completion) {
  const char* sql = completion.keep_open ? "UPDATE intent SET id = id WHERE tenant = $1 AND id = $2"
                                         : "DELETE FROM intent WHERE tenant = $1 AND id = $2";
  TRY_ASSIGN(const PostgresRows changed, database_->Query(sql, {tenant, completion.intent_id}));
  if (changed.affected() == 1) return {};
  return Fail(ErrorCode::kIntegrity,
              fmt::format("state store {} has no open intent {} of tenant {}: its outcome was recorded before, or the "
                          "store was replaced during the run",
                          database_->name(), completion.intent_id, tenant));
}

Result<void> PostgresStore::PutApplied(const std::string& tenant, const AppliedObject& object) {
  return database_->Execute(
      "INSERT INTO applied (tenant, address, kind, live_id, scope, identity, content, lifecycle, run, applied_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
      "ON CONFLICT (tenant, address) DO UPDATE SET kind = excluded.kind, live_id = excluded.live_id, "
      "scope = excluded.scope, identity = excluded.identity, content = excluded.content, "
      "lifecycle = excluded.lifecycle, run = excluded.run, applied_at = excluded.applied_at",
      {tenant, object.address, object.kind, object.live_id, object.scope, object.identity, object.content,
       object.lifecycle, object.run, Number(object.applied_at.micros)});
}

Result<void> PostgresStore::Complete(const std::string& tenant, const Completion& completion, AuditHead& head) {
  if (!completion.intent_id.empty()) TRY(CloseIntent(tenant, completion));
  for (const std::string& address : completion.remove)
    TRY(database_->Execute("DELETE FROM applied WHERE tenant = $1 AND address = $2", {tenant, address}));
  for (const AppliedObject& object : completion.put) TRY(PutApplied(tenant, object));
  if (completion.audit) TRY(AppendToChain(*database_, *completion.audit, head));
  return {};
}

Result<StateStore::AuditHead> PostgresStore::Head() {
  return ReadChainHead(*database_, false);
}

Result<void> PostgresStore::PutSignedHead(const std::string& line) {
  PostgresTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY(database_->Execute("INSERT INTO signed_head (line) VALUES ($1)", {line}));
  return transaction.Commit();
}

Result<std::vector<std::string>> PostgresStore::SignedHeads() {
  TRY_ASSIGN(const PostgresRows rows, database_->Query("SELECT line FROM signed_head ORDER BY seq"));
  std::vector<std::string> heads;
  for (int row = 0; row < rows.count(); ++row) heads.emplace_back(rows.Text(row, 0));
  return heads;
}

Result<void> PostgresStore::ReadAudit(std::int64_t from_seq, const std::function<bool(std::string_view line)>& visit) {
  for (std::int64_t next = from_seq;;) {
    TRY_ASSIGN(const PostgresRows rows,
               database_->Query("SELECT seq, line FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2",
                                {Number(next), Number(kAuditPage)}));
    for (int row = 0; row < rows.count(); ++row) {
      if (!visit(rows.Text(row, 1))) return {};
    }
    if (rows.count() < kAuditPage) return {};
    next = rows.Int(rows.count() - 1, 0) + 1;
  }
}

Result<std::optional<Lease>> PostgresStore::ReadLease(const std::string& tenant, bool lock) {
  const std::string sql =
      fmt::format("SELECT tenant, run, holder, host, pid, process_start, since, expires FROM lease WHERE tenant = $1{}",
                  lock ? " FOR UPDATE" : "");
  TRY_ASSIGN(const PostgresRows rows, database_->Query(sql.c_str(), {tenant}));
  if (rows.count() == 0) return std::optional<Lease>();
  const auto text = [&](int column) { return std::string(rows.Text(0, column)); };
  return Lease{text(0),
               text(1),
               text(2),
               text(3),
               rows.Int(0, 4),
               text(5),
               LocalTime(rows.Int(0, 6)),
               LocalTime(rows.Int(0, 7))};
}

Result<std::optional<Lease>> PostgresStore::Acquire(const Lease& wanted, Instant now,
                                                    const std::function<bool(const Lease&)>& is_gone) {
  PostgresTransaction transaction(*database_);
  TRY(transaction.Begin());
  // There may be no row to lock yet.
  TRY(database_->Execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", {wanted.tenant}));
  TRY_ASSIGN(std::optional<Lease> holder, ReadLease(wanted.tenant, true));
  const bool is_free = !holder || holder->run == wanted.run || holder->expires < now || (is_gone && is_gone(*holder));
  if (!is_free) return holder;
  TRY(database_->Execute(
      "INSERT INTO lease (tenant, run, holder, host, pid, process_start, since, expires) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant) DO UPDATE SET run = excluded.run, "
      "holder = excluded.holder, host = excluded.host, pid = excluded.pid, process_start = excluded.process_start, "
      "since = excluded.since, expires = excluded.expires",
      {wanted.tenant, wanted.run, wanted.holder, wanted.host, Number(wanted.pid), wanted.process_start,
       ServerTime(wanted.since), ServerTime(wanted.expires)}));
  TRY(transaction.Commit());
  return std::optional<Lease>();
}

Result<void> PostgresStore::Renew(const std::string& tenant, const std::string& run, Instant expires) {
  PostgresTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY(RequireLease(tenant, run));
  TRY(database_->Execute("UPDATE lease SET expires = $1 WHERE tenant = $2 AND run = $3",
                         {ServerTime(expires), tenant, run}));
  return transaction.Commit();
}

Result<void> PostgresStore::Release(const std::string& tenant, const std::string& run) {
  PostgresTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY(database_->Execute("DELETE FROM lease WHERE tenant = $1 AND run = $2", {tenant, run}));
  return transaction.Commit();
}

Result<std::optional<Lease>> PostgresStore::Holder(const std::string& tenant) {
  return ReadLease(tenant, false);
}

}  // namespace cxctl
