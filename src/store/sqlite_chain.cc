#include "store/sqlite_chain.h"

#include <fmt/format.h>

namespace cxctl {

Result<StateStore::AuditHead> ReadChainHead(SqliteDatabase& database) {
  SqliteQuery query(database, "SELECT count, hash FROM audit_head WHERE id = 1");
  TRY_ASSIGN(const bool found, query.Step());
  if (!found) {
    return Fail(ErrorCode::kIntegrity, fmt::format("state store {} has lost the head of its audit chain: restore it "
                                                   "from a backup",
                                                   database.name()));
  }
  return StateStore::AuditHead{query.Int(0), query.Text(1)};
}

Result<void> AppendToChain(SqliteDatabase& database, const AuditEntry& entry, StateStore::AuditHead& head) {
  const SealedRecord record = SealRecord(entry, head.count + 1, head.hash);
  SqliteQuery query(database, "INSERT INTO audit (seq, line) VALUES (?1, ?2)");
  TRY(query.Bind(head.count + 1).Bind(record.line).Run());
  ++head.count;
  head.hash = record.hash;
  return {};
}

Result<void> PutChainHead(SqliteDatabase& database, const StateStore::AuditHead& head) {
  SqliteQuery query(database, "UPDATE audit_head SET count = ?1, hash = ?2 WHERE id = 1");
  return query.Bind(head.count).Bind(head.hash).Run();
}

}  // namespace cxctl
