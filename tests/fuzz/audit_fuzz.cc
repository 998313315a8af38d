#include "audit/audit.h"
#include "fuzz/fuzz.h"

// Any bytes as an audit log, line by line; and as what is written into one.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cxctl;
  const std::string_view text = Text(data, size);
  ChainVerifier verifier;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    verifier.Add(text.substr(at, end - at));
    at = end + 1;
  }
  const ChainReport report = verifier.Finish();
  for (const ChainProblem& problem : report.problems) Require(!problem.message.empty(), "a problem says what it is");

  AuditEntry entry;
  entry.before = std::string(text.substr(0, size / 2));
  entry.after = std::string(text);
  entry.reason = std::string(text);
  const SealedRecord first = SealRecord(entry, 1, kAuditGenesis);
  const SealedRecord second = SealRecord(entry, 2, first.hash);
  Require(first.line.find('\n') == std::string::npos, "a record is one line");
  ChainVerifier own;
  own.Add(first.line);
  own.Add(second.line);
  Require(own.Finish(2, second.hash).ok(), "whatever is written verifies");
  return 0;
}
