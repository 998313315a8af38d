#include "cli/live_schedules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/strings.h"

namespace cxctl {

namespace {

constexpr int kFirstYear = 1970, kLastYear = 2299;  // What comes later is not known of all zones.

/// Nothing but the campaigns and the schedules.
SnapshotScope ScopeOfSchedules(Session& session, const Selection& selection, bool with_capacity) {
  DesiredState desired = BuildDesired(session.arena(), session.set(), selection, false);
  std::erase_if(desired.objects, [](const DesiredObject& object) {
    return object.kind != ObjectKind::kCampaign && object.kind != ObjectKind::kSchedule;
  });
  SnapshotScope all = ScopeOf(desired, session.set(), {}, selection, false);
  SnapshotScope scope;
  scope.campaigns = std::move(all.campaigns);
  std::erase_if(scope.campaigns, [](const auto& campaign) { return !campaign.schedules; });
  scope.capacity = with_capacity && all.capacity;
  return scope;
}

bool IsSelected(const Selection& selection, const Document& document) {
  return selection.MatchesAddress(document.address) && selection.MatchesLabels(document);
}

std::string LiveNameOf(const Document& schedule) {
  const std::string_view name = schedule.spec().GetString("name");
  return std::string(name.empty() ? std::string_view(schedule.name) : name);
}

std::string ScheduleIdOf(const LiveState& live, const std::string& campaign_id, const Document& schedule) {
  const std::string name = LiveNameOf(schedule);
  for (const LiveObject& object : live.SchedulesOf(campaign_id)) {
    if (object.content.GetString("name") == name) return object.id;
  }
  return "";
}

}  // namespace

Result<std::vector<LiveSchedule>> FindLiveSchedules(Session& session, const Arguments& arguments, bool with_capacity) {
  TRY_ASSIGN(const Selection selection, ReadSelection(arguments));
  std::vector<const Document*> wanted;
  for (const Document* document : session.set().OfKind("CampaignSchedule")) {
    if (IsSelected(selection, *document)) wanted.push_back(document);
  }
  std::vector<LiveSchedule> schedules;
  if (wanted.empty()) {
    if (selection.everything()) return schedules;
    return Fail(ErrorCode::kNotFound, "no CampaignSchedule is selected: --target and -l match none of the manifests");
  }
  TRY(session.Connect(false));
  session.client().RequireScopes({"analytics:read"});
  TRY(session.ReadLive(ScopeOfSchedules(session, selection, with_capacity)));
  for (const Document* document : wanted) {
    auto time = CallingTime::Of(session.set(), *document);
    const auto campaign =
        session.live().campaigns.find("Campaign/" + std::string(document->spec().GetString("campaign")));
    if (!time || campaign == session.live().campaigns.end()) continue;
    const std::string id = campaign->second.id;
    schedules.push_back({document, *std::move(time), id, ScheduleIdOf(session.live(), id, *document)});
  }
  return schedules;
}

Result<std::vector<std::pair<std::string, std::string>>> FindLiveCampaigns(Session& session,
                                                                           const Selection& selection) {
  SnapshotScope scope = ScopeOfSchedules(session, selection, false);
  for (auto& campaign : scope.campaigns) campaign.schedules = campaign.activates = false;
  TRY(session.ReadLive(scope));
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [address, campaign] : session.live().campaigns) found.emplace_back(address, campaign.id);
  return found;
}

Result<std::vector<ContactCount>> ReadHistory(Session& session, const LiveSchedule& schedule, Interval range) {
  std::vector<ContactCount> counts;
  if (range.empty()) return counts;
  HistoryQuery query{schedule.campaign_id, schedule.schedule_id, range.start, range.end};
  TRY_ASSIGN(std::vector<HistoryRow> rows,
             session.loop().RunUntilDone(session.client().analytics().History(std::move(query))));
  for (HistoryRow& row : rows) counts.push_back({row.start, std::move(row.disposition), row.count});
  return counts;
}

Interval HistoryRange(Instant now, std::int64_t days) {
  constexpr Duration kHour = std::chrono::hours(1);
  now.micros -= now.micros % kHour.count();
  return {now - days * std::chrono::hours(24), now};
}

const LiveObject* LiveObjectOf(Session& session, const LiveSchedule& schedule) {
  const std::vector<LiveObject>& listed = session.live().SchedulesOf(schedule.campaign_id);
  const auto found = std::ranges::find(listed, schedule.schedule_id, &LiveObject::id);
  return schedule.schedule_id.empty() || found == listed.end() ? nullptr : &*found;
}

Result<std::int64_t> ReadWhole(const Arguments& arguments, std::string_view flag, std::int64_t fallback,
                               std::int64_t least, std::int64_t most) {
  const auto text = arguments.Find(flag);
  if (!text) return fallback;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size() && number >= least && number <= most) return number;
  return Fail(ErrorCode::kUsage,
              fmt::format("--{} takes a whole number from {} to {}, not {}", flag, least, most, EscapeControls(*text)));
}

Result<double> ReadNumber(const Arguments& arguments, std::string_view flag, double fallback, double least,
                          double most) {
  const auto text = arguments.Find(flag);
  if (!text) return fallback;
  double number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc() && end == text->data() + text->size() && number >= least && number <= most) return number;
  return Fail(ErrorCode::kUsage,
              fmt::format("--{} takes a number from {} to {}, not {}", flag, least, most, EscapeControls(*text)));
}

Result<Duration> ReadLength(const Arguments& arguments, std::string_view flag, Duration fallback) {
  const auto text = arguments.Find(flag);
  if (!text) return fallback;
  const auto length = ParseDuration(*text);
  if (length && *length > Duration::zero()) return *length;
  return Fail(ErrorCode::kUsage,
              fmt::format("--{} takes a duration such as 30s or 5m, not {}", flag, EscapeControls(*text)));
}

Result<std::optional<Date>> ReadDay(const Arguments& arguments, std::string_view flag) {
  const auto text = arguments.Find(flag);
  if (!text) return std::optional<Date>();
  const auto day = ParseDate(*text);
  if (day && day->year >= kFirstYear && day->year <= kLastYear) return day;
  return Fail(ErrorCode::kUsage, fmt::format("--{} takes a day from {} to {} such as 2026-11-26, not {}", flag,
                                             kFirstYear, kLastYear, EscapeControls(*text)));
}

Result<void> CheckCharts(const Arguments& arguments) {
  if (arguments.Get("svg") != "-") return {};
  return Fail(ErrorCode::kUsage, "--svg needs a file: the result stands on standard output");
}

std::size_t ColumnsOf(Context& context) {
  constexpr std::size_t kUsual = 80;
  if (const std::size_t columns = context.system.console.OutSize().columns; columns > 0) return columns - 1;
  const auto text = context.system.environment.Get("COLUMNS");
  std::size_t width = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), width).ec != std::errc()) return kUsual;
  return width;
}

Result<void> WriteCharts(Context& context, const std::vector<Chart>& charts) {
  const auto file = context.arguments.Find("svg");
  if (!file) return {};
  TRY(context.system.files.Write(*file, DrawSvgCharts(charts), false));
  if (!context.quiet()) {
    context.system.console.Err(fmt::format("The chart is in {}.\n", EscapeControls(*file)));
  }
  return {};
}

std::string PercentText(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

}  // namespace cxctl
