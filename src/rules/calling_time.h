#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calendar/explained_time.h"
#include "calendar/schedule_timing.h"
#include "manifest/manifests.h"

namespace cxctl {

/// When calls are permitted, as the manifests want it, and what stands against them at other times.
///
///   CallingCalendar   its permitted time
///   CampaignSchedule  that of its calendar, or its windows minus its blackouts, between its start and end
///   Campaign          the union over its schedules, within its calendar if it has one; the calendar's alone without
///                     schedules; always with neither
///
/// A schedule of a campaign whose times cannot be read permits nothing: another rule has said so.
class CallingTime {
 public:
  /// Nothing for a document of another kind, and where its zone does not exist or its times cannot be read.
  static std::optional<CallingTime> Of(const ManifestSet& set, const Document& document);
  /// Of a schedule in the API's form, as a plan has it. Blackouts that were compiled from a calendar are told by their
  /// reasons: `closed: sat`, the name of a jurisdiction.
  static std::optional<CallingTime> OfPayload(const Value& schedule);

  /// Of the calendar or the schedule; of a campaign, its calendar's, else its first schedule's in path order, else UTC.
  const Zone& zone() const { return zone_; }
  /// Addresses of the documents that it was read from, its own first; none for a payload.
  const std::vector<std::string>& sources() const { return sources_; }
  /// There is neither a schedule nor a calendar.
  bool is_always() const { return schedules_.empty() && !calendar_; }

  IntervalSet Permitted(Interval range) const;
  /// Its permitted stretches are Permitted of the range.
  ExplainedTime Explain(Interval range) const;

 private:
  struct Schedule {
    Interval range;
    std::optional<CallingCalendar> calendar;  ///< Else the other two.
    std::vector<DailyWindow> windows;
    std::vector<Blackout> blackouts;
    bool is_compiled = false;
  };
  std::optional<Schedule> ReadSchedule(const ManifestSet& set, const Value& spec);
  static IntervalSet PermittedBy(const Schedule& schedule, Interval range);
  static ExplainedTime ExplainSchedule(const Schedule& schedule, Interval range);

  std::vector<std::string> sources_;
  Zone zone_ = Zone::Utc();
  std::vector<Schedule> schedules_;
  std::optional<CallingCalendar> calendar_;
};

}  // namespace cxctl
