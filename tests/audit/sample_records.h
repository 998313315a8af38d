#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"

namespace cxctl {

/// An entry that differs from that of every other number.
inline AuditEntry SampleEntry(std::int64_t number) {
  AuditEntry entry;
  entry.time = Instant{1795209313123000} + std::chrono::seconds(number % 1000);
  entry.run = "01J9Z3V5Q0R8X4T2N6M1K7H3B5";
  entry.actor = "ci@example.com";
  entry.git_commit = "4f2a9c1d";
  entry.git_pr = "17";
  entry.tenant = "prod-us";
  entry.address = "CampaignSchedule/collections-" + std::to_string(number);
  entry.action = "update";
  entry.live_id = "sch-" + std::to_string(number);
  entry.before = R"({"name":"Größe \"q4\"","dialerSettings":{"callRate":20,"peakHourBoost":1.25}})";
  entry.after = R"({"name":"Größe \"q4\"","dialerSettings":{"callRate":15,"peakHourBoost":1.5}})";
  entry.etag_before = "\"5\"";
  entry.etag_after = "\"6\"";
  entry.request_id = "req-" + std::to_string(number);
  entry.attempts = 1;
  entry.latency_ms = 83;
  entry.outcome = "applied";
  entry.payload_sha256 = std::string(64, 'a');
  return entry;
}

/// The chain's lines, numbered from 1.
inline std::vector<std::string> SampleChain(std::int64_t records) {
  std::vector<std::string> lines;
  std::string prev(kAuditGenesis);
  for (std::int64_t seq = 1; seq <= records; ++seq) {
    SealedRecord record = SealRecord(SampleEntry(seq), seq, prev);
    prev = record.hash;
    lines.push_back(std::move(record.line));
  }
  return lines;
}

inline ChainReport VerifyLines(const std::vector<std::string>& lines, std::optional<std::int64_t> count = {},
                               std::optional<std::string> head = {}) {
  ChainVerifier verifier;
  for (const std::string& line : lines) verifier.Add(line);
  return verifier.Finish(count, std::move(head));
}

}  // namespace cxctl
