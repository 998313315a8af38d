#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/holidays.h"
#include "time/interval_set.h"
#include "time/zone.h"

namespace cxctl {

/// How sure we are of what a rule says.
enum class Confidence {
  kOfficial,   ///< The legislator's or regulator's own text was read.
  kSecondary,  ///< Others say so, in agreement.
  kUncertain,  ///< Sources differ, are old, or do not say it whole: the stricter reading is taken.
};
std::string_view ConfidenceName(Confidence confidence);

/// Where a rule comes from, and from when to when it is the law.
struct Provenance {
  std::string law;     ///< "47 CFR 64.1200(c)(1)"
  std::string source;  ///< Where it was read.
  Confidence confidence = Confidence::kUncertain;
  std::string note;              ///< "" if there is nothing to say.
  std::optional<Date> from, to;  ///< First day, and the first day on which it is no more; local to the called person.
};
/// Whether the rule is the law on that day.
bool HoldsOn(const Provenance& rule, Date date);

/// Hours in which people may be called, by the clock of the called person. Days that no window names are closed.
struct HoursRule : Provenance {
  struct Window {
    std::array<bool, 7> on_weekday{};  ///< Monday first.
    int start_minute = 0, end_minute = 0;
  };
  std::vector<Window> windows;
  /// On these days nobody is called; null: a holiday is a day like others.
  const HolidaySet* holidays = nullptr;
  /// The day before a holiday has these hours at most.
  std::optional<Window> eves;
};

/// How many calls may be abandoned. Counts of what, and over which time, differ by regime: store counts, not shares.
struct AbandonmentLimit : Provenance {
  double share = 0;          ///< 0.03
  std::string of;            ///< "calls answered by a person"
  std::string over;          ///< "30 days"
  std::string per;           ///< "campaign"
  int agent_within_ms = 0;   ///< A call is abandoned if no agent is there so long after the person's greeting.
  int ring_at_least_ms = 0;  ///< 0: not said.
};

/// How often a person may be called. Shown, not enforced: the dialer's lists are not cxctl's.
struct FrequencyLimit : Provenance {
  int calls = 0;
  std::string over;  ///< "24 hours"
  std::string about;
};

/// What one jurisdiction says about calling people in it.
struct RulePack {
  std::string name;   ///< "us-fl"
  std::string title;  ///< "Florida"
  std::vector<HoursRule> hours;
  std::vector<AbandonmentLimit> abandonment;
  std::vector<FrequencyLimit> frequency;
  std::vector<std::string> notes;
};

/// The names of the packs, sorted. They are data files (src/calendar/data) that are part of the program.
std::span<const std::string_view> RulePackNames();
/// Read when first asked for, and kept. Null for an unknown name.
const RulePack* FindRulePack(std::string_view name);
/// Reads a pack's data file; what FindRulePack does with ours. rule_pack.schema.json tells what may stand in one.
/// kInvalid says what is wrong and where: a member that is not known there is, too.
Result<RulePack> ReadRulePack(std::string_view name, std::string_view json);

/// The time within the range in which the rule, or any of the pack's, forbids calls to people in the zone. Nothing
/// before a rule holds and after it ended.
IntervalSet ForbiddenTime(const HoursRule& rule, const Zone& zone, Interval range);
IntervalSet ForbiddenTime(const RulePack& pack, const Zone& zone, Interval range);

/// The hours of the local day, for messages: `08:00-20:00`, `10:00-13:00 and 14:00-20:00`, or `none`, with the
/// holiday's name: `none (Thanksgiving Day)`. `always` where the rule does not hold on that day.
std::string HoursText(const HoursRule& rule, Date date);
/// The rule's hours as a whole: `every day 08:00-20:00`, `Mon-Fri 09:00-18:00, Sat 10:00-17:00, not on legal holidays`.
std::string HoursText(const HoursRule& rule);

/// `Mon-Fri`, `Mon, Wed and Fri`, `every day`.
std::string WeekdaysText(const std::array<bool, 7>& on_weekday);

}  // namespace cxctl
