#include "report/report_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "drift/drift_words.h"
#include "picture/markup.h"
#include "plan/change_diff.h"
#include "report/findings.h"
#include "report/schedule_weeks.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kLongestValue = 200;  // code points

char MarkOf(Action action) {
  switch (action) {
    case Action::kCreate:
      return '+';
    case Action::kDelete:
      return '-';
    case Action::kAdopt:
    case Action::kRelease:
      return '=';
    default:
      return '~';
  }
}

constexpr int kUnimportant = 90, kFailedBefore = -100;

/// What adds calls comes first, then what cannot be had back.
int ImportanceOf(const std::optional<Risk>& risk, bool is_removal) {
  if (risk == Risk::kIncreases) return 1;
  if (risk == Risk::kMixed) return 2;
  if (is_removal) return 3;
  return risk == Risk::kReduces ? 4 : 5;
}

int ImportanceOf(const Change& change) {
  if (!change.is_difference()) return kUnimportant;
  return ImportanceOf(change.risk, change.action == Action::kDelete || change.action == Action::kDeactivate);
}

/// By what it does to calling, as a plan; of the same weight what nobody can decide for another, then what is not
/// there, then what git does not know.
int ImportanceOf(const DriftItem& drift, const std::optional<Risk>& risk) {
  const int by_risk = 10 * ImportanceOf(risk, drift.status == DriftStatus::kMissing);
  switch (drift.status) {
    case DriftStatus::kConflicting:
      return by_risk;
    case DriftStatus::kDrifted:
    case DriftStatus::kMissing:
      return by_risk + 1;
    case DriftStatus::kUnmanaged:
      return by_risk + 2;
    case DriftStatus::kPending:
      break;
  }
  return kUnimportant;
}

Risk Reversed(Risk risk) {
  return risk == Risk::kIncreases ? Risk::kReduces : risk == Risk::kReduces ? Risk::kIncreases : risk;
}

std::string ShownValue(const Value& value) {
  return Shortened(Shown(ToJson(value)), kLongestValue);
}

std::vector<DiffLine> DiffOf(const Change& change) {
  std::vector<DiffLine> lines = DiffOfChange(change);
  for (DiffLine& line : lines) line.text = Shown(line.text);
  return lines;
}

std::string PermittedTimeText(const PermittedTimeChange& change) {
  std::string text = "Calling time:";
  if (!change.adds.empty()) text += fmt::format(" adds {}", change.adds);
  if (!change.removes.empty()) text += fmt::format("{} removes {}", change.adds.empty() ? "" : ";", change.removes);
  const auto zone = Zone::Load(change.zone).value_or(Zone::Utc());
  if (!change.next_permitted) return text + "; none is left from now on";
  text += fmt::format("; permitted next {}", LocalText(*change.next_permitted, zone));
  if (change.next_forbidden) text += fmt::format(", forbidden again {}", LocalText(*change.next_forbidden, zone));
  return Shown(fmt::format("{} ({})", text, zone.name()));
}

std::string ChangedByText(const std::string& by, const std::string& at) {
  if (by.empty() && at.empty()) return "";
  return Shown(fmt::format("last changed{}{}", by.empty() ? "" : " by " + by, at.empty() ? "" : " at " + at));
}

}  // namespace

ReportItem ItemOf(const ReportBasics& basics, const Change& change, std::size_t order) {
  ReportItem item;
  item.address = Shown(change.address);
  item.mark = MarkOf(change.action);
  item.verb = std::string(ActionName(change.action));
  item.risk = change.risk;
  item.reason = std::string(ReasonName(change.reason));
  item.place = PlaceOf(basics, change.source);
  item.order = order;
  item.is_difference = change.is_difference();
  item.importance = ImportanceOf(change);
  if (!item.is_difference) return item;
  if (!change.steps.empty())
    item.notes.push_back(Shown(fmt::format("In {} steps: {}", change.steps.size(), PathOf(change))));
  if (change.permitted_time) item.notes.push_back(PermittedTimeText(*change.permitted_time));
  if (change.reason == Reason::kDrifted) {
    if (std::string text = ChangedByText(change.updated_by, change.updated_at); !text.empty())
      item.notes.push_back(std::move(text));
  }
  item.diff = DiffOf(change);
  item.columns = {"before", "after"};
  for (const FieldChange& field : change.fields) {
    item.fields.push_back(
        {Shown(field.path), {ShownValue(field.before), ShownValue(field.after)}, PlaceOf(basics, field.source)});
  }
  if (basics.weeks) item.weeks = WeeksOf(basics.arena, change, basics.now);
  return item;
}

ReportItem ItemOf(const ReportBasics& basics, const DriftItem& drift, const Change* change) {
  ReportItem item;
  item.address = Shown(drift.address);
  item.mark = drift.status == DriftStatus::kPending ? '=' : '?';
  item.verb = std::string(DriftStatusName(drift.status));
  item.place = PlaceOf(basics, drift.source);
  item.is_difference = drift.status != DriftStatus::kPending;
  if (change && item.is_difference) item.risk = Reversed(change->risk);
  item.importance = ImportanceOf(drift, item.risk);
  if (std::string text = ChangedByText(drift.updated_by, drift.updated_at); !text.empty())
    item.notes.push_back(std::move(text));
  if (const std::string time = CallingTimeText(drift); !time.empty())
    item.notes.push_back(Shown(fmt::format("Calling time: {}", time)));
  item.columns = {"last applied", "manifest", "live"};
  for (const DriftField& field : drift.fields) {
    std::vector<std::string> words = WordsOf(field, drift.time_zone);
    for (std::string& each : words) each = Shortened(Shown(each), kLongestValue);
    item.fields.push_back({Shown(field.path), std::move(words), PlaceOf(basics, field.source)});
  }
  return item;
}

void AddOutcome(const ChangeOutcome& outcome, ReportItem& item) {
  item.outcome = std::string(OutcomeWords(outcome.outcome));
  item.failed = !outcome.succeeded();
  if (item.failed) item.importance += kFailedBefore;
  if (!outcome.error.empty()) item.notes.insert(item.notes.begin(), Shown(outcome.error));
  if (outcome.conflicts.empty()) return;
  item.columns = {"planned", "found", "wanted"};
  item.fields.clear();
  for (const FieldConflict& each : outcome.conflicts) {
    item.fields.push_back(
        {Shown(each.path), {ShownValue(each.planned), ShownValue(each.found), ShownValue(each.wanted)}, {}});
  }
}

}  // namespace cxctl
