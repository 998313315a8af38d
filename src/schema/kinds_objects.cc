#include "schema/shapes.h"

namespace cxctl::shapes {

KindSpec CallingCalendarKind() {
  KindSpec kind;
  kind.name = "CallingCalendar";
  kind.summary = "When people may be called.";
  kind.doc =
      "Schedules, campaigns and callback policies refer to a calendar. Its permitted time is the union of its windows, "
      "minus its "
      "blackouts, and with `clip` minus what a jurisdiction forbids in any of the called zones.";
  kind.example = R"(apiVersion: cxctl/v1
kind: CallingCalendar
metadata: {name: us-weekdays}
spec:
  timeZone: America/New_York
  jurisdictions: [us-fcc]
  windows:
    - {days: [mon, tue, wed, thu, fri], startTime: "09:00", endTime: "20:00"}
  blackouts:
    - {date: 2026-11-26, reason: Thanksgiving}
    - {annual: "12-25", reason: Christmas Day}
)";
  Shape blackout = Object({
      Optional("date", Text(kDatePattern), "A whole local day."),
      Optional("annual", Text(kAnnualPattern),
               "A whole local day of every year: \"12-25\"; \"02-29\" exists in leap years."),
      Optional("startTime", Text(kDateTimePattern), "Start of a stretch of time."),
      Optional("endTime", Text(kDateTimePattern), "Its end; not part of it."),
      Optional("reason", NonEmptyText(), "What people read about it."),
      Optional("allowMidWindow", Boolean(), "The stretch may start inside a window and cut calls in progress (CX204).",
               "false"),
  });
  blackout.one_of = {{"date"}, {"annual"}, {"startTime", "endTime"}};
  kind.spec = Object({
      Required("timeZone", Text(kZonePattern), "IANA zone of windows and days."),
      Optional("jurisdictions", ListOf(NonEmptyText()),
               "Rule packs whose calling hours hold: [us-fcc, us-fl]; cxctl rules --jurisdictions lists them."),
      Optional("clip", Boolean(), "Take away what the law forbids; otherwise such time is an error (CX206).", "false"),
      Optional("calledZones", ListOf(Text(kZonePattern)),
               "Where the called people are. Laws hold in each of these zones.", "[timeZone]"),
      Required(
          "windows",
          ListOf(Object({
                     Required("days", Weekdays(), "Days of the week on which the window starts."),
                     Required("startTime", Text(kTimePattern), "Local time at which it opens."),
                     Required("endTime", Text(kEndTimePattern),
                              "Local time at which it closes; before startTime: on the next day; 24:00 is allowed."),
                 }),
                 1),
          "When calls may be placed. The union counts."),
      Optional("blackouts", ListOf(std::move(blackout)), "When calls may not be placed, whatever the windows say."),
  });
  return kind;
}

KindSpec CampaignScheduleKind() {
  KindSpec kind;
  kind.name = "CampaignSchedule";
  kind.summary = "When a campaign dials, and how hard.";
  kind.doc =
      "A schedule of a campaign on the tenant. It is known by its campaign and its live name. Calling time is given by "
      "a calendar, or by "
      "daily windows and blackout periods as the tenant's API has them.";
  kind.example = R"(apiVersion: cxctl/v1
kind: CampaignSchedule
metadata: {name: collections-q4}
spec:
  campaign: collections-east
  name: Q4 collections
  startTime: 2026-10-01T00:00:00-04:00
  endTime: 2026-12-31T23:59:59-05:00
  timeZone: America/New_York
  regulatoryWindows:
    - {startTime: "09:00", endTime: "20:00", timeZone: America/New_York, enabled: true}
  dialerSettings: {maxConcurrentCalls: 50, callRate: 15, capacityThreshold: 0.85}
)";
  kind.spec = Object({
      Reference(Required("campaign", Text(kNamePattern), "The Campaign document whose schedule this is."), "Campaign"),
      Optional("name", NonEmptyText(128), "Name on the tenant, unique on the campaign.", "metadata.name"),
      Optional("description", Text(), "What people read on the tenant."),
      Required("startTime", Text(kDateTimePattern), "First instant of the schedule."),
      Required("endTime", Text(kDateTimePattern), "Its end; not part of it."),
      Required("timeZone", Text(kZonePattern), "IANA zone of the schedule."),
      Reference(Optional("calendar", Text(kNamePattern), "The CallingCalendar that says when calls may be placed."),
                "CallingCalendar"),
      Optional("regulatoryWindows",
               ListOf(Object({
                   Required("startTime", Text(kTimePattern), "Local time at which calling starts each day."),
                   Required("endTime", Text(kTimePattern),
                            "Local time at which it ends; 00:00 is the end of the day, before startTime is the next "
                            "day, equal to it is the whole day."),
                   Required("timeZone", Text(kZonePattern), "IANA zone of the times."),
                   Required("enabled", Boolean(), "A window that is not enabled permits nothing."),
               })),
               "Daily calling windows."),
      Optional("blackoutPeriods",
               ListOf(Object({
                   Required("startTime", Text(kDateTimePattern), "Start of the stretch."),
                   Required("endTime", Text(kDateTimePattern), "Its end; not part of it."),
                   Required("reason", Text(), "What people read about it."),
                   Optional("allowMidWindow", Boolean(),
                            "It may start inside a window and cut calls in progress (CX204). Not sent.", "false"),
               })),
               "Stretches in which nobody is called."),
      Required(
          "dialerSettings",
          Object({
              Required("maxConcurrentCalls", Integer(1), "Calls under way at a time."),
              Required("callRate", Number(0), "Calls a minute; 30 at most (CX207)."),
              Required("capacityThreshold", Share(), "Part of the dialer's capacity at which the schedule slows down."),
          }),
          "How hard the schedule dials."),
      Optional("optimizationSettings",
               Object({
                   Optional("useHistoricalAnswerRates", Boolean(), "Dial by what was answered before."),
                   Optional("peakHourBoost", Number(1), "Factor on the call rate in peak hours."),
               }),
               "How the tenant tunes the schedule."),
      Optional("plannedVolume", Object({Optional("perDay", Integer(0), "Contacts a day.")}),
               "What is planned, for adherence. Not sent."),
  });
  kind.spec.any_of = {"calendar", "regulatoryWindows"};
  kind.spec.exclusive = {{"calendar", "regulatoryWindows"}, {"calendar", "blackoutPeriods"}};
  return kind;
}

namespace {

/// A code contains codes: the shape's `children` items are the shape itself.
const Shape* CodeShape() {
  static Shape code = Object({
      Required("code", Text(), "2 to 16 upper-case letters, digits and underscores; unique under its parent."),
      Required("name", NonEmptyText(), "What agents read."),
      Required("type", Words({"SUCCESS", "FAILURE", "NEUTRAL"}), "What the outcome counts as."),
      Optional("isActive", Boolean(), "Whether agents may choose it. Always managed.", "true"),
      Optional("children", {.kind = ShapeKind::kList}, "Codes below this one; three levels at most."),
  });
  code.fields[0].shape.pattern = &kCallCodePattern;
  code.fields[0].shape.pattern_rule = "CX401";
  code.fields[4].shape.item = &code;
  code.definition = "code";
  return &code;
}

}  // namespace

KindSpec CallCodeHierarchyKind() {
  KindSpec kind;
  kind.name = "CallCodeHierarchy";
  kind.summary = "The call codes (dispositions) of a category, up to three levels deep.";
  kind.doc =
      "Each code is an object of its own on the tenant, known by its category and the path of codes from its root. "
      "Codes that are "
      "taken out of the document are deactivated or deleted as `removal` says.";
  kind.example = R"(apiVersion: cxctl/v1
kind: CallCodeHierarchy
metadata: {name: outbound}
spec:
  category: OUTBOUND_CAMPAIGN_A
  codes:
    - code: INT
      name: Interested
      type: SUCCESS
      children:
        - {code: INT_HOT, name: Hot lead, type: SUCCESS}
    - {code: CB, name: Callback requested, type: NEUTRAL}
)";
  kind.spec = Object({
      Required("category", NonEmptyText(), "The tenant's category that the codes belong to. One document a category."),
      Optional("exclusive", Boolean(), "Codes of the category that are not declared here are removed.", "false"),
      Optional("removal", Words({"deactivate", "delete"}), "What removing a code means.", "deactivate"),
      Required("codes", {.kind = ShapeKind::kList, .item = CodeShape()}, "The codes of the first level."),
  });
  return kind;
}

KindSpec CampaignKind() {
  KindSpec kind;
  kind.name = "Campaign";
  kind.summary = "State and dialing of a campaign that exists on the tenant.";
  kind.doc =
      "Campaigns are made with their contact lists in the platform; cxctl adopts them by id, or by a live name that is "
      "unique. Only what "
      "is written is managed. A campaign is never deleted: taken out of git it is released.";
  kind.example = R"(apiVersion: cxctl/v1
kind: Campaign
metadata: {name: collections-east}
spec:
  name: Collections East
  state: PAUSED
  pauseReason: COMPLIANCE_HOLD
  complianceHold: true
  scheduledResumeTime: 2026-12-01T14:00:00Z
  maxAgents: 25
)";
  kind.spec = Object({
      Optional("id", NonEmptyText(), "The campaign's id on the tenant."),
      Optional("name", NonEmptyText(), "Its name on the tenant, where that is unique; instead of id."),
      Optional("state", Words({"ACTIVE", "PAUSED", "INACTIVE"}),
               "Whether it dials. SUSPENDED is the platform's alone."),
      Optional("pauseReason", Words({"COMPLIANCE_HOLD", "CARRIER_THROTTLE", "AGENT_CAPACITY", "SCHEDULED"}),
               "Why it is paused. With state PAUSED only."),
      Optional("complianceHold", Boolean(), "A hold that must not be lifted before scheduledResumeTime."),
      Optional("scheduledResumeTime", Text(kDateTimePattern), "When the pause ends."),
      Optional("maxAgents", Integer(0), "Agents that may work on it."),
      Optional("dialingMode", Words({"PREDICTIVE", "PROGRESSIVE", "PREVIEW"}), "How it dials."),
      Optional("dialRate", Integer(0), "Calls a minute."),
      Optional("carrierLimit",
               Object({
                   Optional("maxConcurrentCalls", Integer(0), "Calls that the carrier takes at a time."),
                   Optional("maxAgents", Integer(0), "Agents that the carrier's contract allows."),
               }),
               "What the carrier allows. Checked, not sent."),
      Reference(Optional("calendar", Text(kNamePattern),
                         "The CallingCalendar that every schedule must keep. Checked, not sent."),
                "CallingCalendar"),
      Optional("exclusiveSchedules", Boolean(), "Schedules of the campaign that are not declared are removed.",
               "false"),
      Optional("allowPause", Boolean(),
               "Members that cannot change while the campaign dials may be changed by pausing it meanwhile.", "false"),
  });
  kind.spec.any_of = {"id", "name"};
  return kind;
}

}  // namespace cxctl::shapes
