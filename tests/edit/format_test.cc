#include "edit/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "edit/random_yaml.h"
#include "manifest/yaml_reader.h"
#include "value/json.h"

namespace cxctl {
namespace {

std::string Formatted(const std::string& text) {
  const auto formatted = FormatYaml(text);
  if (!formatted) return "failed: " + formatted.error().message;
  const auto again = FormatYaml(*formatted);
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(again.value_or(""), *formatted) << "formatting twice is not formatting once";
  return *formatted;
}

TEST(FormatYaml, SetsIndentationSpacesAndQuotes) {
  EXPECT_EQ(Formatted(R"(kind:   Campaign
metadata: {name:  east,labels: { team: 'x' } }
spec:
    maxAgents:    10
    from: 09:00
    note: 'say "hi"'
    days:
    - mon
    -   'tue'
    windows:
    - startTime: "09:00"
      endTime: "10:00"
    -
      a: 1
)"),
            R"(kind: Campaign
metadata: {name: east, labels: {team: "x"}}
spec:
  maxAgents: 10
  from: "09:00"
  note: 'say "hi"'
  days:
    - mon
    - "tue"
  windows:
    - startTime: "09:00"
      endTime: "10:00"
    - a: 1
)");
}

TEST(FormatYaml, KeepsCommentsWhereTheyBelong) {
  EXPECT_EQ(Formatted(R"(

# About the file.


# About the kind.
kind: Sink # why
spec: # what
      # first
      a: 1           # aligned
      bb: 22         # aligned
      list:
      # about one
      - 1
      # the end of the list

      # about c
      c: [1, # one
          2]
      # the end of spec
# the end
)"),
            R"(# About the file.

# About the kind.
kind: Sink  # why
spec:  # what
  # first
  a: 1               # aligned
  bb: 22             # aligned
  list:
    # about one
    - 1
  # the end of the list

  # about c
  c:
    - 1      # one
    - 2
  # the end of spec
# the end
)");
}

TEST(FormatYaml, ACommentBehindAMembersCommaStaysWithTheMember) {
  EXPECT_EQ(Formatted("d: {a: 4, b: 2,  # of b\n    c: 0.7,\n    # above e\n    e: {x: 1, y: 2}, f: [1, 2],  # of f\n"
                      "    g: {x: 1, y: 2,  # of y\n        z: 3}, h: 1}  # of the last\n"),
            "d:\n  a: 4\n  b: 2           # of b\n  c: 0.7\n  # above e\n  e: {x: 1, y: 2}\n"
            "  f: [1, 2]                      # of f\n  g:\n    x: 1\n    y: 2             # of y\n    z: 3\n"
            "  h: 1                # of the last\n");
  EXPECT_EQ(Formatted("l: [one, two,  # of two\n    three]\n"), "l:\n  - one\n  - two        # of two\n  - three\n");
}

TEST(FormatYaml, SeparatesDocuments) {
  EXPECT_EQ(Formatted("---\na: 1\n...\n---\n\n# two\n\nb: 2\n\n\n\n---\n---\n# last\nc: 3"),
            "a: 1\n---\n# two\n\nb: 2\n---\n# last\nc: 3\n");
  EXPECT_EQ(Formatted("# nothing but this\n\n\n"), "# nothing but this\n");
  EXPECT_EQ(Formatted(""), "");
  EXPECT_EQ(Formatted("\xEF\xBB\xBF"
                      "a: 1\r\nb:\r\n- c\r\n"),
            "a: 1\nb:\n  - c\n");
}

TEST(FormatYaml, PutsTheMembersOfADocumentInOrder) {
  EXPECT_EQ(
      Formatted("# head\nspec:\n  a: 1\n# about metadata\nmetadata: {name: x}\nkind: Sink\napiVersion: cxctl/v1\n"),
      "# head\napiVersion: cxctl/v1\nkind: Sink\n# about metadata\nmetadata: {name: x}\nspec:\n  a: 1\n");
}

TEST(FormatYaml, OrdersMembersUnlessAnAliasWouldMeanSomethingElse) {
  EXPECT_EQ(Formatted("spec: {a: &n 1, b: *n}\nkind: Sink\napiVersion: cxctl/v1\n"),
            "apiVersion: cxctl/v1\nkind: Sink\nspec: {a: &n 1, b: *n}\n");
  EXPECT_EQ(Formatted("x: &n 1\nmetadata: {name: *n}\nkind: Sink\n"), "x: &n 1\nmetadata: {name: *n}\nkind: Sink\n");
  EXPECT_EQ(Formatted("metadata: &n a\nkind: &n b\nspec: *n\n"), "metadata: &n a\nkind: &n b\nspec: *n\n");
}

TEST(FormatYaml, KeepsTextsOfSeveralLines) {
  EXPECT_EQ(Formatted("a:\n    b: |  # text\n            one\n              two\n\n            three\n\n\n    c: >-\n  "
                      "    folded\n      text\n"
                      "    d: \"quoted\n        in lines\"\n    e: plain\n         in lines\n"),
            "a:\n  b: |    # text\n    one\n      two\n\n    three\n\n  c: >-\n    folded\n    text\n"
            "  d: \"quoted\n    in lines\"\n  e: plain\n    in lines\n");
  EXPECT_EQ(Formatted("a: |+\n one\n\n\nb: |2\n   two\n"), "a: |+\n  one\n\n\nb: |2\n   two\n");
}

TEST(FormatYaml, BreaksBracketsThatAreTooLong) {
  const std::string word(60, 'x');
  EXPECT_EQ(Formatted("a: {b: " + word + ", c: " + word + ", d: [1, 2]}\n"),
            "a:\n  b: " + word + "\n  c: " + word + "\n  d: [1, 2]\n");
}

TEST(FormatYaml, RefusesWhatIsNoManifest) {
  EXPECT_EQ(Formatted("a: 1\na: 2\n"), "failed: line 2, column 1: key `a` stands twice in this mapping");
  EXPECT_THAT(Formatted("a: [1\n"), testing::StartsWith("failed: line 2, column 1: not valid YAML"));
}

std::vector<std::string> Comments(const std::string& text) {
  std::vector<std::string> comments;
  for (std::size_t at = text.find("# "); at != text.npos; at = text.find("# ", at + 1)) {
    std::string comment = text.substr(at, text.find('\n', at) - at);
    comments.push_back(comment);
  }
  std::ranges::sort(comments);
  return comments;
}

TEST(FormatYaml, RandomDocumentsSayTheSameAndAreFormattedOnce) {
  for (std::uint64_t seed = 1; seed <= 1500 && !HasFailure(); ++seed) {
    Arena arena;
    RandomYaml yaml(arena, seed);
    std::string text = yaml.Write(yaml.Mapping(4, 1 + yaml.dice().Below(5)));
    if (yaml.dice().OneIn(3) && text.ends_with('\n')) text += "---\n" + yaml.Write(yaml.Mapping(2, 2));
    SCOPED_TRACE(fmt::format("seed {}\n{}", seed, text));
    const std::string formatted = Formatted(text);
    EXPECT_THAT(formatted, testing::Not(testing::StartsWith("failed")));
    EXPECT_EQ(Comments(formatted), Comments(text)) << formatted;
    Diagnostics diagnostics;
    const auto before = ReadYaml(arena, 1, text, diagnostics);
    const auto after = ReadYaml(arena, 1, formatted, diagnostics);
    EXPECT_TRUE(std::ranges::equal(before, after)) << formatted;
  }
}

TEST(FormatYaml, TheExampleManifestsAreFormatted) {
  for (const auto& file : std::filesystem::recursive_directory_iterator(CXCTL_SOURCE_DIR "/manifests")) {
    if (file.path().extension() != ".yaml") continue;
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();
    EXPECT_EQ(Formatted(text.str()), text.str()) << file.path();
  }
}

}  // namespace
}  // namespace cxctl
