#include "rules_fixture.h"

namespace cxctl {
namespace {

class CallCodeRules : public RulesTest {
 protected:
  void WriteCodes(const std::string& codes) {
    Write("codes.yaml",
          "apiVersion: cxctl/v1\nkind: CallCodeHierarchy\nmetadata: {name: outbound}\nspec:\n"
          "  category: OUTBOUND\n  codes:\n" +
              codes);
  }
};

TEST_F(CallCodeRules, ShapeOfACode) {
  WriteCodes("    - {code: int-hot, name: Hot lead, type: SUCCESS}\n");
  EXPECT_EQ(Report(), R"(error[CX401]: code "int-hot" is not 2 to 16 upper-case letters, digits and underscores
 --> codes.yaml:7:14
  |
7 |     - {code: int-hot, name: Hot lead, type: SUCCESS}
  |              ^^^^^^^
  = help: it must match ^[A-Z0-9_]{2,16}$; see: cxctl explain CX401
)");
}

TEST_F(CallCodeRules, LimitsOfACode) {
  struct Row {
    const char* code;
    bool is_fine;
  };
  const Row rows[] = {{"AB", true},   {"A_", true},  {"\"12\"", true},   {"ABCDEFGHIJKLMNOP", true},
                      {"A", false},   {"Ab", false}, {"\"\"", false},    {"ABCDEFGHIJKLMNOPQ", false},
                      {"A-B", false}, {"Ä_", false}, {"\"A B\"", false}, {"\"AB\\n\"", false}};
  for (const Row& row : rows) {
    WriteCodes(fmt::format("    - {{code: {}, name: Name, type: SUCCESS}}\n", row.code));
    const std::string found = Findings();
    if (std::string_view(row.code).find('\\') != std::string_view::npos) continue;  // CX102: a control character
    EXPECT_EQ(found, row.is_fine ? "" : "error CX401 codes.yaml:7:14\n") << row.code;
  }
}

TEST_F(CallCodeRules, FourthLevel) {
  WriteCodes(R"(    - code: L1
      name: One
      type: NEUTRAL
      children:
        - code: L2
          name: Two
          type: NEUTRAL
          children:
            - code: L3
              name: Three
              type: NEUTRAL
              children:
                - code: L4
                  name: Four
                  type: NEUTRAL
                  children: [{code: L5, name: Five, type: NEUTRAL}]
)");
  EXPECT_EQ(Report(), R"(error[CX402]: code L4 below L3 is at level 4, over the limit of 3 levels
  --> codes.yaml:19:25
   |
19 |                 - code: L4
   |                         ^^
   = help: move it up, or join it with its parent; see: cxctl explain CX402
)");
}

TEST_F(CallCodeRules, TwiceUnderOneParent) {
  WriteCodes(R"(    - {code: INT, name: Interested, type: SUCCESS}
    - code: CB
      name: Callback
      type: NEUTRAL
      children:
        - {code: INT, name: Interested, type: NEUTRAL}
        - {code: LATER, name: Later, type: NEUTRAL}
        - {code: INT, name: Interested again, type: NEUTRAL}
        - {code: INT, name: And again, type: NEUTRAL}
    - {code: INT, name: Interested, type: SUCCESS}
)");
  EXPECT_EQ(Report(), R"(error[CX403]: code INT is there twice under CB: first at codes.yaml:12
  --> codes.yaml:14:18
   |
14 |         - {code: INT, name: Interested again, type: NEUTRAL}
   |                  ^^^
   = help: rename or remove one of them; see: cxctl explain CX403
error[CX403]: code INT is there twice under CB: first at codes.yaml:12
  --> codes.yaml:15:18
   |
15 |         - {code: INT, name: And again, type: NEUTRAL}
   |                  ^^^
   = help: rename or remove one of them; see: cxctl explain CX403
error[CX403]: code INT is there twice at the first level: first at codes.yaml:7
  --> codes.yaml:16:14
   |
16 |     - {code: INT, name: Interested, type: SUCCESS}
   |              ^^^
   = help: rename or remove one of them; see: cxctl explain CX403
)");
}

TEST_F(CallCodeRules, ActiveBelowInactive) {
  WriteCodes(R"(    - code: OLD
      name: Old
      type: NEUTRAL
      isActive: false
      children:
        - {code: OLD_A, name: A, type: NEUTRAL}
        - {code: OLD_B, name: B, type: NEUTRAL, isActive: true}
        - {code: OLD_C, name: C, type: NEUTRAL, isActive: false}
)");
  EXPECT_EQ(Report(), R"(error[CX404]: code OLD_A is active while its parent OLD is inactive
  --> codes.yaml:12:18
   |
12 |         - {code: OLD_A, name: A, type: NEUTRAL}
   |                  ^^^^^
   = help: set isActive: false on it, or activate the parent; see: cxctl explain CX404
error[CX404]: code OLD_B is active while its parent OLD is inactive
  --> codes.yaml:13:59
   |
13 |         - {code: OLD_B, name: B, type: NEUTRAL, isActive: true}
   |                                                           ^^^^
   = help: set isActive: false on it, or activate the parent; see: cxctl explain CX404
)");
}

TEST_F(CallCodeRules, TypeOfAnotherSort) {
  WriteCodes(R"(    - code: INT
      name: Interested
      type: SUCCESS
      children:
        - {code: INT_NO, name: Not really, type: FAILURE}
)");
  EXPECT_EQ(Report(), R"(warning[CX405]: type FAILURE of code INT_NO differs from type SUCCESS of its parent INT
  --> codes.yaml:11:50
   |
11 |         - {code: INT_NO, name: Not really, type: FAILURE}
   |                                                  ^^^^^^^
   = help: give both the same type, or move the code below a parent of its type; see: cxctl explain CX405
)");
}

TEST_F(CallCodeRules, OneCodeMayBreakSeveralRules) {
  WriteCodes(R"(    - code: OLD
      name: Old
      type: NEUTRAL
      isActive: false
      children:
        - {code: a, name: A, type: SUCCESS}
        - {code: a, name: B, type: NEUTRAL, isActive: false}
)");
  EXPECT_EQ(Findings(),
            "error CX401 codes.yaml:12:18\n"
            "error CX404 codes.yaml:12:18\n"
            "warning CX405 codes.yaml:12:36\n"
            "error CX401 codes.yaml:13:18\n"
            "error CX403 codes.yaml:13:18\n");
}

}  // namespace
}  // namespace cxctl
