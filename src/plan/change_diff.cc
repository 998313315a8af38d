#include "plan/change_diff.h"

#include <algorithm>

#include "value/pointer.h"
#include "value/yaml_writer.h"

namespace cxctl {

std::vector<DiffLine> DiffOfChange(const Change& change) {
  Arena arena;
  Value after = change.after;
  if (change.before.is_object() && after.is_object()) {
    ObjectBuilder shown(arena);
    for (const Member& member : after.members()) {
      const std::string path = '/' + EscapePointerSegment(member.key);
      const auto sets = [&](const FieldChange& field) { return PointerCovers(path, field.path); };
      if (change.before.Find(member.key) || std::ranges::any_of(change.fields, sets)) shown.Append(member);
    }
    after = shown.Build();
  }
  const auto text = [](const Value& value) { return value.is_null() ? std::string() : ToYaml(value); };
  return UnifiedDiff(text(change.before), text(after));
}

}  // namespace cxctl
