#pragma once

#include <string>
#include <vector>

#include "manifest/manifests.h"
#include "tenant/provider.h"
#include "value/value.h"

namespace cxctl {

/// A live schedule that no document stands for.
struct NewSchedule {
  const LiveObject* live = nullptr;
  std::string campaign, name;  ///< Of the documents.
  Value content;               ///< Canonical.
  std::string calendar;        ///< Name of the calendar that says its calling time; "" for windows of its own.
};

/// A CallingCalendar that says the calling time of schedules better than their windows do.
struct NewCalendar {
  std::string name;  ///< To start from: others may have it.
  Value spec;
  std::vector<NewSchedule*> schedules;  ///< Of `fresh`.
};

/// Calendars for new schedules: one that is among the manifests and says the same is taken (into `calendar`); what is
/// returned is new. It is shared by schedules that can share one; for a single schedule there is one where it is closed
/// on some weekdays or for whole days.
std::vector<NewCalendar> CalendarsFor(Arena& arena, const ManifestSet& set, std::vector<NewSchedule>& fresh);

}  // namespace cxctl
