#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chart/chart.h"
#include "cli/session.h"
#include "rules/calling_time.h"
#include "study/answer_rates.h"

// What the commands that look at schedules and their history share.

namespace cxctl {

/// A CampaignSchedule of the manifests, and what it is on the tenant.
struct LiveSchedule {
  const Document* document = nullptr;
  CallingTime time;
  std::string campaign_id;
  std::string schedule_id;  ///< "": not on the tenant yet.
};

/// Connects (for reading alone) and finds the schedules that --target and -l select, in path order. An exit code means
/// that what is wrong was reported. `with_capacity`: asks for the dialer's capacity, too; it is in session.live().
Result<std::vector<LiveSchedule>> FindLiveSchedules(Session& session, const Arguments& arguments, bool with_capacity);

/// Address and id of each campaign with a CampaignSchedule that the selection takes. REQUIRES: a connected session.
Result<std::vector<std::pair<std::string, std::string>>> FindLiveCampaigns(Session& session,
                                                                           const Selection& selection);

/// Contacts by hour. Of the whole campaign where the schedule is not on the tenant yet.
Result<std::vector<ContactCount>> ReadHistory(Session& session, const LiveSchedule& schedule, Interval range);

/// By how many days of history, and how many attempts an hour needs to be judged, unless flags say otherwise.
inline constexpr int kUsualHistoryDays = 14;
inline constexpr std::int64_t kUsualLeastAttempts = 100;
/// So many days, up to the last full hour.
Interval HistoryRange(Instant now, std::int64_t days);

/// The live schedule as it was read with FindLiveSchedules; null if it is not on the tenant yet.
const LiveObject* LiveObjectOf(Session& session, const LiveSchedule& schedule);

/// A whole number from `least` to `most`; the fallback without the flag. kUsage for anything else.
Result<std::int64_t> ReadWhole(const Arguments& arguments, std::string_view flag, std::int64_t fallback,
                               std::int64_t least, std::int64_t most);
/// A number between `least` and `most`, alike.
Result<double> ReadNumber(const Arguments& arguments, std::string_view flag, double fallback, double least,
                          double most);
/// A duration such as 30s that is longer than none, alike.
Result<Duration> ReadLength(const Arguments& arguments, std::string_view flag, Duration fallback);
/// A day such as 2026-11-26 in the years 1970 to 2299; nothing without the flag.
Result<std::optional<Date>> ReadDay(const Arguments& arguments, std::string_view flag);
/// kUsage for charts on standard output, where the result stands.
Result<void> CheckCharts(const Arguments& arguments);

/// Columns of the terminal that a line may have, where it says so; else 80.
std::size_t ColumnsOf(Context& context);
/// Writes the charts to the file of --svg, if it is there. Says so on standard error.
Result<void> WriteCharts(Context& context, const std::vector<Chart>& charts);

/// `34.2 %`
std::string PercentText(double share);

}  // namespace cxctl
