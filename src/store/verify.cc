#include "store/verify.h"

namespace cxctl {
namespace {

bool Same(const StateStore::AuditHead& a, const StateStore::AuditHead& b) {
  return a.count == b.count && a.hash == b.hash;
}

}  // namespace

Result<ChainReport> VerifyStore(StateStore& store) {
  TRY(store.CheckStructure());
  ChainVerifier verifier;
  std::int64_t read = 0;
  TRY_ASSIGN(StateStore::AuditHead head, store.Head());
  for (;;) {
    TRY(store.ReadAudit(read + 1, [&](std::string_view line) {
      verifier.Add(line);
      ++read;
      return true;
    }));
    // Records and head are read one after the other. If the head moved in between, records were appended, and those
    // that were not seen yet are read as well.
    TRY_ASSIGN(const StateStore::AuditHead after, store.Head());
    if (Same(head, after)) return verifier.Finish(head.count, head.hash);
    head = after;
  }
}

}  // namespace cxctl
