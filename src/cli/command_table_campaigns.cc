#include "cli/command_table.h"

namespace cxctl {

namespace {

constexpr FlagSpec kLookBack{"--now", "TIME", "look back from this RFC 3339 time"};
constexpr FlagSpec kSvg{"--svg", "FILE", "write the charts as an SVG file"};

}  // namespace

CommandSpec ScheduleCommand() {
  return {
      "schedule",
      "schedule show ADDRESS [flags]",
      "show permitted calling time",
      "Shows when a CallingCalendar, a CampaignSchedule or a Campaign permits calls, and what closes the rest: its "
      "windows, a blackout, a law. A campaign may dial in the union of its schedules, within its calendar if it has "
      "one. Reads the manifests and does not ask the tenant. With --plan: what a saved plan adds to a "
      "CampaignSchedule and removes from it.",
      {{"cxctl schedule show CallingCalendar/us-weekdays", "this week"},
       {"cxctl schedule show Campaign/collections-east --week 2026-11-26", "the week of Thanksgiving"},
       {"cxctl schedule show us-weekdays --month 2026-12 --format html -o december.html", "a month to look at"},
       {"cxctl schedule show CampaignSchedule/collections-east-year-end --plan plan.json", "what a plan would change"}},
      {{"--format", "text|json|svg|html", "form of the result", "text"},
       {"--week", "DATE", "the local week with that day", "this week"},
       {"--month", "YYYY-MM", "a local month"},
       {"--zone", "ZONE", "show the time of another IANA zone", "its own"},
       {"--plan", "FILE", "show what a saved plan changes"},
       {"--now", "TIME", "show it as of this RFC 3339 time"},
       {"-o,--out", "FILE", "where to write (- is standard output)"}},
      true,
      2,
      {"show"}};
}

CommandSpec WindowCommand() {
  return {"window",
          "window status [flags]",
          "show what may run or dial now",
          "Whether apply may run now (applyWindows of the Tenant document), whether each campaign of the manifests may "
          "dial now, since when and until when. A campaign may dial in the union of its schedules, within its calendar "
          "if it has one. Reads the manifests and does not ask the tenant.",
          {{"cxctl window status", "now"},
           {"cxctl window status --now 2026-12-24T20:00:00Z", "at another time"},
           {"cxctl window status --format json | jq '.campaigns[] | select(.mayNow)'", "for a program"}},
          {kFormat, {"--now", "TIME", "judge as of this RFC 3339 time"}},
          true,
          1,
          {"status"}};
}

CommandSpec OptimizeCommand() {
  return {
      "optimize",
      "optimize [flags]",
      "propose call rates from answer rates",
      "Reads the history of each CampaignSchedule, and from the answer rate by hour of its own clock (answered by a "
      "person, of all attempts) proposes callRate, maxConcurrentCalls and peakHourBoost: the same attempts a week, "
      "more of them when people answer, within the dialer's capacity (CX203), the carrier's limit and CX207. Hours "
      "with too few attempts are not judged; an hour is a peak where its 95 % interval is above the rate of all. A "
      "boost is for schedules with useHistoricalAnswerRates: true, and is proposed together with it. Shows a table, a "
      "chart and the diff of the manifests; --write edits the scalars where they are written. Nothing is written to "
      "the tenant.",
      {{"cxctl optimize -t manifests/tenants/dev/tenant.yaml", "what the last 14 days say"},
       {"cxctl optimize --target 'CampaignSchedule/collections-*' --svg rates.svg", "some, with a picture"},
       {"cxctl optimize --write", "edit the manifests; review the diff, then open a pull request"}},
      {kFormat,
       {"--days", "N", "days of history, 1 to 366", "14"},
       {"--min-attempts", "N", "an hour with fewer attempts is not judged", "100"},
       {"--ring", "DURATION", "how long a call rings on average", "18s"},
       {"--talk", "DURATION", "how long an answered call goes on", "150s"},
       {"--write", "", "edit the manifests in place"},
       kSvg,
       kNow},
      true,
      0,
      {}};
}

CommandSpec AdherenceCommand() {
  return {
      "adherence",
      "adherence [flags]",
      "compare planned and actual contacts",
      "For each CampaignSchedule and day of its own clock: contacts that were planned (plannedVolume.perDay, else "
      "callRate times the permitted minutes, and times peakHourBoost in the peak hours that optimize finds), contacts "
      "that were made, and their rate. Planned is what the manifests say now: it is said where they are not applied "
      "yet or the schedule was changed meanwhile. Without days: the last seven that are over. Writes nothing.",
      {{"cxctl adherence -t manifests/tenants/dev/tenant.yaml", "the last seven days"},
       {"cxctl adherence --from 2026-11-01 --to 2026-11-30 --svg november.svg", "a month, with a picture"},
       {"cxctl adherence --days 1 --format json | jq '.schedules[].total.rate'", "for a program"}},
      {kFormat,
       {"--days", "N", "so many days, 1 to 366", "7"},
       {"--from", "DATE", "the first local day"},
       {"--to", "DATE", "the last local day", "yesterday"},
       kSvg,
       kNow},
      true,
      0,
      {}};
}

CommandSpec ExportCommand() {
  return {"export",
          "export -o FILE [flags]",
          "download the metadata of schedules as CSV",
          "Starts an export of the tenant for each campaign with a CampaignSchedule, waits until it is completed, and "
          "puts the rows of all into one CSV file, readable by its owner alone. What arrives cut off, or with other "
          "rows than the tenant counts, is no file. An export goes on when cxctl is interrupted: --resume waits for it "
          "again.",
          {{"cxctl export -o schedules.csv -t manifests/tenants/dev/tenant.yaml", "every campaign"},
           {"cxctl export --target 'CampaignSchedule/collections-*' -o - | column -s, -t", "some, on the terminal"},
           {"cxctl export --resume 6f1c0c7e -o schedules.csv", "go on waiting"}},
          {kFormat,
           {"-o,--out", "FILE", "where to write (- is standard output)", "-"},
           {"--columns", "NAME,…", "columns by their paths", "names, times and rates of the schedules"},
           {"--filter", "TEXT", "one export with this filter, in place of one for each campaign"},
           {"--resume", "ID", "wait for an export that was started before; repeatable"},
           {"--wait", "DURATION", "how long to wait for each", "10m"}},
          true,
          0,
          {}};
}

CommandSpec SimulateCommand() {
  return {
      "simulate",
      "simulate [flags]",
      "run the policies against a simulated dialer",
      "Runs the campaigns of the manifests with their PacingPolicy and ThrottlePolicy against a model of the dialer, "
      "second by second, and shows calls, answers, abandons, occupancy and pauses. A campaign without a PacingPolicy "
      "dials at the callRate of its schedules, else at its dialRate; only in its permitted time, all of them with "
      "one pool of agents. People answer by the hour, best about 19:00, with a drift and some jumps. The day is the "
      "busiest of the first seven that the manifests permit, unless --start names one: the clock has no say, so the "
      "same manifests and seed give the same bytes. --compare runs another version of the manifests beside it, with "
      "the same days and people. No tenant is asked.",
      {{"cxctl simulate -t manifests/tenants/prod/tenant.yaml", "a day"},
       {"cxctl simulate --start 2026-12-07 --days 5 --seed 7", "a week of another seed"},
       {"cxctl simulate --compare main --format markdown", "for a pull request: against the branch main"}},
      {{"--format", "text|json|markdown", "form of the result", "text"},
       {"--seed", "N", "other people, other calls", "1"},
       {"--days", "N", "so many days, 1 to 31", "1"},
       {"--start", "DATE", "the first day, by the first campaign's clock"},
       {"--agents", "N", "agents, 1 to 5000", "the sum of maxAgents, else 20"},
       {"--answer-rate", "SHARE", "of calls answered by a person over the day", "0.3"},
       {"--machine-rate", "SHARE", "of calls answered by a machine", "0.2"},
       {"--talk", "DURATION", "mean of a talk", "150s"},
       {"--wrapup", "DURATION", "mean of the work after it", "30s"},
       {"--assume-active", "", "campaigns that are not ACTIVE, too"},
       {"--compare", "VERSION", "another version of the manifests, before: a folder, REV:PATH, or REV"},
       kSvg},
      true,
      0,
      {}};
}

}  // namespace cxctl
