#include "manifest/yaml_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {
namespace {

struct Read {
  Arena arena;
  std::vector<Value> documents;
  Diagnostics diagnostics;
};

Read ReadText(std::string_view text) {
  Read read;
  read.documents = ReadYaml(read.arena, 1, text, read.diagnostics);
  return read;
}

std::string PlaceOf(const Position& position) {
  return fmt::format("{}:{}+{}", position.line, position.column, position.width);
}

/// `CX101 2:3+4`, one for each finding.
std::string FindingsOf(const Read& read) {
  std::string all;
  for (const Diagnostic& each : read.diagnostics) {
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", each.rule, PlaceOf(each.position));
  }
  return all;
}

std::string JsonOf(const Read& read) {
  std::string all;
  for (const Value& document : read.documents) all += (all.empty() ? "" : " ") + ToJson(document);
  return all;
}

TEST(YamlReader, ReadsWhatIsGood) {
  struct Row {
    std::string_view yaml, json;
  };
  const Row rows[] = {
      // Scalars by the YAML 1.2 core schema.
      {"a: 1", R"({"a":1})"},
      {"a: -17", R"({"a":-17})"},
      {"a: +5", R"({"a":5})"},
      {"a: 0", R"({"a":0})"},
      {"a: -0", R"({"a":0})"},
      {"a: 0x1F", R"({"a":31})"},
      {"a: 0o17", R"({"a":15})"},
      {"a: 0o8", R"({"a":"0o8"})"},
      {"a: -0x1F", R"({"a":"-0x1F"})"},
      {"a: 0x", R"({"a":"0x"})"},
      {"a: 0b101", R"({"a":"0b101"})"},
      {"a: 1_000", R"({"a":"1_000"})"},
      {"a: 1.5", R"({"a":1.5})"},
      {"a: .5", R"({"a":0.5})"},
      {"a: 5.", R"({"a":5})"},
      {"a: 1e3", R"({"a":1000})"},
      {"a: 1E+02", R"({"a":100})"},
      {"a: 1e", R"({"a":"1e"})"},
      {"a: 1e-400", R"({"a":0})"},
      {"a: 9223372036854775807", R"({"a":9223372036854775807})"},
      {"a: 9223372036854775808", R"({"a":9223372036854776000})"},
      {"a: [yes, no, on, off, y, n]", R"({"a":["yes","no","on","off","y","n"]})"},
      {"a: [true, True, TRUE, tRUE]", R"({"a":[true,true,true,"tRUE"]})"},
      {"a: [false, False, FALSE]", R"({"a":[false,false,false]})"},
      {"a: [null, Null, NULL, ~, nULL]", R"({"a":[null,null,null,null,"nULL"]})"},
      {"a:", R"({"a":null})"},
      {"a: ''", R"({"a":""})"},
      {"a: 09:00", R"({"a":"09:00"})"},
      {"a: 23:59:59", R"({"a":"23:59:59"})"},
      {"a: 2026-11-26", R"({"a":"2026-11-26"})"},
      {"a: 2026-10-01T00:00:00-04:00", R"({"a":"2026-10-01T00:00:00-04:00"})"},
      {"a: 012abc", R"({"a":"012abc"})"},
      {"a: 0.5", R"({"a":0.5})"},
      {"a: '012'", R"({"a":"012"})"},
      {"a: \"012\"", R"({"a":"012"})"},
      {"a: |\n  012", R"({"a":"012"})"},
      {"a: '1'", R"({"a":"1"})"},
      {"a: '~'", R"({"a":"~"})"},
      {"a: [., -, +, .e1, '-']", R"({"a":[".","-","+",".e1","-"]})"},
      {"a: <<", R"({"a":"<<"})"},
      // Keys are text.
      {"1: a", R"({"1":"a"})"},
      {"true: a", R"({"true":"a"})"},
      {"~: a", R"({"~":"a"})"},
      {"\"a b\": c", R"({"a b":"c"})"},
      {"? a\n: b", R"({"a":"b"})"},
      {"'': a", R"({"":"a"})"},
      // Strings.
      {"a: \"x\\ty\\nz\"", R"({"a":"x\ty\nz"})"},
      {"a: \"\\u00e9\\U0001F600\"", "{\"a\":\"é😀\"}"},
      {"a: é😀", "{\"a\":\"é😀\"}"},
      {"a: |\n  x\n  y\n", R"({"a":"x\ny\n"})"},
      {"a: |-\n  x\n  y\n", R"({"a":"x\ny"})"},
      {"a: >\n  x\n  y\n", R"({"a":"x y\n"})"},
      {"a: x\n  y", R"({"a":"x y"})"},
      {"a: 'x\n  y'", R"({"a":"x y"})"},
      {"a: ${values.x}", R"({"a":"${values.x}"})"},
      {"a: b#c", R"({"a":"b#c"})"},
      // Documents: empty ones are left out, their order is kept.
      {"", ""},
      {"# nothing\n", ""},
      {"---\n---\n", ""},
      {"---\n# nothing\n---\na: 1\n---\n", R"({"a":1})"},
      {"a: 1\n---\nb: 2\n", R"({"a":1} {"b":2})"},
      {"a: 1\n...\n---\nb: 2\n", R"({"a":1} {"b":2})"},
      {"%YAML 1.2\n---\na: 1\n", R"({"a":1})"},
      {"--- {a: 1}\n", R"({"a":1})"},
      {"{}", "{}"},
      {"[]", "[]"},
      {"~", "null"},
      {"text", R"("text")"},
      {"''", R"("")"},
      // Line breaks, byte order mark.
      {"a: 1\r\nb: 2\r\n", R"({"a":1,"b":2})"},
      {"a: 1\rb: 2\r", R"({"a":1,"b":2})"},
      {"\xEF\xBB\xBF"
       "a: 1\nb: 2\n",
       R"({"a":1,"b":2})"},
      // Tabs that indent nothing.
      {"a:\t1", R"({"a":1})"},
      {"a: 1\t# remark", R"({"a":1})"},
      {"a: x\ty", R"({"a":"x\ty"})"},
      {"a: [1,\t2]", R"({"a":[1,2]})"},
      {"a: |\n  x\n  \ty\n", R"({"a":"x\n\ty\n"})"},
      {"a: 'x\n  \ty'", R"({"a":"x y"})"},
      // Anchors, aliases, merges.
      {"a: &x 1\nb: *x", R"({"a":1,"b":1})"},
      {"a: &x {k: 1}\nb: *x", R"({"a":{"k":1},"b":{"k":1}})"},
      {"a: &x\n  k: 1\nb: *x", R"({"a":{"k":1},"b":{"k":1}})"},
      {"a: &x\nb: *x", R"({"a":null,"b":null})"},
      {"&k key: *k", R"({"key":"key"})"},
      {"a: &x key\n*x : 1", R"({"a":"key","key":1})"},
      {"a: &x 1\nb: &x 2\nc: *x", R"({"a":1,"b":2,"c":2})"},
      {"a: &x [1, 2]\nb: [*x, *x]", R"({"a":[1,2],"b":[[1,2],[1,2]]})"},
      {"a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}", R"({"a":{"k":1,"l":2},"b":{"l":3,"k":1}})"},
      {"a: &x {k: 1, l: 2}\nb:\n  l: 3\n  <<: *x", R"({"a":{"k":1,"l":2},"b":{"l":3,"k":1}})"},
      {"a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y]}", R"({"a":{"k":1},"b":{"k":2,"l":3},"c":{"k":1,"l":3}})"},
      {"a: {<<: {k: 1}}", R"({"a":{"k":1}})"},
      {"a: {<<: []}", R"({"a":{}})"},
      {"a: {'<<': 1}", R"({"a":{"<<":1}})"},
      {"a: &x {k: 1}\nb: &y {<<: *x, l: 2}\nc: {<<: *y}", R"({"a":{"k":1},"b":{"l":2,"k":1},"c":{"l":2,"k":1}})"},
  };
  for (const Row& row : rows) {
    const Read read = ReadText(row.yaml);
    EXPECT_EQ(FindingsOf(read), "") << row.yaml;
    EXPECT_EQ(JsonOf(read), row.json) << row.yaml;
  }
}

TEST(YamlReader, KnowsWhatHasNoJson) {
  const Read read = ReadText("[.inf, -.INF, +.Inf, .nan, 1e400, -1e400]");
  ASSERT_EQ(read.documents.size(), 1u);
  const auto items = read.documents[0].items();
  ASSERT_EQ(items.size(), 6u);
  for (const std::size_t i : {0u, 2u, 4u}) EXPECT_EQ(items[i].as_double(), HUGE_VAL) << i;
  for (const std::size_t i : {1u, 5u}) EXPECT_EQ(items[i].as_double(), -HUGE_VAL) << i;
  EXPECT_NE(items[3].as_double(), items[3].as_double());
}

TEST(YamlReader, RefusesWhatIsBadWhereItStands) {
  struct Row {
    std::string yaml, findings;
  };
  const Row rows[] = {
      // Keys twice.
      {"a: 1\na: 2", "CX101 2:1+1"},
      {"a: 1\n\"a\": 2", "CX101 2:1+3"},
      {"a: 1\n'\x61': 2", "CX101 2:1+3"},
      {"a: 1\n\"\\x61\": 2", "CX101 2:1+6"},
      {"x: {a: 1, b: 2, a: 3}", "CX101 1:17+1"},
      {"1: a\n\"1\": b", "CX101 2:1+3"},
      {"x:\n  - a: 1\n    a: 1", "CX101 3:5+1"},
      {"a: &x {k: 1}\nb:\n  <<: *x\n  <<: *x", "CX101 4:3+2"},
      {"é: 1\né: 1\né: 1", "CX101 2:1+1, CX101 3:1+1"},
      {"a: 1\n---\nb: 1\nb: 2", "CX101 4:1+1"},
      // Leading zeros, in values and in keys.
      {"a: 012", "CX101 1:4+3"},
      {"a: -007", "CX101 1:4+4"},
      {"a: +01", "CX101 1:4+3"},
      {"a: 00", "CX101 1:4+2"},
      {"a: 08", "CX101 1:4+2"},
      {"a: 00.5", "CX101 1:4+4"},
      {"a: 01e5", "CX101 1:4+4"},
      {"a: 01.", "CX101 1:4+3"},
      {"a: [1, 02, 3]", "CX101 1:8+2"},
      {"012: a", "CX101 1:1+3"},
      {"{x: {01: a}}", "CX101 1:6+2"},
      {"a: &x 012", "CX101 1:7+3"},
      {"- 010\n- 020", "CX101 1:3+3, CX101 2:3+3"},
      // Tags.
      {"a: !!str 1", "CX101 1:4+5"},
      {"a: !x {b: 1}", "CX101 1:4+2"},
      {"a: ! x", "CX101 1:4+1"},
      {"a: &b !x c", "CX101 1:7+2"},
      {"a: [!x, !y z]", "CX101 1:5+2, CX101 1:9+2"},
      {"a: !!str", "CX101 1:4+5"},
      {"!!str a: 1", "CX101 1:1+5"},
      {"--- !x\na: 1", "CX101 1:5+2"},
      {"a: !<tag:yaml.org,2002:str> x", "CX101 1:4+24"},
      {"a: !e!x y", "CX101 1:4+1"},
      {"%TAG ! tag:x,2026:\n---\na: 1", "CX101 1:1+4"},
      // Tabs as indentation.
      {"a:\n\tb: 1", "CX101 2:1+1"},
      {"a:\n  b: 1\n\tc: 2", "CX101 3:1+1"},
      {"a:\n  b: 1\n  \tc: 2", "CX101 3:3+1"},
      {"a:\n\t- b", "CX101 2:1+1"},
      {"\ta: 1", "CX101 1:1+1"},
      {"a: {\n\tb: 1}", "CX101 2:1+1"},
      {"a: [1,\n  \t2]", "CX101 2:3+1"},
      {"a: 'x\n\ty'", "CX101 2:1+1"},
      {"a: x\n\ty", "CX101 2:1+1"},
      {"a: 1\n---\nb: {\n\tc: 1}\n---\nd: 1", "CX101 4:1+1"},
      {"a: 1\n\t\nb: 2", "CX101 2:1+1"},
      {"a: |\n  \tx\n", "CX101 2:3+1"},
      {"a: |\n  x\n\ty\n", "CX101 3:1+1"},
      // Characters.
      {std::string("a: x\0y", 6), "CX101 1:5+1"},
      {"a: x\x01y", "CX101 1:5+1"},
      {"a: x\x1By", "CX101 1:5+1"},
      {"a: \x7F", "CX101 1:4+1"},
      {"a: é\xC2\x85", "CX101 1:5+1"},
      {"# \x08", "CX101 1:3+1"},
      {"a: 1\nb: x\xE2\x80\xAEy", "CX101 2:5+1"},
      {"a: x\xE2\x80\xA8y", "CX101 1:5+1"},
      {"a: 1\n\xEF\xBB\xBF"
       "b: 2",
       "CX101 2:1+1"},
      {"a: \xFF", "CX101 1:4+1"},
      {"é: \xC3(", "CX101 1:4+1"},
      {"a: \xC0\x80", "CX101 1:4+1"},
      {"a: \xED\xA0\x80", "CX101 1:4+1"},
      {"a: \xE2\x82", "CX101 1:4+1"},
      {"a: \"\\0\"", "CX102 1:4+4"},
      {"a: \"x\\u0007\"", "CX102 1:4+9"},
      {"a: \"\\e[31m\"", "CX102 1:4+8"},
      {"a: \"\\x7f\"", "CX102 1:4+6"},
      {"a: \"\\N\"", "CX102 1:4+4"},
      {"a: \"\\r\"", "CX102 1:4+4"},
      {"\"a\\0\": 1", "CX102 1:1+5"},
      // Anchors and aliases.
      {"a: *x", "CX101 1:4+2"},
      {"a: &x [*x]", "CX101 1:8+2"},
      {"a: &x {b: *x}", "CX101 1:11+2"},
      {"a: &x 1\n---\nb: *x", "CX101 3:4+2"},
      {"a: &x [1]\n*x : 2", "CX101 2:1+2"},
      {"a: &x 1\n<<: *x", "CX101 2:1+2"},
      {"a: &x [1]\n<<: *x", "CX101 2:1+2"},
      {"<<: 1", "CX101 1:1+2"},
      // Keys that are no text.
      {"? [a]\n: b", "CX101 1:3+1"},
      {"? {a: 1}\n: b", "CX101 1:3+1"},
      {"{[a]: b}", "CX101 1:2+1"},
      {": a", "CX101 1:1+1"},
      // Syntax.
      {"a: 'x", "CX101 1:6+1"},
      {"a: \"x", "CX101 1:6+1"},
      {"a: [1, 2", "CX101 1:9+1"},
      {"a: {b: 1", "CX101 1:9+1"},
      {"a: b: c", "CX101 1:5+1"},
      {"a: 1\n b: 2", "CX101 2:3+1"},
      {"a:\n  b: 1\n c: 2", "CX101 3:2+1"},
      {"- a\nb: 1", "CX101 2:1+1"},
      {"a: \"\\q\"", "CX101 1:5+1"},
      {"a: @x", "CX101 1:4+1"},
      {"a: `x", "CX101 1:4+1"},
      {"a: %x", "CX101 1:4+1"},
      {"a: ]", "CX101 1:4+1"},
      {"%YAML 2.0\n---\na: 1", "CX101 1:1+1"},
      {"a: \"\\ud800\"", "CX101 1:7+1"},
      {"a: 1\n...\nb: 2\n", "CX101 3:1+1"},
  };
  for (const Row& row : rows) {
    const Read read = ReadText(row.yaml);
    EXPECT_EQ(FindingsOf(read), row.findings)
        << row.yaml << (read.diagnostics.empty() ? "" : "\n" + read.diagnostics[0].message);
  }
}

TEST(YamlReader, LeavesOutOnlyTheDocumentThatIsBroken) {
  EXPECT_EQ(JsonOf(ReadText("a: 1\n---\nb: 1\nb: 2\n---\nc: 1")), R"({"a":1} {"c":1})");
  EXPECT_EQ(JsonOf(ReadText("a: 1\n---\nb: {\n\tc: 1}\n---\nd: 1")), R"({"a":1} {"d":1})");
  EXPECT_EQ(JsonOf(ReadText("a: 1\n---\nb: [1\n---\nc: 1")), R"({"a":1})") << "nobody knows where a list ends";
  EXPECT_EQ(JsonOf(ReadText("a: \"\\0\"")), R"({"a":"\u0000"})") << "a CX102 is a matter of the document's rules";
}

TEST(YamlReader, KnowsWhereEachValueStands) {
  const std::string_view yaml =
      "# remark\n"
      "name: x\n"
      "ünï: \"ö\"   # umlauts are one column each\n"
      "list:\n"
      "  - a\n"
      "  - {k: v, l: [1, 23]}\n"
      "block: |-  # remark\n"
      "  one\n"
      "quoted: 'one  \n"
      "  two'\n"
      "plain: one two\n"
      "  three\n"
      "nothing:\n"
      "base: &base\n"
      "  # remark\n"
      "  deep: 5\n"
      "scalar: &s  word\n"
      "alias: *base\n"
      "merged:\n"
      "  <<: *base\n"
      "  own: *s\n"
      "flow: {a: 1,\n"
      "  b: 2}\n";
  struct Row {
    std::string_view pointer, place;
  };
  const Row rows[] = {
      {"", "2:1+1"},          {"/name", "2:7+1"},         {"/ünï", "3:6+3"},
      {"/list", "5:3+1"},     {"/list/0", "5:5+1"},       {"/list/1", "6:5+18"},
      {"/list/1/k", "6:9+1"}, {"/list/1/l", "6:15+7"},    {"/list/1/l/1", "6:19+2"},
      {"/block", "7:8+2"},    {"/quoted", "9:9+4"},       {"/plain", "11:8+7"},
      {"/nothing", "13:9+1"}, {"/base", "16:3+1"},        {"/base/deep", "16:9+1"},
      {"/scalar", "17:13+4"}, {"/alias", "16:3+1"},       {"/alias/deep", "16:9+1"},
      {"/merged", "20:3+1"},  {"/merged/deep", "16:9+1"}, {"/merged/own", "17:13+4"},
      {"/flow", "22:7+1"},    {"/flow/b", "23:6+1"},
  };
  const Read read = ReadText(yaml);
  ASSERT_EQ(FindingsOf(read), "");
  ASSERT_EQ(read.documents.size(), 1u);
  for (const Row& row : rows) {
    const Value* value = ResolvePointer(read.documents[0], row.pointer);
    ASSERT_NE(value, nullptr) << row.pointer;
    EXPECT_EQ(PlaceOf(value->position()), row.place) << row.pointer;
    EXPECT_EQ(value->position().file, 1u);
  }
  EXPECT_EQ(PlaceOf(read.documents[0].members()[1].key_position), "3:1+3");
}

TEST(YamlReader, CountsColumnsAlikeBehindAByteOrderMarkAndAfterEveryLineBreak) {
  for (const std::string_view line_break : {"\n", "\r\n", "\r"}) {
    const Read read =
        ReadText(fmt::format("\xEF\xBB\xBF"
                             "a: 1{0}b: &x{0}  c: 2{0}d: !y 3",
                             line_break));
    EXPECT_EQ(FindingsOf(read), "CX101 4:4+2");
    const Read good =
        ReadText(fmt::format("\xEF\xBB\xBF"
                             "a: 1{0}b: &x{0}  c: 2{0}",
                             line_break));
    ASSERT_EQ(good.documents.size(), 1u);
    EXPECT_EQ(PlaceOf(good.documents[0].Find("a")->position()), "1:4+1");
    EXPECT_EQ(PlaceOf(good.documents[0].Find("b")->position()), "3:3+1");
  }
}

std::string Nested(std::size_t levels, std::string_view inside) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += "{a: ";
  text += inside;
  return text + std::string(levels, '}');
}

TEST(YamlReader, Takes64LevelsAndNoMore) {
  EXPECT_EQ(FindingsOf(ReadText(Nested(64, "1"))), "");
  EXPECT_EQ(FindingsOf(ReadText(Nested(65, "1"))), "CX101 1:257+1");
  EXPECT_EQ(FindingsOf(ReadText(Nested(63, "[1]"))), "");
  EXPECT_EQ(FindingsOf(ReadText(Nested(64, "[1]"))), "CX101 1:257+1");
  // What an alias stands for counts where it lands; what is merged lands a level higher.
  const std::string anchor = "x: &x " + Nested(32, "1") + "\ny: ";
  EXPECT_EQ(FindingsOf(ReadText(anchor + Nested(31, "*x"))), "");
  EXPECT_EQ(FindingsOf(ReadText(anchor + Nested(32, "*x"))), "CX101 2:132+2");
  const std::string base = "x: &x {k: " + Nested(31, "1") + "}\ny: ";
  EXPECT_EQ(FindingsOf(ReadText(base + Nested(31, "{<<: *x}"))), "");
  EXPECT_EQ(FindingsOf(ReadText(base + Nested(32, "{<<: *x}"))), "CX101 2:137+2");
  std::string blocks;
  for (int i = 0; i < 65; ++i) blocks += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(FindingsOf(ReadText(blocks)), "CX101 65:65+1");
}

TEST(YamlReader, Takes10000NodesThroughAliasesAndNoMore) {
  const auto with_aliases = [](int count) {
    std::string text = "a: &x 1\nb:\n";
    for (int i = 0; i < count; ++i) text += "- *x\n";
    return text;
  };
  EXPECT_EQ(FindingsOf(ReadText(with_aliases(10'000))), "");
  EXPECT_EQ(FindingsOf(ReadText(with_aliases(10'001))), "CX101 10003:3+2");
  // An alias counts for all the nodes that it stands for, through other aliases too.
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    laughs += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  const Read read = ReadText(laughs);
  ASSERT_EQ(read.diagnostics.size(), 1u);
  EXPECT_EQ(read.diagnostics[0].rule, "CX101");
  EXPECT_EQ(read.diagnostics[0].position.line, 5u);
  // Each document has its own 10,000.
  EXPECT_EQ(FindingsOf(ReadText(with_aliases(9'000) + "---\n" + with_aliases(9'000))), "");
  // Nodes that are written out do not count.
  std::string long_list;
  for (int i = 0; i < 20'000; ++i) long_list += "- x\n";
  EXPECT_EQ(FindingsOf(ReadText(long_list)), "");
}

TEST(YamlReader, TakesDocumentsOf1MiBAndNoMore) {
  const std::string head = "a: ";
  const std::string most = head + std::string(kMaxDocumentBytes - head.size(), 'x');
  EXPECT_EQ(FindingsOf(ReadText(most)), "");
  EXPECT_EQ(FindingsOf(ReadText(most + "x")), "CX101 1:1+1");
  EXPECT_EQ(FindingsOf(ReadText(most + "\n---\nb: 1\n")), "CX101 1:1+1") << "the line break is the document's";
  EXPECT_EQ(FindingsOf(ReadText("b: 1\n---\n" + most)), "CX101 2:1+1") << "the marker is the document's";
  const std::string half = head + std::string(kMaxDocumentBytes / 2, 'x') + "\n";
  EXPECT_EQ(FindingsOf(ReadText(half + "---\n" + half + "---\n" + half)), "");
  EXPECT_EQ(FindingsOf(ReadText(half + "...\n---\n" + half + "...\n---\n" + half)), "");
  std::string old_lines = half + "---\n" + half + "---\n" + half;
  std::ranges::replace(old_lines, '\n', '\r');
  EXPECT_EQ(FindingsOf(ReadText(old_lines)), "");
  EXPECT_EQ(FindingsOf(ReadText(half + "---x: 1\n" + half)), "CX101 1:1+1") << "no marker";
}

TEST(YamlReader, RefusesFilesOver64MiB) {
  const std::string text(kMaxFileBytes + 1, '\n');
  EXPECT_EQ(FindingsOf(ReadText(text)), "CX101 1:1+1");
}

TEST(YamlReader, StopsAtTheFiftiethErrorOfADocument) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "a: 1\n";
  const Read read = ReadText(text);
  EXPECT_EQ(read.diagnostics.size(), 50u);
  EXPECT_TRUE(read.documents.empty());
}

TEST(YamlReader, FindsAKeyTwiceInALongMapping) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += fmt::format("k{}: 1\n", i);
  EXPECT_EQ(FindingsOf(ReadText(text)), "");
  EXPECT_EQ(FindingsOf(ReadText(text + "k0: 2\n")), "CX101 1001:1+2");
  EXPECT_EQ(FindingsOf(ReadText(text + "k999: 2\nk31: 1\n")), "CX101 1001:1+4, CX101 1002:1+3");
}

}  // namespace
}  // namespace cxctl
