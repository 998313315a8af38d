#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "plan/snapshot.h"
#include "time/interval_set.h"

// How many calls changes add or take away: which campaigns, how many calls an hour.
//
// It is a ceiling, not a forecast: how many calls are placed depends on agents and answers, which nobody knows
// beforehand. A campaign that is not ACTIVE may place none. One that is may place, at an instant,
//
//   with schedules      60 times the sum of callRate, times peakHourBoost where one is set (nobody knows beforehand
//                       which hours are its peaks), over those that permit calls then, but no more than
//   its own limit       60 times dialRate; where a PacingPolicy moves that, 60 times the policy's dialRate.max
//   without schedules   60 times that limit, at any time: nothing stands against it (rule CX305)
//
// calls an hour; rates are calls a minute. At most maxConcurrentCalls of the open schedules, taken together, are under
// way at one time. Both are compared before and after over seven days: from now, or from the first instant at which
// they differ where that comes later.

namespace cxctl {

struct DialingSchedule {
  IntervalSet permitted;
  double call_rate = 0;  ///< calls a minute, in a peak hour
  double lines = 0;      ///< maxConcurrentCalls
};

/// What limits the calls of a campaign.
struct Dialing {
  bool active = false;
  std::optional<double> limit;  ///< calls a minute of the campaign itself; none where it is not known
  std::vector<DialingSchedule> schedules;
};

/// The most calls that a campaign may place, before and after.
struct CampaignReach {
  std::string campaign;                      ///< "Campaign/east", else its live name
  Interval week;                             ///< What is compared.
  double more = 0, less = 0;                 ///< Calls an hour at the instant where it is most, each at least 0.
  double peak_before = 0, peak_after = 0;    ///< Calls an hour at the busiest instant.
  double week_before = 0, week_after = 0;    ///< Calls in the week.
  double lines_before = 0, lines_after = 0;  ///< Calls at one time at the busiest instant.

  bool is_changed() const { return more > 0 || less > 0 || lines_before != lines_after; }
};

struct BlastRadius {
  std::vector<CampaignReach> campaigns;  ///< Touched ones, the most calls more or less an hour first.
  /// Sums over the campaigns: calls an hour at the most, calls in the week.
  double more = 0, less = 0, week_more = 0, week_less = 0;
};

/// Compares a campaign before and after. Pure, as the rest.
CampaignReach CompareDialing(std::string campaign, const Dialing& before, const Dialing& after, Instant now);

struct RadiusInputs {
  Arena& arena;
  std::span<const Change> changes;
  const LiveState& live;
  std::map<std::string, double> paced;  ///< By campaign address: dialRate.max of its PacingPolicy.
  Instant now;
  bool reversed = false;  ///< For drift: what live has more or less than the manifests.
};

/// The campaigns that the changes touch. Changes of call codes touch none.
BlastRadius RadiusOf(const RadiusInputs& inputs);

/// How the figures are computed, in sentences for people.
std::string_view RadiusExplanation();
/// `up to 300 calls/h more and 0 less`; `no more and no fewer calls`
std::string RadiusText(const BlastRadius& radius);
/// `1,200`, rounded up. REQUIRES: 0 or more.
std::string NumberText(double number);

}  // namespace cxctl
