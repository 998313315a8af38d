#include "cli/view_why.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/secret_text.h"
#include "base/strings.h"
#include "cli/text_layout.h"
#include "picture/table_text.h"
#include "plan/plan_document.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kShortHash = 12;
constexpr std::size_t kLabel = 14;  ///< Columns of `last applied  `.

std::string Bold(bool color, const std::string& text) {
  return color ? fmt::format("\x1b[1m{}\x1b[0m", text) : text;
}

/// On one line, cut where it is long.
std::string Short(const Value& value) {
  constexpr std::size_t kLongest = 60;
  const std::string text = MaskPhoneNumbers(EscapeControls(ToJson(value)));
  std::size_t end = 0;
  for (std::size_t i = 0; i < kLongest && end < text.size(); ++i)
    end += CodePointSize(std::string_view(text).substr(end));
  return end < text.size() ? text.substr(0, end) + "…" : text;
}

std::string Whole(const Value& value) {
  if (value.is_null()) return "nothing";
  return MaskPhoneNumbers(EscapeControls(ToJson(value)));
}

std::string SourceLine(const SourceMap& sources, const Position& position) {
  const std::string line(sources.line(position.file, position.line));
  return MaskPhoneNumbersKeepingLength(EscapeControls(MaskSecretMembers(line)));
}

std::string BlameText(const Blame& blame) {
  if (!blame.unknown.empty()) return blame.unknown;
  return MaskPhoneNumbers(
      fmt::format("{} {} {}: {}", blame.commit.substr(0, kShortHash), blame.date, blame.author, blame.subject));
}

std::string ChangedText(const LiveObject& live) {
  std::string text;
  if (!live.updated_by.empty()) text += " by " + MaskPhoneNumbers(EscapeControls(live.updated_by));
  if (!live.updated_at.empty()) text += " at " + EscapeControls(live.updated_at);
  return text.empty() ? "" : "changed" + text;
}

std::string AppliedText(const WhyView& view) {
  const AppliedObject& applied = *view.answer.applied;
  std::string text = fmt::format("by run {} at {}", EscapeControls(applied.run), FormatUtc(applied.applied_at));
  if (!view.applied_by) return text;
  if (!view.applied_by->actor.empty())
    text += fmt::format(" ({}", MaskPhoneNumbers(EscapeControls(view.applied_by->actor)));
  if (!view.applied_by->actor.empty() && !view.applied_by->commit.empty())
    text += fmt::format(", commit {}", EscapeControls(view.applied_by->commit.substr(0, kShortHash)));
  return text + (view.applied_by->actor.empty() ? "" : ")");
}

std::string LiveText(const WhyView& view, const WhyMember& member) {
  if (member.status == WhyStatus::kUnknown) return "not known";
  if (!view.answer.live) return "nothing: the object is not there";
  const std::string changed = ChangedText(*view.answer.live);
  return Whole(member.live) + (changed.empty() ? "" : fmt::format("  (object {})", changed));
}

/// Who moves it, and within which bounds.
std::string OwnerText(const WhyView& view, const Document& policy) {
  std::string text = EscapeControls(policy.address);
  if (const Value* range = policy.spec().Find("dialRate"))
    text += fmt::format(" keeps it from {} to {}", ToJson(*range->Find("min")), ToJson(*range->Find("max")));
  return text +
         fmt::format("  ({}:{})", EscapeControls(view.sources.name(policy.position().file)), policy.position().line);
}

std::string MemberAppliedText(const WhyView& view, const WhyMember& member) {
  if (!view.answer.applied) return "never, as far as the state store knows";
  if (!member.last_applied.is_null()) return fmt::format("{}, {}", Whole(member.last_applied), AppliedText(view));
  return fmt::format("never; the object was, {}", AppliedText(view));
}

std::string RenderMember(const WhyView& view, const WhyMember& member, const Blame& blame) {
  std::string out;
  const auto add = [&](std::string_view name, const std::string& text) {
    const std::string line = fmt::format("{:<{}}{}\n", name, kLabel, text);
    const bool is_of_file = name == "  line";  // as it is written, spaces and all
    out += is_of_file ? line : FittedLines(line, view.columns, kLabel - line.find_first_not_of(' '));
  };
  add("manifest", member.in_manifest ? Whole(member.manifest) : "says nothing of it");
  if (member.in_manifest) add("  from", view.origins.Text(member.origin));
  if (member.origin.position.known()) {
    const std::string number = std::to_string(member.origin.position.line);
    add("  line", fmt::format("{} | {}", number, SourceLine(view.sources, member.origin.position)));
    add("  commit", BlameText(blame));
  }
  if (member.owner) add("owner", OwnerText(view, *member.owner));
  if (member.status == WhyStatus::kNotSent) {
    add("so", std::string(WhyStatusMeaning(member.status)));
    return out;
  }
  add("live", LiveText(view, member));
  add("last applied", MemberAppliedText(view, member));
  const bool is_other_form = member.status == WhyStatus::kInStep && !(member.live == member.manifest);
  add("so", fmt::format("{}: {}{}", WhyStatusName(member.status), WhyStatusMeaning(member.status),
                        is_other_form ? ", in another form" : ""));
  return out;
}

/// What is live, where that is the news.
std::string LiveNews(const WhyMember& member) {
  const bool differs = member.status == WhyStatus::kDrifted || member.status == WhyStatus::kPending ||
                       member.status == WhyStatus::kConflicting || member.status == WhyStatus::kControlled;
  return differs ? fmt::format("live {}", Short(member.live)) : "";
}

std::string RenderAll(const WhyView& view) {
  std::vector<std::vector<Cell>> rows;
  const bool has_news =
      std::ranges::any_of(view.answer.members, [](const WhyMember& member) { return !LiveNews(member).empty(); });
  for (std::size_t i = 0; i < view.answer.members.size(); ++i) {
    const WhyMember& member = view.answer.members[i];
    const bool is_known = i < view.blames.size() && !view.blames[i].commit.empty();
    const std::string commit =
        is_known ? fmt::format("{} {}", view.blames[i].commit.substr(0, kShortHash), view.blames[i].author) : "";
    std::vector<Cell>& row = rows.emplace_back();
    row.push_back({MaskPhoneNumbers(EscapeControls(member.path))});
    row.push_back({Short(member.in_manifest ? member.manifest : member.last_applied)});
    row.push_back({std::string(WhyStatusName(member.status))});
    if (has_news) row.push_back({LiveNews(member)});
    row.push_back({MaskPhoneNumbers(member.in_manifest ? view.origins.Text(member.origin) : "in no manifest")});
    row.push_back({MaskPhoneNumbers(commit)});
  }
  std::vector<Column> columns = {{Fit::kAddress}, {Fit::kText}, {Fit::kWhole}, {Fit::kPlace}, {Fit::kSpare}};
  if (has_news) columns.insert(columns.begin() + 3, {Fit::kText});
  return TableText(rows, columns, view.columns, false);
}

std::string RenderObject(const WhyView& view) {
  const WhyAnswer& answer = view.answer;
  if (!answer.on_tenant) return "live          nothing: it is read here and is not sent to the tenant\n";
  std::string live = "not known";
  if (answer.live) {
    const std::string changed = ChangedText(*answer.live);
    live = fmt::format("{}{}", EscapeControls(answer.live->id), changed.empty() ? "" : ", " + changed);
  } else if (!view.offline && view.failures.empty()) {
    live = "nothing: the object is not there";
  }
  return fmt::format("live          {}\nlast applied  {}\n", live,
                     answer.applied ? AppliedText(view) : "never, as far as the state store knows");
}

Value OrNull(Arena& arena, const std::string& text) {
  return text.empty() ? Value::Null() : MakeString(arena, text);
}

Value BlameJson(Arena& arena, const Blame& blame) {
  if (blame.commit.empty()) return Value::Null();
  return ObjectBuilder(arena)
      .Set("id", blame.commit)
      .Set("date", blame.date)
      .Set("author", blame.author)
      .Set("subject", blame.subject)
      .Build();
}

Value MemberJson(Arena& arena, const WhyView& view, std::size_t index) {
  const WhyMember& member = view.answer.members[index];
  const Position& position = member.origin.position;
  return ObjectBuilder(arena)
      .Set("path", member.path)
      .Set("status", WhyStatusName(member.status))
      .Set("manifest", member.manifest)
      .Set("source", member.in_manifest ? OriginJson(arena, member.origin, view.sources) : Value::Null())
      .Set("sourceLine", position.known() ? MakeString(arena, SourceLine(view.sources, position)) : Value::Null())
      .Set("commit", BlameJson(arena, view.blames[index]))
      .Set("commitUnknown", OrNull(arena, view.blames[index].unknown))
      .Set("live", member.live)
      .Set("lastApplied", member.last_applied)
      .Set("owner", member.owner ? MakeString(arena, member.owner->address) : Value::Null())
      .Build();
}

Value LiveJson(Arena& arena, const WhyAnswer& answer) {
  if (!answer.live) return Value::Null();
  return ObjectBuilder(arena)
      .Set("id", answer.live->id)
      .Set("updatedBy", OrNull(arena, answer.live->updated_by))
      .Set("updatedAt", OrNull(arena, answer.live->updated_at))
      .Build();
}

Value AppliedJson(Arena& arena, const WhyView& view) {
  const AppliedObject* applied = view.answer.applied;
  if (!applied) return Value::Null();
  const AppliedBy by = view.applied_by.value_or(AppliedBy{});
  return ObjectBuilder(arena)
      .Set("run", applied->run)
      .Set("at", FormatUtc(applied->applied_at))
      .Set("actor", OrNull(arena, by.actor))
      .Set("commit", OrNull(arena, by.commit))
      .Build();
}

}  // namespace

std::string RenderWhy(const WhyView& view, bool color) {
  const WhyAnswer& answer = view.answer;
  const std::string place =
      answer.document ? fmt::format("{}:{}", EscapeControls(view.sources.name(answer.document->position().file)),
                                    answer.document->position().line)
                      : "in no manifest";
  if (answer.is_whole) {
    const std::string title = EscapeControls(answer.address);
    return FittedLines(fmt::format("{}  ({})\n", Bold(color, title), place), view.columns) +
           FittedLines(RenderObject(view), view.columns, kLabel) + "\n" + RenderAll(view);
  }
  std::string out;
  for (std::size_t i = 0; i < answer.members.size(); ++i) {
    const std::string title = EscapeControls(answer.address + answer.members[i].path);
    out += FittedLines(fmt::format("{}  ({})\n", Bold(color, title), place), view.columns) +
           RenderMember(view, answer.members[i], view.blames[i]);
  }
  return out;
}

std::string WhyJson(Arena& arena, const WhyView& view) {
  const WhyAnswer& answer = view.answer;
  ArrayBuilder members(arena);
  for (std::size_t i = 0; i < answer.members.size(); ++i) members.Add(MemberJson(arena, view, i));
  ObjectBuilder json(arena);
  json.Set("address", answer.address);
  json.Set("source", answer.document ? SourceJson(arena, answer.document->position(), view.sources) : Value::Null());
  json.Set("live", LiveJson(arena, answer));
  json.Set("lastApplied", AppliedJson(arena, view));
  json.Set("members", members.Build());
  if (!view.failures.empty()) {
    json.Set("error", ObjectBuilder(arena).Set("message", Join(view.failures, "; ")).Set("exit", 1).Build());
  }
  return MaskPhoneNumbers(ToPrettyJson(json.Build())) + "\n";
}

}  // namespace cxctl
