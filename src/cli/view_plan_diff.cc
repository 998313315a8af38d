#include "cli/view_plan_diff.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/view_plan.h"
#include "value/json.h"

namespace cxctl {

std::string RenderPlanDiff(Arena& arena, const std::vector<PlanDifference>& differences, const std::string& first,
                           const std::string& second, bool color) {
  const std::string left = EscapeControls(first), right = EscapeControls(second);
  std::string out;
  std::size_t only_left = 0, only_right = 0, both = 0;
  for (const PlanDifference& each : differences) {
    const std::string address = EscapeControls(each.address);
    const Value before = each.before ? ShownChange(arena, *each.before) : Value::Null();
    const Value after = each.after ? ShownChange(arena, *each.after) : Value::Null();
    if (!each.after) {
      ++only_left;
      out += fmt::format("- {}: only in {}\n", address, left);
    } else if (!each.before) {
      ++only_right;
      out += fmt::format("+ {}: only in {}\n", address, right);
    } else {
      ++both;
      out += MaskPhoneNumbers(fmt::format("~ {}: differs in {}\n", address, EscapeControls(Join(each.members, ", "))));
    }
    out += RenderValueDiff(before, after, color) + "\n";
  }
  if (differences.empty()) return "The plans make the same changes.\n";
  return out + fmt::format("Plans: {} only in {}, {} only in {}, {} in both that {}.\n", only_left, left, only_right,
                           right, both, both == 1 ? "differs" : "differ");
}

std::string PlanDiffJson(Arena& arena, const std::vector<PlanDifference>& differences, const std::string& first,
                         const std::string& second) {
  ArrayBuilder list(arena);
  for (const PlanDifference& each : differences) {
    ArrayBuilder members(arena);
    for (const std::string& member : each.members) members.Add(member);
    list.Add(ObjectBuilder(arena)
                 .Set("address", each.address)
                 .Set("in", !each.after    ? "from"
                            : !each.before ? "to"
                                           : "both")
                 .Set("members", members.Build())
                 .Set("from", each.before ? ShownChange(arena, *each.before) : Value::Null())
                 .Set("to", each.after ? ShownChange(arena, *each.after) : Value::Null())
                 .Build());
  }
  const Value json = ObjectBuilder(arena).Set("from", first).Set("to", second).Set("differences", list.Build()).Build();
  return MaskPhoneNumbers(ToPrettyJson(json)) + "\n";
}

}  // namespace cxctl
