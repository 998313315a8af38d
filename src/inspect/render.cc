#include "inspect/render.h"

#include <fmt/format.h>

#include <algorithm>

#include "author/tree_editor.h"
#include "base/strings.h"
#include "inspect/dependencies.h"
#include "manifest/expressions.h"
#include "plan/content.h"
#include "plan/plan_document.h"
#include "rules/calendars.h"
#include "schema/defaults.h"
#include "value/pointer.h"
#include "value/yaml_writer.h"

namespace cxctl {

namespace {

/// Where a blackout of a compiled calendar comes from: one that is written, a law, or the windows that leave it out.
Position SourceOf(const CallingCalendar& calendar, const Value& spec, const Blackout& compiled) {
  for (const CallingCalendar::WrittenBlackout& written : calendar.blackouts()) {
    if (written.reason == compiled.reason && !calendar.ClosedBy(written, compiled.interval).empty())
      return written.position;
  }
  const Value* laws = spec.Find("jurisdictions");
  for (const Value& law : laws ? laws->items() : std::span<const Value>()) {
    if (law.as_string() == compiled.reason) return law.position();
  }
  return spec.Find("windows")->position();
}

Value PlacedAt(Arena& arena, const Value& object, const Position& position) {
  ObjectBuilder placed(arena);
  for (const Member& member : object.members())
    placed.Append({member.key, position, member.value.WithPosition(position)});
  return placed.Build().WithPosition(position);
}

class Renderer {
 public:
  Renderer(Arena& arena, const ManifestSet& set) : arena_(arena), calendars_(set), set_(set) {}

  RenderedDocument Render(const Document& document) {
    document_ = &document;
    Value root = document.root;
    if (document.kind->name == "CampaignSchedule") root = WithSpec(root, Compiled(document.spec()));
    if (document.kind->name == "Tenant") root = WithSpec(root, WithoutInputs(document.spec()));
    return {&document, Filled(DocumentShape(*document.kind), nullptr, root)};
  }

 private:
  Value WithSpec(const Value& root, const Value& spec) { return ObjectBuilder(arena_, root).Set("spec", spec).Build(); }

  Value WithoutInputs(const Value& spec) {
    return ObjectBuilder(arena_, spec).Remove("sources").Remove("values").Remove("patches").Build().At(spec);
  }

  Value Compiled(const Value& spec) {
    const Value* name = spec.Find("calendar");
    const auto start = ParseDateTime(spec.GetString("startTime"));
    const auto end = ParseDateTime(spec.GetString("endTime"));
    if (!name || !start || !end || !(start->instant < end->instant)) return spec;
    const CompiledCalendar* compiled = calendars_.Compile(name->as_string(), {start->instant, end->instant});
    if (!compiled) return spec;
    const CallingCalendar& calendar = *calendars_.Find(name->as_string());
    const Value& calendar_spec = set_.Find("CallingCalendar", name->as_string())->spec();
    const Position& written = calendar_spec.Find("windows")->position();
    ArrayBuilder windows(arena_), blackouts(arena_);
    for (const DailyWindow& window : compiled->windows)
      windows.Add(PlacedAt(arena_, WindowValue(arena_, window), written));
    for (const Blackout& blackout : compiled->blackouts) {
      // What a calendar closes may begin inside of a window: CX204 was judged where it is written.
      const Value closed =
          ObjectBuilder(arena_, BlackoutValue(arena_, blackout)).Set("allowMidWindow", Value::Bool(true)).Build();
      blackouts.Add(PlacedAt(arena_, closed, SourceOf(calendar, calendar_spec, blackout)));
    }
    return ObjectBuilder(arena_, spec)
        .Remove("calendar")
        .Set("regulatoryWindows", windows.Build().WithPosition(written))
        .Set("blackoutPeriods", blackouts.Build().WithPosition(written))
        .Build()
        .At(spec);
  }

  Value Filled(const Shape& shape, const Field* field, const Value& value) {
    if (value.is_object() && shape.kind == ShapeKind::kObject) return FilledObject(shape, value);
    if (value.is_string()) return Text(field, value);
    if (value.is_array()) {
      ArrayBuilder items(arena_);
      for (const Value& item : value.items()) items.Add(shape.item ? Filled(*shape.item, field, item) : Text(item));
      return items.Build().At(value);
    }
    if (!value.is_object()) return value;
    ObjectBuilder members(arena_);
    static const Shape kAnyShape;
    for (const Member& member : value.members())
      members.Append(
          {member.key, member.key_position, Filled(shape.item ? *shape.item : kAnyShape, field, member.value)});
    return members.Build().At(value);
  }

  Value FilledObject(const Shape& shape, const Value& object) {
    ObjectBuilder members(arena_);
    for (const Field& field : shape.fields) {
      const Value* written = object.Find(field.name);
      if (written) {
        members.Append({field.name, {}, Filled(field.shape, &field, *written)});
      } else if (field.default_text == "metadata.name") {
        members.Append({field.name, {}, *document_->metadata().Find("name")});
      } else if (const auto implied = DefaultOf(arena_, field)) {
        members.Append({field.name, {}, *implied});
      } else if (const Value whole = DefaultObject(field); !whole.members().empty()) {
        members.Append({field.name, {}, whole});
      }
    }
    return members.Build().At(object);
  }

  /// What an optional mapping that is left out means, if its members have defaults and none has to be written.
  Value DefaultObject(const Field& field) {
    const auto is_required = [](const Field& each) { return each.required; };
    if (field.required || field.shape.kind != ShapeKind::kObject || !field.shape.any_of.empty() ||
        std::ranges::any_of(field.shape.fields, is_required))
      return {};
    return FilledObject(field.shape, ObjectBuilder(arena_).Build());
  }

  Value Text(const Field* field, const Value& text) {
    if (!field || !field->secret) return Text(text);
    return HasSecretReference(text.as_string()) ? text : Value::String(kSecretText).At(text);
  }

  Value Text(const Value& value) { return EscapeExpressions(arena_, value).At(value); }

  Arena& arena_;
  Calendars calendars_;
  const ManifestSet& set_;
  const Document* document_ = nullptr;
};

std::vector<const Document*> Selected(const ManifestSet& set, const Selection& selection) {
  std::vector<const Document*> documents;
  const bool tenant = set.tenant && set.tenant->valid && selection.MatchesAddress(set.tenant->address) &&
                      selection.MatchesLabels(*set.tenant);
  if (tenant) documents.push_back(&*set.tenant);
  std::set<const Document*> kept;
  auto nodes = FindDependencies(set);
  // A schedule has in it what its calendar compiles to.
  for (auto& [address, node] : nodes) {
    if (node.document->kind->name == "CampaignSchedule")
      std::erase_if(node.needs, [](const auto& need) { return need.second == "calendar"; });
  }
  for (const std::string& address : SelectWithDependencies(nodes, selection)) kept.insert(nodes.at(address).document);
  for (const KindSpec& kind : AllKinds()) {
    const auto first = static_cast<std::ptrdiff_t>(documents.size());
    for (const Document* document : set.OfKind(kind.name)) {
      if (kept.contains(document)) documents.push_back(document);
    }
    std::ranges::stable_sort(documents.begin() + first, documents.end(), {}, &Document::name);
  }
  return documents;
}

void AddLeaves(Arena& arena, const RenderedDocument& rendered, const Value& value, const std::string& pointer,
               Origins& origins, const SourceMap& sources, ArrayBuilder& list) {
  std::size_t index = 0;
  for (const Value& item : value.items())
    AddLeaves(arena, rendered, item, fmt::format("{}/{}", pointer, index++), origins, sources, list);
  for (const Member& member : value.members())
    AddLeaves(arena, rendered, member.value, fmt::format("{}/{}", pointer, EscapePointerSegment(member.key)), origins,
              sources, list);
  if (!value.items().empty() || !value.members().empty()) return;
  list.Add(ObjectBuilder(arena)
               .Set("pointer", pointer)
               .Set("value", value)
               .Set("source", OriginJson(arena, origins.Of(*rendered.document, value), sources))
               .Build());
}

}  // namespace

std::vector<RenderedDocument> RenderManifests(Arena& arena, const ManifestSet& set, const Selection& selection) {
  Renderer renderer(arena, set);
  std::vector<RenderedDocument> rendered;
  for (const Document* document : Selected(set, selection)) rendered.push_back(renderer.Render(*document));
  return rendered;
}

std::string RenderedYaml(const RenderedDocument& rendered, Origins& origins, bool with_origins) {
  if (!with_origins) return ToYaml(rendered.root);
  return ToAnnotatedYaml(rendered.root, [&](std::string_view, const Value& value) {
    return origins.Text(origins.Of(*rendered.document, value));
  });
}

Value RenderedJson(Arena& arena, const RenderedDocument& rendered, Origins& origins, const SourceMap& sources) {
  ArrayBuilder values(arena);
  AddLeaves(arena, rendered, rendered.root, "", origins, sources, values);
  return ObjectBuilder(arena)
      .Set("address", rendered.document->address)
      .Set("source", SourceJson(arena, rendered.document->position(), sources))
      .Set("manifest", rendered.root)
      .Set("values", values.Build())
      .Build();
}

Value OriginJson(Arena& arena, const Origin& origin, const SourceMap& sources) {
  ObjectBuilder json(arena);
  json.Set("origin", OriginName(origin.kind));
  const bool known = origin.position.known();
  json.Set("file", known ? MakeString(arena, sources.name(origin.position.file)) : Value::Null());
  json.Set("line", known ? Value::Int(origin.position.line) : Value::Null());
  json.Set("column", known ? Value::Int(origin.position.column) : Value::Null());
  if (origin.patch) json.Set("patch", *origin.patch);
  if (!origin.calendar.empty()) json.Set("calendar", origin.calendar);
  if (origin.values.empty()) return json.Build();
  ArrayBuilder values(arena);
  for (const NamedValue& value : origin.values) {
    values.Add(
        ObjectBuilder(arena).Set("name", value.name).Set("source", SourceJson(arena, value.position, sources)).Build());
  }
  return json.Set("values", values.Build()).Build();
}

}  // namespace cxctl
