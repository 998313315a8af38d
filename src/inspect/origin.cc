#include "inspect/origin.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "manifest/expressions.h"
#include "manifest/yaml_reader.h"
#include "value/pointer.h"

namespace cxctl {

std::string_view OriginName(OriginKind kind) {
  switch (kind) {
    case OriginKind::kLiteral:
      return "literal";
    case OriginKind::kValues:
      return "values";
    case OriginKind::kPatch:
      return "patch";
    case OriginKind::kCalendar:
      return "calendar";
    case OriginKind::kDefault:
      break;
  }
  return "default";
}

void Origins::AddPlaces(const Value& root, const Value& value, const std::string& pointer, Places& places) {
  std::size_t index = 0;
  for (const Value& item : value.items()) AddPlaces(root, item, fmt::format("{}/{}", pointer, index++), places);
  for (const Member& member : value.members())
    AddPlaces(root, member.value, fmt::format("{}/{}", pointer, EscapePointerSegment(member.key)), places);
  // A list begins where its first item does; the item was first.
  places.try_emplace({value.position().line, value.position().column}, Written{value, pointer, root});
}

const Origins::Written* Origins::Find(const Position& position) {
  const auto [file, is_new] = files_.try_emplace(position.file);
  if (is_new) {
    Diagnostics known_already;
    const std::string& text = set_.workspace->sources.text(position.file);
    for (const Value& root : ReadYaml(arena_, position.file, text, known_already))
      AddPlaces(root, root, "", file->second);
  }
  const auto found = file->second.find({position.line, position.column});
  return found == file->second.end() ? nullptr : &found->second;
}

void Origins::AddNamed(std::string_view name, Origin& origin) const {
  const Value* values = set_.tenant ? set_.tenant->root.Find("spec", "values") : nullptr;
  const Value* value = values ? values->Find(name) : nullptr;
  origin.values.push_back({std::string(name), value ? value->position() : Position{}});
}

Origin Origins::Of(const Document& document, const Value& value) {
  Origin origin;
  if (!value.position().known()) return origin;
  origin.position = value.position();
  origin.kind = OriginKind::kLiteral;
  const Written* written = Find(value.position());
  if (!written) return origin;
  const std::string_view kind = written->root.GetString("kind");
  const auto segments = ParsePointer(written->pointer);
  if (kind == "Tenant" && document.kind->name != "Tenant" && segments && segments->size() > 2) {
    if ((*segments)[1] == "patches") {
      origin.kind = OriginKind::kPatch;
      origin.patch = std::stoul((*segments)[2]) + 1;
    } else if ((*segments)[1] == "values") {
      origin.kind = OriginKind::kValues;
      AddNamed((*segments)[2], origin);
    }
  } else if (kind == "CallingCalendar" && document.kind->name != "CallingCalendar") {
    const Value* name = written->root.Find("metadata", "name");
    origin.kind = OriginKind::kCalendar;
    origin.calendar = name ? std::string(name->as_string()) : "";
  }
  if (written->value.is_string() && !(written->value == value)) {
    for (const std::string_view name : NamedValues(written->value.as_string())) {
      if (origin.kind == OriginKind::kLiteral) origin.kind = OriginKind::kValues;
      AddNamed(name, origin);
    }
  }
  return origin;
}

std::string Origins::Text(const Origin& origin) const {
  if (origin.kind == OriginKind::kDefault) return "default";
  const SourceMap& sources = set_.workspace->sources;
  const auto place = [&](const Position& at) {
    return fmt::format("{}:{}:{}", EscapeControls(sources.name(at.file)), at.line, at.column);
  };
  std::vector<std::string> notes;
  if (origin.patch) notes.push_back(fmt::format("patch {}", *origin.patch));
  if (!origin.calendar.empty()) notes.push_back(fmt::format("CallingCalendar/{}", EscapeControls(origin.calendar)));
  for (const NamedValue& value : origin.values) {
    const std::string name = fmt::format("values.{}", EscapeControls(value.name));
    notes.push_back(value.position.known() ? fmt::format("{} {}", name, place(value.position)) : name);
  }
  return notes.empty() ? place(origin.position) : fmt::format("{} ({})", place(origin.position), Join(notes, "; "));
}

}  // namespace cxctl
