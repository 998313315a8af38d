// The two analytics queries.

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/figures.h"
#include "sim/operations.h"
#include "sim/query_language.h"
#include "sim/shapes.h"
#include "time/instant.h"
#include "value/json.h"

namespace cxctl::sim {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
/// How far back history goes.
constexpr std::chrono::hours kRetention{24 * 400};

/// The greatest multiple of `step` that is not after `micros`.
std::int64_t Floor(std::int64_t micros, std::int64_t step) {
  return micros - ((micros % step) + step) % step;
}

std::int64_t IntegerOr(const Value& body, std::string_view name, std::int64_t otherwise) {
  const Value* value = body.Find(name);
  return value ? static_cast<std::int64_t>(value->as_double()) : otherwise;
}

std::string MetricsRow(const StoredObject& campaign, const LiveFigures& figures, const Value& select) {
  std::string row = fmt::format("{{\"campaignId\":{},\"totalCallsDialed\":{},\"totalCallsAnswered\":{}",
                                JsonString(campaign.id), figures.dialed, figures.answered);
  const bool abandons =
      std::ranges::any_of(select.items(), [](const Value& name) { return name.as_string() == "totalCallsAbandoned"; });
  if (abandons) row += fmt::format(",\"totalCallsAbandoned\":{}", figures.abandoned);
  const double rate =
      figures.dialed == 0 ? 0 : static_cast<double>(figures.answered) / static_cast<double>(figures.dialed);
  return row + fmt::format(",\"answerRate\":{}}}", ToJson(Value::Double(rate)));
}

/// A query over past hours: which schedules, from when to when, how long a bucket is.
class History {
 public:
  std::vector<std::pair<std::string, Value>> schedules;
  const DialedCalls* dialed = nullptr;
  std::string campaign_id;
  bool of_campaign = true;        ///< Not of one of its schedules alone.
  std::int64_t from = 0, to = 0;  ///< Micros, `from` at the start of an hour.
  std::int64_t bucket = kHour;
  std::uint64_t seed = 0;

  std::int64_t FirstBucket() const { return Floor(from, bucket); }

  DispositionCounts CountsOf(std::int64_t start) const {
    DispositionCounts counts{};
    for (std::int64_t hour = std::max(start, from); hour < start + bucket && hour < to; hour += kHour) {
      Add(hour, counts);
    }
    return counts;
  }

 private:
  /// What the dialer counted, in hours that it saw; what follows from the schedules in others.
  void Add(std::int64_t hour, DispositionCounts& counts) const {
    const auto add = [&](const DispositionCounts& more) {
      for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += more[i];
    };
    if (const auto seen = dialed->hours.find(hour); seen != dialed->hours.end()) {
      const auto own = seen->second.find(campaign_id);
      if (CountsDialed(hour) && own != seen->second.end()) add(own->second);
      return;
    }
    for (const auto& [id, schedule] : schedules) add(HourOfSchedule(schedule, id, seed, {hour}));
  }
  /// The dialer counts by campaign: a schedule has the calls of the hours that it permits.
  bool CountsDialed(std::int64_t hour) const {
    return of_campaign ||
           std::ranges::any_of(schedules, [&](const auto& item) { return Permits(item.second, {hour}); });
  }
};

History HistoryOf(Tenant& tenant, Call& call, const HistoryFilter& filter) {
  History history;
  history.seed = tenant.options.seed;
  history.dialed = &tenant.state.dialed;
  history.campaign_id = filter.campaign_id;
  history.of_campaign = !filter.schedule_id;
  const auto schedules = tenant.state.schedules.List({.scope = filter.campaign_id});
  for (const StoredObject* schedule : schedules.items) {
    if (filter.schedule_id && *filter.schedule_id != schedule->id) continue;
    history.schedules.emplace_back(schedule->id, schedule->Read(call.arena));
  }
  history.bucket = call.body.GetString("interval") == "day" ? 24 * kHour : kHour;
  const Instant now = tenant.dialer.Now(tenant.clock.Now());
  const Instant oldest = now - kRetention;
  const std::int64_t from = std::max(ParseDateTime(call.body.GetString("from"))->instant, oldest).micros;
  history.from = Floor(from, kHour);
  history.to = std::min(ParseDateTime(call.body.GetString("to"))->instant, now).micros;
  return history;
}

}  // namespace

Answer QueryOutboundMetrics(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kMetricsQuery, false));
  const auto campaign_id = ParseWhere(call.body.GetString("where"));
  if (!campaign_id) return RefuseInvalid({{"where", "must be campaignId = '<uuid>'"}});
  const auto interval = ParseIsoDuration(call.body.GetString("interval"));
  if (!interval || *interval < std::chrono::seconds(30)) {
    return RefuseInvalid({{"interval", "must be an ISO 8601 duration of PT30S or longer"}});
  }
  const std::int64_t page = IntegerOr(call.body, "page", 1);
  const std::int64_t page_size = IntegerOr(call.body, "pageSize", 100);
  const StoredObject* campaign = tenant.state.campaigns.Find(*campaign_id);
  std::string row;
  if (campaign && page == 1) {
    const LiveFigures figures =
        FiguresOf(tenant.state, tenant.dialer, tenant.options.seed, *campaign, tenant.clock.Now(), *interval);
    row = MetricsRow(*campaign, figures, *call.body.Find("select"));
  }
  return JsonResponse(200, fmt::format("{{\"response\":[{}],\"page\":{},\"pageSize\":{},\"totalElements\":{}}}", row,
                                       page, page_size, campaign ? 1 : 0));
}

Answer QueryCampaignHistory(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kHistoryQuery, false));
  const auto filter = ParseHistoryFilter(call.body.GetString("filter"));
  if (!filter) {
    return RefuseInvalid({{"filter", "must be campaign.id eq \"<id>\", optionally and schedule.id eq \"<id>\""}});
  }
  if (ParseDateTime(call.body.GetString("to"))->instant <= ParseDateTime(call.body.GetString("from"))->instant) {
    return RefuseInvalid({{"to", "must be after from"}});
  }
  const std::string filters = ToCanonicalJson(call.body);
  TRY_ASSIGN(const PageRequest page, ReadPage(call, filters));
  const History history = HistoryOf(tenant, call, *filter);

  std::string rows, next = "null", last;
  std::size_t count = 0;
  std::int64_t start = history.FirstBucket();
  // A cursor holds the last row that was sent: the start of its bucket and its disposition.
  std::size_t first = 0;
  if (!page.after.empty()) {
    const auto position = ParseDateTime(page.after.substr(0, page.after.find('/')));
    const std::size_t slash = page.after.find('/');
    if (!position || slash + 2 != page.after.size())
      return RefuseInvalid({{"nextPage", "is not a cursor of this list"}});
    start = std::max(start, position->instant.micros);
    first = static_cast<std::size_t>(page.after[slash + 1] - '0') + 1;
  }
  for (; start < history.to && next == "null"; start += history.bucket, first = 0) {
    const DispositionCounts counts = history.CountsOf(start);
    for (std::size_t i = first; i < counts.size(); ++i) {
      if (counts[i] == 0) continue;
      if (count == page.size) {
        next = JsonString(MakeCursor(call, filters, last));
        break;
      }
      last = fmt::format("{}/{}", FormatUtc({start}), i);
      rows += fmt::format("{}{{\"disposition\":\"{}\",\"interval\":\"{}\",\"count\":{}}}", count++ == 0 ? "" : ",",
                          kDispositions[i], FormatUtc({start}), counts[i]);
    }
  }
  return JsonResponse(200, fmt::format("{{\"group\":[{}],\"nextPage\":{}}}", rows, next));
}

}  // namespace cxctl::sim
