#include "study/adherence.h"

#include <map>

namespace cxctl {

namespace {

double MinutesOf(const IntervalSet& time) {
  return std::chrono::duration<double, std::ratio<60>>(time.TotalLength()).count();
}

}  // namespace

std::optional<double> DayAdherence::rate() const {
  if (!(planned > 0)) return std::nullopt;
  return static_cast<double>(actual.attempts) / planned;
}

std::vector<DayAdherence> AdherenceByDay(const DailyPlan& plan, const Zone& zone,
                                         const std::vector<ContactCount>& rows) {
  std::map<Date, ContactSums> actual;
  for (const ContactCount& row : rows) actual[zone.LocalAt(row.start).date].Add(row);
  std::vector<DayAdherence> days;
  if (plan.range.empty()) return days;
  const Date last = zone.LocalAt(plan.range.end - Duration(1)).date;
  for (Date date = zone.LocalAt(plan.range.start).date; date <= last; date = AddDays(date, 1)) {
    const Interval whole{zone.StartOfDay(date), zone.StartOfDay(AddDays(date, 1))};
    const Interval part{std::max(whole.start, plan.range.start), std::min(whole.end, plan.range.end)};
    DayAdherence day;
    day.date = date;
    day.is_part = part != whole;
    const IntervalSet of_part = Intersection(plan.permitted, IntervalSet({part}));
    day.permitted_minutes = MinutesOf(of_part);
    const double of_day = MinutesOf(Intersection(plan.permitted, IntervalSet({whole})));
    if (!plan.per_day) {
      day.planned = PlannedAttempts(plan.speed, MinutesByHour(of_part, zone, 1));
    } else if (of_day > 0) {
      day.planned = static_cast<double>(*plan.per_day) * day.permitted_minutes / of_day;
    }
    if (const auto found = actual.find(date); found != actual.end()) day.actual = found->second;
    days.push_back(day);
  }
  return days;
}

DayAdherence Sum(const std::vector<DayAdherence>& days) {
  DayAdherence sum;
  for (const DayAdherence& day : days) {
    sum.permitted_minutes += day.permitted_minutes;
    sum.planned += day.planned;
    sum.actual.attempts += day.actual.attempts;
    sum.actual.answered += day.actual.answered;
    sum.actual.abandoned += day.actual.abandoned;
    sum.is_part |= day.is_part;
  }
  return sum;
}

}  // namespace cxctl
