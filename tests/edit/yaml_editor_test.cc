#include "edit/yaml_editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edit/random_yaml.h"
#include "manifest/yaml_reader.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {
namespace {

using testing::HasSubstr;

Value Json(Arena& arena, std::string_view text) {
  const auto value = ParseJson(arena, text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Value());
}

/// The text after `edit`, or "refused: …".
std::string Edited(const std::string& text, const std::function<Result<void>(YamlEditor&, Arena&)>& edit) {
  Arena arena;
  auto editor = YamlEditor::Open(text);
  if (!editor) return "not opened: " + editor.error().message;
  const auto done = edit(*editor, arena);
  if (!done) {
    EXPECT_EQ(editor->text(), text);
    return "refused: " + done.error().message;
  }
  return editor->text();
}

std::string Set(const std::string& text, const std::string& pointer, const std::string& json) {
  return Edited(text, [&](YamlEditor& editor, Arena& arena) { return editor.Set(0, pointer, Json(arena, json)); });
}
std::string Remove(const std::string& text, const std::string& pointer) {
  return Edited(text, [&](YamlEditor& editor, Arena&) { return editor.Remove(0, pointer); });
}
std::string Insert(const std::string& text, const std::string& pointer, const std::string& json) {
  return Edited(text, [&](YamlEditor& editor, Arena& arena) { return editor.Insert(0, pointer, Json(arena, json)); });
}

constexpr const char* kSchedule = R"(# The evening shift.
kind: CampaignSchedule
metadata: {name: east, labels: {team: 'x'}}   # who
spec:
    maxAgents: 10      # agreed with Ann

    startTime: "09:00" # local
    windows:
    # in New York
    - {startTime: "17:00", endTime: "20:00"}   # evenings
    - {startTime: '21:00', endTime: '22:00'}
    note: |  # for people
      two
      lines
    dialer:
        callRate: 15
)";

TEST(YamlEditor, ReplacesScalarsAndKeepsTheirQuotesAndComments) {
  EXPECT_THAT(Set(kSchedule, "/spec/maxAgents", "9"), HasSubstr("    maxAgents: 9      # agreed with Ann\n"));
  EXPECT_THAT(Set(kSchedule, "/spec/startTime", "\"10:30\""), HasSubstr("    startTime: \"10:30\" # local\n"));
  EXPECT_THAT(Set(kSchedule, "/metadata/labels/team", "\"y\""),
              HasSubstr("{name: east, labels: {team: 'y'}}   # who\n"));
  EXPECT_THAT(Set(kSchedule, "/spec/windows/1/endTime", "\"23:00\""),
              HasSubstr("    - {startTime: '21:00', endTime: '23:00'}\n"));
  EXPECT_THAT(Set(kSchedule, "/spec/note", "\"three\\nlines\\n\\nnow\\n\""),
              HasSubstr("    note: |  # for people\n      three\n      lines\n\n      now\n    dialer:\n"));
  EXPECT_THAT(Set(kSchedule, "/spec/note", "\"one\""), HasSubstr("    note: one  # for people\n    dialer:\n"));
}

TEST(YamlEditor, AddsMembersWithTheFilesOwnIndentation) {
  EXPECT_THAT(Set(kSchedule, "/spec/dialer/capacityThreshold", "0.85"),
              HasSubstr("        callRate: 15\n        capacityThreshold: 0.85\n"));
  EXPECT_THAT(Set(kSchedule, "/metadata/labels/tier", "\"1\""),
              HasSubstr("labels: {team: 'x', tier: \"1\"}}   # who\n"));
  EXPECT_THAT(Set(kSchedule, "/spec/days", "[\"mon\",\"tue\"]"),
              HasSubstr("        callRate: 15\n    days: [mon, tue]\n"));
}

TEST(YamlEditor, AddsAndRemovesItems) {
  EXPECT_THAT(Insert(kSchedule, "/spec/windows/-", R"({"startTime":"08:00","endTime":"09:00"})"),
              HasSubstr("'22:00'}\n    - {startTime: \"08:00\", endTime: \"09:00\"}\n    note:"));
  EXPECT_THAT(Remove(kSchedule, "/spec/windows/0"), HasSubstr("    # in New York\n    - {startTime: '21:00'"));
  EXPECT_THAT(Remove(kSchedule, "/spec/windows"), HasSubstr("# local\n    note:"));
  EXPECT_THAT(Set(kSchedule, "/spec/windows", "[]"), HasSubstr("    windows: []\n    # in New York\n    note:"));
  EXPECT_THAT(Remove("a: [1, 2 , 3]\n", "/a/1"), "a: [1, 3]\n");
  EXPECT_THAT(Remove("a: [1, 2 , 3]\n", "/a/2"), "a: [1, 2]\n");
  EXPECT_THAT(Remove("a:\n- x: 1\n  y: 2\n- z: 3\n", "/a/0/x"), "a:\n- y: 2\n- z: 3\n");
  EXPECT_THAT(Remove("a: {x: 1}\nb: 2\n", "/a/x"), "a: {}\nb: 2\n");
}

TEST(YamlEditor, ChangesListsAndMappingsWithTheFewestEdits) {
  EXPECT_EQ(Set("a:\n  - {x: 1}  # one\n  - {x: 2}  # two\n  - {x: 3}  # three\n", "/a",
                R"([{"x":1},{"x":2.5},{"x":3},{"x":4}])"),
            "a:\n  - {x: 1}  # one\n  - {x: 2.5}  # two\n  - {x: 3}  # three\n  - {x: 4}\n");
  EXPECT_EQ(Set("a: []  # none\nb: 1\n", "/a", R"([{"x":{"b":[{"z":1}]}}])"),
            "a:  # none\n  - x:\n      b:\n        - {z: 1}\nb: 1\n");
}

TEST(YamlEditor, PutsAnotherItemInPlaceOfOneThatIsGone) {
  EXPECT_EQ(Set("a:\n  - {date: 1, reason: x}  # about x\n  - {date: 2, reason: y}  # about y\n", "/a",
                R"([{"start":3,"reason":"z"},{"date":2,"reason":"w"}])"),
            "a:\n  - {start: 3, reason: z}\n  - {date: 2, reason: w}  # about y\n");
}

TEST(YamlEditor, EditsTheItemThatIsMostAlikeInPlace) {
  constexpr const char* kWindows =
      "windows:\n  - {start: \"09:00\", end: \"12:00\", zone: x}   # lunch\n"
      "  - start: '13:00'\n    end: '18:00'   # till six\n    zone: x\n";
  EXPECT_EQ(Set(kWindows, "/windows", R"([{"start":"13:00","end":"17:00","zone":"x"}])"),
            "windows:\n  - start: '13:00'\n    end: '17:00'   # till six\n    zone: x\n");
  EXPECT_EQ(
      Set(kWindows, "/windows",
          R"([{"start":"07:00","end":"08:00","zone":"w"},{"start":"09:00","end":"12:30","zone":"x"},{"start":"13:00","end":"17:00","zone":"x"}])"),
      "windows:\n  - {start: \"07:00\", end: \"08:00\", zone: w}\n"
      "  - {start: \"09:00\", end: \"12:30\", zone: x}   # lunch\n"
      "  - start: '13:00'\n    end: '17:00'   # till six\n    zone: x\n");
}

TEST(YamlEditor, RefusesWhatComesFromElsewhereAndNamesIt) {
  constexpr const char* kText = "a: &n 10\nb: *n\nc: &m {x: 1}\nd: {<<: *m, y: 2}\ne: &alone 3\n";
  EXPECT_EQ(Set(kText, "/b", "9"),
            "refused: /b comes through the alias *n: change it by hand, or write the value out first");
  EXPECT_THAT(Set(kText, "/a", "9"), HasSubstr("refused: /a has the anchor &n, which others use"));
  EXPECT_THAT(Set(kText, "/c/x", "9"), HasSubstr("stands under the anchor &m of line 3 of the document"));
  EXPECT_THAT(Remove(kText, "/d/x"), HasSubstr("refused: /d/x comes through a merge key"));
  // A member of one's own wins over a merged one: that is what merge keys are for.
  EXPECT_THAT(Set(kText, "/d/x", "5"), HasSubstr("d: {<<: *m, y: 2, x: 5}\n"));
  EXPECT_THAT(Set(kText, "/e", "4"), HasSubstr("e: &alone 4\n"));
  EXPECT_THAT(Set(kText, "/nothing/here", "4"), HasSubstr("refused: there is no mapping at /nothing"));
}

TEST(YamlEditor, KeepsLineBreaksAndTheMarkOfTheFile) {
  EXPECT_EQ(Set("\xEF\xBB\xBF"
                "a: 1\r\nb: {c: 2}\r\n",
                "/d", "3"),
            "\xEF\xBB\xBF"
            "a: 1\r\nb: {c: 2}\r\nd: 3\r\n");
  EXPECT_EQ(Set("a: 1", "/b", "2"), "a: 1\nb: 2");
}

TEST(YamlEditor, AppendsAndRemovesDocuments) {
  const auto append = [](const std::string& text) {
    return Edited(text, [](YamlEditor& editor, Arena& arena) {
      return editor.Append(Json(arena, R"({"kind":"Sink","metadata":{"name":"x"},"spec":{"events":["a"]}})"));
    });
  };
  const std::string document = "kind: Sink\nmetadata:\n  name: x\nspec:\n  events: [a]\n";
  EXPECT_EQ(append(""), document);
  EXPECT_EQ(append("# only a comment\n"), "# only a comment\n" + document);
  EXPECT_EQ(append("a: 1"), "a: 1\n---\n" + document);
  const auto remove = [](const std::string& text, std::size_t index) {
    return Edited(text, [&](YamlEditor& editor, Arena&) { return editor.RemoveDocument(index); });
  };
  EXPECT_EQ(remove("# one\na: 1\n---\n# two\nb: 2\n---\nc: 3\n", 1), "# one\na: 1\n---\nc: 3\n");
  EXPECT_EQ(remove("# one\na: 1\n---\n# two\nb: 2\n", 0), "# two\nb: 2\n");
  EXPECT_EQ(remove("a: 1\n", 0), "");
}

TEST(YamlEditor, FindsDocumentsByPlace) {
  const auto editor = YamlEditor::Open("# c\na: 1\n---\n\nb: 2\n");
  ASSERT_TRUE(editor);
  EXPECT_EQ(editor->DocumentAt(2, 1), 0u);
  EXPECT_EQ(editor->DocumentAt(5, 1), 1u);
  EXPECT_EQ(editor->DocumentAt(3, 1), SIZE_MAX);
}

// --- Random documents, random edits ----------------------------------------------------------------------------------

void AllPointers(const Value& value, const std::string& at, std::vector<std::string>& pointers) {
  for (const Member& member : value.members()) {
    pointers.push_back(at + "/" + EscapePointerSegment(member.key));
    AllPointers(member.value, std::string(pointers.back()), pointers);
  }
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    pointers.push_back(fmt::format("{}/{}", at, i));
    AllPointers(value.items()[i], std::string(pointers.back()), pointers);
  }
}

std::size_t CommonEnds(std::string_view a, std::string_view b) {
  std::size_t head = 0, tail = 0;
  const std::size_t most = std::min(a.size(), b.size());
  while (head < most && a[head] == b[head]) ++head;
  while (tail < most - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  return head + tail;
}

/// What the edited document should say, computed on JSON's side of things.
struct RandomEdit {
  std::string text;
  std::uint64_t seed;
  std::size_t refused = 0;

  void Run() {
    Arena arena;
    RandomYaml yaml(arena, seed);
    const Value written = yaml.Mapping(3, 2 + yaml.dice().Below(4));
    text = yaml.Write(written);
    auto editor = YamlEditor::Open(text);
    ASSERT_TRUE(editor) << editor.error().message << '\n' << text;
    ASSERT_EQ(editor->size(), 1u) << text;
    const Value root = editor->Read(arena, 0);
    // A text that ends the file without a line break has none.
    if (text.ends_with('\n')) {
      ASSERT_EQ(ToCanonicalJson(root), ToCanonicalJson(written)) << text;
    }
    std::vector<std::string> pointers;
    AllPointers(root, "", pointers);
    const std::string pointer = pointers[yaml.dice().Below(pointers.size())];
    const Value before = *ResolvePointer(root, pointer);
    const Value& parent = *ResolvePointer(root, pointer.substr(0, pointer.rfind('/')));
    const std::size_t siblings = parent.members().size() + parent.items().size();
    const bool scalar = !before.is_array() && !before.is_object();
    const std::size_t choice = yaml.dice().Below(4);
    std::string what;
    Result<void> done;
    if (choice == 0) {
      what = "remove " + pointer;
      done = editor->Remove(0, pointer);
    } else if (choice == 1 && before.is_object()) {
      const Value added = yaml.Any(2);
      what = fmt::format("add {}/new {}", pointer, ToJson(added));
      done = editor->Set(0, pointer + "/new", added);
    } else if (choice == 1 && before.is_array()) {
      const std::size_t index = yaml.dice().Below(before.items().size() + 1);
      const Value added = yaml.Any(2);
      what = fmt::format("insert {}/{} {}", pointer, index, ToJson(added));
      done = editor->Insert(0, fmt::format("{}/{}", pointer, index), added);
    } else {
      const Value wanted = scalar && choice == 2 ? yaml.Scalar() : yaml.Any(2);
      what = fmt::format("set {} {}", pointer, ToJson(wanted));
      done = editor->Set(0, pointer, wanted);
      if (done) {
        const Value after = *ResolvePointer(editor->Read(arena, 0), pointer);
        EXPECT_EQ(ToCanonicalJson(after), ToCanonicalJson(wanted)) << what << "\n"
                                                                   << text << "\nbecame\n"
                                                                   << editor->text();
      }
    }
    const std::string explanation = fmt::format("seed {}: {}\n{}\nbecame\n{}", seed, what, text, editor->text());
    if (!done) {
      ++refused;
      EXPECT_EQ(editor->text(), text);
      EXPECT_THAT(done.error().message, HasSubstr("the last member of a document")) << explanation;
      return;
    }
    Check(root, pointer, editor->Read(arena, 0), explanation);
    const std::string after = editor->text();
    if (what.starts_with("remove") && siblings > 1) {
      EXPECT_EQ(CommonEnds(text, after), after.size()) << explanation;
    }
    if ((what.starts_with("add") || what.starts_with("insert")) &&
        (before.members().size() + before.items().size()) > 0) {
      EXPECT_EQ(CommonEnds(text, after), text.size()) << explanation;
    }
  }

  /// Nothing but what the pointer names differs.
  static void Check(const Value& before, const std::string& pointer, const Value& after,
                    const std::string& explanation) {
    Arena arena;
    const auto without = [&](const Value& root) {
      std::vector<std::string> rest;
      AllPointers(root, "", rest);
      std::vector<std::string> all;
      const std::string parent = pointer.substr(0, pointer.rfind('/'));
      for (const std::string& each : rest) {
        if (PointerCovers(parent, each) || PointerCovers(each, pointer)) continue;
        const Value& value = *ResolvePointer(root, each);
        if (!value.is_array() && !value.is_object()) all.push_back(each + "=" + ToJson(value));
      }
      std::ranges::sort(all);
      return all;
    };
    EXPECT_EQ(without(before), without(after)) << explanation;
  }
};

TEST(YamlEditor, RandomEditsOfRandomDocumentsSayExactlyWhatTheyShould) {
  std::size_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 2500 && !testing::Test::HasFailure(); ++seed) {
    RandomEdit edit{.text = "", .seed = seed};
    edit.Run();
    refused += edit.refused;
  }
  EXPECT_LT(refused, 40u);
}

}  // namespace
}  // namespace cxctl
