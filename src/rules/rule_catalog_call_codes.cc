#include <array>

#include "rules/rule_catalog.h"

namespace cxctl {

std::span<const RuleInfo> CallCodeRules() {
  static constexpr std::array<RuleInfo, 5> kRules = {{
      {.id = "CX401",
       .fixed = true,
       .subject = "call code",
       .summary = "The code is not 2 to 16 upper-case letters, digits and underscores.",
       .story =
           "Codes are what reports and integrations know a call's outcome by. The tenant takes ^[A-Z0-9_]{2,16}$ and "
           "refuses everything else. What agents read is `name`, where every character is fine.\n\n"
           "To mend it: spell the code in upper case, with underscores for spaces and hyphens.",
       .wrong = "{code: int-hot, name: Hot lead, type: SUCCESS}",
       .right = "{code: INT_HOT, name: Hot lead, type: SUCCESS}",
       .source = "the tenant's API: CallCodePayload.code"},
      {.id = "CX402",
       .fixed = true,
       .subject = "call code",
       .summary = "The code is deeper than three levels.",
       .story =
           "The tenant keeps three levels: a code, its children, and theirs. Reported at the first code that is too "
           "deep, once for all that is below it.\n\n"
           "To mend it: move the code up, or join it with its parent.",
       .wrong = "code: A\nchildren:\n  - code: A1\n    children:\n      - code: A1X\n        children: [{code: A1XZ, "
                "name: Too deep, type: NEUTRAL}]",
       .right = "code: A\nchildren:\n  - code: A1\n    children: [{code: A1X, name: Deep enough, type: NEUTRAL}]",
       .source = "the tenant's API: call codes have three levels at most"},
      {.id = "CX403",
       .fixed = true,
       .subject = "call code",
       .summary = "The code is there twice under one parent.",
       .story = "The path of codes from the root is a code's identity: two with one path would be one object with two "
                "definitions. The same code under different parents is fine. Reported at the later one.\n\n"
                "To mend it: rename or remove one of them.",
       .wrong = "codes:\n  - {code: CB, name: Callback, type: NEUTRAL}\n  - {code: CB, name: Call back later, type: "
                "NEUTRAL}",
       .right = "codes:\n  - {code: CB, name: Callback, type: NEUTRAL}\n  - {code: CB_LATER, name: Call back later, "
                "type: NEUTRAL}",
       .source = "the manifest format: identity of a code is its category and path"},
      {.id = "CX404",
       .subject = "call code",
       .summary = "The code is active while its parent is inactive.",
       .story =
           "Agents reach a code through its parent: below an inactive parent an active code cannot be chosen, or is "
           "chosen by those who find another way. isActive is true where it is not written.\n\n"
           "To mend it: set isActive: false on the code, or activate the parent.",
       .wrong = "code: OLD\nname: Old\ntype: NEUTRAL\nisActive: false\nchildren:\n"
                "  - {code: OLD_A, name: A, type: NEUTRAL}",
       .right = "code: OLD\nname: Old\ntype: NEUTRAL\nisActive: false\nchildren:\n"
                "  - {code: OLD_A, name: A, type: NEUTRAL, isActive: false}",
       .source = "the tenant's API: isActive of a call code"},
      {.id = "CX405",
       .severity = Severity::kWarning,
       .subject = "call code",
       .summary = "The code's type differs from its parent's.",
       .story =
           "Reports add a code's children up under its type. A FAILURE below a SUCCESS makes the totals of the levels "
           "disagree. It may be meant, so it is a warning.\n\n"
           "To mend it: give both the same type, or move the code below a parent of its type.",
       .wrong = "{code: INT, name: Interested, type: SUCCESS, children: [{code: INT_NO, name: No, type: FAILURE}]}",
       .right = "{code: INT, name: Interested, type: SUCCESS, children: [{code: INT_HOT, name: Hot, type: SUCCESS}]}",
       .source = "the tenant's API: type of a call code"},
  }};
  return kRules;
}

}  // namespace cxctl
