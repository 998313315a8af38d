#include "schema/validator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "schema/shapes.h"
#include "value/json.h"

namespace cxctl {
namespace {

using namespace shapes;

const Shape& TestShape() {
  static const Shape shape = [] {
    Shape pair = Object({Optional("a", Text(), ""), Optional("b", Text(), ""), Optional("c", Text(), "")});
    pair.one_of = {{"a"}, {"b", "c"}};
    Shape all = Object({
        Required("name", Text(kNamePattern), "A name."),
        Optional("text", NonEmptyText(5), ""),
        Optional("mode", Words({"fast", "slow"}), ""),
        Optional("count", Integer(1), ""),
        Optional("limited", {.kind = ShapeKind::kInteger, .minimum = 1, .maximum = 256}, ""),
        Optional("number", Number(0), ""),
        Optional("over", NumberOver(0), ""),
        Optional("share", Share(), ""),
        Optional("yes", Boolean(), ""),
        Optional("list", ListOf(Integer(0), 1), ""),
        Optional("map", MapOf(Text()), ""),
        Optional("any", Any(), ""),
        Optional("first", Text(), ""),
        Optional("second", Text(), ""),
        Optional("pair", std::move(pair), ""),
        Secret(Optional("secret", Text(kDatePattern), "")),
    });
    all.any_of = {"first", "second", "any"};
    all.exclusive = {{"first", "second"}};
    return all;
  }();
  return shape;
}

std::string MessagesOf(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& each : diagnostics) all += (all.empty() ? "" : "; ") + each.message;
  return all;
}

TEST(ValidateShape, SaysWhatIsWrong) {
  struct Row {
    std::string_view json, messages;
  };
  const Row rows[] = {
      {R"({"name":"a","any":1})", ""},
      {R"({"name":"a","any":null,"text":"12345","mode":"fast","count":1,"limited":256,"number":0,"over":1e-9,"share":1,
           "yes":false,"list":[0],"map":{},"pair":{"b":"","c":""}})",
       ""},
      {R"({"name":"a","any":1,"text":"äöüäö"})", ""},
      {R"({"name":"a","any":1,"count":15.0})", ""},
      {R"({"any":1})", "name is missing"},
      {R"({"name":"a"})", "first or second or any is missing"},
      {R"({"name":"a","first":"x","second":"y"})", "second may not stand beside first"},
      {R"([])", "the document must be a mapping, not a list"},
      {R"("x")", "the document must be a mapping, not the string \"x\""},
      {R"({"name":"A","any":1})", "name \"A\" is not a name of lower-case letters, digits and hyphens, 63 at most"},
      {R"({"name":5,"any":1})", "name must be a string, not the number 5"},
      {R"({"name":true,"any":1})", "name must be a string, not true"},
      {R"({"name":null,"any":1})", "name must be a string, not nothing (null)"},
      {R"({"name":{},"any":1})", "name must be a string, not a mapping"},
      {R"({"name":14155551234,"any":1})", "name must be a string, not a number"},
      {R"({"name":"a","any":1,"text":""})", "text must not be empty"},
      {R"({"name":"a","any":1,"text":"äöüäöü"})", "text has 6 characters, over the limit of 5"},
      {R"({"name":"a","any":1,"mode":"Fast"})", "mode \"Fast\" is not allowed"},
      {R"({"name":"a","any":1,"mode":"\u001b[31m"})", "mode \"\\u001b[31m\" is not allowed"},
      {R"({"name":"a","any":1,"count":0})", "count 0 is under the minimum of 1"},
      {R"({"name":"a","any":1,"count":1.5})", "count must be an integer, not the number 1.5"},
      {R"({"name":"a","any":1,"count":"5"})", "count must be an integer, not the string \"5\""},
      {R"({"name":"a","any":1,"count":9007199254740991})", ""},
      {R"({"name":"a","any":1,"count":9007199254740993})",
       "count 9007199254740993 is over the maximum of 9007199254740991"},
      {R"({"name":"a","any":1,"limited":257})", "limited 257 is over the maximum of 256"},
      {R"({"name":"a","any":1,"number":-0.5})", "number -0.5 is under the minimum of 0"},
      {R"({"name":"a","any":1,"over":0})", "over 0 must be over 0"},
      {R"({"name":"a","any":1,"share":0})", "share 0 must be over 0"},
      {R"({"name":"a","any":1,"share":1.01})", "share 1.01 is over the maximum of 1"},
      {R"({"name":"a","any":1,"yes":"true"})", "yes must be true or false, not the string \"true\""},
      {R"({"name":"a","any":1,"yes":1})", "yes must be true or false, not the number 1"},
      {R"({"name":"a","any":1,"list":[]})", "list must have at least 1 entry"},
      {R"({"name":"a","any":1,"list":5})", "list must be a list, not the number 5"},
      {R"({"name":"a","any":1,"list":[1,"2",-3]})",
       "list must be an integer, not the string \"2\"; list -3 is under the minimum of 0"},
      {R"({"name":"a","any":1,"map":{"x":"y","z":1}})", "z must be a string, not the number 1"},
      {R"({"name":"a","any":1,"map":[]})", "map must be a mapping, not a list"},
      {R"({"name":"a","any":1,"nam":1})", "unknown member \"nam\""},
      {R"({"name":"a","any":1,"":1})", "unknown member \"\""},
      {R"({"name":"a","any":1,"pair":{"d":1,"a":"x"}})", "unknown member \"d\" in pair"},
      {R"({"name":"a","any":1,"pair":{}})", "an entry in pair takes exactly one of: a; b and c"},
      {R"({"name":"a","any":1,"pair":{"b":"x"}})", "an entry in pair takes exactly one of: a; b and c"},
      {R"({"name":"a","any":1,"pair":{"a":"x","c":"y"}})", "an entry in pair takes exactly one of: a; b and c"},
      {R"({"name":"a","any":1,"secret":"hunter2"})", "secret (secret) is not a day: 2026-11-26"},
      {R"({"name":"a","any":1,"secret":12345})", "secret must be a string, not a number"},
      {R"({"name":"a","any":1,"secret":true})", "secret must be a string, not a boolean"},
      {R"({"name":"a","any":1,"secret":["hunter2"]})", "secret must be a string, not a list"},
  };
  for (const Row& row : rows) {
    Arena arena;
    const auto value = ParseJson(arena, row.json);
    ASSERT_TRUE(value.has_value()) << row.json;
    Diagnostics diagnostics;
    EXPECT_EQ(ValidateShape(TestShape(), *value, "Test/a", diagnostics), row.messages.empty()) << row.json;
    EXPECT_EQ(MessagesOf(diagnostics), row.messages) << row.json;
    for (const Diagnostic& each : diagnostics) {
      EXPECT_EQ(each.rule, "CX102");
      EXPECT_EQ(each.severity, Severity::kError);
      EXPECT_EQ(each.address, "Test/a");
    }
  }
}

std::string HelpFor(std::string_view json) {
  Arena arena;
  Diagnostics diagnostics;
  ValidateShape(TestShape(), ParseJson(arena, json).value(), "", diagnostics);
  return diagnostics.empty() ? "" : diagnostics[0].help;
}

TEST(ValidateShape, SaysWhatToDo) {
  EXPECT_EQ(HelpFor(R"({"name":5,"any":1})"), "quote it to make it a string");
  EXPECT_EQ(HelpFor(R"({"name":"a","any":1,"count":"5"})"), "write it without quotes");
  EXPECT_EQ(HelpFor(R"({"name":"a","any":1,"nmae":"5"})"), "did you mean name?");
  EXPECT_EQ(HelpFor(R"({"name":"a","any":1,"mode":"fats"})"), "did you mean fast? one of: fast, slow");
  EXPECT_EQ(HelpFor(R"({"name":"a","any":1,"mode":"middling"})"), "one of: fast, slow");
  EXPECT_EQ(HelpFor(R"({"any":1})"), "add `name:`: A name.");
  EXPECT_EQ(HelpFor(R"({"name":"A","any":1})"), "it must match ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$");
}

TEST(ValidateShape, CitesTheBeginningOfALongTextOnly) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  Arena arena;
  Diagnostics diagnostics;
  const Value value = ObjectBuilder(arena).Set("name", text).Set("any", true).Build();
  EXPECT_FALSE(ValidateShape(TestShape(), value, "", diagnostics));
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_TRUE(diagnostics[0].message.starts_with("name \"" + text.substr(0, 120) + "…\" is not"))
      << diagnostics[0].message;
}

TEST(ValidateShape, StopsAt100Findings) {
  Arena arena;
  ObjectBuilder object(arena);
  for (int i = 0; i < 1000; ++i) object.Set("unknown" + std::to_string(i), i);
  Diagnostics diagnostics;
  EXPECT_FALSE(ValidateShape(TestShape(), object.Build(), "", diagnostics));
  EXPECT_EQ(diagnostics.size(), 100u);
}

Value At(const Value& value, std::uint32_t line, std::uint32_t column) {
  return value.WithPosition({1, line, column, 1});
}

TEST(WithoutFaults, LeavesWhatIsGood) {
  Arena arena;
  ObjectBuilder object(arena);
  object.Append({"name", {1, 1, 1, 4}, At(Value::String("a"), 1, 7)});
  object.Append({"any", {1, 2, 1, 3}, At(Value::Int(1), 2, 6)});
  object.Append({"count", {1, 3, 1, 5}, At(Value::Int(0), 3, 8)});
  object.Append({"unknown", {1, 4, 1, 7}, At(Value::Int(0), 4, 10)});
  const Value items[] = {At(Value::Int(1), 5, 8), At(Value::String("x"), 5, 11), At(Value::Int(2), 5, 14)};
  object.Append({"list", {1, 5, 1, 4}, At(Value::Array(arena.CopyItems(std::span<const Value>(items))), 5, 7)});
  const Value root = At(object.Build(), 1, 1);
  Diagnostics diagnostics;
  ShapeFaults faults;
  EXPECT_FALSE(ValidateShape(TestShape(), root, "", diagnostics, &faults));
  EXPECT_EQ(diagnostics.size(), 3u);
  const Value rest = WithoutFaults(arena, root, faults);
  EXPECT_EQ(ToJson(rest), R"({"name":"a","any":1,"list":[1,2]})");
  EXPECT_EQ(rest.position().line, 1u);
  Diagnostics none;
  EXPECT_TRUE(ValidateShape(TestShape(), rest, "", none));
}

}  // namespace
}  // namespace cxctl
