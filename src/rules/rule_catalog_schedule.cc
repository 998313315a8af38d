#include <array>

#include "rules/rule_catalog.h"

namespace cxctl {

std::span<const RuleInfo> ScheduleRules() {
  static constexpr std::array<RuleInfo, 9> kRules = {{
      {.id = "CX201",
       .subject = "schedule",
       .summary = "endTime is not after startTime.",
       .story =
           "A schedule runs from startTime to before endTime. With an end that is not after the start it never runs, "
           "and the tenant refuses it. Times compare as instants: mind offsets on the days when clocks change.\n\n"
           "To mend it: set an endTime after startTime.",
       .wrong = "startTime: 2026-12-31T00:00:00Z\nendTime: 2026-10-01T00:00:00Z",
       .right = "startTime: 2026-10-01T00:00:00Z\nendTime: 2026-12-31T00:00:00Z",
       .source = "the tenant's API: SchedulePayload; RFC 3339"},
      {.id = "CX202",
       .subject = "schedule",
       .summary = "An unknown IANA zone; an offset that the zone does not have at that instant (warning).",
       .story =
           "Windows are local times of a zone, and only zones of the IANA database know when their clocks change. "
           "Abbreviations (EST5 or PT) and spelling errors are refused, in calendars and apply windows too. A "
           "startTime "
           "or endTime that is written with another offset than the zone has at that instant is most often an hour "
           "off: written in winter for a day in summer, or the reverse. It is a warning because the instant is clear; "
           "Z is never reported.\n\n"
           "To mend it: take the zone's name from the IANA database, and write the offset that the zone has then.",
       .wrong = "startTime: 2026-12-01T00:00:00-04:00\ntimeZone: America/New_York",
       .right = "startTime: 2026-12-01T00:00:00-05:00\ntimeZone: America/New_York",
       .source = "IANA Time Zone Database (RFC 6557); RFC 3339, section 4"},
      {.id = "CX203",
       .subject = "schedule",
       .summary = "maxConcurrentCalls is over the dialer's capacity or the carrier's limit; the sum is (warning).",
       .story =
           "The tenant's dialer holds a limited number of calls at a time. It is asked for it where there is a "
           "connection; offline it is spec.capacity of the Tenant document. A schedule over it, or over its campaign's "
           "carrierLimit.maxConcurrentCalls, asks for calls that cannot be placed. The sum over the schedules that "
           "permit calls at one time, on campaigns with state ACTIVE, is a warning: the dialer shares its lines out, "
           "and somebody will get fewer than written. The warning stands at the schedule whose beginning brings the "
           "sum over, and names the instant and the schedules.\n\n"
           "To mend it: lower maxConcurrentCalls, move windows apart, or ask for more capacity.",
       .wrong = "dialerSettings: {maxConcurrentCalls: 250, callRate: 15, capacityThreshold: 0.85}",
       .right = "dialerSettings: {maxConcurrentCalls: 200, callRate: 15, capacityThreshold: 0.85}",
       .source = "the tenant's API: GET /api/v2/dialer/capacity"},
      {.id = "CX204",
       .subject = "schedule",
       .summary = "A blackout starts inside a calling window and would cut calls in progress.",
       .story =
           "When a blackout begins in the middle of a window, the dialer stops with calls ringing and people talking. "
           "People who answer then hear nobody: these are abandoned calls, of which the law allows 3 %. So a blackout "
           "that is written with startTime and endTime may not start inside a window, in the window's own zone. One "
           "that starts exactly when a window starts cuts nothing, nor does one that another blackout has gone before. "
           "Whole days (`date`, `annual`) are not judged.\n\n"
           "To mend it: start it with the window or outside of it. If the cut is meant, say allowMidWindow: true.",
       .wrong = "- {startTime: 2026-12-24T14:00:00-05:00, endTime: 2026-12-25T00:00:00-05:00, reason: Christmas Eve}",
       .right =
           "- startTime: 2026-12-24T14:00:00-05:00\n  endTime: 2026-12-25T00:00:00-05:00\n  reason: Christmas Eve\n"
           "  allowMidWindow: true",
       .source = "47 CFR 64.1200(a)(7); 16 CFR 310.4(b)(4)"},
      {.id = "CX205",
       .subject = "schedule",
       .summary = "There is no permitted time at all between start and end.",
       .story =
           "Windows minus blackouts, between startTime and endTime, leave nothing: the schedule would never place a "
           "call, which nobody means. Usual causes are windows that are not enabled, a blackout over the whole range, "
           "and a range that is shorter than the way to the next window. Reported at metadata.name.\n\n"
           "To mend it: enable or widen a window, shorten a blackout, or move the schedule's start and end.",
       .wrong = "regulatoryWindows:\n  - {startTime: \"09:00\", endTime: \"20:00\", timeZone: UTC, enabled: false}",
       .right = "regulatoryWindows:\n  - {startTime: \"09:00\", endTime: \"20:00\", timeZone: UTC, enabled: true}",
       .source = "the tenant's API: regulatoryWindows and blackoutPeriods of SchedulePayload"},
      {.id = "CX206",
       .subject = "schedule",
       .summary = "Calling time contains hours that a jurisdiction forbids.",
       .story =
           "A calendar names the jurisdictions whose calling hours bind its users. Windows minus blackouts of a "
           "calendar without `clip`, and of a schedule whose campaign has a calendar, have to lie within those hours "
           "in each of the called zones: the law counts the local time of the called person. The message names the "
           "rule, the local hours and the source. Reported at the first window that is too wide. A calendar that "
           "nothing uses is judged over the next 366 days.\n\n"
           "To mend it: narrow the window, or set clip: true and let the calendar take the forbidden time away.",
       .wrong = "jurisdictions: [us-fl]\nwindows:\n  - {days: [mon], startTime: \"09:00\", endTime: \"21:00\"}",
       .right = "jurisdictions: [us-fl]\nwindows:\n  - {days: [mon], startTime: \"09:00\", endTime: \"20:00\"}",
       .source = "47 CFR 64.1200(c)(1); 16 CFR 310.4(c); each rule pack cites its own law"},
      {.id = "CX207",
       .subject = "schedule",
       .summary = "callRate is over 30 calls a minute.",
       .story =
           "The tenant takes at most 30 calls a minute from one schedule and refuses more with 400. A number above it "
           "is often one that was meant for an hour.\n\n"
           "To mend it: lower callRate to 30 or less.",
       .wrong = "callRate: 45",
       .right = "callRate: 30",
       .source = "the tenant's API: dialerSettings.callRate, maximum 30"},
      {.id = "CX208",
       .severity = Severity::kWarning,
       .subject = "schedule",
       .summary = "Two schedules of one campaign overlap in permitted time.",
       .story =
           "While two schedules of a campaign permit calls, both dial: the campaign calls at the sum of their rates, "
           "which nobody wrote down. Schedules that share days but not hours are fine. Reported at metadata.name of "
           "the later one, in the order of paths, with the first instant and the schedule that it meets.\n\n"
           "To mend it: move their windows, blackouts, or start and end apart, or make one schedule of them.",
       .wrong = "# two schedules of one campaign, in the same months\nregulatoryWindows:\n  - {startTime: \"09:00\", "
                "endTime: \"17:00\", timeZone: UTC, enabled: true}\n---\nregulatoryWindows:\n  - {startTime: "
                "\"16:00\", endTime: \"20:00\", timeZone: UTC, enabled: true}",
       .right = "regulatoryWindows:\n  - {startTime: \"09:00\", endTime: \"17:00\", timeZone: UTC, enabled: "
                "true}\n---\nregulatoryWindows:\n  - {startTime: \"17:00\", endTime: \"20:00\", timeZone: UTC, "
                "enabled: true}",
       .source = "the tenant's API: schedules of a campaign run independently of each other"},
      {.id = "CX209",
       .severity = Severity::kWarning,
       .subject = "schedule",
       .summary = "The schedule ended already.",
       .story =
           "Its endTime has passed: it permits no call any more. Either it was forgotten, or its end should have been "
           "moved. `--now TIME` judges as of another time.\n\n"
           "To mend it: move endTime, or remove the document; the schedule is then removed from the tenant too.",
       .wrong = "endTime: 2020-12-31T23:59:59-05:00",
       .right = "endTime: 2099-12-31T23:59:59-05:00",
       .source = "the tenant's API: endTime of SchedulePayload"},
  }};
  return kRules;
}

}  // namespace cxctl
