#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/pager.h"
#include "cli/text_layout.h"
#include "cli/view_jurisdiction.h"
#include "rules/rules.h"
#include "schema/json_schema.h"
#include "value/json.h"

// The commands that need nothing but the program itself: rules, explain, schema, version.

namespace cxctl {

namespace {

std::string_view SeverityName(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

ObjectBuilder RuleJson(Arena& arena, const RuleInfo& rule) {
  ObjectBuilder json(arena);
  json.Set("id", rule.id)
      .Set("severity", SeverityName(rule.severity))
      .Set("fixed", rule.fixed)
      .Set("guard", rule.guard);
  json.Set("subject", rule.subject).Set("summary", rule.summary).Set("source", rule.source);
  return json;
}

Value TextOrNull(Arena& arena, std::string_view text) {
  return text.empty() ? Value::Null() : MakeString(arena, text);
}

Value RuleStoryJson(Arena& arena, const RuleInfo& rule) {
  ObjectBuilder json = RuleJson(arena, rule);
  json.Set("story", rule.story).Set("wrong", TextOrNull(arena, rule.wrong)).Set("right", TextOrNull(arena, rule.right));
  return json.Build();
}

std::string Indented(std::string_view text) {
  std::string out;
  for (std::string_view line : Split(text, '\n')) {
    if (!(line.empty() && out.ends_with("\n\n"))) out += line.empty() ? "\n" : fmt::format("    {}\n", line);
  }
  return out;
}

std::string RuleText(const RuleInfo& rule) {
  std::string text = fmt::format("{}{} ({}{})\n\n{}\n{}", rule.id, rule.fixed ? "!" : "", SeverityName(rule.severity),
                                 rule.guard ? ", a guard: judged at plan and again at apply" : "",
                                 Wrapped(rule.summary), Wrapped(rule.story));
  if (!rule.wrong.empty()) text += fmt::format("\nWrong:\n{}", Indented(rule.wrong));
  if (!rule.right.empty()) text += fmt::format("\nRight:\n{}", Indented(rule.right));
  text += "\n" + Wrapped(fmt::format("Source: {}", rule.source));
  text += rule.fixed
              ? "Its severity cannot be changed, and it cannot be waived.\n"
              : fmt::format("A tenant can change its severity: spec.rules: {{{}: warning}} (or off).\n", rule.id);
  return text;
}

std::string TypeText(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kText: {
      if (!shape.words.empty()) return Join(std::vector<std::string>(shape.words.begin(), shape.words.end()), " | ");
      return shape.pattern ? std::string(shape.pattern->description) : "string";
    }
    case ShapeKind::kInteger:
      return "integer";
    case ShapeKind::kNumber:
      return "number";
    case ShapeKind::kBoolean:
      return "true | false";
    case ShapeKind::kList:
      return fmt::format("list of {}", shape.item->kind == ShapeKind::kObject ? "mappings" : TypeText(*shape.item));
    case ShapeKind::kObject:
      return "mapping";
    case ShapeKind::kMap:
      return fmt::format("mapping of {}", TypeText(*shape.item));
    case ShapeKind::kAny:
      return "anything";
  }
  return "";
}

std::string LimitsText(const Shape& shape) {
  std::string text;
  if (shape.minimum) text += fmt::format(", {} or more", *shape.minimum);
  if (shape.exclusive_minimum) text += fmt::format(", over {}", *shape.exclusive_minimum);
  if (shape.maximum) text += fmt::format(", {} at most", *shape.maximum);
  if (shape.kind == ShapeKind::kText && shape.max_length != SIZE_MAX)
    text += fmt::format(", {} characters at most", shape.max_length);
  return text;
}

std::string FieldLine(const Field& field) {
  std::string text = fmt::format("  {} <{}{}>", field.name, TypeText(field.shape), LimitsText(field.shape));
  if (field.required) text += " required";
  if (field.secret) text += " secret";
  if (!field.reference.empty()) text += fmt::format(" reference to {}", field.reference);
  if (!field.default_text.empty()) text += fmt::format(" (default: {})", field.default_text);
  return text + "\n" + Wrapped(field.doc, 6);
}

/// The object shape below a field, through lists and maps, or null.
const Shape* Inner(const Shape& shape) {
  const Shape* inner = &shape;
  while (inner->item) inner = inner->item;
  return inner->kind == ShapeKind::kObject ? inner : nullptr;
}

std::string MembersText(const Shape* shape) {
  std::string text;
  if (!shape) return text;
  text += "\nMembers:\n";
  for (const Field& field : shape->fields) text += FieldLine(field);
  return text;
}

Value FieldJson(Arena& arena, const Field& field) {
  ObjectBuilder json(arena);
  json.Set("name", field.name).Set("type", TypeText(field.shape) + LimitsText(field.shape)).Set("doc", field.doc);
  json.Set("required", field.required).Set("secret", field.secret);
  json.Set("reference", TextOrNull(arena, field.reference)).Set("default", TextOrNull(arena, field.default_text));
  return json.Build();
}

Value MembersJson(Arena& arena, const Shape* shape) {
  ArrayBuilder members(arena);
  if (shape) {
    for (const Field& field : shape->fields) members.Add(FieldJson(arena, field));
  }
  return members.Build();
}

int ExplainWholeKind(Context& context, const KindSpec& kind) {
  if (context.json()) {
    Arena arena;
    ObjectBuilder json(arena);
    json.Set("kind", kind.name).Set("summary", kind.summary).Set("doc", kind.doc);
    json.Set("members", MembersJson(arena, &kind.spec)).Set("example", kind.example);
    context.system.console.Out(ToPrettyJson(json.Build()) + "\n");
  } else {
    PrintLongText(context, fmt::format("{}: {}\n\n{}{}\nExample:\n{}", kind.name, kind.summary, Wrapped(kind.doc),
                                       MembersText(&kind.spec), Indented(kind.example)));
  }
  return kSuccess;
}

int ExplainKind(Context& context, const KindSpec& kind, const std::string& path) {
  if (path.empty()) return ExplainWholeKind(context, kind);
  std::vector<std::string_view> names;
  const Field* field = FindField(kind, path, &names);
  if (!field) {
    const std::string last = path.substr(path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1);
    const std::string_view near = NearestWord(last, names);
    const std::vector<std::string> shown(names.begin(), names.end());
    return ReportError(
        context, {ErrorCode::kUsage,
                  fmt::format("{} has no field {}: {}", kind.name, EscapeControls(path),
                              near.empty() ? "one of " + Join(shown, ", ") : fmt::format("did you mean {}?", near))});
  }
  if (context.json()) {
    Arena arena;
    ObjectBuilder json(arena, FieldJson(arena, *field));
    json.Set("kind", kind.name).Set("path", path).Set("members", MembersJson(arena, Inner(field->shape)));
    context.system.console.Out(ToPrettyJson(json.Build()) + "\n");
    return kSuccess;
  }
  PrintLongText(context,
                fmt::format("{}.{}\n\n{}{}", kind.name, path, FieldLine(*field), MembersText(Inner(field->shape))));
  return kSuccess;
}

int UnknownKind(Context& context, const std::string& name) {
  std::vector<std::string_view> names;
  for (const KindSpec& kind : AllKinds()) names.push_back(kind.name);
  const std::string_view near = NearestWord(name, names);
  const std::vector<std::string> shown(names.begin(), names.end());
  return ReportError(context, {ErrorCode::kUsage, fmt::format("there is no kind {}: {}", EscapeControls(name),
                                                              near.empty() ? "one of " + Join(shown, ", ")
                                                                           : fmt::format("did you mean {}?", near))});
}

int RunJurisdictions(Context& context) {
  const auto name = context.arguments.Find("jurisdiction");
  if (name && context.arguments.Has("jurisdictions"))
    return ReportError(context,
                       {ErrorCode::kUsage, "--jurisdiction shows one, --jurisdictions lists all: take either"});
  Arena arena;
  if (!name) {
    PrintLongText(context, context.json() ? ToPrettyJson(JurisdictionsJson(arena)) + "\n"
                                          : JurisdictionsText(context.system.console.OutSize().columns));
    return kSuccess;
  }
  const auto now = JudgedNow(context);
  if (!now) return ReportError(context, now.error());
  const Date today = Zone::Utc().LocalAt(*now).date;
  const RulePack* pack = FindRulePack(*name);
  if (!pack) return ReportError(context, {ErrorCode::kUsage, UnknownJurisdictionText(*name)});
  PrintLongText(context, context.json() ? ToPrettyJson(JurisdictionJson(arena, *pack, today)) + "\n"
                                        : JurisdictionText(*pack, today));
  return kSuccess;
}

}  // namespace

int RunRules(Context& context) {
  if (context.arguments.Has("jurisdiction") || context.arguments.Has("jurisdictions")) return RunJurisdictions(context);
  if (context.arguments.Has("now"))
    return ReportError(context, {ErrorCode::kUsage, "--now goes with --jurisdiction: the rules hold at all times"});
  Arena arena;
  if (context.json()) {
    ArrayBuilder rules(arena);
    for (const RuleInfo& rule : AllRules()) rules.Add(RuleJson(arena, rule).Build());
    context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("rules", rules.Build()).Build()) + "\n");
    return kSuccess;
  }
  std::string text;
  for (const RuleInfo& rule : AllRules()) {
    text += fmt::format("{:<6} {:<7} {}{}\n", fmt::format("{}{}", rule.id, rule.fixed ? "!" : ""),
                        SeverityName(rule.severity), rule.summary, rule.guard ? " (guard)" : "");
  }
  text = ShortenedLines(text, context.system.console.OutSize().columns);
  text +=
      "\n! cannot be changed or waived. The whole story of one: cxctl explain CX204\n"
      "Calling hours by law: cxctl rules --jurisdictions\n";
  PrintLongText(context, text);
  return kSuccess;
}

int RunExplain(Context& context) {
  if (context.arguments.positional.empty() && context.json()) {
    Arena arena;
    ArrayBuilder kinds(arena);
    for (const KindSpec& kind : AllKinds())
      kinds.Add(ObjectBuilder(arena).Set("kind", kind.name).Set("summary", kind.summary).Build());
    context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("kinds", kinds.Build()).Build()) + "\n");
    return kSuccess;
  }
  if (context.arguments.positional.empty()) {
    std::string text = "Kinds:\n";
    for (const KindSpec& kind : AllKinds()) text += fmt::format("  {:<18} {}\n", kind.name, kind.summary);
    context.system.console.Out(text + "\nMore: cxctl explain KIND, cxctl explain KIND.FIELD, cxctl explain CXnnn\n");
    return kSuccess;
  }
  std::string topic = context.arguments.positional[0];
  if (topic.size() == 5 && topic.starts_with("cx")) topic.replace(0, 2, "CX");
  if (const RuleInfo* rule = FindRule(topic)) {
    Arena arena;
    PrintLongText(context, context.json() ? ToPrettyJson(RuleStoryJson(arena, *rule)) + "\n" : RuleText(*rule));
    return kSuccess;
  }
  if (topic.size() == 5 && topic.starts_with("CX")) {
    return ReportError(context, {ErrorCode::kUsage,
                                 fmt::format("there is no rule {}: cxctl rules lists them", EscapeControls(topic))});
  }
  const std::size_t dot = topic.find('.');
  const KindSpec* kind = FindKind(topic.substr(0, dot));
  if (!kind) return UnknownKind(context, topic.substr(0, dot));
  return ExplainKind(context, *kind, dot == std::string::npos ? "" : topic.substr(dot + 1));
}

int RunSchema(Context& context) {
  if (context.arguments.positional.empty()) {
    return ReportError(context, {ErrorCode::kUsage, "schema needs a kind, such as Campaign; cxctl explain lists them"});
  }
  const KindSpec* kind = FindKind(context.arguments.positional[0]);
  if (!kind) return UnknownKind(context, context.arguments.positional[0]);
  Arena arena;
  context.system.console.Out(ToPrettyJson(KindJsonSchema(arena, *kind)) + "\n");
  return kSuccess;
}

int RunVersion(Context& context) {
  if (context.json()) {
    Arena arena;
    context.system.console.Out(
        ToPrettyJson(ObjectBuilder(arena).Set("name", "cxctl").Set("version", context.system.version).Build()) + "\n");
  } else {
    context.system.console.Out(fmt::format("cxctl {}\n", context.system.version));
  }
  return kSuccess;
}

}  // namespace cxctl
