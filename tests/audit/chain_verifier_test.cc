#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "audit/audit.h"
#include "audit/sample_records.h"
#include "value/json.h"

namespace cxctl {
namespace {

using Lines = std::vector<std::string>;

/// Whether to try the counts that take minutes: when CXCTL_LONG_TESTS is set.
bool LongTests() {
  return std::getenv("CXCTL_LONG_TESTS") != nullptr;
}

std::string HashOf(const std::string& line) {
  Arena arena;
  return std::string(ParseJson(arena, line)->GetString("hash"));
}

Lines MessagesOf(const ChainReport& report) {
  Lines messages;
  for (const ChainProblem& problem : report.problems) {
    messages.push_back(std::to_string(problem.record) + ": " + problem.message);
  }
  return messages;
}

/// A record that somebody made up, with all hashes right.
std::string Forged(std::int64_t seq, const std::string& prev) {
  AuditEntry entry = SampleEntry(seq);
  entry.actor = "mallory@example.com";
  return SealRecord(entry, seq, prev).line;
}

std::string Replaced(std::string line, std::string_view what, std::string_view by) {
  line.replace(line.find(what), what.size(), by);
  return line;
}

TEST(ChainVerifier, AcceptsAnEmptyChain) {
  const ChainReport report = VerifyLines({}, 0, std::string(kAuditGenesis));
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.records, 0);
  EXPECT_EQ(report.head, kAuditGenesis);
}

TEST(ChainVerifier, AcceptsAWholeChain) {
  const Lines lines = SampleChain(100);
  const ChainReport report = VerifyLines(lines, 100, HashOf(lines.back()));
  EXPECT_EQ(MessagesOf(report), Lines());
  EXPECT_EQ(report.records, 100);
  EXPECT_EQ(report.head, HashOf(lines.back()));
}

TEST(ChainVerifier, RaisesNoFalseAlarmOnRandomChains) {
  std::mt19937 random(8785);
  const std::string contents[] = {"null",
                                  "{}",
                                  "[]",
                                  "1e21",
                                  "-0.0",
                                  "123456789012345678",
                                  "0.1",
                                  "5e-324",
                                  R"({"z":1,"a":{"ü":2}})",
                                  R"(["\u0000"])",
                                  R"({"\ud83d\ude00":1,"\ufb33":2})",
                                  R"("hash")"};
  const int chains = LongTests() ? 10000 : 300;
  for (int chain = 0; chain < chains; ++chain) {
    ChainVerifier verifier;
    std::string prev(kAuditGenesis);
    const std::int64_t records = 1 + random() % 20;
    for (std::int64_t seq = 1; seq <= records; ++seq) {
      AuditEntry entry = SampleEntry(static_cast<std::int64_t>(random()));
      entry.before = contents[random() % std::size(contents)];
      entry.after = contents[random() % std::size(contents)];
      for (unsigned n = random() % 8; n > 0; --n) entry.reason += static_cast<char>(random());
      const SealedRecord record = SealRecord(entry, seq, prev);
      verifier.Add(record.line);
      prev = record.hash;
    }
    ASSERT_EQ(MessagesOf(verifier.Finish(records, prev)), Lines());
  }
}

// One row for one way to tamper with a chain of eight records. The verifier is told count and head of the whole chain.
struct Tampering {
  const char* name;
  void (*change)(Lines&);
  Lines problems;
};

void PrintTo(const Tampering& tampering, std::ostream* out) {
  *out << tampering.name;
}

class ChainVerifierFinds : public testing::TestWithParam<Tampering> {};

TEST_P(ChainVerifierFinds, AndSaysWhat) {
  Lines lines = SampleChain(8);
  const std::string head = HashOf(lines.back());
  GetParam().change(lines);
  EXPECT_EQ(MessagesOf(VerifyLines(lines, 8, head)), GetParam().problems);
}

const Tampering kTamperings[] = {
    {"ChangedContent",
     [](Lines& l) { l[2] = Replaced(l[2], "ci@example", "me@example"); },
     {"3: record 3 was changed: its hash does not match its content"}},
    {"ChangedHash",
     [](Lines& l) { l[2] = Replaced(l[2], HashOf(l[2]), std::string(64, '0')); },
     {"3: record 3 was changed: its hash does not match its content"}},
    {"ChangedPrev",
     [](Lines& l) { l[2] = Replaced(l[2], HashOf(l[1]), std::string(64, '0')); },
     {"3: record 3 was changed: its hash does not match its content"}},
    {"ChangedNumber",
     [](Lines& l) { l[2] = Replaced(l[2], "\"seq\":3", "\"seq\":9"); },
     {"3: record 3 was changed: its hash does not match its content"}},
    {"ChangedLast",
     [](Lines& l) { l[7] = Replaced(l[7], "ci@example", "me@example"); },
     {"8: record 8 was changed: its hash does not match its content"}},
    {"ChangedHashOfLast",
     [](Lines& l) { l[7] = Replaced(l[7], HashOf(l[7]), std::string(64, '0')); },
     {"8: record 8 was changed: its hash does not match its content"}},
    {"TwoChanged",
     [](Lines& l) {
       l[2] = Replaced(l[2], "ci@example", "me@example");
       l[3] = Replaced(l[3], "ci@example", "me@example");
     },
     {"3: record 3 was changed: its hash does not match its content",
      "4: record 4 was changed: its hash does not match its content"}},
    {"NumberRemoved",
     [](Lines& l) { l[2] = Replaced(l[2], "\"seq\":3,", ""); },
     {"3: record 3 was changed: its number (seq) is missing or wrong"}},
    {"NumberAsText",
     [](Lines& l) { l[2] = Replaced(l[2], "\"seq\":3", "\"seq\":\"3\""); },
     {"3: record 3 was changed: its number (seq) is missing or wrong"}},
    {"HashRemoved",
     [](Lines& l) { l[2] = Replaced(l[2], "\"hash\":\"" + HashOf(l[2]) + "\",", ""); },
     {"3: record 3 was changed: its hash or that of its predecessor (prev) is missing"}},
    {"SpaceAdded",
     [](Lines& l) { l[2] = Replaced(l[2], "\"seq\":3", "\"seq\": 3"); },
     {"3: record 3 was changed: it is not in canonical form (RFC 8785)"}},
    {"EscapeWrittenOtherwise",
     [](Lines& l) { l[2] = Replaced(l[2], "ci@example", "\\u0063i@example"); },
     {"3: record 3 was changed: it is not in canonical form (RFC 8785)"}},
    {"CarriageReturnAdded",
     [](Lines& l) { l[2] += '\r'; },
     {"3: record 3 was changed: it is not in canonical form (RFC 8785)"}},
    {"LineCutShort", [](Lines& l) { l[2].resize(40); }, {"3: record 3 was changed: it is not a JSON object"}},
    {"LineEmptied", [](Lines& l) { l[2].clear(); }, {"3: record 3 was changed: it is not a JSON object"}},
    {"LastLineCutShort", [](Lines& l) { l[7].resize(40); }, {"8: record 8 was changed: it is not a JSON object"}},
    {"FirstRemoved", [](Lines& l) { l.erase(l.begin()); }, {"1: record 1 is missing"}},
    {"FirstThreeRemoved", [](Lines& l) { l.erase(l.begin(), l.begin() + 3); }, {"1: records 1 to 3 are missing"}},
    {"OneRemoved", [](Lines& l) { l.erase(l.begin() + 3); }, {"4: record 4 is missing"}},
    {"TwoRemoved", [](Lines& l) { l.erase(l.begin() + 3, l.begin() + 5); }, {"4: records 4 to 5 are missing"}},
    {"LastRemoved", [](Lines& l) { l.pop_back(); }, {"8: record 8 is missing: the end of the chain was cut off"}},
    {"LastThreeRemoved",
     [](Lines& l) { l.resize(5); },
     {"6: records 6 to 8 are missing: the end of the chain was cut off"}},
    {"AllRemoved", [](Lines& l) { l.clear(); }, {"1: records 1 to 8 are missing: the end of the chain was cut off"}},
    {"NeighboursSwapped",
     [](Lines& l) { std::swap(l[2], l[3]); },
     {"3: record 4 stands where record 3 belongs: it was moved or inserted"}},
    {"FirstTwoSwapped",
     [](Lines& l) { std::swap(l[0], l[1]); },
     {"1: record 2 stands where record 1 belongs: it was moved or inserted"}},
    {"LastTwoSwapped",
     [](Lines& l) { std::swap(l[6], l[7]); },
     {"7: record 8 stands where record 7 belongs: it was moved or inserted"}},
    {"FarOnesSwapped",
     [](Lines& l) { std::swap(l[1], l[5]); },
     {"2: record 6 stands where record 2 belongs: it was moved or inserted", "3: record 2 is missing",
      "6: record 2 stands after record 5: it was moved, repeated or inserted"}},
    {"MovedForward",
     [](Lines& l) { std::rotate(l.begin() + 1, l.begin() + 6, l.begin() + 7); },
     {"2: record 7 stands where record 2 belongs: it was moved or inserted"}},
    {"MovedToTheEnd",
     [](Lines& l) { std::rotate(l.begin() + 1, l.begin() + 2, l.end()); },
     {"2: record 2 is missing", "8: record 2 stands after record 8: it was moved, repeated or inserted"}},
    {"Repeated",
     [](Lines& l) { l.insert(l.begin() + 3, l[2]); },
     {"4: record 3 stands after record 3: it was moved, repeated or inserted"}},
    {"LastRepeated",
     [](Lines& l) { l.push_back(l[7]); },
     {"9: record 8 stands after record 8: it was moved, repeated or inserted"}},
    {"ForgedInserted",
     [](Lines& l) { l.insert(l.begin() + 3, Forged(4, HashOf(l[2]))); },
     {"5: record 4 stands after record 4: it was moved, repeated or inserted"}},
    {"ForgedInPlace",
     [](Lines& l) { l[3] = Forged(4, HashOf(l[2])); },
     {"5: record 5 does not follow record 4: its prev is not the hash of record 4, so one of them was replaced"}},
    {"ForgedFirst",
     [](Lines& l) { l[0] = Forged(1, std::string(64, '1')); },
     {"1: record 1 does not start a chain: its prev is not 64 zeros",
      "2: record 2 does not follow record 1: its prev is not the hash of record 1, so one of them was replaced"}},
    {"ForgedLast",
     [](Lines& l) { l[7] = Forged(8, HashOf(l[6])); },
     {"8: record 8 is not the one that the head names: the end of the chain was rewritten, or the head was changed"}},
    {"ForgedAdded",
     [](Lines& l) { l.push_back(Forged(9, HashOf(l[7]))); },
     {"9: the chain ends with record 9, but its head says 8: records were added, or the head was set back"}},
    {"RewrittenFromTheMiddle",
     [](Lines& l) {
       for (std::size_t i = 4; i < l.size(); ++i) l[i] = Forged(static_cast<std::int64_t>(i) + 1, HashOf(l[i - 1]));
     },
     {"8: record 8 is not the one that the head names: the end of the chain was rewritten, or the head was changed"}},
    {"HugeNumber",
     [](Lines& l) { l[7] = Forged(INT64_MAX, HashOf(l[6])); },
     {"8: record 8 was changed: its number (seq) is missing or wrong"}},
};

INSTANTIATE_TEST_SUITE_P(Tampering, ChainVerifierFinds, testing::ValuesIn(kTamperings),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ChainVerifier, FindsACutTailByTheHeadAlone) {
  Lines lines = SampleChain(8);
  const std::string head = HashOf(lines.back());
  EXPECT_TRUE(VerifyLines(lines, {}, head).ok());
  lines.pop_back();
  const ChainReport report = VerifyLines(lines, {}, head);
  EXPECT_EQ(MessagesOf(report), Lines({"7: the chain ends with record 7, whose hash is not the expected head: records "
                                       "were cut off at the end, added, or rewritten"}));
  EXPECT_EQ(report.records, 7);
}

TEST(ChainVerifier, CannotSeeACutTailWithoutBeingTold) {
  Lines lines = SampleChain(8);
  lines.pop_back();
  EXPECT_TRUE(VerifyLines(lines).ok());
}

/// As SampleChain, most records without content, which are quicker to try every bit of.
Lines MixedChain(std::int64_t records) {
  Lines lines;
  std::string prev(kAuditGenesis);
  for (std::int64_t seq = 1; seq <= records; ++seq) {
    AuditEntry entry = SampleEntry(seq);
    if (seq % 8 != 0) entry.before = entry.after = "null";
    if (seq % 4 == 0) entry.reason = "412: somebody else changed \"it\"";
    const SealedRecord record = SealRecord(entry, seq, prev);
    prev = record.hash;
    lines.push_back(record.line);
  }
  return lines;
}

TEST(ChainVerifier, FindsEverySingleBitFlip) {
  const Lines whole = MixedChain(LongTests() ? 1000 : 20);
  ChainVerifier before;  // has seen the records before the changed one, which do not matter
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::size_t bit = 0; bit < whole[i].size() * 8; ++bit) {
      std::string changed = whole[i];
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      ChainVerifier verifier = before;
      verifier.Add(changed);
      // Nothing more is reported behind it. Whole bytes of that are enough.
      if (bit % 8 == 0 && i + 1 < whole.size()) verifier.Add(whole[i + 1]);
      const ChainReport report = verifier.Finish();
      ASSERT_EQ(report.problems.size(), 1U) << "record " << i + 1 << ", bit " << bit << ": " << changed;
      ASSERT_EQ(report.problems[0].record, static_cast<std::int64_t>(i) + 1);
    }
    before.Add(whole[i]);
  }
}

TEST(ChainVerifier, FindsEveryRemovalRepetitionAndSwap) {
  const Lines whole = SampleChain(12);
  const std::string head = HashOf(whole.back());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Lines removed = whole;
    removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(VerifyLines(removed, 12, head).problems.size(), 1U) << i;
    Lines repeated = whole;
    repeated.insert(repeated.begin() + static_cast<std::ptrdiff_t>(i), whole[i]);
    EXPECT_EQ(VerifyLines(repeated, 12, head).problems.size(), 1U) << i;
    for (std::size_t j = i + 1; j < whole.size(); ++j) {
      Lines swapped = whole;
      std::swap(swapped[i], swapped[j]);
      const std::size_t problems = VerifyLines(swapped, 12, head).problems.size();
      EXPECT_TRUE(problems >= 1 && problems <= 3) << i << " and " << j << ": " << problems;
    }
  }
}

TEST(ChainVerifier, FindsAnyShuffle) {
  std::mt19937 random(1);
  const Lines whole = SampleChain(10);
  for (int round = 0; round < 500; ++round) {
    Lines lines = whole;
    std::shuffle(lines.begin(), lines.end(), random);
    EXPECT_EQ(VerifyLines(lines, 10, HashOf(whole.back())).ok(), lines == whole);
  }
}

}  // namespace
}  // namespace cxctl
