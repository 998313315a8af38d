#include "store/sqlite_store.h"

#include <fmt/format.h>

#include <utility>

#include "store/sqlite_chain.h"
#include "store/sqlite_open.h"

namespace cxctl {
namespace {

Lease ReadLease(const SqliteQuery& row) {
  Lease lease;
  lease.tenant = row.Text(0);
  lease.run = row.Text(1);
  lease.holder = row.Text(2);
  lease.host = row.Text(3);
  lease.pid = row.Int(4);
  lease.process_start = row.Text(5);
  lease.since = {row.Int(6)};
  lease.expires = {row.Int(7)};
  return lease;
}

AppliedObject ReadApplied(const SqliteQuery& row) {
  AppliedObject object;
  object.address = row.Text(0);
  object.kind = row.Text(1);
  object.live_id = row.Text(2);
  object.scope = row.Text(3);
  object.identity = row.Text(4);
  object.content = row.Text(5);
  object.lifecycle = row.Text(6);
  object.run = row.Text(7);
  object.applied_at = {row.Int(8)};
  return object;
}

Intent ReadIntent(const SqliteQuery& row) {
  Intent intent;
  intent.id = row.Text(0);
  intent.run = row.Text(1);
  intent.address = row.Text(2);
  intent.kind = row.Text(3);
  intent.action = row.Text(4);
  intent.scope = row.Text(5);
  intent.identity = row.Text(6);
  intent.live_id = row.Text(7);
  intent.idempotency_key = row.Text(8);
  intent.etag_before = row.Text(9);
  intent.before = row.Text(10);
  intent.after = row.Text(11);
  intent.content = row.Text(12);
  intent.lifecycle = row.Text(13);
  intent.payload_sha256 = row.Text(14);
  intent.started = {row.Int(15)};
  return intent;
}

}  // namespace

Result<std::unique_ptr<StateStore>> SqliteStore::OpenEmpty(const std::string& name) {
  TRY_ASSIGN(auto database, OpenEmptySqlite(name));
  return std::make_unique<SqliteStore>(std::move(database));
}

Result<std::unique_ptr<StateStore>> SqliteStore::Open(const std::string& path, StoreMode mode) {
  TRY_ASSIGN(auto database, OpenSqlite(path, mode, 1));
  return std::make_unique<SqliteStore>(std::move(database));
}

Result<std::vector<AppliedObject>> SqliteStore::Applied(const std::string& tenant) {
  SqliteQuery query(*database_,
                    "SELECT address, kind, live_id, scope, identity, content, lifecycle, run, applied_at "
                    "FROM applied WHERE tenant = ?1 ORDER BY address");
  query.Bind(tenant);
  std::vector<AppliedObject> objects;
  for (;;) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found) return objects;
    objects.push_back(ReadApplied(query));
  }
}

Result<std::vector<Intent>> SqliteStore::OpenIntents(const std::string& tenant) {
  SqliteQuery query(*database_,
                    "SELECT id, run, address, kind, action, scope, identity, live_id, idempotency_key, etag_before, "
                    "before, after, content, lifecycle, payload_sha256, started "
                    "FROM intent WHERE tenant = ?1 ORDER BY number");
  query.Bind(tenant);
  std::vector<Intent> intents;
  for (;;) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found) return intents;
    intents.push_back(ReadIntent(query));
  }
}

Result<void> SqliteStore::Commit(const std::string& tenant, const std::string& run, const StoreBatch& batch) {
  SqliteTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY(RequireLease(tenant, run));
  for (const Intent& intent : batch.intents) TRY(PutIntent(tenant, intent));
  TRY_ASSIGN(AuditHead head, Head());
  const std::int64_t count_before = head.count;
  for (const Completion& completion : batch.completions) TRY(Complete(tenant, completion, head));
  if (head.count != count_before) TRY(PutChainHead(*database_, head));
  return transaction.Commit();
}

Result<void> SqliteStore::AppendAudit(const AuditEntry& entry) {
  SqliteTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY_ASSIGN(AuditHead head, Head());
  TRY(AppendToChain(*database_, entry, head));
  TRY(PutChainHead(*database_, head));
  return transaction.Commit();
}

Result<void> SqliteStore::RequireLease(const std::string& tenant, const std::string& run) {
  TRY_ASSIGN(const std::optional<Lease> lease, Holder(tenant));
  if (lease && lease->run == run) return {};
  const std::string instead =
      lease ? fmt::format("run {} of {} does", lease->run, lease->holder) : std::string("nobody does");
  return Fail(
      ErrorCode::kRefused,
      fmt::format("run {} does not hold the lock of tenant {} (any more), {}: it must not write, start it again", run,
                  tenant, instead));
}

Result<void> SqliteStore::PutIntent(const std::string& tenant, const Intent& intent) {
  SqliteQuery query(*database_,
                    "INSERT INTO intent (tenant, id, run, address, kind, action, scope, identity, live_id, "
                    "idempotency_key, etag_before, before, after, content, lifecycle, payload_sha256, started) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)");
  query.Bind(tenant).Bind(intent.id).Bind(intent.run).Bind(intent.address).Bind(intent.kind).Bind(intent.action);
  query.Bind(intent.scope).Bind(intent.identity).Bind(intent.live_id).Bind(intent.idempotency_key);
  query.Bind(intent.etag_before).Bind(intent.before).Bind(intent.after).Bind(intent.content).Bind(intent.lifecycle);
  query.Bind(intent.payload_sha256).Bind(intent.started.micros);
  return query.Run();
}

Result<void> SqliteStore::CloseIntent(const std::string& tenant, const Completion& completion) {
  const char* sql = completion.keep_open ? "UPDATE intent SET id = id WHERE tenant = ?1 AND id = ?2"
                                         : "DELETE FROM intent WHERE tenant = ?1 AND id = ?2";
  SqliteQuery query(*database_, sql);
  TRY(query.Bind(tenant).Bind(completion.intent_id).Run());
  if (database_->changes() == 1) return {};
  return Fail(ErrorCode::kIntegrity,
              fmt::format("state store {} has no open intent {} of tenant {}: its outcome was recorded before, or the "
                          "store was replaced during the run",
                          database_->name(), completion.intent_id, tenant));
}

Result<void> SqliteStore::PutApplied(const std::string& tenant, const AppliedObject& object) {
  SqliteQuery query(*database_,
                    "INSERT INTO applied (tenant, address, kind, live_id, scope, identity, content, lifecycle, run, "
                    "applied_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
                    "ON CONFLICT (tenant, address) DO UPDATE SET kind = excluded.kind, live_id = excluded.live_id, "
                    "scope = excluded.scope, identity = excluded.identity, content = excluded.content, "
                    "lifecycle = excluded.lifecycle, run = excluded.run, applied_at = excluded.applied_at");
  query.Bind(tenant).Bind(object.address).Bind(object.kind).Bind(object.live_id).Bind(object.scope);
  query.Bind(object.identity).Bind(object.content).Bind(object.lifecycle).Bind(object.run);
  return query.Bind(object.applied_at.micros).Run();
}

Result<void> SqliteStore::Complete(const std::string& tenant, const Completion& completion, AuditHead& head) {
  if (!completion.intent_id.empty()) TRY(CloseIntent(tenant, completion));
  for (const std::string& address : completion.remove) {
    SqliteQuery query(*database_, "DELETE FROM applied WHERE tenant = ?1 AND address = ?2");
    TRY(query.Bind(tenant).Bind(address).Run());
  }
  for (const AppliedObject& object : completion.put) TRY(PutApplied(tenant, object));
  if (completion.audit) TRY(AppendToChain(*database_, *completion.audit, head));
  return {};
}

Result<StateStore::AuditHead> SqliteStore::Head() {
  return ReadChainHead(*database_);
}

Result<void> SqliteStore::PutSignedHead(const std::string& line) {
  // Stores of earlier versions have no such table.
  TRY(database_->Execute(
      "CREATE TABLE IF NOT EXISTS signed_head (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT"));
  SqliteQuery query(*database_, "INSERT INTO signed_head (line) VALUES (?1)");
  return query.Bind(line).Run();
}

Result<std::vector<std::string>> SqliteStore::SignedHeads() {
  std::vector<std::string> heads;
  TRY_ASSIGN(const std::int64_t tables,
             database_->QueryInt("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'signed_head'"));
  if (tables == 0) return heads;
  SqliteQuery query(*database_, "SELECT line FROM signed_head ORDER BY seq");
  for (;;) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found) return heads;
    heads.push_back(query.Text(0));
  }
}

Result<void> SqliteStore::ReadAudit(std::int64_t from_seq, const std::function<bool(std::string_view line)>& visit) {
  SqliteQuery query(*database_, "SELECT line FROM audit WHERE seq >= ?1 ORDER BY seq");
  query.Bind(from_seq);
  for (;;) {
    TRY_ASSIGN(const bool found, query.Step());
    if (!found || !visit(query.TextView(0))) return {};
  }
}

Result<void> SqliteStore::PutLease(const Lease& lease) {
  SqliteQuery query(*database_,
                    "INSERT OR REPLACE INTO lease (tenant, run, holder, host, pid, process_start, since, expires) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  query.Bind(lease.tenant).Bind(lease.run).Bind(lease.holder).Bind(lease.host).Bind(lease.pid);
  return query.Bind(lease.process_start).Bind(lease.since.micros).Bind(lease.expires.micros).Run();
}

Result<std::optional<Lease>> SqliteStore::Acquire(const Lease& wanted, Instant now,
                                                  const std::function<bool(const Lease&)>& is_gone) {
  SqliteTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY_ASSIGN(std::optional<Lease> holder, Holder(wanted.tenant));
  const bool is_free = !holder || holder->run == wanted.run || holder->expires < now || (is_gone && is_gone(*holder));
  if (!is_free) return holder;
  TRY(PutLease(wanted));
  TRY(transaction.Commit());
  return std::optional<Lease>();
}

Result<void> SqliteStore::Renew(const std::string& tenant, const std::string& run, Instant expires) {
  SqliteTransaction transaction(*database_);
  TRY(transaction.Begin());
  TRY(RequireLease(tenant, run));
  SqliteQuery query(*database_, "UPDATE lease SET expires = ?1 WHERE tenant = ?2 AND run = ?3");
  TRY(query.Bind(expires.micros).Bind(tenant).Bind(run).Run());
  return transaction.Commit();
}

Result<void> SqliteStore::Release(const std::string& tenant, const std::string& run) {
  SqliteTransaction transaction(*database_);
  TRY(transaction.Begin());
  SqliteQuery query(*database_, "DELETE FROM lease WHERE tenant = ?1 AND run = ?2");
  TRY(query.Bind(tenant).Bind(run).Run());
  return transaction.Commit();
}

Result<std::optional<Lease>> SqliteStore::Holder(const std::string& tenant) {
  SqliteQuery query(*database_,
                    "SELECT tenant, run, holder, host, pid, process_start, since, expires FROM lease WHERE tenant = "
                    "?1");
  query.Bind(tenant);
  TRY_ASSIGN(const bool found, query.Step());
  if (!found) return std::optional<Lease>();
  return std::optional<Lease>(ReadLease(query));
}

Result<void> SqliteStore::CheckStructure() {
  return CheckSqliteStructure(*database_);
}

}  // namespace cxctl
