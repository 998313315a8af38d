#include "manifest/expressions.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "manifest/yaml_reader.h"
#include "schema/shapes.h"
#include "support/memory_files.h"
#include "value/json.h"

namespace cxctl {
namespace {

using namespace shapes;

const Shape& TestShape() {
  static const Shape shape =
      Object({Optional("text", Text(), ""), Secret(Optional("secret", Text(), "")), Optional("any", Any(), ""),
              Optional("list", ListOf(Text()), ""), Optional("map", MapOf(Text()), ""),
              Optional("inner", Object({Secret(Optional("secret", Text(), "")), Optional("text", Text(), "")}), "")});
  return shape;
}

/// Expands a YAML document; `values` is YAML too.
struct Expanded {
  explicit Expanded(std::string_view document, std::string_view values = "") {
    const std::uint32_t file = sources.Add("test.yaml", std::string(document));
    const auto roots = ReadYaml(arena, file, document, diagnostics);
    const auto value_roots = ReadYaml(arena, sources.Add("tenant.yaml", std::string(values)), values, diagnostics);
    EXPECT_TRUE(diagnostics.empty());
    const ExpressionContext context{value_roots.empty() ? nullptr : &value_roots[0], &sources, "Test/x", &failed};
    root = ExpandExpressions(arena, roots.at(0), TestShape(), context, diagnostics);
  }

  /// `line:column+width message`, one for each finding.
  std::string Findings() const {
    std::string all;
    for (const Diagnostic& each : diagnostics) {
      EXPECT_EQ(each.rule, "CX105");
      EXPECT_EQ(each.address, "Test/x");
      EXPECT_FALSE(each.help.empty());
      all += fmt::format("{}{}:{}+{} {}", all.empty() ? "" : "; ", each.position.line, each.position.column,
                         each.position.width, each.message);
    }
    return all;
  }

  Arena arena;
  SourceMap sources;
  Diagnostics diagnostics;
  std::vector<Position> failed;
  Value root;
};

constexpr std::string_view kValues = R"(
number: 25
share: 0.85
yes: true
nothing: null
text: hello
list: [a, b]
map: {k: v}
dollar: "${x}"
)";

TEST(Expressions, ReplacesValues) {
  struct Row {
    std::string_view yaml, json;
  };
  const Row rows[] = {
      {"any: ${values.number}", R"({"any":25})"},
      {"any: \"${values.number}\"", R"({"any":25})"},
      {"any: ${values.share}", R"({"any":0.85})"},
      {"any: ${values.yes}", R"({"any":true})"},
      {"any: ${values.nothing}", R"({"any":null})"},
      {"any: ${values.list}", R"({"any":["a","b"]})"},
      {"any: ${values.map}", R"({"any":{"k":"v"}})"},
      {"any: a ${values.number} b", R"({"any":"a 25 b"})"},
      {"any: ${values.number}${values.text}", R"({"any":"25hello"})"},
      {"any: ' ${values.number}'", R"({"any":" 25"})"},
      {"any: x${values.share}/${values.yes}/${values.nothing}", R"({"any":"x0.85/true/null"})"},
      {"list: [x, \"${values.text}\", \"${values.number}\"]", R"({"list":["x","hello",25]})"},
      {"map: {a: \"${values.text}\"}", R"({"map":{"a":"hello"}})"},
      {"unknown: [{a: \"${values.text}\"}]", R"({"unknown":[{"a":"hello"}]})"},
      {"${values.text}: 1", R"({"${values.text}":1})"},
      {"any: $${values.text}", R"({"any":"${values.text}"})"},
      {"any: $${env:HOME}", R"({"any":"${env:HOME}"})"},
      {"any: $$${values.text}", R"({"any":"$${values.text}"})"},
      {"any: $${${values.text}}", R"({"any":"${hello}"})"},
      {"any: $ $$ $x {y} }{ $", R"({"any":"$ $$ $x {y} }{ $"})"},
      {"any: ${values.dollar}", R"({"any":"${x}"})"},
      {"any: a${values.dollar}", R"({"any":"a${x}"})"},
      {"any: \"{{scheduledTime}}\"", R"({"any":"{{scheduledTime}}"})"},
      // Secret fields keep references and escapes as written.
      {"secret: ${env:A}", R"({"secret":"${env:A}"})"},
      {"secret: x${file:a/b}y${env:B}", R"({"secret":"x${file:a/b}y${env:B}"})"},
      {"secret: $${env:A}", R"({"secret":"$${env:A}"})"},
      {"secret: ${values.text}", R"({"secret":"hello"})"},
      {"secret: ${values.dollar}", R"({"secret":"$${x}"})"},
      {"secret: a${values.dollar}${env:A}", R"({"secret":"a$${x}${env:A}"})"},
      {"inner: {secret: \"${env:A}\"}", R"({"inner":{"secret":"${env:A}"}})"},
  };
  for (const Row& row : rows) {
    const Expanded expanded(row.yaml, kValues);
    EXPECT_EQ(expanded.Findings(), "") << row.yaml;
    EXPECT_EQ(ToJson(expanded.root), row.json) << row.yaml;
  }
}

TEST(Expressions, ReportsBadOnesWhereTheyStand) {
  struct Row {
    std::string_view yaml, findings;
  };
  const Row rows[] = {
      {"any: ${values.nope}", "1:6+14 values.nope is not set"},
      {"any: \"x ${values.nope} y\"", "1:9+14 values.nope is not set"},
      {"any: é ${values.nope}", "1:8+14 values.nope is not set"},
      {"any: \"\\u00e9 ${values.nope}\"", "1:14+14 values.nope is not set"},
      {"any: ${values.nope} ${values.nope}", "1:6+14 values.nope is not set; 1:21+14 values.nope is not set"},
      {"any: $${values.nope} ${values.nope}", "1:22+14 values.nope is not set"},
      {"list: [a, \"${values.nope}\"]", "1:12+14 values.nope is not set"},
      {"a: ${values.nope}\nb: ${values.nope}", "1:4+14 values.nope is not set; 2:4+14 values.nope is not set"},
      {"any: |\n  first\n  then ${values.nope}\n", "3:8+14 values.nope is not set"},
      {"any: >-\n  a ${values.nope}\n\n  b\n  ${values.nope}\n",
       "2:5+14 values.nope is not set; 5:3+14 values.nope is not set"},
      {"any: 'first\n  then ${values.nope}'", "2:8+14 values.nope is not set"},
      {"a: &x ${values.nope}", "1:7+14 values.nope is not set"},
      {"any: ${env:HOME}", "1:6+11 a secret reference ${env:HOME} where none is allowed"},
      {"any: x${file:a}", "1:7+9 a secret reference ${file:a} where none is allowed"},
      {"unknown: ${env:HOME}", "1:10+11 a secret reference ${env:HOME} where none is allowed"},
      {"inner: {text: \"${env:HOME}\"}", "1:16+11 a secret reference ${env:HOME} where none is allowed"},
      {"list: [\"${env:A}\"]", "1:9+8 a secret reference ${env:A} where none is allowed"},
      {"any: ${HOME}", "1:6+7 unknown expression ${HOME}"},
      {"any: ${}", "1:6+3 unknown expression ${}"},
      {"any: ${ values.x }", "1:6+13 unknown expression ${ values.x }"},
      {"secret: ${env:}", "1:9+7 unknown expression ${env:}"},
      {"secret: ${vault:x}", "1:9+10 unknown expression ${vault:x}"},
      {"any: x ${values.a", "1:8+10 an expression without its closing brace"},
      {"secret: ${env:A", "1:9+7 an expression without its closing brace"},
      {"any: x ${values.", "1:8+9 an expression without its closing brace"},
  };
  for (const Row& row : rows) {
    const Expanded expanded(row.yaml, "other: 1");
    EXPECT_EQ(expanded.Findings(), row.findings) << row.yaml;
    EXPECT_EQ(expanded.failed.size(), expanded.diagnostics.size()) << row.yaml;
  }
}

TEST(Expressions, SayWhatWasMeant) {
  const Expanded near("any: ${values.calerId}", "callerId: x");
  ASSERT_EQ(near.diagnostics.size(), 1u);
  EXPECT_EQ(near.diagnostics[0].help, "did you mean values.callerId?");
  const Expanded far("any: ${values.zzz}", "callerId: x");
  ASSERT_EQ(far.diagnostics.size(), 1u);
  EXPECT_EQ(far.diagnostics[0].help, "set it in the Tenant's spec.values");
  const Expanded inside("any: x${values.l}", "l: [1]");
  ASSERT_EQ(inside.diagnostics.size(), 1u);
  EXPECT_EQ(inside.diagnostics[0].message, "values.l is a list and cannot stand inside a text");
  const Expanded none("any: ${values.x}");
  EXPECT_EQ(none.Findings(), "1:6+11 values.x is not set");
}

TEST(Expressions, AreNullWhereTheyFailed) {
  const Expanded expanded("any: a${values.x}b\ntext: fine", "y: 1");
  EXPECT_EQ(ToJson(expanded.root), R"({"any":null,"text":"fine"})");
  EXPECT_EQ(expanded.root.Find("any")->position().line, 1u);
}

TEST(Expressions, KeepThePlaceOfTheScalar) {
  const Expanded expanded("any: ${values.map}\ntext: a ${values.n}", "n: 1\nmap: {k: v}");
  const Position any = expanded.root.Find("any")->position();
  EXPECT_EQ(any.line, 1u);
  EXPECT_EQ(any.column, 6u);
  EXPECT_EQ(any.width, 13u);
  const Position text = expanded.root.Find("text")->position();
  EXPECT_EQ(text.line, 2u);
  EXPECT_EQ(text.column, 7u);
  EXPECT_EQ(text.width, 13u);
}

TEST(Expressions, ReportAtMostFiftyADocumentAndQuickly) {
  std::string text = "any: '";
  for (int i = 0; i < 100'000; ++i) text += "${x}";
  const Expanded expanded(text + "'");
  EXPECT_EQ(expanded.diagnostics.size(), 50u);
}

TEST(Expressions, NameTheValuesTheyUse) {
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(NamedValues("a ${values.x} $${values.y} ${env:Z}${values.z.w}"), (Names{"x", "z.w"}));
  EXPECT_EQ(NamedValues("plain"), Names{});
  EXPECT_EQ(NamedValues("${values.x"), Names{});
}

class MapEnvironment : public Environment {
 public:
  explicit MapEnvironment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}
  std::optional<std::string> Get(const std::string& name) override {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, std::string> variables_;
};

TEST(ResolveSecret, ReadsVariablesAndFiles) {
  MapEnvironment environment({{"A", "alpha"}, {"EMPTY", ""}, {"ODD", "${env:A}"}});
  MemoryFiles files({{"folder/token", "beta\n"},
                     {"folder/two", "x\n\n"},
                     {"folder/windows", "gamma\r\n"},
                     {"up", "up"},
                     {"/etc/secret", "root"}});
  struct Row {
    std::string_view text, secret;
  };
  const Row rows[] = {
      {"${env:A}", "alpha"},
      {"<${env:A}|${env:A}>", "<alpha|alpha>"},
      {"${env:EMPTY}", ""},
      {"${env:ODD}", "${env:A}"},
      {"${file:token}", "beta"},
      {"${file:two}", "x\n"},
      {"${file:windows}", "gamma"},
      {"${file:../up}", "up"},
      {"${file:/etc/secret}", "root"},
      {"a$${env:A}${env:A}", "a${env:A}alpha"},
      {"$${env:A}", "${env:A}"},
      {"literal $ $$", "literal $ $$"},
      {"", ""},
  };
  for (const Row& row : rows) {
    const auto secret = ResolveSecret(row.text, "folder", environment, files);
    ASSERT_TRUE(secret.has_value()) << row.text << secret.error().message;
    EXPECT_EQ(*secret, row.secret) << row.text;
  }
}

TEST(ResolveSecret, NamesWhatIsMissingAndNeverAValue) {
  MapEnvironment environment(std::map<std::string, std::string>{{"A", "alpha"}});
  MemoryFiles files;
  const auto variable = ResolveSecret("${env:A}${env:NOPE}", "folder", environment, files);
  ASSERT_FALSE(variable.has_value());
  EXPECT_EQ(variable.error().code, ErrorCode::kNotFound);
  EXPECT_NE(variable.error().message.find("NOPE"), std::string::npos);
  EXPECT_EQ(variable.error().message.find("alpha"), std::string::npos);
  const auto file = ResolveSecret("${file:nope}", "folder", environment, files);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::kNotFound);
  EXPECT_NE(file.error().message.find("folder/nope"), std::string::npos);
  EXPECT_EQ(ResolveSecret("${values.x}", "", environment, files).error().code, ErrorCode::kInvalid);
}

TEST(HasSecretReference, KnowsReferencesFromEscapes) {
  EXPECT_TRUE(HasSecretReference("${env:A}"));
  EXPECT_TRUE(HasSecretReference("x ${file:a} y"));
  for (const char* text : {"", "secret", "$${env:A}", "${values.a}", "${env:}", "env:A", "{env:A}"}) {
    EXPECT_FALSE(HasSecretReference(text)) << text;
  }
}

}  // namespace
}  // namespace cxctl
