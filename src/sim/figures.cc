#include "sim/figures.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "sim/seeded_random.h"
#include "time/zone.h"

namespace cxctl::sim {
namespace {

/// In [0, 1), from what is simulated and when.
double Noise(std::uint64_t seed, std::string_view id, std::int64_t moment) {
  return static_cast<double>(Mix(Mix(seed ^ HashText(id)) ^ static_cast<std::uint64_t>(moment)) >> 11) * 0x1p-53;
}

double Override(const Value& metrics, std::string_view name, double otherwise) {
  const Value* value = metrics.Find(name);
  return value ? value->as_double() : otherwise;
}

bool Contains(const Value& range, Instant instant) {
  const auto start = ParseDateTime(range.GetString("startTime"));
  const auto end = ParseDateTime(range.GetString("endTime"));
  return start && end && start->instant <= instant && instant < end->instant;
}

/// A window whose end is before its start crosses midnight, 00:00 as an end is the end of the day, start equal to end
/// is the whole day.
bool InWindow(const Value& window, Instant instant) {
  const Value* enabled = window.Find("enabled");
  const auto zone = Zone::Load(window.GetString("timeZone"));
  const auto start = ParseTimeOfDay(window.GetString("startTime"), false);
  const auto end = ParseTimeOfDay(window.GetString("endTime"), false);
  if (!enabled || !enabled->as_bool() || !zone || !start || !end) return false;
  const int minute = zone->LocalAt(instant).second_of_day / 60;
  return *start < *end ? *start <= minute && minute < *end : minute >= *start || minute < *end;
}

}  // namespace

bool Permits(const Value& schedule, Instant instant) {
  const auto any = [&](std::string_view list, auto holds) {
    const Value* ranges = schedule.Find(list);
    return ranges && std::ranges::any_of(ranges->items(), [&](const Value& range) { return holds(range, instant); });
  };
  return Contains(schedule, instant) && any("regulatoryWindows", InWindow) && !any("blackoutPeriods", Contains);
}

double AnswerProbability(double local_hour) {
  const double from_peak = (local_hour - 19) / 24 * 2 * 3.14159265358979323846;
  return 0.4 + 0.2 * std::cos(from_peak);
}

namespace {

/// What the figures are without a dialer.
struct Shares {
  double calls_per_minute, answered, abandoned;
};

Shares SharesByTheHour(const StoredObject& campaign, const Value& content, std::uint64_t seed, Instant now) {
  const std::int64_t half_minute = now.micros / 30'000'000;
  const double hour = static_cast<double>(now.micros / 1'000'000 % 86400) / 3600;
  const double dial_rate = content.Find("dialRate")->as_double() * (0.95 + 0.1 * Noise(seed, campaign.id, half_minute));
  const double noise = 0.02 * Noise(seed + 1, campaign.id, half_minute);
  return {campaign.keys.state == "ACTIVE" ? dial_rate : 0, AnswerProbability(hour) + noise, noise};
}

double Share(std::int64_t part, std::int64_t whole, double otherwise) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : otherwise;
}

}  // namespace

LiveFigures FiguresOf(const TenantState& state, const LiveDialer& dialer, std::uint64_t seed,
                      const StoredObject& campaign, Instant now, Duration interval) {
  const CallLog::Counts seen = dialer.Recent(campaign.id, interval);
  const StoredObject* stored = state.metrics.Find(campaign.id);
  if (dialer.runs() && !stored) return {seen.dialed, seen.answered, seen.abandoned};

  Arena arena;
  const Value metrics = stored ? stored->Read(arena) : Value();
  const double minutes = std::chrono::duration<double, std::ratio<60>>(interval).count();
  Shares shares = SharesByTheHour(campaign, campaign.Read(arena), seed, now);
  if (dialer.runs()) {
    shares = {static_cast<double>(seen.dialed) / minutes, Share(seen.answered, seen.dialed, shares.answered),
              Share(seen.abandoned, seen.answered, 0)};
  }
  LiveFigures figures;
  // A cap far above any real dialer, so that a long interval or a huge rate cannot overflow.
  const double calls = Override(metrics, "callsPerMinute", shares.calls_per_minute) * minutes;
  figures.dialed = std::llround(std::min(calls, 1e15));
  figures.answered =
      std::llround(static_cast<double>(figures.dialed) * Override(metrics, "answerRate", shares.answered));
  figures.abandoned =
      std::llround(static_cast<double>(figures.answered) * Override(metrics, "abandonRate", shares.abandoned));
  return figures;
}

namespace {

/// The factor on callRate of an hour: peakHourBoost, if history is used and people answer better then than they do over
/// all the hours of the schedule's windows.
double BoostIn(const Value& schedule, Instant hour, int local_hour) {
  const Value* settings = schedule.Find("optimizationSettings");
  const Value* uses_history = settings ? settings->Find("useHistoricalAnswerRates") : nullptr;
  const Value* boost = settings ? settings->Find("peakHourBoost") : nullptr;
  const Value* windows = schedule.Find("regulatoryWindows");
  if (!uses_history || !uses_history->as_bool() || !boost || !windows) return 1;
  double sum = 0;
  int hours = 0;
  for (int each = 0; each < 24; ++each) {
    const Instant then = hour + std::chrono::hours(each - local_hour);
    const auto is_open = [&](const Value& window) { return InWindow(window, then); };
    if (!std::ranges::any_of(windows->items(), is_open)) continue;
    sum += AnswerProbability(each);
    ++hours;
  }
  return hours > 0 && AnswerProbability(local_hour) > sum / hours ? boost->as_double() : 1;
}

}  // namespace

DispositionCounts HourOfSchedule(const Value& schedule, std::string_view schedule_id, std::uint64_t seed,
                                 Instant hour) {
  DispositionCounts counts{};
  if (!Permits(schedule, hour)) return counts;
  const Value* rate = schedule.Find("dialerSettings", "callRate");
  const std::int64_t moment = hour.micros / 1'000'000;
  const auto zone = Zone::Load(schedule.GetString("timeZone"));
  const int second = zone ? zone->LocalAt(hour).second_of_day : 0;
  const double calls = (rate ? rate->as_double() : 0) * BoostIn(schedule, hour, second / 3600) * 60 *
                       (0.9 + 0.1 * Noise(seed, schedule_id, moment));
  const double answer = AnswerProbability(second / 3600.0) + 0.02 * Noise(seed + 1, schedule_id, moment);

  const std::int64_t total = std::llround(calls);
  const std::int64_t answered = std::llround(calls * answer);
  const std::int64_t rest = total - answered;
  const std::int64_t abandoned = answered / 50;
  counts = {answered - abandoned, 0, rest / 8, rest / 4, abandoned, rest / 50};
  counts[1] = rest - counts[2] - counts[3] - counts[5];
  return counts;
}

}  // namespace cxctl::sim
