#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "audit/audit.h"
#include "audit/sample_records.h"
#include "base/digest.h"
#include "base/strings.h"
#include "value/json.h"

namespace cxctl {
namespace {

/// The record's hash as RFC 8785 and the format's words give it, by another way than the sealer takes.
std::string HashByTheBook(const std::string& line) {
  Arena arena;
  const auto record = ParseJson(arena, line);
  if (!record) return record.error().message;
  return Sha256Hex(ToCanonicalJson(ObjectBuilder(arena, *record).Remove("hash").Build()));
}

std::string MemberOf(const std::string& line, std::string_view name) {
  Arena arena;
  const auto record = ParseJson(arena, line);
  const Value* member = record ? record->Find(name) : nullptr;
  return member != nullptr ? ToCanonicalJson(*member) : "(none)";
}

TEST(SealRecord, WritesEveryMemberInCanonicalOrder) {
  AuditEntry entry = SampleEntry(0);
  entry.before = R"({"b":2,"a":1.50})";
  entry.after = R"({"a":2})";
  const SealedRecord record = SealRecord(entry, 41, std::string(64, 'b'));
  EXPECT_EQ(record.line,
            R"({"action":"update","actor":"ci@example.com","address":"CampaignSchedule/collections-0","after":{"a":2},)"
            R"("attempts":1,"before":{"a":1.5,"b":2},)"
            R"("compliance":{"blackouts":"ok","capacity":"ok","hold":"none","windows":"ok"},)"
            R"("etagAfter":"\"6\"","etagBefore":"\"5\"","git":{"commit":"4f2a9c1d","pr":"17"},"hash":")" +
                record.hash + R"(","latencyMs":83,"liveId":"sch-0","outcome":"applied","payloadSha256":")" +
                std::string(64, 'a') + R"(","prev":")" + std::string(64, 'b') +
                R"(","requestId":"req-0","run":"01J9Z3V5Q0R8X4T2N6M1K7H3B5","seq":41,"tenant":"prod-us",)"
                R"("time":"2026-11-20T21:15:13.123Z"})");
  EXPECT_EQ(record.hash, HashByTheBook(record.line));
}

TEST(SealRecord, IsItsOwnCanonicalForm) {
  for (const std::string& line : SampleChain(5)) {
    Arena arena;
    const auto record = ParseJson(arena, line);
    ASSERT_TRUE(record);
    EXPECT_EQ(ToCanonicalJson(*record), line);
  }
}

TEST(SealRecord, WritesNullForWhatIsNotKnown) {
  const SealedRecord record = SealRecord(AuditEntry{}, 1, kAuditGenesis);
  for (const char* name :
       {"git", "liveId", "before", "after", "etagBefore", "etagAfter", "requestId", "payloadSha256"}) {
    EXPECT_EQ(MemberOf(record.line, name), "null") << name;
  }
  EXPECT_EQ(MemberOf(record.line, "reason"), "(none)");
  EXPECT_EQ(MemberOf(record.line, "actor"), "\"\"");
  EXPECT_EQ(record.hash, HashByTheBook(record.line));
}

TEST(SealRecord, WritesGitWhenAnyPartIsKnown) {
  AuditEntry entry;
  entry.git_commit = "abc";
  EXPECT_EQ(MemberOf(SealRecord(entry, 1, kAuditGenesis).line, "git"), R"({"commit":"abc","pr":null})");
  entry.git_commit = "";
  entry.git_pr = "17";
  EXPECT_EQ(MemberOf(SealRecord(entry, 1, kAuditGenesis).line, "git"), R"({"commit":null,"pr":"17"})");
}

TEST(SealRecord, HasAReasonOnlyWhenThereIsOne) {
  AuditEntry entry = SampleEntry(1);
  entry.outcome = "refused";
  entry.reason = "CX307: outside permitted time";
  const SealedRecord record = SealRecord(entry, 1, kAuditGenesis);
  EXPECT_EQ(MemberOf(record.line, "reason"), R"("CX307: outside permitted time")");
  EXPECT_EQ(record.hash, HashByTheBook(record.line));
}

TEST(SealRecord, ChangesTheHashWithEveryMember) {
  const std::string usual = SealRecord(SampleEntry(1), 1, kAuditGenesis).hash;
  const auto hash_with = [](auto change) {
    AuditEntry entry = SampleEntry(1);
    change(entry);
    return SealRecord(entry, 1, kAuditGenesis).hash;
  };
  std::vector<std::string> hashes{usual, SealRecord(SampleEntry(1), 2, kAuditGenesis).hash,
                                  SealRecord(SampleEntry(1), 1, usual).hash};
  hashes.push_back(hash_with([](AuditEntry& e) { e.time = e.time + std::chrono::milliseconds(1); }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.run = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.actor = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.git_commit = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.git_pr = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.tenant = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.address = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.action = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.live_id = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.before = "1"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.after = "1"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.etag_before = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.etag_after = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.request_id = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.attempts = 2; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.latency_ms = 84; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.outcome = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.reason = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.compliance_windows = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.compliance_blackouts = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.compliance_capacity = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.compliance_hold = "x"; }));
  hashes.push_back(hash_with([](AuditEntry& e) { e.payload_sha256 = "x"; }));
  std::ranges::sort(hashes);
  EXPECT_EQ(std::ranges::adjacent_find(hashes), hashes.end());
}

TEST(SealRecord, KeepsWhatIsNoJsonAsText) {
  struct Row {
    std::string before, written;
  };
  const Row rows[] = {
      {"", "null"},
      {"{", R"("{")"},
      {"1,2", R"("1,2")"},
      {"1],[2", R"("1],[2")"},
      {R"({"a":1,"a":2})", R"("{\"a\":1,\"a\":2}")"},
      {"\xff", R"("\\xFF")"},
      {"[ 1 , 2 ]", "[1,2]"},
      {R"({"b":{},"a":[]})", R"({"a":[],"b":{}})"},
      {"-0", "0"},
      {R"("\u0041\n")", R"("A\n")"},
  };
  for (const Row& row : rows) {
    AuditEntry entry;
    entry.before = row.before;
    const SealedRecord record = SealRecord(entry, 1, kAuditGenesis);
    EXPECT_EQ(ToLower(MemberOf(record.line, "before")), ToLower(row.written)) << row.before;
    EXPECT_TRUE(VerifyLines({record.line}).ok()) << row.before;
  }
}

TEST(SealRecord, StaysReadableHoweverDeepTheContentIs) {
  for (std::size_t depth = 60; depth <= 70; ++depth) {
    AuditEntry entry;
    entry.after = std::string(depth, '[') + std::string(depth, ']');
    const SealedRecord record = SealRecord(entry, 1, kAuditGenesis);
    EXPECT_TRUE(VerifyLines({record.line}).ok()) << depth;
  }
}

TEST(SealRecord, SurvivesAnyText) {
  for (const std::string& text :
       {std::string("\0\x01\x1f\x7f", 4), std::string("\xc3\x28\xff"), std::string("a\"b\\c\n"),
        std::string("\xe2\x80\xae\xf0\x9f\x98\x80"), std::string(",\"hash\":\"0\"")}) {
    AuditEntry entry;
    entry.actor = entry.address = entry.reason = entry.etag_after = entry.request_id = entry.git_pr = text;
    const SealedRecord record = SealRecord(entry, 1, kAuditGenesis);
    EXPECT_TRUE(VerifyLines({record.line}, 1, record.hash).ok()) << EscapeControls(text);
    EXPECT_EQ(record.line.find('\n'), std::string::npos);
  }
}

TEST(AuditFormatDocument, ShowsRecordsThatVerify) {
  std::ifstream file(std::string(CXCTL_SOURCE_DIR) + "/src/audit/FORMAT.md");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("{\"action\"")) lines.push_back(line);
  }
  ASSERT_EQ(lines.size(), 2U);
  const ChainReport report = VerifyLines(lines, 2);
  EXPECT_TRUE(report.ok()) << report.problems.front().message;
}

}  // namespace
}  // namespace cxctl
