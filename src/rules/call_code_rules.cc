#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "rules/finding.h"
#include "rules/rule_groups.h"
#include "schema/patterns.h"

namespace cxctl {

namespace {

constexpr int kDeepestLevel = 3;

/// A code with the members that the rules read, found in one go: hierarchies have thousands of codes.
struct Code {
  const Value* code = nullptr;
  const Value* type = nullptr;
  const Value* active = nullptr;  ///< Null where it is not written: active.
  const Value* children = nullptr;

  bool is_active() const { return !active || active->as_bool(); }
};

Code ReadCode(const Value& value) {
  Code code;
  for (const Member& member : value.members()) {
    if (member.key == "code") code.code = &member.value;
    if (member.key == "type") code.type = &member.value;
    if (member.key == "isActive") code.active = &member.value;
    if (member.key == "children") code.children = &member.value;
  }
  return code;
}

class HierarchyCheck {
 public:
  HierarchyCheck(const ManifestSet& set, const Document& document, Diagnostics& diagnostics)
      : set_(set), document_(document), diagnostics_(diagnostics) {}

  void CheckLevel(const Value& codes, const Code* parent, int level) {
    CheckRepeats(codes, parent);
    for (const Value& each : codes.items()) {
      const Code code = ReadCode(each);
      CheckPattern(code);
      if (level == kDeepestLevel + 1) ReportDepth(code, *parent, level);
      if (parent) {
        CheckActive(code, *parent);
        CheckType(code, *parent);
      }
      if (code.children && !code.children->items().empty()) CheckLevel(*code.children, &code, level + 1);
    }
  }

 private:
  static std::string Text(const Value& code) { return EscapeControls(code.as_string()); }

  void CheckPattern(const Code& code) {
    if (kCallCodePattern.matches(code.code->as_string())) return;
    Report(diagnostics_, "CX401", document_, code.code->position(),
           fmt::format("code \"{}\" is not {}", Text(*code.code), kCallCodePattern.description),
           fmt::format("it must match {}", kCallCodePattern.regex));
  }

  void ReportDepth(const Code& code, const Code& parent, int level) {
    Report(diagnostics_, "CX402", document_, code.code->position(),
           fmt::format("code {} below {} is at level {}, over the limit of {} levels", Text(*code.code),
                       Text(*parent.code), level, kDeepestLevel),
           "move it up, or join it with its parent");
  }

  void CheckRepeats(const Value& codes, const Code* parent) {
    siblings_.clear();
    for (const Value& each : codes.items()) {
      const Value* code = each.Find("code");
      siblings_.emplace_back(code->as_string(), code);
    }
    std::ranges::stable_sort(siblings_, {}, &Sibling::first);
    for (std::size_t i = 1, first = 0; i < siblings_.size(); ++i) {
      if (siblings_[i].first == siblings_[first].first) {
        ReportRepeat(*siblings_[i].second, *siblings_[first].second, parent);
      } else {
        first = i;
      }
    }
  }

  void ReportRepeat(const Value& code, const Value& first, const Code* parent) {
    const std::string place = parent ? fmt::format("under {}", Text(*parent->code)) : "at the first level";
    Report(diagnostics_, "CX403", document_, code.position(),
           fmt::format("code {} is there twice {}: first at {}", Text(code), place, PlaceText(set_, first.position())),
           "rename or remove one of them");
  }

  void CheckActive(const Code& code, const Code& parent) {
    if (parent.is_active() || !code.is_active()) return;
    const Value& at = code.active ? *code.active : *code.code;
    Report(diagnostics_, "CX404", document_, at.position(),
           fmt::format("code {} is active while its parent {} is inactive", Text(*code.code), Text(*parent.code)),
           "set isActive: false on it, or activate the parent");
  }

  void CheckType(const Code& code, const Code& parent) {
    if (code.type->as_string() == parent.type->as_string()) return;
    Report(diagnostics_, "CX405", document_, code.type->position(),
           fmt::format("type {} of code {} differs from type {} of its parent {}", code.type->as_string(),
                       Text(*code.code), parent.type->as_string(), Text(*parent.code)),
           "give both the same type, or move the code below a parent of its type");
  }

  using Sibling = std::pair<std::string_view, const Value*>;
  const ManifestSet& set_;
  const Document& document_;
  Diagnostics& diagnostics_;
  std::vector<Sibling> siblings_;  ///< Of the level that is checked; kept for its memory.
};

}  // namespace

void CheckCallCodes(const RuleInput& input, Diagnostics& diagnostics) {
  for (const Document* hierarchy : input.set.OfKind("CallCodeHierarchy")) {
    HierarchyCheck(input.set, *hierarchy, diagnostics).CheckLevel(*hierarchy->spec().Find("codes"), nullptr, 1);
  }
}

}  // namespace cxctl
