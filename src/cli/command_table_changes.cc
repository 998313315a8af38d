#include "cli/command_table.h"

namespace cxctl {

CommandSpec ValidateCommand() {
  return {"validate",
          "validate [PATH…] [flags]",
          "check manifests offline",
          "Reads manifests strictly and checks them against every rule, without a network. With -t for that tenant; "
          "else once for each Tenant "
          "document found under PATH (default: manifests), with its sources, values, patches and rules. Exits with 3 "
          "if anything is invalid.",
          {{"cxctl validate", "every tenant under ./manifests"},
           {"cxctl validate -t manifests/tenants/prod/tenant.yaml", "one tenant"},
           {"cxctl validate --format json manifests | jq .diagnostics", "for a program"},
           {"cxctl validate --sarif findings.sarif", "for code scanning, beside the text"}},
          WithReports({kNow}),
          true,
          SIZE_MAX,
          {}};
}

CommandSpec PlanCommand() {
  return {"plan",
          "plan [flags]",
          "show what apply would do",
          "Compares the manifests with the live tenant and shows every change, why it is made, what it risks and in "
          "which order. Writes nothing to the tenant.",
          {{"cxctl plan", "what would change"},
           {"cxctl plan -o plan.json", "save it for review; apply it with: cxctl apply plan.json"},
           {"cxctl plan --detailed-exitcode", "exit with 2 if there are differences"},
           {"cxctl plan --markdown comment.md --html plan.html", "for a pull request, beside the text"}},
          WithReports({{"-o,--out", "FILE", "save the plan (- is standard output)"},
                       {"--detailed-exitcode", "", "exit with 2 if there are differences"},
                       {"--no-refresh-capacity", "", "do not ask the tenant for its dialer capacity"},
                       kNow,
                       kStateless,
                       {"--allow-delete", "N", "list no guard for up to N deletions", "10"},
                       {"--allow-large-change", "", "list no guard for changes of more than 30 % of a kind"},
                       {"--allow-empty", "", "list no guard for an empty set of manifests"},
                       {"--release-holds", "", "list no guard for compliance holds that would be lifted"}}),
          true,
          0,
          {}};
}

CommandSpec ApplyCommand() {
  return {"apply",
          "apply [PLAN] [flags]",
          "make the changes",
          "Applies a saved plan, or plans, shows the plan, asks, and applies. Every write is guarded by the object's "
          "ETag or an idempotency key and recorded in the "
          "audit log; what depends on a change that failed is skipped. Exits with 4 if something was not applied, with "
          "5 if a guard refuses.",
          {{"cxctl apply", "plan, ask, apply"},
           {"cxctl apply plan.json", "apply what was reviewed"},
           {"cxctl apply --auto-approve --events -", "in CI, with events as JSON Lines"},
           {"cxctl apply plan.json --junit apply.xml", "what became of each change, for CI"}},
          WithReports({{"--auto-approve", "", "do not ask"},
                       {"--max-age", "DURATION", "refuse a saved plan that is older", "24h"},
                       {"--release-holds", "", "allow compliance holds to be lifted before their time"},
                       {"--allow-delete", "N", "allow up to N deletions", "10"},
                       {"--allow-large-change", "", "allow changes of more than 30 % of a kind"},
                       {"--allow-empty", "", "allow an empty set of manifests to remove what was applied"},
                       {"--parallelism", "N", "changes under way at a time", "the tenant's maxConcurrency"},
                       {"--keep-going", "", "go on after a failed change (default)"},
                       {"--fail-fast", "", "start nothing after a failed change"},
                       {"--dry-run", "", "print the requests instead of sending them"},
                       {"--events", "FILE|-", "write events as JSON Lines, as they happen"},
                       {"--lock-timeout", "DURATION", "wait for another apply to end", "0s"},
                       {"--no-refresh-capacity", "", "do not ask the tenant for its dialer capacity"},
                       kStateless}),
          true,
          1,
          {}};
}

CommandSpec RollbackCommand() {
  return {"rollback",
          "rollback RUN [flags]",
          "undo what a run did",
          "Plans the inverse of an applied run from the before-values of the audit log, shows it, asks, and applies it "
          "under the same guards, order and records as any apply. What somebody changed since, or what cannot be "
          "restored, is listed and left alone; then it exits with 4. The manifests stay as they are: until git says "
          "the same, the next plan wants the changes back.",
          {{"cxctl audit log", "which runs there were"},
           {"cxctl rollback 01JD2Y8Q5T6W7X8Y9Z0A1B2C3D", "plan, ask, undo"},
           {"cxctl rollback 01JD2Y8Q5T6W7X8Y9Z0A1B2C3D --dry-run", "print the requests"}},
          WithReports({{"--auto-approve", "", "do not ask"},
                       {"--release-holds", "", "allow compliance holds to be lifted before their time"},
                       {"--allow-delete", "N", "allow up to N deletions", "10"},
                       {"--allow-large-change", "", "allow changes of more than 30 % of a kind"},
                       {"--parallelism", "N", "changes under way at a time", "the tenant's maxConcurrency"},
                       {"--keep-going", "", "go on after a failed change (default)"},
                       {"--fail-fast", "", "start nothing after a failed change"},
                       {"--dry-run", "", "print the requests instead of sending them"},
                       {"--events", "FILE|-", "write events as JSON Lines, as they happen"},
                       {"--lock-timeout", "DURATION", "wait for another apply to end", "0s"}}),
          true,
          1,
          {}};
}

CommandSpec UnlockCommand() {
  return {"unlock",
          "unlock RUN [flags]",
          "break a lock",
          "Breaks the lock that a run holds on the tenant. A lock of a run that died ends by itself: after 30 seconds, "
          "or at once on the same machine. A run that still goes on starts no further write.",
          {{"cxctl unlock 01JD2Y8Q5T6W7X8Y9Z0A1B2C3D", "the run that a refused apply named"}},
          {kFormat},
          true,
          1,
          {}};
}

CommandSpec DriftCommand() {
  return {"drift",
          "drift [accept ADDRESS…] [flags]",
          "show what changed outside of git, or accept it",
          "Compares what was last applied, the manifests and the live tenant. Exits with 2 if anything drifted, "
          "conflicts or is missing, or is unmanaged in an exclusive "
          "scope; changes that only wait for an apply are pending, and no drift. `drift accept` writes the live values "
          "of the addresses (globs: *, **) into the manifests, where they are written: in place, comments and quotes "
          "kept, in a patch or value of the Tenant document too, and back into the calendar that a schedule follows. "
          "What would change anything else is refused, and it exits with 5. With --baseline a first run writes today's "
          "drift into FILE, and later ones report only what is new.",
          {{"cxctl drift", "the morning report"},
           {"cxctl drift --unmanaged --format json", "with everything that git does not know"},
           {"cxctl drift --format html > drift.html", "for somebody who reads no terminals"},
           {"cxctl drift accept 'Campaign/*' --dry-run", "the diff that taking it into git would make"},
           {"cxctl drift accept CampaignSchedule/collections-east-year-end", "take it into git"},
           {"cxctl drift --baseline drift-baseline.json", "only what is new since FILE was written"}},
          WithReports({{"--unmanaged", "", "report unmanaged objects outside of exclusive scopes, too"},
                       {"--no-events", "", "do not tell the sinks of drift (drift.detected)"},
                       {"--baseline", "FILE", "leave out the drift that FILE knows; if there is no FILE, write it"},
                       {"--write-baseline", "FILE", "write today's drift into FILE and report it"},
                       {"--dry-run", "", "accept: show the diff, write nothing"},
                       {"--remove", "", "accept: take what is gone from the tenant out of the manifests"},
                       kNow,
                       kStateless}),
          true,
          SIZE_MAX,
          {},
          {"accept"}};
}

CommandSpec WhyCommand() {
  return {
      "why",
      "why ADDRESS[/PATH] [flags]",
      "tell where a value comes from",
      "Tells of a member of an object, or of all of its managed members: what the manifests say and where (literal, "
      "values, patch, calendar or default), the commit that last touched the line, what is live and who changed it, "
      "what was last applied by which run, and what follows from that. PATH is one of the API's members "
      "(dialerSettings/callRate) or of the document (spec/calendar, metadata/labels). If the tenant or the state "
      "store cannot be read it says so, shows the rest, and exits with 1.",
      {{"cxctl why Campaign/collections-east -t manifests/tenants/dev/tenant.yaml", "all of its members"},
       {"cxctl why Campaign/collections-east/maxAgents -t manifests/tenants/dev/tenant.yaml", "one"},
       {"cxctl why CallingCalendar/us-weekdays -t manifests/tenants/prod/tenant.yaml --offline", "without the tenant"},
       {"cxctl why CallCode/outbound/SALE/name --format json", "for a program"}},
      {kFormat, {"--offline", "", "do not ask the tenant"}, kNow, kStateless},
      true,
      1,
      {}};
}

}  // namespace cxctl
