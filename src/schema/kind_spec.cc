#include "schema/kind_spec.h"

#include <algorithm>
#include <array>
#include <map>

#include "schema/shapes.h"

namespace cxctl {

namespace shapes {

const Shape* Keep(Shape shape) {
  static std::deque<Shape> kept;
  return &kept.emplace_back(std::move(shape));
}

Shape Weekdays() {
  return ListOf(Words({"mon", "tue", "wed", "thu", "fri", "sat", "sun"}), 1);
}

}  // namespace shapes

namespace {

using namespace shapes;

Shape MakeMetadata() {
  return Object({
      Required("name", Text(kNamePattern), "Name of the document, unique within its kind. References use it."),
      Optional("labels", MapOf(Text()), "Free key and value pairs for selectors: `-l team=collections`."),
      Optional("previousNames", ListOf(Text(kNamePattern)),
               "Names that the document had before: a rename in git is no delete and create."),
      Optional("lifecycle",
               Object({
                   Optional("preventDestroy", Boolean(),
                            "Any plan that would delete or deactivate the object is refused.", "false"),
                   Optional("ignoreChanges", ListOf(Text(kPointerPattern)),
                            "JSON Pointers into spec. What they name is neither compared nor sent."),
               }),
               "How plans treat the object."),
      Optional("waivers",
               ListOf(Object({
                   Required("rule", Text(kRulePattern), "The rule that is waived for this document."),
                   Required("reason", NonEmptyText(), "Why it may be broken."),
                   Optional("owner", NonEmptyText(), "Who answers for it."),
                   Required("expires", Text(kDatePattern),
                            "The last day on which the waiver holds. Later it is an error (CX108)."),
               })),
               "Rules or drifts that are accepted for this document until a day. Every report shows them."),
  });
}

}  // namespace

std::span<const KindSpec> AllKinds() {
  static const std::array<KindSpec, 9> kinds = {
      TenantKind(),   CallingCalendarKind(), CampaignScheduleKind(), CallCodeHierarchyKind(),
      CampaignKind(), PacingPolicyKind(),    ThrottlePolicyKind(),   CallbackPolicyKind(),
      SinkKind()};
  return kinds;
}

const KindSpec* FindKind(std::string_view name) {
  const auto kinds = AllKinds();
  const auto found = std::ranges::find(kinds, name, &KindSpec::name);
  return found == kinds.end() ? nullptr : &*found;
}

const Shape& MetadataShape() {
  static const Shape shape = MakeMetadata();
  return shape;
}

const Shape& DocumentShape(const KindSpec& kind) {
  static const auto shapes_by_kind = [] {
    std::map<std::string_view, Shape> made;
    for (const KindSpec& each : AllKinds()) {
      Shape shape = Object({
          Required("apiVersion", Words({"cxctl/v1"}), "Version of the manifest format: cxctl/v1."),
          Required("kind", Words({each.name}), "The kind of the document."),
          Required("metadata", MetadataShape(), "Name, labels and life cycle."),
          Required("spec", each.spec, each.summary),
      });
      made.emplace(each.name, std::move(shape));
    }
    return made;
  }();
  return shapes_by_kind.at(kind.name);
}

const Field* FindMember(const Shape& shape, std::string_view name) {
  const auto found = std::ranges::find(shape.fields, name, &Field::name);
  return found == shape.fields.end() ? nullptr : &*found;
}

const Field* FindField(const KindSpec& kind, std::string_view dotted_path, std::vector<std::string_view>* names_there) {
  const Shape* shape = &kind.spec;
  const std::string_view first = dotted_path.substr(0, dotted_path.find('.'));
  if (FindMember(DocumentShape(kind), first)) shape = &DocumentShape(kind);
  const Field* field = nullptr;
  while (!dotted_path.empty()) {
    const std::size_t dot = dotted_path.find('.');
    const std::string_view name = dotted_path.substr(0, dot);
    dotted_path = dot == std::string_view::npos ? "" : dotted_path.substr(dot + 1);
    while (shape->item) shape = shape->item;
    field = FindMember(*shape, name);
    if (!field) {
      if (names_there) {
        names_there->clear();
        for (const Field& each : shape->fields) names_there->push_back(each.name);
      }
      return nullptr;
    }
    shape = &field->shape;
  }
  return field;
}

}  // namespace cxctl
