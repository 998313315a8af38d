#include "base/diagnostic.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cxctl {
namespace {

/// A diagnostic about one file, and its rendering.
class RenderTest : public testing::Test {
 protected:
  std::string Render(std::string text, Position position, bool color = false) {
    position.file = sources_.Add("campaigns/q4.yaml", std::move(text));
    diagnostic_.position = position;
    return RenderDiagnostic(diagnostic_, sources_, color);
  }

  SourceMap sources_;
  Diagnostic diagnostic_{"CX203", Severity::kError, "too many calls", "lower it", "", {}};
};

TEST_F(RenderTest, ErrorWithSourceLineAndCaret) {
  diagnostic_.message = "maxConcurrentCalls 250 is over the tenant's dialer capacity of 200";
  diagnostic_.help = "lower it, or ask for more capacity; see: cxctl explain CX203";
  const std::string text = std::string(13, '\n') + "    maxConcurrentCalls: 250\n    callRate: 15\n";
  EXPECT_EQ(Render(text, {.line = 14, .column = 25, .width = 3}),
            R"(error[CX203]: maxConcurrentCalls 250 is over the tenant's dialer capacity of 200
  --> campaigns/q4.yaml:14:25
   |
14 |     maxConcurrentCalls: 250
   |                         ^^^
   = help: lower it, or ask for more capacity; see: cxctl explain CX203
)");
}

TEST_F(RenderTest, WarningOnALineOfOneDigit) {
  diagnostic_.rule = "CX208";
  diagnostic_.severity = Severity::kWarning;
  EXPECT_EQ(Render("a: 1\n", {.line = 1, .column = 4}), R"(warning[CX208]: too many calls
 --> campaigns/q4.yaml:1:4
  |
1 | a: 1
  |    ^
  = help: lower it
)");
}

TEST_F(RenderTest, GutterIsAsWideAsTheLineNumber) {
  EXPECT_EQ(Render(std::string(1233, '\n') + "a: 1", {.line = 1234, .column = 1}), R"(error[CX203]: too many calls
    --> campaigns/q4.yaml:1234:1
     |
1234 | a: 1
     | ^
     = help: lower it
)");
}

TEST_F(RenderTest, WithoutHelp) {
  diagnostic_.help = "";
  EXPECT_EQ(Render("a: 1", {.line = 1, .column = 4}), R"(error[CX203]: too many calls
 --> campaigns/q4.yaml:1:4
  |
1 | a: 1
  |    ^
)");
}

TEST_F(RenderTest, NoSourceBlockForALineThatShowsNothing) {
  const std::string expected = R"(error[CX203]: too many calls
 --> campaigns/q4.yaml:2:1
  = help: lower it
)";
  EXPECT_EQ(Render("a: 1\n\nb: 2\n", {.line = 2, .column = 1}), expected);
  EXPECT_EQ(Render("a: 1\n", {.line = 2, .column = 1}), expected);        // end of file
  EXPECT_EQ(Render("", {.line = 2, .column = 1}), expected);              // no such line
  EXPECT_EQ(Render("a: 1\n \t \n", {.line = 2, .column = 1}), expected);  // only spaces
}

TEST_F(RenderTest, UnknownPosition) {
  EXPECT_EQ(RenderDiagnostic(diagnostic_, sources_, false), "error[CX203]: too many calls\n  = help: lower it\n");
  diagnostic_.address = "Campaign/x";
  EXPECT_EQ(RenderDiagnostic(diagnostic_, sources_, false),
            "error[CX203]: too many calls\n --> Campaign/x\n  = help: lower it\n");
  diagnostic_.help = "";
  diagnostic_.rule = "";
  EXPECT_EQ(RenderDiagnostic(diagnostic_, sources_, false), "error: too many calls\n --> Campaign/x\n");
}

TEST_F(RenderTest, AWholeFile) {
  EXPECT_EQ(Render("a: 1\n", {.line = 0}), R"(error[CX203]: too many calls
 --> campaigns/q4.yaml
  = help: lower it
)");
}

TEST_F(RenderTest, CaretsStopAtTheEndOfTheLine) {
  struct Case {
    Position position;
    std::string_view carets;
  };
  for (const auto& [position, carets] : std::initializer_list<Case>{
           {{.line = 1, .column = 4, .width = 3}, "   ^^^"},
           {{.line = 1, .column = 4, .width = 300}, "   ^^^"},
           {{.line = 1, .column = 6, .width = 2}, "     ^"},
           {{.line = 1, .column = 7, .width = 1}, "      ^"},  // just behind the line: something is missing there
           {{.line = 1, .column = 7, .width = 9}, "      ^"},
           {{.line = 1, .column = 99, .width = 9}, "      ^"},
           {{.line = 1, .column = 4, .width = 0}, "   ^"},
           {{.line = 1, .column = 0, .width = 1}, "^"},
           {{.line = 1, .column = 4, .width = 0xFFFFFFFF}, "   ^^^"},
       }) {
    const std::string rendered = Render("a: 123\nb: 1\n", position);
    EXPECT_NE(rendered.find("\n1 | a: 123\n  | " + std::string(carets) + "\n"), std::string::npos) << rendered;
  }
}

TEST_F(RenderTest, TabsAreRepeatedBelow) {
  EXPECT_EQ(Render("a:\t\t\"x\ty\" # z", {.line = 1, .column = 5, .width = 5}),
            "error[CX203]: too many calls\n --> campaigns/q4.yaml:1:5\n  |\n"
            "1 | a:\t\t\"x\ty\" # z\n"
            "  |   \t\t^^^^^\n"
            "  = help: lower it\n");
}

TEST_F(RenderTest, ColumnsCountCodePoints) {
  EXPECT_EQ(Render("name: Zürich-Süd x", {.line = 1, .column = 7, .width = 10}), R"(error[CX203]: too many calls
 --> campaigns/q4.yaml:1:7
  |
1 | name: Zürich-Süd x
  |       ^^^^^^^^^^
  = help: lower it
)");
}

TEST_F(RenderTest, ControlCharactersAreShownAndTheCaretStaysBelowTheValue) {
  EXPECT_EQ(Render("\x1b[2Ja: \xff\x07", {.line = 1, .column = 8, .width = 2}), R"(error[CX203]: too many calls
 --> campaigns/q4.yaml:1:8
  |
1 | \u001b[2Ja: \xff\u0007
  |             ^^^^^^^^^^
  = help: lower it
)");
}

TEST_F(RenderTest, EverythingFromOutsideIsEscaped) {
  Diagnostic diagnostic{"CX1\x1b", Severity::kError, "bad\nerror: forged", "help\r\x1b[0m", "", {}};
  diagnostic.position = {.file = sources_.Add("evil\n.yaml", ""), .line = 1, .column = 1};
  EXPECT_EQ(RenderDiagnostic(diagnostic, sources_, false), R"(error[CX1\u001b]: bad\u000aerror: forged
 --> evil\u000a.yaml:1:1
  = help: help\u000d\u001b[0m
)");
}

/// The source and the caret line of a rendering, without the gutter.
std::pair<std::string, std::string> Excerpt(const std::string& rendered) {
  const std::size_t source = rendered.find("\n1 | ") + 5;
  const std::size_t source_end = rendered.find('\n', source);
  const std::size_t carets = source_end + 1 + 4;
  return {rendered.substr(source, source_end - source), rendered.substr(carets, rendered.find('\n', carets) - carets)};
}

TEST_F(RenderTest, LinesOf160CodePointsAreShownWhole) {
  const std::string line = "a: " + std::string(157, 'x');
  const auto [source, carets] = Excerpt(Render(line, {.line = 1, .column = 4, .width = 157}));
  EXPECT_EQ(source, line);
  EXPECT_EQ(carets, "   " + std::string(157, '^'));
}

TEST_F(RenderTest, LongLinesAreCutAroundTheValue) {
  const std::string x(200, 'x'), y(200, 'y');
  {  // a value near the start
    const auto [source, carets] = Excerpt(Render("a: 1 # " + x, {.line = 1, .column = 4}));
    EXPECT_EQ(source, "a: 1 # " + std::string(152, 'x') + "…");
    EXPECT_EQ(carets, "   ^");
  }
  {  // in the middle: 40 code points before it
    const auto [source, carets] = Excerpt(Render(x + "VALUE" + y, {.line = 1, .column = 201, .width = 5}));
    EXPECT_EQ(source, "…" + std::string(40, 'x') + "VALUE" + std::string(113, 'y') + "…");
    EXPECT_EQ(carets, std::string(41, ' ') + "^^^^^");
  }
  {  // at the end
    const auto [source, carets] = Excerpt(Render(x + "VALUE", {.line = 1, .column = 201, .width = 5}));
    EXPECT_EQ(source, "…" + std::string(154, 'x') + "VALUE");
    EXPECT_EQ(carets, std::string(155, ' ') + "^^^^^");
  }
  {  // behind the end
    const auto [source, carets] = Excerpt(Render(x, {.line = 1, .column = 201}));
    EXPECT_EQ(source, "…" + std::string(159, 'x'));
    EXPECT_EQ(carets, std::string(160, ' ') + "^");
  }
  {  // a value that is too long itself
    const auto [source, carets] = Excerpt(Render("a: " + x, {.line = 1, .column = 4, .width = 200}));
    EXPECT_EQ(source, "a: " + std::string(156, 'x') + "…");
    EXPECT_EQ(carets, "   " + std::string(156, '^'));
  }
  {  // code points, not bytes, and never a part of one
    std::string umlauts;
    for (int i = 0; i < 200; ++i) umlauts += "ü";
    const auto [source, carets] = Excerpt(Render(umlauts + "V" + umlauts, {.line = 1, .column = 201}));
    EXPECT_EQ(carets, std::string(41, ' ') + "^");
    EXPECT_EQ(source.find("\\x"), std::string::npos);
    EXPECT_TRUE(source.starts_with("…ü"));
    EXPECT_TRUE(source.ends_with("ü…"));
  }
}

TEST_F(RenderTest, ALiteralSecretIsNotShown) {
  diagnostic_.rule = "CX107";
  EXPECT_EQ(Render("  clientSecret: hunter2 # note\n", {.line = 1, .column = 17, .width = 7}),
            R"(error[CX107]: too many calls
 --> campaigns/q4.yaml:1:17
  |
1 |   clientSecret: ******* # note
  |                 ^^^^^^^
  = help: lower it
)");
  struct Case {
    std::string text;
    Position position;
    std::string_view source, carets;
  };
  for (const auto& [text, position, source, carets] : std::initializer_list<Case>{
           {"s: \"hunter2\"", {.line = 1, .column = 4, .width = 9}, "s: *********", "   ^^^^^^^^^"},
           {"{s: hunter2, t: u}", {.line = 1, .column = 5, .width = 7}, "{s: *******, t: u}", "    ^^^^^^^"},
           // One star for each code point, whatever it would be shown as.
           {"s: Zürich\t\x1b\xff", {.line = 1, .column = 4, .width = 9}, "s: *********", "   ^^^^^^^^^"},
           {"s: +18005559876", {.line = 1, .column = 4, .width = 12}, "s: ************", "   ^^^^^^^^^^^^"},
           {"s: hunter2", {.line = 1, .column = 4, .width = 99}, "s: *******", "   ^^^^^^^"},
           {"s: hunter2", {.line = 1, .column = 4, .width = 0xFFFFFFFF}, "s: *******", "   ^^^^^^^"},
           {"s: hunter2", {.line = 1, .column = 11, .width = 1}, "s: hunter2", "          ^"},  // behind the line
           {"s: hunter2", {.line = 1, .column = 0, .width = 1}, "**********", "^"},             // somewhere in the line
       }) {
    const std::string rendered = Render(text, position);
    EXPECT_NE(rendered.find("\n1 | " + std::string(source) + "\n  | " + std::string(carets) + "\n"), std::string::npos)
        << rendered;
  }
}

TEST_F(RenderTest, ALongLiteralSecretIsNotShownEither) {
  diagnostic_.rule = "CX107";
  const std::string rendered = Render("s: " + std::string(500, 'x'), {.line = 1, .column = 4, .width = 500});
  EXPECT_NE(rendered.find("\n1 | s: " + std::string(156, '*') + "…\n"), std::string::npos) << rendered;
}

TEST_F(RenderTest, OtherRulesShowTheValue) {
  diagnostic_.rule = "CX102";
  EXPECT_NE(Render("s: hunter2", {.line = 1, .column = 4, .width = 7}).find("\n1 | s: hunter2\n"), std::string::npos);
}

TEST_F(RenderTest, ANumberOfWhateverFormIsMasked) {
  diagnostic_.rule = "CX501";
  struct Case {
    std::string_view number, shown;
  };
  for (const auto& [number, shown] : std::initializer_list<Case>{
           {"(800) 555-9876", "(800) ***-9876"},
           {"1-800-555-9876", "1-800-***-9876"},
           {"+18005559876", "+1800***9876"},
           {"+1 800 555 9876", "+1 800 *** 9876"},
           {"80055598", "8***5598"},
           {"12345", "12345"},
           {"${values.callerId}", "${values.callerId}"},
       }) {
    const auto width = static_cast<std::uint32_t>(number.size());
    const std::string rendered = Render(fmt::format("{{a: 5551234567, from: {}, b: 5551234567}}", number),
                                        {.line = 1, .column = 23, .width = width});
    EXPECT_NE(rendered.find(fmt::format("\n1 | {{a: 5551234567, from: {}, b: 5551234567}}\n", shown)),
              std::string::npos)
        << rendered;
  }
}

// Whatever the mistake is: the number of a sender beside it is nobody's to read.
TEST_F(RenderTest, TheSendersNumberIsMaskedUnderEveryRule) {
  const std::string rendered =
      Render("sms: {enabled: true, from: \"8005559876\", body: \"Hi\"}", {.line = 1, .column = 48, .width = 4});
  EXPECT_NE(rendered.find("\n1 | sms: {enabled: true, from: \"800***9876\", body: \"Hi\"}\n"), std::string::npos)
      << rendered;
}

TEST_F(RenderTest, PhoneNumbersInTheSourceLineAreMasked) {
  EXPECT_EQ(Render("callerId: \"+18005559876\" # or +442071838750\n", {.line = 1, .column = 11, .width = 14}),
            R"(error[CX203]: too many calls
 --> campaigns/q4.yaml:1:11
  |
1 | callerId: "+1800***9876" # or +4420****8750
  |           ^^^^^^^^^^^^^^
  = help: lower it
)");
  // A number that the end of the excerpt cuts in two.
  const std::string rendered = Render("a: " + std::string(149, 'x') + "+18005559876", {.line = 1, .column = 4});
  EXPECT_NE(rendered.find("x+1800**…\n"), std::string::npos) << rendered;
}

TEST_F(RenderTest, Colors) {
  EXPECT_EQ(Render("a: 1", {.line = 1, .column = 4}, true),
            "\x1b[1;31merror[CX203]\x1b[0m: too many calls\n"
            "\x1b[36m -->\x1b[0m campaigns/q4.yaml:1:4\n"
            "\x1b[36m  |\x1b[0m\n"
            "\x1b[36m1 |\x1b[0m a: 1\n"
            "\x1b[36m  |\x1b[0m    \x1b[1;31m^\x1b[0m\n"
            "\x1b[36m  =\x1b[0m help: lower it\n");
  diagnostic_.severity = Severity::kWarning;
  EXPECT_TRUE(RenderDiagnostic(diagnostic_, sources_, true).starts_with("\x1b[1;33mwarning[CX203]\x1b[0m: "));
}

TEST(SourceMap, HoldsFilesUnderTheirIds) {
  SourceMap sources;
  EXPECT_EQ(sources.size(), 0u);
  EXPECT_EQ(sources.name(0), "");
  EXPECT_EQ(sources.text(0), "");
  EXPECT_EQ(sources.line(0, 1), "");
  EXPECT_EQ(sources.Add("a.yaml", "a: 1\n"), 1u);
  EXPECT_EQ(sources.Add("b.yaml", "b: 1\n"), 2u);
  EXPECT_EQ(sources.line(1, 1), "a: 1");
  for (int i = 0; i < 100; ++i) sources.Add("more", "");
  EXPECT_EQ(sources.size(), 102u);
  EXPECT_EQ(sources.name(1), "a.yaml");
  EXPECT_EQ(sources.text(2), "b: 1\n");
  EXPECT_EQ(sources.line(1, 1), "a: 1");
}

TEST(SourceMap, FindsLines) {
  struct Case {
    std::string text;
    std::vector<std::string_view> lines;
  };
  for (const auto& [text, lines] : std::initializer_list<Case>{
           {"", {""}},
           {"a", {"a"}},
           {"a\n", {"a", ""}},
           {"a\n\nb", {"a", "", "b"}},
           {"a\r\nb\r\n", {"a", "b", ""}},
           {"a\rb\r\rc", {"a", "b", "", "c"}},
           {"a\n\rb", {"a", "", "b"}},
           {"\xEF\xBB\xBF"
            "a\nb",
            {"a", "b"}},  // a byte order mark is no part of the line
           {"\xEF\xBB\xBF", {""}},
       }) {
    SourceMap sources;
    const std::uint32_t file = sources.Add("f", text);
    std::uint32_t number = 1;
    for (const std::string_view line : lines) EXPECT_EQ(sources.line(file, number++), line) << text;
    EXPECT_EQ(sources.line(file, number), "") << text;
    EXPECT_EQ(sources.line(file, 0), "");
    EXPECT_EQ(sources.line(file, 0xFFFFFFFF), "");
    EXPECT_EQ(sources.line(file + 1, 1), "");
  }
}

TEST(HasErrors, LooksForOne) {
  EXPECT_FALSE(HasErrors({}));
  EXPECT_FALSE(HasErrors({{.severity = Severity::kWarning}}));
  EXPECT_TRUE(HasErrors({{.severity = Severity::kWarning}, {.severity = Severity::kError}}));
}

TEST(SortAndDeduplicate, PutsThemInReadingOrder) {
  SourceMap sources;
  const std::uint32_t z = sources.Add("z.yaml", "");
  const std::uint32_t a = sources.Add("a.yaml", "");
  const auto make = [](std::uint32_t file, std::uint32_t line, std::uint32_t column, std::string rule,
                       std::string message) {
    return Diagnostic{std::move(rule), Severity::kError, std::move(message), "", "", {file, line, column, 1}};
  };
  Diagnostics diagnostics = {
      make(z, 1, 1, "CX101", "m"), make(a, 10, 1, "CX101", "m"), make(a, 2, 9, "CX101", "m"),
      make(a, 2, 1, "CX202", "m"), make(a, 2, 1, "CX101", "n"),  make(a, 2, 1, "CX101", "m"),
      make(0, 0, 0, "CX999", "m"),
  };
  SortAndDeduplicate(diagnostics, sources);
  std::string order;
  for (const Diagnostic& d : diagnostics) {
    order += sources.name(d.position.file) + ":" + std::to_string(d.position.line) + ":" +
             std::to_string(d.position.column) + " " + d.rule + " " + d.message + "\n";
  }
  EXPECT_EQ(order,
            ":0:0 CX999 m\n"
            "a.yaml:2:1 CX101 m\n"
            "a.yaml:2:1 CX101 n\n"
            "a.yaml:2:1 CX202 m\n"
            "a.yaml:2:9 CX101 m\n"
            "a.yaml:10:1 CX101 m\n"
            "z.yaml:1:1 CX101 m\n");
}

TEST(SortAndDeduplicate, DropsExactRepeatsOnly) {
  SourceMap sources;
  const std::uint32_t first = sources.Add("a.yaml", "");
  const std::uint32_t again = sources.Add("a.yaml", "");  // read for a second tenant
  const Diagnostic original{"CX101", Severity::kError, "m", "h", "Campaign/x", {first, 1, 1, 1}};
  Diagnostic other_help = original, warning = original, other_address = original, second_read = original;
  other_help.help = "i";
  warning.severity = Severity::kWarning;
  other_address.address = "Campaign/y";
  second_read.position.file = again;
  Diagnostics diagnostics = {original, other_help, warning, second_read, other_address, original, other_help};
  SortAndDeduplicate(diagnostics, sources);
  EXPECT_EQ(diagnostics.size(), 4u);
}

}  // namespace
}  // namespace cxctl
