#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// One thing that was done to the tenant, or refused: what the chain says of it. The store gives it its number, its
/// predecessor's hash and its own hash when it is appended.
///
/// `before`, `after` are JSON texts ("null" where there is nothing). Nothing here holds a secret; phone numbers are
/// masked before they get here.
struct AuditEntry {
  Instant time;
  std::string run;
  std::string actor;
  std::string git_commit, git_pr;  ///< "" is written as null
  std::string tenant;
  std::string address;
  std::string action;   ///< "create", "update", …
  std::string live_id;  ///< "" is written as null; so are the ETags, request id, reason and payload hash
  std::string scope;    ///< The campaign id of a schedule: a rollback needs it. Member `scope`, left out when empty.
  std::string before = "null", after = "null";
  std::string etag_before, etag_after;
  std::string request_id;
  int attempts = 0;
  std::int64_t latency_ms = 0;
  std::string outcome;  ///< "applied", "recovered", "adopted", "failed", "conflict", "refused"
  std::string reason;   ///< Why it failed, conflicted or was refused. Member `reason`, left out when empty.
  std::string compliance_windows = "ok", compliance_blackouts = "ok", compliance_capacity = "ok",
              compliance_hold = "none";
  std::string payload_sha256;
};

/// `prev` of the first record.
inline constexpr std::string_view kAuditGenesis = "0000000000000000000000000000000000000000000000000000000000000000";

struct SealedRecord {
  std::string line;  ///< The record in RFC 8785 form, `hash` included, without a newline.
  std::string hash;
};

/// The record with its place in the chain. `hash` is the SHA-256, in lower-case hex, of the record's RFC 8785 form
/// without the member `hash`.
SealedRecord SealRecord(const AuditEntry& entry, std::int64_t seq, std::string_view prev);

/// A record as another JSON tool may have written it, in RFC 8785 form; "" for what is no JSON object. For exported
/// files that went through such a tool as a whole: everything else is judged byte for byte.
std::string CanonicalRecord(std::string_view line);

struct ChainProblem {
  std::int64_t record = 0;  ///< Number of the line or row, from 1.
  std::string message;      ///< "record 41 was changed: its hash does not match its content"
};

struct ChainReport {
  std::int64_t records = 0;
  std::string head{kAuditGenesis};  ///< Hash of the last record.
  std::vector<ChainProblem> problems;
  bool ok() const { return problems.empty(); }
};

/// Recomputes a chain record by record. Finds every changed, removed, inserted or reordered record and every change of
/// a single bit (a record must be byte for byte its own RFC 8785 form); what it cannot see by itself, records cut off
/// at the end, Finish finds when it is told the count or the head.
class ChainVerifier {
 public:
  void Add(std::string_view line);
  /// `expected_count`, `expected_head`: what a place outside of the records says (the store's own row, a signed head).
  ChainReport Finish(std::optional<std::int64_t> expected_count = {}, std::optional<std::string> expected_head = {});

 private:
  struct Reading;
  /// A record ran ahead of its turn: either those between are missing, or it is the one that is out of place. The
  /// record after it tells.
  struct Jump {
    std::int64_t expected = 0;    ///< The number that was due.
    std::int64_t found = 0;       ///< The number that came.
    std::size_t problem = 0;      ///< Where it is reported, in report_.problems.
    std::string tip, tip_actual;  ///< The tip before it.
  };

  void Report(std::string message);
  void AddDamaged(const Reading& reading);
  void AddAhead(const Reading& reading);
  void AddBehind(const Reading& reading);
  void AddInTurn(const Reading& reading);
  void Advance(const Reading& reading);
  bool SkipDisplaced(std::int64_t until);

  ChainReport report_;
  std::int64_t expected_seq_ = 1;
  std::string tip_actual_{kAuditGenesis};  ///< What the last record's hash should be; report_.head is what it says.
  bool doubtful_ = false;                  ///< The tip cannot be relied on: what is wrong with it was reported.
  std::optional<Jump> jump_;               ///< Set by the last record only.
  std::map<std::int64_t, std::string> displaced_;  ///< Records that came before their turn, with their hashes.
};

}  // namespace cxctl
