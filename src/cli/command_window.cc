#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/session.h"
#include "picture/window_table.h"
#include "rules/calling_time.h"
#include "value/json.h"

// window status: from the manifests; the tenant is not asked.

namespace cxctl {

namespace {

WindowRow ApplyRow(const std::vector<ApplyWindow>& windows, Instant now) {
  WindowRow row{"apply", Zone::Utc(), {}, {}};
  if (windows.empty()) row.always = "the tenant has no applyWindows";
  if (!windows.empty()) row.zone = windows.front().zone;
  row.status = StatusAt([&](Interval range) { return ApplyWindowTime(windows, range); }, now);
  return row;
}

std::vector<WindowRow> CampaignRows(const ManifestSet& set, const Selection& selection, Instant now) {
  std::vector<WindowRow> rows;
  for (const Document* campaign : set.OfKind("Campaign")) {
    if (!selection.MatchesAddress(campaign->address) || !selection.MatchesLabels(*campaign)) continue;
    const auto time = CallingTime::Of(set, *campaign);
    WindowRow row{campaign->address, time->zone(), {}, {}};
    if (time->is_always()) row.always = "no schedule and no calendar";
    row.status = StatusAt([&](Interval range) { return time->Permitted(range); }, now);
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Permitted time is not all that it takes.
void TellOfStopped(Context& context, const ManifestSet& set, const std::vector<WindowRow>& rows) {
  std::vector<std::string> stopped;
  for (const Document* campaign : set.OfKind("Campaign")) {
    const std::string_view state = campaign->spec().GetString("state");
    const bool is_shown = std::ranges::find(rows, campaign->address, &WindowRow::name) != rows.end();
    if (is_shown && !state.empty() && state != "ACTIVE")
      stopped.push_back(fmt::format("{} is {}", campaign->address, state));
  }
  if (stopped.empty() || context.quiet()) return;
  context.system.console.Err(fmt::format("note: this is about time alone: in the manifests {}\n", JoinAnd(stopped)));
}

}  // namespace

int RunWindow(Context& context) {
  const auto selection = ReadSelection(context.arguments);
  if (!selection) return ReportError(context, selection.error());
  Session session(context);
  if (const auto exit = session.LoadManifests()) return *exit;
  Instant now = session.now();
  now.micros -= now.micros % 1'000'000;
  std::vector<WindowRow> rows = {ApplyRow(session.settings().apply_windows, now)};
  for (WindowRow& row : CampaignRows(session.set(), *selection, now)) rows.push_back(std::move(row));
  if (!context.json()) {
    context.system.console.Out(DrawWindowTable(rows, now, context.system.console.OutSize().columns, context.color_out));
    TellOfStopped(context, session.set(), rows);
    return kSuccess;
  }
  Arena arena;
  ObjectBuilder apply(arena);
  ArrayBuilder campaigns(arena);
  for (const WindowRow& row : rows) {
    if (&row == &rows.front()) {
      SetWindow(arena, apply, row);
      continue;
    }
    ObjectBuilder campaign(arena);
    campaign.Set("address", row.name);
    campaigns.Add(SetWindow(arena, campaign, row).Build());
  }
  ObjectBuilder json(arena);
  json.Set("now", FormatUtc(now)).Set("apply", apply.Build()).Set("campaigns", campaigns.Build());
  context.system.console.Out(ToPrettyJson(json.Build()) + "\n");
  return kSuccess;
}

}  // namespace cxctl
