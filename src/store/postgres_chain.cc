#include "store/postgres_chain.h"

#include <fmt/format.h>

namespace cxctl {

Result<StateStore::AuditHead> ReadChainHead(PostgresDatabase& database, bool lock) {
  TRY_ASSIGN(const PostgresRows rows, database.Query(lock ? "SELECT count, hash FROM audit_head WHERE id = 1 FOR UPDATE"
                                                          : "SELECT count, hash FROM audit_head WHERE id = 1"));
  if (rows.count() == 0) {
    return Fail(ErrorCode::kIntegrity, fmt::format("state store {} has lost the head of its audit chain: restore it "
                                                   "from a backup",
                                                   database.name()));
  }
  return StateStore::AuditHead{rows.Int(0, 0), std::string(rows.Text(0, 1))};
}

Result<void> AppendToChain(PostgresDatabase& database, const AuditEntry& entry, StateStore::AuditHead& head) {
  const SealedRecord record = SealRecord(entry, head.count + 1, head.hash);
  TRY(database.Execute("INSERT INTO audit (seq, line) VALUES ($1, $2)", {std::to_string(head.count + 1), record.line}));
  ++head.count;
  head.hash = record.hash;
  return {};
}

Result<void> PutChainHead(PostgresDatabase& database, const StateStore::AuditHead& head) {
  return database.Execute("UPDATE audit_head SET count = $1, hash = $2 WHERE id = 1",
                          {std::to_string(head.count), head.hash});
}

}  // namespace cxctl
