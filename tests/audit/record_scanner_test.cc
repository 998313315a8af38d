#include "audit/record_scanner.h"

#include <gtest/gtest.h>

#include <random>

#include "audit/sample_records.h"
#include "value/json.h"

namespace cxctl {
namespace {

bool IsCanonicalByParser(std::string_view line) {
  Arena arena;
  const auto value = ParseJson(arena, line);
  return value && ToCanonicalJson(*value) == line;
}

/// A record with one more member, `x`, of the given text.
std::string RecordWith(const std::string& x) {
  const std::string hash(64, 'a');
  return R"({"hash0":1,"hash":")" + hash + R"(","prev":")" + hash + R"(","seq":1,"x":)" + x + "}";
}

std::string OrderedRecordWith(const std::string& x) {
  const std::string hash(64, 'a');
  return R"({"a":1,"hash":")" + hash + R"(","prev":")" + hash + R"(","seq":1,"x":)" + x + "}";
}

TEST(ScanRecord, FindsThePartsOfARecord) {
  const std::string line = SampleChain(3)[2];
  const auto parts = ScanRecord(line);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->seq, 3);
  EXPECT_EQ(parts->prev, ScanRecord(SampleChain(2)[1])->hash);
  EXPECT_EQ(line.substr(parts->hash_start, parts->hash_end - parts->hash_start),
            ",\"hash\":\"" + std::string(parts->hash) + "\"");
}

TEST(ScanRecord, IsSureOfWhatRecordsUsuallyHold) {
  for (const char* x :
       {"1", "0", "-1", "1.5", "-0.25", "null", "true", "false", "[]", "{}", "[1,[2,{}]]", "\"\"",
        R"("a\"b\\c\n\t\r\b\f")", "\"Größe\"", R"({"a":1,"b":{"hash":"x","seq":2}})", "999999999999999", "\"\x7f\""}) {
    EXPECT_TRUE(ScanRecord(OrderedRecordWith(x))) << x;
    EXPECT_TRUE(IsCanonicalByParser(OrderedRecordWith(x))) << x;
  }
}

TEST(ScanRecord, IsNotSureOfAnythingElse) {
  for (const std::string x : {"01",
                              "-0",
                              "-",
                              "1.",
                              "1.0",
                              "1.50",
                              ".5",
                              "1e3",
                              "1E3",
                              "+1",
                              "nul",
                              "True",
                              "[1,]",
                              "[,1]",
                              "{\"a\":1,}",
                              "{\"b\":1,\"a\":2}",
                              "{\"a\":1,\"a\":1}",
                              "[1 ,2]",
                              " 1",
                              "1 ",
                              "\"\\/\"",
                              "\"\\u0041\"",
                              "\"\\u0001\"",
                              "\"\\x\"",
                              "\"\n\"",
                              "\"\xc3\"",
                              "\"\xed\xa0\x80\"",
                              "\"a",
                              "\"a\\",
                              "",
                              "1}",
                              "[",
                              "{",
                              "{\"a\"}",
                              "9007199254740993",
                              "NaN",
                              "'a'",
                              "1//"}) {
    EXPECT_FALSE(ScanRecord(OrderedRecordWith(x))) << x;
  }
  EXPECT_FALSE(ScanRecord(OrderedRecordWith(std::string(64, '[') + std::string(64, ']'))));
  EXPECT_FALSE(ScanRecord(RecordWith("1")));  // members out of order
  EXPECT_FALSE(ScanRecord(""));
  EXPECT_FALSE(ScanRecord("[]"));
  EXPECT_FALSE(ScanRecord("{}"));
  EXPECT_FALSE(ScanRecord(OrderedRecordWith("1") + "\n"));
}

TEST(ScanRecord, NeedsAllPartsInShape) {
  const std::string hash(64, 'a');
  const std::string good = R"({"a":1,"hash":")" + hash + R"(","prev":")" + hash + R"(","seq":7})";
  ASSERT_TRUE(ScanRecord(good));
  const auto with = [&](std::string_view what, std::string_view by) {
    std::string line = good;
    line.replace(line.find(what), what.size(), by);
    return line;
  };
  for (const std::string& line :
       {with("7", "0"), with("7", "-7"), with("7", "7.5"), with("7", "\"7\""), with("7", "null"),
        with(",\"seq\":7", ""), with(hash, hash.substr(1)), with(hash, "A" + hash.substr(1)), with("\"a\":1,", ""),
        with("\"" + hash + "\"", "1"), with(",\"prev\":\"" + hash + "\"", "")}) {
    EXPECT_FALSE(ScanRecord(line)) << line;
  }
}

/// The scanner may be unsure of a canonical line, but never sure of one that is not.
TEST(ScanRecord, IsNeverSureOfWhatTheParserRefuses) {
  std::mt19937 random(20261120);
  const std::vector<std::string> chain = SampleChain(4);
  const std::string alphabet = "{}[]\",:\\/ 0123456789.-+eEtfnu\n\xc3\xa9";
  int sure = 0;
  for (int round = 0; round < 10000; ++round) {
    std::string line = chain[random() % chain.size()];
    for (unsigned edits = 1 + random() % 2; edits > 0; --edits) {
      const std::size_t at = random() % line.size();
      switch (random() % 3) {
        case 0:
          line[at] = alphabet[random() % alphabet.size()];
          break;
        case 1:
          line.erase(at, 1 + random() % 3);
          break;
        default:
          line.insert(at, 1, alphabet[random() % alphabet.size()]);
      }
    }
    if (!ScanRecord(line)) continue;
    ++sure;
    ASSERT_TRUE(IsCanonicalByParser(line)) << line;
  }
  EXPECT_GT(sure, 500);
}

}  // namespace
}  // namespace cxctl
