// The format of faults files: what is taken, and what is refused with its place.

#include "sim/fault_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/json_position.h"

namespace cxctl::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Message(std::string_view json) {
  const auto rules = ReadFaults(json);
  if (rules) return "";
  EXPECT_EQ(rules.error().code, ErrorCode::kInvalid);
  return rules.error().message;
}

FaultRule OnlyRule(std::string_view json) {
  const auto rules = ReadFaults(json);
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().message);
  return rules && rules->size() == 1 ? rules->front() : FaultRule();
}

TEST(FaultFile, AnEmptyListIsNoFaults) {
  EXPECT_EQ(ReadFaults(R"({"faults": []})")->size(), 0u);
  EXPECT_EQ(ReadFaults(R"({"$schema": "sim-faults.schema.json", "faults": []})")->size(), 0u);
}

TEST(FaultFile, Conditions) {
  const FaultRule rule = OnlyRule(
      R"({"faults": [{"request": 3, "method": "POST", "path": "/api/**", "rate": 0.5, "skip": 2, "times": 1,
                      "fault": "any"}]})");
  EXPECT_EQ(rule.request, 3u);
  EXPECT_EQ(rule.method, "POST");
  EXPECT_EQ(rule.path, "/api/**");
  EXPECT_EQ(rule.rate, 0.5);
  EXPECT_EQ(rule.skip, 2u);
  EXPECT_EQ(rule.times, 1u);
  EXPECT_FALSE(rule.fault);
}

TEST(FaultFile, WhatIsNotSaidHasADefault) {
  const FaultRule rule = OnlyRule(R"({"faults": [{"fault": "error"}]})");
  EXPECT_FALSE(rule.request || rule.rate || rule.times);
  EXPECT_EQ(rule.skip, 0u);
  EXPECT_EQ(rule.fault->status, 503);
  EXPECT_FALSE(rule.fault->before_effect);
  EXPECT_EQ(rule.fault->delay, milliseconds(0));
  EXPECT_TRUE(OnlyRule(R"({"faults": [{"fault": "drop"}]})").fault->reset);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "html"}]})").fault->status, 200);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "cutHead"}]})").fault->bytes, 40u);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "cutBody"}]})").fault->bytes, 10u);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "rateLimit"}]})").fault->retry_after, seconds(1));
  EXPECT_TRUE(OnlyRule(R"({"faults": [{"fault": "rateLimit"}]})").fault->before_effect) << "it never has an effect";
}

TEST(FaultFile, EveryFaultWithItsMembers) {
  EXPECT_TRUE(OnlyRule(R"({"faults": [{"fault": "rateLimit", "form": "date", "retryAfter": "2500ms"}]})").fault->date);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "rateLimit", "retryAfter": "2500ms"}]})").fault->retry_after, seconds(3))
      << "Retry-After is in whole seconds";
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "error", "status": 502, "when": "before"}]})").fault->status, 502);
  EXPECT_TRUE(OnlyRule(R"({"faults": [{"fault": "error", "when": "before"}]})").fault->before_effect);
  EXPECT_FALSE(OnlyRule(R"({"faults": [{"fault": "drop", "end": "close"}]})").fault->reset);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "drop", "delay": "2s"}]})").fault->delay, milliseconds(2000));
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "delay", "delay": "10ms"}]})").fault->delay, milliseconds(10));
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "cutBody", "bytes": 0}]})").fault->bytes, 0u);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "concurrentEdit", "set": {"dialRate": 3}}]})").fault->set,
            R"({"dialRate":3})");
  EXPECT_TRUE(OnlyRule(R"({"faults": [{"fault": "vanishingItem", "item": "hidden"}]})").fault->hidden);
  EXPECT_EQ(OnlyRule(R"({"faults": [{"fault": "expiredToken"}]})").fault->kind, FaultKind::kExpiredToken);
}

TEST(FaultFile, WhatIsRefused) {
  struct Row {
    std::string_view json, message;
  };
  const Row rows[] = {
      {"[]", "the document (1:1) must be a JSON object"},
      {"  3", "the document (1:3) must be a JSON object"},
      {"{}", "the document (1:1) needs the list faults"},
      {R"({"fault": []})",
       "fault (1:2) is not a member of it: it has faults alone; the document (1:1) needs the list faults"},
      {R"({"faults": {}})", "faults (1:2) must be a list"},
      {R"({"faults": [3]})", "faults[0] (1:13) must be an object"},
      {R"({"faults": [{}]})", "faults[0].fault (1:13) is required"},
      {"{\"faults\": [\n  {\"fault\": \"drop\"},\n  {\"fault\": \"drop\",\n   \"tims\": 1}]}",
       "faults[1].tims (4:4) is not a member of a fault, did you mean times?"},
      {R"({"faults": [{"fault": "drop", "quux": 1}]})", "faults[0].quux (1:31) is not a member of a fault"},
      {R"({"faults": [{"fault": "drop", "status": 503}]})",
       "faults[0].status (1:31) does not belong to the fault drop"},
      {R"({"faults": [{"fault": "any", "when": "before"}]})", "faults[0].when (1:30) does not belong to the fault any"},
      {R"({"faults": [{"fault": "any", "delay": "1s"}]})", "faults[0].delay (1:30) does not belong to the fault any"},
      {R"({"faults": [{"fault": "expiredToken", "when": "after"}]})",
       "faults[0].when (1:39) does not belong to the fault expiredToken"},
      {R"({"faults": [{"fault": "Drop"}]})",
       "faults[0].fault (1:14) must be one of rateLimit, error, drop, delay, cutHead, cutBody, html, any, "
       "expiredToken, concurrentEdit, vanishingItem"},
      {R"({"faults": [{"fault": "drop", "request": 0}]})", "faults[0].request (1:31) must be at least 1"},
      {R"({"faults": [{"fault": "drop", "request": 1.5}]})", "faults[0].request (1:31) must be an integer"},
      {R"({"faults": [{"fault": "drop", "request": null}]})", "faults[0].request (1:31) must be an integer"},
      {R"({"faults": [{"fault": "drop", "method": "get"}]})",
       "faults[0].method (1:31) must be one of GET, POST, PUT, PATCH, DELETE"},
      {R"({"faults": [{"fault": "drop", "path": "api"}]})",
       "faults[0].path (1:31) must be a path such as /api/v2/callcodes/*"},
      {R"({"faults": [{"fault": "drop", "rate": 0}]})", "faults[0].rate (1:31) must be greater than 0"},
      {R"({"faults": [{"fault": "drop", "rate": 1.1}]})", "faults[0].rate (1:31) must be at most 1"},
      {R"({"faults": [{"fault": "drop", "skip": -1}]})", "faults[0].skip (1:31) must be at least 0"},
      {R"({"faults": [{"fault": "drop", "times": 0}]})", "faults[0].times (1:31) must be at least 1"},
      {R"({"faults": [{"fault": "drop", "when": "during"}]})", "faults[0].when (1:31) must be one of before, after"},
      {R"({"faults": [{"fault": "drop", "end": "fin"}]})", "faults[0].end (1:31) must be one of reset, close"},
      {R"({"faults": [{"fault": "drop", "delay": "2"}]})",
       "faults[0].delay (1:31) must be a duration such as 500ms or 2s, 1d at most"},
      {R"({"faults": [{"fault": "drop", "delay": "25h"}]})",
       "faults[0].delay (1:31) must be a duration such as 500ms or 2s, 1d at most"},
      {R"({"faults": [{"fault": "delay"}]})", "faults[0].delay (1:13) is required"},
      {R"({"faults": [{"fault": "error", "status": 404}]})", "faults[0].status (1:32) must be at least 500"},
      {R"({"faults": [{"fault": "error", "status": 600}]})", "faults[0].status (1:32) must be at most 599"},
      {R"({"faults": [{"fault": "html", "status": 204}]})", "faults[0].status (1:31) must be one that has a body"},
      {R"({"faults": [{"fault": "cutBody", "bytes": -1}]})", "faults[0].bytes (1:34) must be at least 0"},
      {R"({"faults": [{"fault": "rateLimit", "form": "http"}]})", "faults[0].form (1:36) must be one of seconds, date"},
      {R"({"faults": [{"fault": "concurrentEdit", "set": 1}]})", "faults[0].set (1:41) must be an object"},
      {R"({"faults": [{"fault": "vanishingItem", "item": "x"}]})",
       "faults[0].item (1:40) must be one of deleted, hidden"},
      {R"({"faults": [{"fault": "drop", "\u001b[31m": 1}]})",
       "faults[0].\\u001b[31m (1:13) is not a member of a fault"},
  };
  for (const Row& row : rows) EXPECT_EQ(Message(row.json), row.message) << row.json;
}

TEST(FaultFile, WhatIsNotJson) {
  for (const char* json :
       {"", "{", "{\"faults\": []} x", "{'faults': []}", "{\"faults\": [], \"faults\": []}", "\xff"}) {
    EXPECT_NE(Message(json), "") << json;
  }
}

TEST(JsonPosition, FindsMembersAndItems) {
  constexpr std::string_view kText =
      "{\"a\": [1, \"x,]\\\"\", {\"b\" : {\"c\": [[], {}]}}],\n \"d\\u0041\":\ttrue , \"e\":null}";
  struct Row {
    std::string_view path;
    TextPosition position;
  };
  const Row rows[] = {
      {"", {1, 1}},        {"a", {1, 2}},         {"a[0]", {1, 8}},         {"a[1]", {1, 11}},  {"a[2]", {1, 20}},
      {"a[2].b", {1, 21}}, {"a[2].b.c", {1, 28}}, {"a[2].b.c[1]", {1, 38}}, {"dA", {2, 2}},     {"e", {2, 20}},
      {"none", {1, 1}},    {"a[3]", {1, 2}},      {"a[2].none", {1, 20}},   {"a.none", {1, 2}}, {"e[0]", {2, 20}},
  };
  for (const Row& row : rows) {
    const TextPosition found = LocateJson(kText, row.path);
    EXPECT_EQ(found, row.position) << row.path << " at " << found.line << ":" << found.column;
  }
}

}  // namespace
}  // namespace cxctl::sim
