#include "value/yaml_writer.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cmath>
#include <limits>
#include <random>

#include "value/json.h"

namespace cxctl {
namespace {

std::string FromJson(std::string_view json) {
  Arena arena;
  const Result<Value> value = ParseJson(arena, json);
  return value ? ToYaml(*value) : value.error().message;
}

TEST(ToYaml, BlocksInTheOrderOfTheMembers) {
  EXPECT_EQ(FromJson(R"({
    "name": "Q4 collections", "active": true, "id": null, "callRate": 15, "capacityThreshold": 0.85,
    "dialerSettings": {"maxConcurrentCalls": 50, "empty": {}, "none": []},
    "regulatoryWindows": [{"startTime": "09:00", "endTime": "21:00", "days": ["MON", "TUE"]}, {"startTime": "10:00"}],
    "nested": [[1, 2], [], [[3]], {}],
    "a": "last"})"),
            R"(name: Q4 collections
active: true
id: null
callRate: 15
capacityThreshold: 0.85
dialerSettings:
  maxConcurrentCalls: 50
  empty: {}
  none: []
regulatoryWindows:
  - startTime: "09:00"
    endTime: "21:00"
    days:
      - MON
      - TUE
  - startTime: "10:00"
nested:
  -
    - 1
    - 2
  - []
  -
    -
      - 3
  - {}
a: last
)");
}

std::string Annotated(std::string_view json) {
  Arena arena;
  const Result<Value> value = ParseJson(arena, json);
  return ToAnnotatedYaml(*value, [](std::string_view pointer, const Value&) { return std::string(pointer); });
}

TEST(ToAnnotatedYaml, CommentsWhereValuesBeginAndSaysTheSame) {
  constexpr std::string_view kJson =
      R"({"a": 1, "text": "one\ntwo\n", "list": [{"b/c": [], "d": "x"}, [2]], "none": {}, "last": "# no comment"})";
  EXPECT_EQ(Annotated(kJson), R"(a: 1                  # /a
text: |               # /text
  one
  two
list:
  - b/c: []           # /list/0/b~1c
    d: x              # /list/0/d
  -
    - 2               # /list/1/0
none: {}              # /none
last: "# no comment"  # /last
)");
  const auto plain = YAML::Load(FromJson(kJson));
  const auto commented = YAML::Load(Annotated(kJson));
  EXPECT_EQ(YAML::Dump(commented), YAML::Dump(plain));
}

TEST(ToAnnotatedYaml, LongLinesDoNotPushTheOthersAway) {
  const std::string text(100, 'x');
  EXPECT_EQ(Annotated("{\"a\": \"" + text + "\", \"b\": 1}"),
            "a: " + text + "  # /a\nb: 1" + std::string(52, ' ') + "  # /b\n");
}

TEST(ToYaml, Roots) {
  EXPECT_EQ(FromJson("{}"), "{}\n");
  EXPECT_EQ(FromJson("[]"), "[]\n");
  EXPECT_EQ(FromJson("null"), "null\n");
  EXPECT_EQ(FromJson("false"), "false\n");
  EXPECT_EQ(FromJson("-7"), "-7\n");
  EXPECT_EQ(FromJson("\"text\""), "text\n");
  EXPECT_EQ(FromJson("\"\""), "\"\"\n");
  EXPECT_EQ(FromJson(R"("two\nlines\n")"), "\"two\\nlines\\n\"\n");
  EXPECT_EQ(FromJson("[1]"), "- 1\n");
}

TEST(ToYaml, EqualNumbersAreWrittenEqually) {
  struct Case {
    double number;
    std::string_view text;
  };
  for (const auto& [number, text] : std::initializer_list<Case>{
           {1.0, "1"},
           {-1.0, "-1"},
           {0.0, "0"},
           {-0.0, "0"},
           {0.1, "0.1"},
           {0.85, "0.85"},
           {1.25, "1.25"},
           {-2.5, "-2.5"},
           {1.0 / 3, "0.3333333333333333"},
           {1e15, "1000000000000000"},
           {1e18, "1000000000000000000"},
           {1e19, "1.0e+19"},  // beyond 64 bits; with a point, because YAML 1.1 takes 1e+19 for a string
           {1.5e300, "1.5e+300"},
           {1e-7, "1.0e-07"},
           {5e-324, "5.0e-324"},
           {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
           {std::numeric_limits<double>::infinity(), ".inf"},
           {-std::numeric_limits<double>::infinity(), "-.inf"},
           {std::nan(""), ".nan"},
       }) {
    EXPECT_EQ(ToYaml(Value::Double(number)), std::string(text) + "\n");
  }
  EXPECT_EQ(ToYaml(Value::Int(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808\n");
  EXPECT_EQ(ToYaml(Value::Int(std::numeric_limits<std::int64_t>::max())), "9223372036854775807\n");
}

TEST(ToYaml, PlainStrings) {
  for (const std::string_view text : {"text",
                                      "two words",
                                      "ACTIVE",
                                      "Zürich",
                                      "東京",
                                      "😀",
                                      "500ms",
                                      "30s",
                                      "14d",
                                      "us-weekdays",
                                      "America/New_York",
                                      "a#b",
                                      "a:b",
                                      "http://127.0.0.1:8080/x?y=z",
                                      "/maxAgents",
                                      "${values.x}",
                                      "a, b",
                                      "a [b] {c}",
                                      "it's",
                                      "say \"hi\"",
                                      "back\\slash",
                                      "nobody",
                                      "yesterday",
                                      "nullable",
                                      "onward",
                                      "a-b",
                                      "$x",
                                      "(secret)",
                                      "_",
                                      "x=y",
                                      "e3",
                                      "abc def-",
                                      "No.",
                                      "../../base",
                                      "./a",
                                      ".hidden",
                                      "12px",
                                      "+x"}) {
    EXPECT_EQ(ToYaml(Value::String(text)), std::string(text) + "\n");
  }
}

TEST(ToYaml, StringsThatCouldBeTakenForSomethingElseAreQuoted) {
  for (const std::string_view text : {
           "",  //
           "null",
           "Null",
           "NULL",
           "~",  // nothing
           "true",
           "True",
           "TRUE",
           "false",
           "False",
           "FALSE",  // booleans
           "yes",
           "Yes",
           "YES",
           "no",
           "No",
           "NO",
           "on",
           "On",
           "ON",
           "off",
           "Off",
           "OFF",  // YAML 1.1
           "y",
           "Y",
           "n",
           "N",  //
           "0",
           "1",
           "-1",
           "+1",
           "012",
           "0o14",
           "0x1F",
           "0X1f",
           "0b101",
           "-0x1F",
           "1_000",
           "1,000",  // integers
           "1.5",
           "-1.5",
           ".5",
           "5.",
           "+.5",
           "1e3",
           "1E3",
           "1e+3",
           "1.5e-3",
           "-1e3",
           "1_0.5",  // numbers
           ".inf",
           "-.inf",
           "+.inf",
           ".Inf",
           ".INF",
           ".nan",
           ".NaN",
           ".NAN",  //
           "09:00",
           "24:00",
           "1:30:00",
           "190:20:30.15",
           "-1:30",  // sexagesimal
           "2026-11-26",
           "12-25",
           "2026-1-1",  // dates
           "2026-11-20T21:15:13Z",
           "2026-11-20t21:15:13z",
           "2026-10-01T00:00:00-04:00",  //
           "2026-11-20 21:15:13",
           "2026-11-20 21:15:13.5 -5",
           "2001-12-14\t21:59:43",  //
           "+14155551234",
           "127.0.0.1",
           "1.2.3",  //
           "<<",
           "=",  // special keys
           "---",
           "--- a",
           "...",
           "... a",  // document marks
           " a",
           "a ",
           " ",
           "  ",  // spaces
           "-",
           "- a",
           "-a",
           "?",
           "? a",
           ":",
           ": a",
           ":a",
           "a:",
           "a: b",
           "a #b",
           "#",
           "# a",  // indicators
           ",",
           "[",
           "]",
           "{",
           "}",
           "[a]",
           "{a: b}",
           "&a",
           "*a",
           "!a",
           "!",
           "|",
           ">",
           "'a'",
           "\"a\"",
           "%a",
           "@a",
           "`a`",
       }) {
    std::string quoted = "\"";
    for (const char c : text) {
      if (c == '\t') {
        quoted += "\\t";
        continue;
      }
      if (c == '"') quoted += '\\';
      quoted += c;
    }
    EXPECT_EQ(ToYaml(Value::String(text)), quoted + "\"\n");
  }
}

TEST(ToYaml, ControlCharactersAreEscaped) {
  struct Case {
    std::string_view text, yaml;
  };
  using namespace std::literals;
  for (const auto& [text, yaml] : std::initializer_list<Case>{
           {"a\tb", R"("a\tb")"},
           {"a\nb", R"("a\nb")"},
           {"a\r\nb", R"("a\r\nb")"},
           {"\n", R"("\n")"},
           {"\x1b[31m", R"("\x1b[31m")"},
           {"\0"sv, R"("\x00")"},
           {"\x7f", R"("\x7f")"},
           {"\xc2\x85", R"("\x85")"},        // next line
           {"\xc2\x9b", R"("\x9b")"},        // C1
           {"\xe2\x80\xa8", R"("\u2028")"},  // a line break to YAML 1.1
           {"\xe2\x80\xae", R"("\u202e")"},  // right-to-left override
           {"\xef\xbb\xbf"
            "a",
            R"("\ufeffa")"},  // byte order mark
       }) {
    EXPECT_EQ(ToYaml(Value::String(text)), std::string(yaml) + "\n");
  }
}

TEST(ToYaml, TextsOfSeveralLinesAreBlocksWhereThatIsExact) {
  EXPECT_EQ(FromJson(R"({"a": "first\n\n  indented: #1\nlast\n", "b": 1})"), R"(a: |
  first

    indented: #1
  last
b: 1
)");
  EXPECT_EQ(FromJson(R"(["one\ntwo\n", {"a": "one\ntwo\n"}])"), "- |\n  one\n  two\n- a: |\n    one\n    two\n");
  for (const std::string_view text : {"no end\nof line", "two ends\n\n", "\nleading", " space\nx\n", "trailing \nx\n",
                                      "tab\tx\n", "cr\r\nx\n", "esc\x1b\n", "\n"}) {
    Arena arena;
    const std::string yaml = ToYaml(ObjectBuilder(arena).Set("a", text).Build());
    EXPECT_TRUE(yaml.starts_with("a: \"")) << yaml;
  }
}

TEST(ToYaml, KeysAreQuotedLikeValues) {
  EXPECT_EQ(FromJson(R"({"no": 1, "012": 2, "a b": 3, "a: b": 4, "": 5, "x\ny\n": 6, "<<": 7, "*": 8, "Zürich": 9})"),
            R"("no": 1
"012": 2
a b: 3
"a: b": 4
"": 5
"x\ny\n": 6
"<<": 7
"*": 8
Zürich: 9
)");
}

/// The same value, read by another parser. Scalars are compared by text, and strings must be quoted or not look
/// special.
void ExpectSame(const YAML::Node& node, const Value& value, const std::string& yaml) {
  if (value.is_array()) {
    ASSERT_TRUE(node.IsSequence()) << yaml;
    ASSERT_EQ(node.size(), value.items().size()) << yaml;
    for (std::size_t i = 0; i < node.size(); ++i) ExpectSame(node[i], value.items()[i], yaml);
  } else if (value.is_object()) {
    ASSERT_TRUE(node.IsMap()) << yaml;
    ASSERT_EQ(node.size(), value.members().size()) << yaml;
    std::size_t i = 0;
    for (const auto& entry : node) {
      EXPECT_EQ(entry.first.Scalar(), value.members()[i].key) << yaml;
      ExpectSame(entry.second, value.members()[i++].value, yaml);
    }
  } else if (value.is_string()) {
    EXPECT_TRUE(node.IsScalar()) << yaml;
    EXPECT_EQ(node.Scalar(), value.as_string()) << yaml;
    bool boolean = false;
    double number = 0;
    if (node.Tag() == "?") {
      EXPECT_FALSE(YAML::convert<bool>::decode(node, boolean)) << yaml;
      EXPECT_FALSE(YAML::convert<double>::decode(node, number)) << yaml;
    }
  } else if (value.is_null()) {
    EXPECT_TRUE(node.IsNull()) << yaml;
  } else if (value.is_bool()) {
    EXPECT_EQ(node.as<bool>(), value.as_bool()) << yaml;
  } else {
    EXPECT_EQ(node.as<double>(), value.as_double()) << yaml;
  }
}

/// Values of every shape, rich in what is hard to write.
class Generator {
 public:
  Generator(Arena& arena, unsigned seed) : arena_(arena), random_(seed) {}

  Value Make(int depth) {
    switch (random_() % (depth > 0 ? 10 : 7)) {
      case 0:
        return Value::Null();
      case 1:
        return Value::Bool(random_() % 2 == 0);
      case 2:
        return Value::Int(static_cast<std::int64_t>(random_()) - 2'000'000'000);
      case 3:
        return Value::Double(std::ldexp(static_cast<double>(random_()), static_cast<int>(random_() % 200) - 100));
      case 4:
      case 5:
      case 6:
        return MakeString(arena_, Text());
      case 7: {
        ArrayBuilder items(arena_);
        for (auto n = random_() % 4; n > 0; --n) items.Add(Make(depth - 1));
        return items.Build();
      }
      default: {
        ObjectBuilder members(arena_);
        for (auto n = random_() % 4; n > 0; --n) members.Set(arena_.Copy(Text()), Make(depth - 1));
        return members.Build();
      }
    }
  }

 private:
  std::string Text() {
    static constexpr std::string_view kPieces[] = {
        "a",  "b", "no", "0", "1",   ".",   "-",    ":",    " ", " ", "#", "\n",           "\n", "\t", "\"", "'", "\\",
        "[",  "{", ",",  "&", "*",   "!",   "|",    ">",    "%", "@", "?", "\xe2\x80\xa8", "ü",  "😀",  "~",  "=", "<<",
        "\r", "e", "_",  "+", "---", "...", "\x1b", "\x7f", "}", "]", "x"};
    std::string text;
    for (auto n = random_() % 8; n > 0; --n) text += kPieces[random_() % std::size(kPieces)];
    if (random_() % 50 == 0) text += std::string(1200, 'k');
    return text;
  }

  Arena& arena_;
  std::mt19937 random_;
};

TEST(ToYaml, IsReadBackByAnotherParser) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Arena arena;
    const Value value = Generator(arena, seed).Make(4);
    const std::string yaml = ToYaml(value);
    ExpectSame(YAML::Load(yaml), value, yaml);
    if (HasFailure()) FAIL() << "seed " << seed << " wrote\n" << yaml;
  }
}

}  // namespace
}  // namespace cxctl
