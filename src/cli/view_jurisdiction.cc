#include "cli/view_jurisdiction.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/text_layout.h"
#include "picture/table_text.h"

namespace cxctl {

namespace {

constexpr std::string_view kAllStates =
    " ak al ar az ca co ct dc de fl ga hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd ne nh nj nm nv ny oh ok or"
    " pa ri sc sd tn tx ut va vt wa wi wv wy ";

std::string_view ConfidenceMeaning(Confidence confidence) {
  switch (confidence) {
    case Confidence::kOfficial:
      return "the legislator's or regulator's own text was read";
    case Confidence::kSecondary:
      return "others say so, and agree; the text itself was not read";
    case Confidence::kUncertain:
      return "sources differ, are old or do not say it whole; the stricter reading is taken";
  }
  return "";
}

/// The least sure of a pack's calling hours; nothing if it has none.
std::optional<Confidence> ConfidenceOf(const RulePack& pack) {
  if (pack.hours.empty()) return std::nullopt;
  return std::ranges::max_element(pack.hours, {}, &HoursRule::confidence)->confidence;
}

/// "" if the pack has no calling hours.
std::string HoursOf(const RulePack& pack) {
  std::vector<std::string> parts;
  for (const HoursRule& rule : pack.hours) parts.push_back(HoursText(rule));
  return Join(parts, "; ");
}

std::vector<Holiday> HolidaysShown(const HoursRule& rule, Date today) {
  if (!rule.holidays) return {};
  return rule.holidays->Between({today.year, 1, 1}, {today.year + 1, 12, 31});
}

std::string_view StatusOf(const Provenance& rule, Date today) {
  if (HoldsOn(rule, today)) return "in force";
  return rule.to && *rule.to <= today ? "ended" : "not yet in force";
}

// Text ----------------------------------------------------------------------------------------------------------------

/// From when to when, as a sentence; "" if that is not known or always.
std::string TermText(const Provenance& rule, Date today) {
  std::string text;
  if (rule.from && rule.to) {
    text = fmt::format("From {} until {}", FormatDate(*rule.from), FormatDate(AddDays(*rule.to, -1)));
  } else if (rule.from) {
    text = fmt::format("From {} on", FormatDate(*rule.from));
  } else if (rule.to) {
    text = fmt::format("Until {}", FormatDate(AddDays(*rule.to, -1)));
  } else {
    return "";
  }
  return fmt::format("{}: {}.", text, StatusOf(rule, today));
}

std::string ProvenanceText(const Provenance& rule, Date today) {
  std::string text = Wrapped(fmt::format("Law: {}", rule.law), 6);
  if (const std::string term = TermText(rule, today); !term.empty()) text += Wrapped(term, 6);
  text += Wrapped(fmt::format("Source: {}", rule.source), 6);
  text += Wrapped(
      fmt::format("Confidence: {} ({})", ConfidenceName(rule.confidence), ConfidenceMeaning(rule.confidence)), 6);
  if (!rule.note.empty()) text += Wrapped(fmt::format("Note: {}", rule.note), 6);
  return text;
}

std::string HoursSection(const RulePack& pack, Date today) {
  std::string text = "\nCalling hours, by the clock of the called person:\n";
  if (pack.hours.empty()) return text + "  none known: the pack forbids no time.\n";
  for (const HoursRule& rule : pack.hours) text += Wrapped(HoursText(rule), 2) + ProvenanceText(rule, today);
  return text;
}

std::string HolidaysSection(const RulePack& pack, Date today) {
  std::string text;
  for (const HoursRule& rule : pack.hours) {
    if (!rule.holidays) continue;
    text += fmt::format("\nOn {} nobody is called. Those of {} and {}:\n", rule.holidays->title(), today.year,
                        today.year + 1);
    for (const Holiday& holiday : HolidaysShown(rule, today)) {
      text += fmt::format("  {} {}  {}\n", FormatDate(holiday.date), ShortWeekdayName(WeekdayOf(holiday.date)),
                          holiday.name);
    }
    text += Wrapped(fmt::format("Source: {}", rule.holidays->source()), 6);
  }
  return text;
}

std::string AbandonmentLine(const AbandonmentLimit& limit) {
  std::string text =
      fmt::format("at most {:g} % of {}, over {}, per {}; abandoned: no agent within {}", limit.share * 100, limit.of,
                  limit.over, limit.per, FormatDuration(std::chrono::milliseconds(limit.agent_within_ms)));
  if (limit.ring_at_least_ms > 0)
    text += fmt::format("; ring {} or longer", FormatDuration(std::chrono::milliseconds(limit.ring_at_least_ms)));
  return text;
}

std::string LimitsSections(const RulePack& pack, Date today) {
  std::string text;
  if (!pack.abandonment.empty()) text += "\nAbandoned calls (shown, not enforced):\n";
  for (const AbandonmentLimit& limit : pack.abandonment)
    text += Wrapped(AbandonmentLine(limit), 2) + ProvenanceText(limit, today);
  if (!pack.frequency.empty()) text += "\nCalls to one person (shown, not enforced):\n";
  for (const FrequencyLimit& limit : pack.frequency) {
    text += Wrapped(fmt::format("at most {} in {}, about {}", Count(static_cast<std::size_t>(limit.calls), "call"),
                                limit.over, limit.about),
                    2) +
            ProvenanceText(limit, today);
  }
  return text;
}

/// Whether it is a state of the United States, whose law holds beside the federal one.
bool IsState(std::string_view name) {
  return name.size() == 5 && name.starts_with("us-") && kAllStates.contains(fmt::format(" {} ", name.substr(3)));
}

// JSON ----------------------------------------------------------------------------------------------------------------

Value TextOrNull(Arena& arena, std::string_view text) {
  return text.empty() ? Value::Null() : MakeString(arena, text);
}

Value DateOrNull(Arena& arena, const std::optional<Date>& date) {
  return date ? MakeString(arena, FormatDate(*date)) : Value::Null();
}

Value DurationOrNull(Arena& arena, int milliseconds) {
  return milliseconds > 0 ? MakeString(arena, FormatDuration(std::chrono::milliseconds(milliseconds))) : Value::Null();
}

Value WithProvenance(Arena& arena, ObjectBuilder& json, const Provenance& rule, Date today) {
  json.Set("law", rule.law).Set("source", rule.source).Set("confidence", ConfidenceName(rule.confidence));
  json.Set("note", TextOrNull(arena, rule.note));
  json.Set("from", DateOrNull(arena, rule.from)).Set("to", DateOrNull(arena, rule.to));
  json.Set("status", StatusOf(rule, today));
  return json.Build();
}

Value WithTimes(ObjectBuilder& json, const HoursRule::Window& window) {
  json.Set("startTime", FormatTimeOfDay(window.start_minute)).Set("endTime", FormatTimeOfDay(window.end_minute));
  return json.Build();
}

Value WindowJson(Arena& arena, const HoursRule::Window& window) {
  ArrayBuilder days(arena);
  for (int weekday = 0; weekday < 7; ++weekday) {
    if (window.on_weekday.at(static_cast<std::size_t>(weekday))) days.Add(WeekdayWord(weekday));
  }
  return WithTimes(ObjectBuilder(arena).Set("days", days.Build()), window);
}

Value HolidaysJson(Arena& arena, const HoursRule& rule, Date today) {
  if (!rule.holidays) return Value::Null();
  ArrayBuilder dates(arena);
  for (const Holiday& holiday : HolidaysShown(rule, today))
    dates.Add(ObjectBuilder(arena).Set("date", FormatDate(holiday.date)).Set("name", holiday.name).Build());
  ObjectBuilder json(arena);
  json.Set("title", rule.holidays->title()).Set("source", rule.holidays->source()).Set("dates", dates.Build());
  return json.Build();
}

Value HoursJson(Arena& arena, const HoursRule& rule, Date today) {
  ArrayBuilder windows(arena);
  for (const HoursRule::Window& window : rule.windows) windows.Add(WindowJson(arena, window));
  ObjectBuilder json(arena);
  json.Set("text", HoursText(rule)).Set("windows", windows.Build());
  json.Set("closedOn", HolidaysJson(arena, rule, today));
  ObjectBuilder eves(arena);
  json.Set("eves", rule.eves ? WithTimes(eves, *rule.eves) : Value::Null());
  return WithProvenance(arena, json, rule, today);
}

Value AbandonmentJson(Arena& arena, const AbandonmentLimit& limit, Date today) {
  ObjectBuilder json(arena);
  json.Set("share", limit.share).Set("of", limit.of).Set("over", limit.over).Set("per", limit.per);
  json.Set("agentWithin", DurationOrNull(arena, limit.agent_within_ms));
  json.Set("ringAtLeast", DurationOrNull(arena, limit.ring_at_least_ms));
  return WithProvenance(arena, json, limit, today);
}

Value FrequencyJson(Arena& arena, const FrequencyLimit& limit, Date today) {
  ObjectBuilder json(arena);
  json.Set("calls", limit.calls).Set("over", limit.over).Set("about", limit.about);
  return WithProvenance(arena, json, limit, today);
}

}  // namespace

std::string JurisdictionText(const RulePack& pack, Date today) {
  std::string text = fmt::format("{}: {}\n", pack.name, pack.title);
  text += HoursSection(pack, today) + HolidaysSection(pack, today) + LimitsSections(pack, today);
  if (!pack.notes.empty()) text += "\nNotes:\n";
  for (const std::string& note : pack.notes) text += Wrapped(note, 2);
  text +=
      fmt::format("\nIn a CallingCalendar: jurisdictions: [{}{}]\n", IsState(pack.name) ? "us-fcc, " : "", pack.name);
  return text +
         Wrapped(
             "Calling hours and holidays are enforced there: with clip: true other time is taken away from the "
             "calendar, else it is an error (CX206). Limits of abandoned calls and of calls to one person are shown "
             "here and enforced nowhere. This is no legal advice: ask a lawyer what holds for your calls.");
}

Value JurisdictionJson(Arena& arena, const RulePack& pack, Date today) {
  ArrayBuilder hours(arena), abandonment(arena), frequency(arena), notes(arena);
  for (const HoursRule& rule : pack.hours) hours.Add(HoursJson(arena, rule, today));
  for (const AbandonmentLimit& limit : pack.abandonment) abandonment.Add(AbandonmentJson(arena, limit, today));
  for (const FrequencyLimit& limit : pack.frequency) frequency.Add(FrequencyJson(arena, limit, today));
  for (const std::string& note : pack.notes) notes.Add(note);
  ObjectBuilder json(arena);
  json.Set("name", pack.name).Set("title", pack.title).Set("asOf", FormatDate(today)).Set("hours", hours.Build());
  json.Set("abandonment", abandonment.Build()).Set("frequency", frequency.Build()).Set("notes", notes.Build());
  return json.Build();
}

std::string JurisdictionsText(std::size_t width) {
  std::vector<std::vector<Cell>> rows = {{{"NAME"}, {"TITLE"}, {"CONFIDENCE"}, {"HOURS"}}};
  for (const std::string_view name : RulePackNames()) {
    const RulePack& pack = *FindRulePack(name);
    const auto confidence = ConfidenceOf(pack);
    rows.push_back({{std::string(name)},
                    {std::string(pack.title)},
                    {confidence ? std::string(ConfidenceName(*confidence)) : "-"},
                    {pack.hours.empty() ? "none known" : HoursOf(pack)}});
  }
  std::string notes = "\nConfidence:\n";
  for (const Confidence each : {Confidence::kOfficial, Confidence::kSecondary, Confidence::kUncertain})
    notes += fmt::format("  {:<9}  {}\n", ConfidenceName(each), ConfidenceMeaning(each));
  notes += "\nAll of one: cxctl rules --jurisdiction us-fl. This is no legal advice.\n";
  return TableText(rows, {{Fit::kWhole}, {Fit::kSpare}, {Fit::kWhole}, {Fit::kText}}, width, false) +
         FittedLines(notes, width);
}

Value JurisdictionsJson(Arena& arena) {
  ArrayBuilder list(arena);
  for (const std::string_view name : RulePackNames()) {
    const RulePack& pack = *FindRulePack(name);
    const auto confidence = ConfidenceOf(pack);
    ObjectBuilder json(arena);
    json.Set("name", pack.name).Set("title", pack.title).Set("hours", TextOrNull(arena, HoursOf(pack)));
    json.Set("confidence", confidence ? MakeString(arena, ConfidenceName(*confidence)) : Value::Null());
    list.Add(json.Build());
  }
  return ObjectBuilder(arena).Set("jurisdictions", list.Build()).Build();
}

std::string UnknownJurisdictionText(std::string_view name) {
  constexpr std::string_view kWhere = "cxctl rules --jurisdictions lists them";
  // Another state's name is no slip of the pen.
  if (IsState(name)) {
    return fmt::format(
        "there is no rule pack {}: states have one where hours are known that are stricter than the federal us-fcc; {}",
        name, kWhere);
  }
  std::vector<std::string_view> words(RulePackNames().begin(), RulePackNames().end());
  for (const std::string_view each : RulePackNames()) words.push_back(FindRulePack(each)->title);
  std::string_view near = NearestWord(name, words);
  for (const std::string_view each : RulePackNames()) {
    if (FindRulePack(each)->title == near) near = each;
  }
  return fmt::format("there is no rule pack {}: {}", EscapeControls(name),
                     near.empty() ? kWhere : fmt::format("did you mean {}? {}", near, kWhere));
}

}  // namespace cxctl
