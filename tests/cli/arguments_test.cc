#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/text_layout.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Words = std::vector<std::string>;

Arguments Parsed(const Words& words) {
  auto arguments = ParseArguments(words);
  EXPECT_TRUE(arguments) << (arguments ? "" : arguments.error().message);
  return arguments ? *std::move(arguments) : Arguments();
}

TEST(Arguments, FlagsStandBeforeOrAfterTheCommand) {
  const std::vector<Words> lines = {
      {"plan", "-t", "a.yaml", "--format", "json", "-q"}, {"-t", "a.yaml", "--format", "json", "-q", "plan"},
      {"-q", "--tenant=a.yaml", "plan", "--format=json"}, {"--format=json", "plan", "--quiet", "--tenant", "a.yaml"},
      {"-t", "a.yaml", "plan", "--format", "json", "-q"},
  };
  for (const Words& words : lines) {
    const Arguments arguments = Parsed(words);
    EXPECT_EQ(arguments.command, "plan");
    EXPECT_EQ(arguments.Get("tenant"), "a.yaml");
    EXPECT_TRUE(arguments.json());
    EXPECT_TRUE(arguments.Has("quiet"));
    EXPECT_THAT(arguments.positional, ElementsAre());
  }
}

TEST(Arguments, AFlagBeforeTheCommandDoesNotTakeItForItsValue) {
  EXPECT_EQ(Parsed({"-v", "plan"}).command, "plan");
  EXPECT_EQ(Parsed({"--tenant", "plan", "drift"}).command, "drift");
  EXPECT_EQ(Parsed({"--tenant", "plan", "drift"}).Get("tenant"), "plan");
}

TEST(Arguments, RepeatedFlagsAreKeptAndTheLastOneCounts) {
  const Arguments arguments = Parsed(
      {"plan", "--target", "a/*", "--target=b/**", "-l", "x=1", "-l", "y=2", "--format", "json", "--format", "text"});
  EXPECT_THAT(arguments.All("target"), ElementsAre("a/*", "b/**"));
  EXPECT_THAT(arguments.All("selector"), ElementsAre("x=1", "y=2"));
  EXPECT_FALSE(arguments.json());
}

TEST(Arguments, PositionalArgumentsAndTheDash) {
  EXPECT_THAT(Parsed({"apply", "-"}).positional, ElementsAre("-"));
  EXPECT_THAT(Parsed({"validate", "a", "--format", "json", "b", "-"}).positional, ElementsAre("a", "b", "-"));
  EXPECT_THAT(Parsed({"validate", "--", "-odd-name"}).positional, ElementsAre("-odd-name"));
  EXPECT_EQ(Parsed({"plan", "-o", "-"}).Get("out"), "-");
  EXPECT_EQ(Parsed({"plan", "-o-"}).Get("out"), "-");
  EXPECT_THAT(Parsed({"audit", "--run", "R", "log"}).positional, ElementsAre("log"));
}

TEST(Arguments, SwitchesMayBeTurnedOff) {
  EXPECT_TRUE(Parsed({"apply", "--auto-approve"}).Has("auto-approve"));
  EXPECT_TRUE(Parsed({"apply", "--auto-approve=true"}).Has("auto-approve"));
  EXPECT_FALSE(Parsed({"apply", "--auto-approve=false"}).Has("auto-approve"));
  EXPECT_FALSE(Parsed({"apply", "--auto-approve", "--auto-approve=false"}).Has("auto-approve"));
}

TEST(Arguments, Help) {
  for (const Words& words : std::vector<Words>{{"--help"}, {"-h"}, {"help"}, {"-q", "--help"}}) {
    const Arguments arguments = Parsed(words);
    EXPECT_TRUE(arguments.help);
    EXPECT_EQ(arguments.command, "");
  }
  for (const Words& words :
       std::vector<Words>{{"plan", "--help"}, {"--help", "plan"}, {"help", "plan"}, {"plan", "--nonsense", "-h"}}) {
    const Arguments arguments = Parsed(words);
    EXPECT_TRUE(arguments.help);
    EXPECT_EQ(arguments.command, "plan");
  }
  EXPECT_EQ(Parsed({"--version"}).command, "version");
  EXPECT_TRUE(Parsed({"--version", "--format", "json"}).json());
  EXPECT_EQ(Parsed({"help", "--format", "json"}).command, "");
  EXPECT_EQ(Parsed({"help", "--format", "json", "plan"}).command, "plan");
}

struct Mistake {
  Words words;
  std::string message;
};

TEST(Arguments, MistakesSayWhatWasMeant) {
  const std::vector<Mistake> mistakes = {
      {{}, "no command is given; see: cxctl --help"},
      {{"-q"}, "no command is given; see: cxctl --help"},
      {{"plam"}, "there is no command plam: did you mean plan? See: cxctl --help"},
      {{"zzzzzz"}, "there is no command zzzzzz; see: cxctl --help"},
      {{"help", "zzzzzz"}, "there is no command zzzzzz; see: cxctl --help"},
      {{"plan", "--tenat", "x"}, "plan has no flag --tenat: did you mean --tenant? See: cxctl plan --help"},
      {{"plan", "--tenat=x"}, "plan has no flag --tenat: did you mean --tenant? See: cxctl plan --help"},
      {{"version", "--tenant", "x"}, "version has no flag --tenant"},
      {{"apply", "--now", "2030-01-01T00:00:00Z"}, "apply has no flag --now"},
      {{"plan", "extra"}, "plan does not take the argument extra; see: cxctl plan --help"},
      {{"plan", "--format", "xml"},
       "--format takes text|json|markdown|html|sarif|junit|github|gitlab, not xml; see: cxctl plan --help"},
      {{"plan", "--tenant"}, "--tenant needs a value: FILE; see: cxctl plan --help"},
      {{"plan", "-t"}, "--tenant needs a value: FILE; see: cxctl plan --help"},
      {{"plan", "--target="}, "--target needs a value: GLOB; see: cxctl plan --help"},
      {{"plan", "-q=3"}, "cxctl plan --help"},
      {{"plan", "--quiet=3"}, "--quiet is a switch and takes no value: 3; see: cxctl plan --help"},
      {{"audit"}, "audit needs one of: log, show, verify, export, keygen; see: cxctl audit --help"},
      {{"audit", "shwo"}, "audit has no subcommand shwo: did you mean show? See: cxctl audit --help"},
      {{"audit", "zzzzzz"}, "audit has no subcommand zzzzzz: one of log, show, verify, export"},
      {{"pl\x1b[31man"}, "there is no command pl\\u001b[31man"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto arguments = ParseArguments(mistake.words);
    ASSERT_FALSE(arguments) << mistake.message;
    EXPECT_EQ(arguments.error().code, ErrorCode::kUsage);
    EXPECT_THAT(arguments.error().message, HasSubstr(mistake.message));
  }
}

TEST(Arguments, JsonIsRecognisedInAWrongCommandLine) {
  EXPECT_TRUE(AsksForJson({"--format", "json"}));
  EXPECT_TRUE(AsksForJson({"zzz", "--format=json", "--nonsense"}));
  EXPECT_TRUE(AsksForJson({"plan", "--format=text", "--format", "json"}));
  EXPECT_FALSE(AsksForJson({"plan", "--format=json", "--format", "text"}));
  EXPECT_FALSE(AsksForJson({"validate", "--", "--format=json"}));
  EXPECT_FALSE(AsksForJson({"plan", "--format"}));
  EXPECT_FALSE(AsksForJson({"json"}));
}

TEST(Arguments, EveryCommandHasHelpWithExamplesFirst) {
  for (const CommandSpec& command : AllCommands()) {
    const std::string help = RenderCommandHelp(command);
    EXPECT_LT(help.find("Examples:"), help.find("Usage: cxctl")) << command.name;
    EXPECT_LT(help.find("Usage: cxctl"), help.find("Flags:")) << command.name;
    EXPECT_FALSE(command.examples.empty()) << command.name;
    EXPECT_THAT(RenderHelp(), HasSubstr(std::string(command.summary)));
  }
}

TEST(TextLayout, BreaksAtSpaces) {
  EXPECT_EQ(Wrapped("a bb ccc", 0, 4), "a bb\nccc\n");
  EXPECT_EQ(Wrapped("a bb ccc", 2, 6), "  a bb\n  ccc\n");
  EXPECT_EQ(Wrapped("abcdefgh i", 0, 4), "abcdefgh\ni\n");
  EXPECT_EQ(Wrapped("ä ö ü", 0, 5), "ä ö ü\n");
  EXPECT_EQ(Wrapped("a\n\nb\n", 0, 4), "a\n\nb\n");
  EXPECT_EQ(Wrapped("", 3, 9), "\n");
}

}  // namespace
}  // namespace cxctl
