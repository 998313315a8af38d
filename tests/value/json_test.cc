#include "value/json.h"

#include <gtest/gtest.h>

#include "value/pointer.h"

namespace cxctl {
namespace {

std::string Canonical(std::string_view text) {
  Arena arena;
  const auto value = ParseJson(arena, text);
  return value ? ToCanonicalJson(*value) : "error: " + value.error().message;
}

TEST(Json, CanonicalFormIsRfc8785) {
  // The number samples are those of RFC 8785, appendix B.
  const std::pair<const char*, const char*> cases[] = {
      {R"({"b":1,"a":[true,null,"x"]})", R"({"a":[true,null,"x"],"b":1})"},
      {"[4.50, 2e-3, 1E30, 0.000000000000000000000000001]", "[4.5,0.002,1e+30,1e-27]"},
      {"[-0.0, 5e-324, 1.7976931348623157e308]", "[0,5e-324,1.7976931348623157e+308]"},
      {"[9007199254740992, 9.999999999999997e22]", "[9007199254740992,9.999999999999997e+22]"},
      {"[333333333.3333332, 1e21, 0.0000012, 1e-7]", "[333333333.3333332,1e+21,0.0000012,1e-7]"},
      {R"(["\u20ac$\u000F\u000aA'B\"\\\\\"/"])", "[\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"]"},
      // UTF-16 order: the surrogates of U+1F600 come before U+FB33.
      {"{\"\uFB33\":1,\"\U0001F600\":2,\"\u20ac\":3,\"1\":4}", "{\"1\":4,\"\u20ac\":3,\"\U0001F600\":2,\"\uFB33\":1}"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Canonical(text), expected) << text;
  EXPECT_EQ(ToCanonicalJson(Value::Double(2.9514790517935283e20)), "295147905179352830000");
  EXPECT_EQ(ToCanonicalJson(Value::Double(1e20)), "100000000000000000000");
}

TEST(Json, WhatCouldNotBeReadAgainIsRefused) {
  Arena arena;
  for (const char* text : {"68776522315e9", "1e20", "-1e19", "18446744073709551615", "-9223372036854775808"})
    EXPECT_FALSE(ParseJson(arena, text)) << text;
  for (const char* text : {"1e21", "-1e21", "18446744073709549568", "9223372036854775807", "-9223372036854774784",
                           "1e19", "1844674407370955e4"}) {
    const auto value = ParseJson(arena, text);
    ASSERT_TRUE(value) << text;
    EXPECT_TRUE(ParseJson(arena, ToCanonicalJson(*value))) << ToCanonicalJson(*value);
  }
}

TEST(Json, RefusesWhatIsNotJson) {
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += '[';
  for (int i = 0; i < 70; ++i) deep += ']';
  const std::string cases[] = {"",     "{",   "[1,]",    "nul",     "{\"a\":1,\"a\":2}", "\"\xff\"",
                               "[01]", "NaN", "[1] [2]", "{'a':1}", "\"\\ud800\"",       "1e400",
                               deep};
  Arena arena;
  for (const std::string& text : cases) {
    const auto value = ParseJson(arena, text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, ErrorCode::kInvalid);
  }
}

TEST(Json, PrettyFormKeepsTheOrderOfMembers) {
  Arena arena;
  const auto value = ParseJson(arena, R"({"b":{"x":[]},"a":[1,{}]})");
  ASSERT_TRUE(value);
  EXPECT_EQ(ToPrettyJson(*value), "{\n  \"b\": {\n    \"x\": []\n  },\n  \"a\": [\n    1,\n    {}\n  ]\n}");
}

TEST(Value, EqualityIgnoresOrderAndComparesNumbersByValue) {
  Arena arena;
  EXPECT_EQ(*ParseJson(arena, R"({"a":1,"b":2.0})"), *ParseJson(arena, R"({"b":2,"a":1.0})"));
  EXPECT_FALSE(*ParseJson(arena, R"({"a":1})") == *ParseJson(arena, R"({"a":"1"})"));
  EXPECT_FALSE(*ParseJson(arena, "[1,2]") == *ParseJson(arena, "[2,1]"));
}

TEST(Value, MergePatchFollowsRfc7396) {
  // The examples of RFC 7396, appendix A.
  const char* cases[][3] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", "{}"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})"},
      {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [target, patch, expected] : cases) {
    Arena arena;
    const Value merged = MergePatch(arena, *ParseJson(arena, target), *ParseJson(arena, patch));
    EXPECT_EQ(ToCanonicalJson(merged), expected) << target << " + " << patch;
  }
}

TEST(Pointer, ResolvesCoversAndRemoves) {
  Arena arena;
  const Value root = *ParseJson(arena, R"({"a":{"b/c":[10,{"~":1}]},"ab":2})");
  EXPECT_EQ(ToJson(*ResolvePointer(root, "/a/b~1c/1/~0")), "1");
  EXPECT_EQ(ResolvePointer(root, "/a/x"), nullptr);
  EXPECT_EQ(ResolvePointer(root, "/a/b~1c/2"), nullptr);
  EXPECT_EQ(ResolvePointer(root, "a"), nullptr);
  EXPECT_TRUE(PointerCovers("/a", "/a/b"));
  EXPECT_FALSE(PointerCovers("/a", "/ab"));
  EXPECT_EQ(ToJson(RemoveAtPointer(arena, root, "/a/b~1c")), R"({"a":{},"ab":2})");
}

}  // namespace
}  // namespace cxctl
