#include "calendar/json_members.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace cxctl {

namespace {

bool IsOfType(const Value& value, Type type) {
  return type == Type::kDouble ? value.is_number() : value.type() == type;
}

std::string WithArticle(Type type) {
  return fmt::format("{} {}", type == Type::kInt ? "an" : "a", TypeName(type));
}

}  // namespace

Result<void> CheckMembers(std::string_view where, const Value& value, const std::vector<MemberSpec>& members) {
  const auto invalid = [&](std::string_view member, std::string_view what) {
    return Fail(ErrorCode::kInvalid, fmt::format("{}: {} {}", where, EscapeControls(member), what));
  };
  if (!value.is_object()) return invalid("it", fmt::format("must be a mapping, not {}", WithArticle(value.type())));
  for (const Member& member : value.members()) {
    const auto spec = std::ranges::find(members, member.key, &MemberSpec::name);
    if (spec == members.end()) return invalid(member.key, "is no member that is known here");
    if (!IsOfType(member.value, spec->type))
      return invalid(member.key,
                     fmt::format("must be {}, not {}", WithArticle(spec->type), WithArticle(member.value.type())));
    if (member.value.is_string() && Trim(member.value.as_string()).empty())
      return invalid(member.key, "must not be empty");
  }
  for (const MemberSpec& spec : members) {
    if (spec.required && !value.Find(spec.name)) return invalid(spec.name, "is missing");
  }
  return {};
}

}  // namespace cxctl
