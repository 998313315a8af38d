#include <algorithm>

#include "cli/arguments.h"

namespace cxctl {

namespace {

constexpr FlagSpec kFormat{"--format", "text|json", "form of the result", "text"};
constexpr FlagSpec kReportFormat{"--format", "text|json|markdown|html|sarif|junit|github|gitlab", "form of the result",
                                 "text"};
constexpr FlagSpec kFurtherFormats[] = {
    {"--text", "FILE", "write the result as text, too"},
    {"--json", "FILE", "write it as JSON, too"},
    {"--markdown", "FILE", "write it as Markdown that fits into a comment, too"},
    {"--html", "FILE", "write it as one HTML file, too"},
    {"--sarif", "FILE", "write it as SARIF 2.1.0, too"},
    {"--junit", "FILE", "write it as JUnit XML, too"},
    {"--github", "FILE", "write it as annotations of GitHub Actions, too"},
    {"--gitlab", "FILE", "write it as GitLab's code-quality report, too"},
};
constexpr FlagSpec kNow{"--now", "TIME", "judge rules as of this RFC 3339 time"};
constexpr FlagSpec kStateless{"--stateless", "", "without a state store"};

/// The flags of a command whose result can take every form.
std::vector<FlagSpec> WithReports(std::vector<FlagSpec> flags) {
  flags.insert(flags.begin(), kReportFormat);
  flags.insert(flags.end(), std::begin(kFurtherFormats), std::end(kFurtherFormats));
  return flags;
}

CommandSpec Validate() {
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

CommandSpec PlanSpec() {
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

CommandSpec Apply() {
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

CommandSpec Rollback() {
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

CommandSpec Unlock() {
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

CommandSpec Drift() {
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

CommandSpec Import() {
  return {"import",
          "import [KIND…] --out DIR [flags]",
          "write what is live as manifests",
          "Reads the tenant and writes manifests that plan as no change: Campaign, CampaignSchedule and "
          "CallCodeHierarchy (all of them unless kinds are named), a folder a kind, a file an object. Windows and "
          "blackouts become CallingCalendars where these say the same. What documents stand for already is brought up "
          "to date where it is written: names, order and comments stay. Refuses to overwrite files that are no "
          "manifests of the tenant, and writes nothing then. Policies and sinks are not on the tenant.",
          {{"cxctl import --out manifests/base -t manifests/tenants/dev/tenant.yaml", "everything"},
           {"cxctl import CallCodeHierarchy --out manifests/base", "call codes alone"},
           {"cxctl import --out manifests/base --dry-run", "the diff that it would make"}},
          {kFormat, {"--out", "DIR", "folder for new files"}, {"--dry-run", "", "show the diff, write nothing"}, kNow},
          true,
          SIZE_MAX,
          {}};
}

CommandSpec Fmt() {
  return {"fmt",
          "fmt [PATH…] [flags]",
          "format manifests, keeping comments",
          "Writes manifests in their canonical form and names the files that it changed; what they say stays the same. "
          "Two spaces a level, lists two deeper than their key; apiVersion, kind, metadata, spec first, all other "
          "members in their order; brackets stay while they fit into 120 columns; single quotes become double ones, "
          "and texts such as 09:00 and yes get them; comments are kept, behind a value in their column, two spaces "
          "away at least; one blank line at most; `---` between documents and nothing else. PATH is a file or folder "
          "(default: manifests), - is standard input, formatted to standard output. Files that are no YAML stay as "
          "they are (CX101, exit 3).",
          {{"cxctl fmt", "format everything under ./manifests"},
           {"cxctl fmt --check", "in CI: exit with 2 if something is not formatted"},
           {"cxctl fmt --check --diff manifests/base", "show what would change"},
           {"cxctl fmt - < manifests/tenants/dev/tenant.yaml", "from an editor"}},
          {{"--check", "", "write nothing; exit with 2 if something is not formatted"},
           {"--diff", "", "show the differences"}},
          false,
          SIZE_MAX,
          {}};
}

CommandSpec RenderSpec() {
  return {
      "render",
      "render [-o DIR|-] [flags]",
      "show the manifests after values, patches and calendars",
      "Writes the manifests of a tenant as they count: values and patches are in them, defaults filled in, calendars "
      "compiled into the windows and blackouts of their schedules. Each value has a comment that says where it comes "
      "from: file, line and column, and by which patch, value or calendar. The Tenant document comes first, the "
      "others follow by kind and name; --target and -l take along what a document depends on. Needs no network and "
      "no secrets: references stay as they are written, relative to the file that they were written in. Phone "
      "numbers are masked on standard output; -o DIR writes them whole, a file a document, and rendering that folder "
      "again gives the same.",
      {{"cxctl render -t manifests/tenants/prod/tenant.yaml", "everything, with origins"},
       {"cxctl render -t manifests/tenants/dev/tenant.yaml --target 'Campaign/*'", "the campaigns, and what they need"},
       {"cxctl render -t manifests/tenants/prod/tenant.yaml -o rendered --no-origins", "a folder to compare"},
       {"cxctl render -t manifests/tenants/prod/tenant.yaml --format json | jq '.documents[].values[]'",
        "for a program"}},
      {kFormat,
       {"-o,--out", "DIR", "folder for the files (- is standard output)", "-"},
       {"--no-origins", "", "leave out the comments"},
       kNow},
      true,
      0,
      {}};
}

CommandSpec DiffSpec() {
  return {
      "diff",
      "diff A B [flags]",
      "show what a change of the manifests would change",
      "Plans from one version of the manifests to another, without a tenant: as if A were live and applied. A and B "
      "are folders or files, or git revisions: REV:PATH, from the root of the repository (REV:./PATH from the "
      "current folder), or REV alone for the folder manifests. They are read from git's objects; working tree, "
      "submodules and hooks are not touched. Of several tenants -t names one, by its file. What a version changes "
      "that no plan shows is named on standard error. Two saved plans are compared change by change: what only one "
      "of them makes, and what they do differently. Exits with 2 if there are differences.",
      {{"cxctl diff main:manifests manifests -t manifests/tenants/prod/tenant.yaml", "what this branch changes"},
       {"cxctl diff v1.4 HEAD -t manifests/tenants/prod/tenant.yaml --format markdown", "for a release"},
       {"cxctl diff manifests/tenants/dev/tenant.yaml manifests/tenants/prod/tenant.yaml", "two environments"},
       {"cxctl diff reviewed.json plan.json", "two saved plans"}},
      WithReports({kNow}),
      true,
      2,
      {}};
}

CommandSpec GraphSpec() {
  return {"graph",
          "graph [flags]",
          "draw what depends on what",
          "Draws the manifests of a tenant and what each document names: an arrow goes to what it depends on. With "
          "--plan the changes of a saved plan, numbered as apply makes them: an arrow goes to what waits for it, and "
          "each action has an outline of its own. --target takes along what it depends on.",
          {{"cxctl graph -t manifests/tenants/prod/tenant.yaml | dot -Tsvg > manifests.svg", "with Graphviz"},
           {"cxctl graph -t manifests/tenants/prod/tenant.yaml --format mermaid", "for Markdown"},
           {"cxctl graph -t manifests/tenants/prod/tenant.yaml --target 'PacingPolicy/*'", "a part"},
           {"cxctl graph --plan plan.json", "the order of changes"}},
          {{"--format", "dot|mermaid", "the language", "dot"},
           {"--plan", "FILE", "draw the changes of a saved plan"},
           kNow},
          true,
          0,
          {}};
}

CommandSpec WhySpec() {
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

CommandSpec Audit() {
  return {
      "audit",
      "audit log|show|verify|export|keygen [flags]",
      "read and verify the audit chain",
      "Every write and every refusal is a record in a chain of hashes. `audit verify` finds any record that was "
      "changed, removed, reordered or cut off; with a key (spec.audit.key of the Tenant document) the head of each run "
      "is signed, and `--public-key` finds an end that was cut off or rewritten together with the store's own head.",
      {{"cxctl audit log", "one line a record"},
       {"cxctl audit show 41", "a whole record"},
       {"cxctl audit verify", "check the store's chain"},
       {"cxctl audit export -o audit.jsonl", "as JSON Lines"},
       {"cxctl audit verify audit.jsonl --expect-head HASH", "check an exported file"},
       {"cxctl audit keygen", "make audit.key, which signs the head of each run, and audit.pub"},
       {"cxctl audit verify --public-key audit.pub", "find a cut or rewritten end, too"}},
      {kFormat,
       {"--run", "RUN", "only records of this run"},
       {"--address", "GLOB", "only records of these addresses"},
       {"--expect-head", "HASH", "the hash that the last record must have"},
       {"--public-key", "FILE", "check the signed heads of the runs with this key"},
       {"-o,--out", "FILE", "where to write: export (- is standard output), keygen (a folder)"}},
      true,
      2,
      {"log", "show", "verify", "export", "keygen"}};
}

CommandSpec AgentSpec() {
  return {
      "agent",
      "agent [flags] | agent token create|list|revoke | agent dead-letters | agent replay ID...",
      "run the long-running part",
      "Serves callbacks, inbound webhooks and policies over HTTP, paces and throttles campaigns, and delivers events. "
      "Several agents with one PostgreSQL store share the work; one that dies is taken over within 15 seconds. "
      "Ends cleanly on SIGTERM: requests under way are finished, leases given back. `agent token create` makes a "
      "bearer token and prints it once; roles are callbacks, webhooks, policies, read and admin (all of them). The "
      "token in $CXCTL_AGENT_TOKEN is an admin's while the process runs. A renewed TLS certificate is taken within "
      "half a minute.",
      {{"cxctl agent -t manifests/tenants/prod/tenant.yaml", "on loopback"},
       {"cxctl agent --listen 0.0.0.0:8443 --tls-cert agent.pem --tls-key agent.key", "for others"},
       {"cxctl agent --once", "one step of each controller, for cron"},
       {"cxctl agent token create --name website --role callbacks", "a token for who asks for callbacks"},
       {"cxctl agent dead-letters", "events that a sink did not take within 24 hours"},
       {"cxctl agent replay --sink wfo", "deliver those of a sink again"}},
      {kFormat,
       {"--listen", "HOST:PORT", "where to listen; port 0 takes a free one and prints it", "127.0.0.1:8443"},
       {"--tls-cert", "FILE", "PEM certificate chain: HTTPS"},
       {"--tls-key", "FILE", "its PEM private key"},
       {"--insecure-http", "", "plain HTTP on another address than loopback"},
       {"--once", "", "every controller one step, then exit; 1 if something was missed"},
       {"--log-format", "text|json", "lines for people, or JSON Lines", "text"},
       {"--manifests-dir", "DIR", "where the Tenant document is looked for without -t", "manifests"},
       {"--reconcile", "off|report|apply", "hold the tenant against the manifests, or bring it back to them", "off"},
       {"--reconcile-interval", "DURATION", "how often", "5m"},
       {"--name", "NAME", "token create: its name"},
       {"--role", "ROLE", "token create: what it may do; repeatable"},
       {"--sink", "NAME", "dead-letters, replay: those of this sink"},
       {"--all", "", "replay: all of them"}},
      true,
      1000,
      {},
      {"token", "dead-letters", "replay"}};
}

CommandSpec Sim() {
  return {
      "sim",
      "sim [flags]",
      "run a simulated tenant on loopback",
      "Serves the whole tenant API on 127.0.0.1, strictly and deterministically: the same seed and requests give "
      "the same answers. Any client id and secret will do "
      "unless they are given. GET /_sim/requests lists the requests seen, POST /_sim/edit changes an object as "
      "somebody else would. "
      "A faults file says which requests go wrong and how: {\"faults\": [{\"method\": \"POST\", \"times\": 1, "
      "\"fault\": \"drop\", \"when\": \"after\"}]}. A fault strikes by request (its number), method, path (* and **), "
      "rate, skip and times; it is a rateLimit, error, drop, delay, cutHead, cutBody, html, expiredToken, "
      "concurrentEdit, vanishingItem or any of them. POST /_sim/faults takes such a document while it runs, GET "
      "tells how often each struck, DELETE ends them; schemas/sim-faults.schema.json has the whole format. "
      "Its dialer places the calls of ACTIVE campaigns, whatever their schedules say: the tenant's agents talk and "
      "wrap "
      "up, and people who meet no free agent are abandoned. Both analytics queries and the agents show it live, and "
      "GET "
      "/_sim/violations lists the calls that no schedule of their campaign permits. With --time-scale 60 the dialer "
      "runs a minute a second: hours, intervals and times of calls are then the dialer's, not the clock's.",
      {{"cxctl sim --port 8080", "on a fixed port"},
       {"cxctl sim --port 0 --data manifests/sim-data.json", "on a free port, which it prints"},
       {"cxctl sim --faults faults.json", "as things go wrong on a bad day"},
       {"cxctl sim --time-scale 60", "an hour of calls in a minute"},
       {"cxctl sim --fault-rate 0.1 --seed 7", "one request in ten goes wrong somehow, always the same ones"}},
      {{"--port", "N", "port to listen on; 0 takes a free one and prints it", "8080"},
       {"--seed", "N", "seed of ids, calls and figures", "1"},
       {"--data", "FILE", "initial state"},
       {"--state-file", "FILE", "keep the state in this file"},
       {"--rate", "N", "requests a second before 429", "20"},
       {"--dialer", "true|false", "whether campaigns call; without, agents and figures stand still", "true"},
       {"--time-scale", "N", "run the dialer so many times as fast as the clock, 0.001 to 10000", "1"},
       {"--token-ttl", "DURATION", "how long tokens live", "1h"},
       {"--faults", "FILE", "make the requests go wrong that this JSON file names"},
       {"--fault-rate", "N", "make this share of the requests go wrong, in every way", "0"},
       {"--etag-in-lists", "true|false", "whether list items carry their ETag", "true"},
       {"--list-404-when-empty", "", "answer an empty list of call codes with 404"},
       {"--token-path", "PATH", "path of the token endpoint", "/oauth/token"},
       {"--auth-style", "any|body|basic", "how client credentials must come", "any"},
       {"--client-id", "ID", "the only client id that is accepted"},
       {"--client-secret", "SECRET", "its secret"}},
      false,
      0,
      {}};
}

CommandSpec ScheduleSpec() {
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

CommandSpec WindowSpec() {
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

constexpr FlagSpec kLookBack{"--now", "TIME", "look back from this RFC 3339 time"};
constexpr FlagSpec kSvg{"--svg", "FILE", "write the charts as an SVG file"};

CommandSpec OptimizeSpec() {
  return {
      "optimize",
      "optimize [flags]",
      "propose call rates from answer rates",
      "Reads the history of each CampaignSchedule, and from the answer rate by hour of its own clock (answered by a "
      "person, of all attempts) proposes callRate, maxConcurrentCalls and peakHourBoost: the same attempts a week, "
      "more of them when people answer, within the dialer's capacity (CX203), the carrier's limit and CX207. Hours "
      "with too few attempts are not judged; an hour is a peak where its 95 % interval is above the rate of all. "
      "Shows a table, a chart and the diff of the manifests; --write edits the scalars where they are written. "
      "Nothing is written to the tenant.",
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

CommandSpec AdherenceSpec() {
  return {
      "adherence",
      "adherence [flags]",
      "compare planned and actual contacts",
      "For each CampaignSchedule and day of its own clock: contacts that were planned (plannedVolume.perDay, else "
      "callRate times the permitted minutes), contacts that were made, and their rate. Without days: the last seven "
      "that are over. Writes nothing.",
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

CommandSpec ExportSpec() {
  return {"export",
          "export -o FILE [flags]",
          "download the metadata of schedules as CSV",
          "Starts an export of the tenant for each campaign with a CampaignSchedule, waits until it is completed, and "
          "puts the rows of all into one CSV file, readable by its owner alone. What arrives cut off, or with other "
          "rows than the tenant counts, is no file. An export goes on when cxctl is interrupted: --resume waits for it "
          "again.",
          {{"cxctl export -o schedules.csv -t manifests/tenants/dev/tenant.yaml", "every campaign"},
           {"cxctl export --target 'Campaign/collections-*' -o - | column -s, -t", "some, on the terminal"},
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

CommandSpec SimulateSpec() {
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
       {"cxctl simulate --compare ../main/manifests --format markdown", "for a pull request"}},
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
       {"--compare", "DIR", "another version of the manifests: before"},
       kSvg},
      true,
      0,
      {}};
}

CommandSpec Rules() {
  return {"rules",
          "rules [flags]",
          "list the rules, and calling hours by jurisdiction",
          "Every rule that manifests are checked against, with its severity. With --jurisdictions the rule packs that "
          "a CallingCalendar can name; with --jurisdiction what one of them says: calling hours, holidays and limits, "
          "each with its law, where it was read, and how sure that is. No legal advice.",
          {{"cxctl rules", "all rules"},
           {"cxctl explain CX204", "the whole story of one"},
           {"cxctl rules --jurisdictions", "the rule packs of jurisdictions"},
           {"cxctl rules --jurisdiction us-fl", "what one of them says"}},
          {kFormat,
           {"--jurisdiction", "NAME", "show the rule pack of a jurisdiction"},
           {"--jurisdictions", "", "list the rule packs"},
           {"--now", "TIME", "show holidays of this time's year and the next, and which rules hold then"}},
          false,
          0,
          {}};
}

CommandSpec ExplainSpec() {
  return {"explain",
          "explain KIND[.FIELD…]|CXnnn",
          "documentation of kinds, fields and rules",
          "Tells what a kind, a field or a rule means. Without an argument: lists the kinds.",
          {{"cxctl explain Campaign", "a kind and its fields"},
           {"cxctl explain CampaignSchedule.dialerSettings.callRate", "a field"},
           {"cxctl explain CX203", "a rule"}},
          {kFormat},
          false,
          1,
          {}};
}

CommandSpec SchemaSpec() {
  return {"schema",
          "schema KIND",
          "print a JSON Schema",
          "The JSON Schema of a kind, for editors: the same as in schemas/.",
          {{"cxctl schema Campaign > Campaign.schema.json", "for an editor"}},
          {kFormat},
          false,
          1,
          {}};
}

CommandSpec Doctor() {
  return {"doctor",
          "doctor [flags]",
          "check the set-up and say what to fix",
          "Checks, one after the other, what plan, apply and the agent need: the manifests and the Tenant document, "
          "secrets (whether they are set, never what they are), the way to the tenant (names, TCP, TLS), its token and "
          "scopes, the clock, the rate limit, the state store with its lock and audit chain, and the agent if there is "
          "one. Goes on after a failure; what depends on it is skipped. Writes nothing anywhere. Exits with 1 if a "
          "check failed.",
          {{"cxctl doctor -t manifests/tenants/dev/tenant.yaml", "everything"},
           {"cxctl doctor -t manifests/tenants/dev/tenant.yaml --format json | jq '.checks[] | select(.status != "
            "\"ok\")'",
            "what is not right, for a program"}},
          {kFormat, kNow},
          true,
          0,
          {}};
}

CommandSpec Selftest() {
  return {"selftest",
          "selftest [flags]",
          "show that round trips lose nothing",
          "Shows, for each kind, that import then plan is empty, that apply then plan is empty, and that neither the "
          "order of lists, nor the size of pages, nor the offsets in which times are written make a difference. "
          "Against a built-in simulated tenant, or with -t (or $CXCTL_TENANT) against what is live there: that is only "
          "read, and what is applied is applied to a simulated copy of it. Exits with 1 if a guarantee does not hold.",
          {{"cxctl selftest", "against a simulated tenant, offline"},
           {"cxctl selftest -t manifests/tenants/dev/tenant.yaml", "with what is live there, reading alone"},
           {"cxctl selftest --sim --format json", "for a program"}},
          {kFormat, {"--sim", "", "the simulated tenant, even if -t or $CXCTL_TENANT names one"}},
          true,
          0,
          {}};
}

CommandSpec CompletionSpec() {
  return {"completion",
          "completion bash|zsh|fish",
          "print a completion script for a shell",
          "Completes commands, flags, their values and files; addresses, labels and names of sinks come from the "
          "manifests below the current folder, or of -t. The Debian package installs the scripts. By hand, once:\n"
          "bash: cxctl completion bash > ~/.local/share/bash-completion/completions/cxctl\n"
          "zsh: cxctl completion zsh > \"${fpath[1]}/_cxctl\"\n"
          "fish: cxctl completion fish > ~/.config/fish/completions/cxctl.fish",
          {{"source <(cxctl completion bash)", "in this bash, now"},
           {"cxctl completion zsh > _cxctl", "for a folder of zsh's fpath"},
           {"cxctl completion fish -o cxctl.fish", "for fish"}},
          {kFormat, {"-o,--out", "FILE", "where to write (- is standard output)"}},
          false,
          1,
          {"bash", "zsh", "fish"}};
}

CommandSpec ManSpec() {
  return {"man",
          "man [COMMAND]",
          "print a man page",
          "The man page of cxctl, or of one of its commands, in roff: made from the same table as --help. With -o all "
          "of them, as files. The Debian package installs them.",
          {{"cxctl man plan | man -l -", "read one"}, {"cxctl man -o man1", "all of them"}},
          {kFormat, {"-o,--out", "DIR", "write all pages into this folder"}},
          false,
          1,
          {}};
}

CommandSpec VersionSpec() {
  return {"version",
          "version",
          "print the version",
          "Prints the version of cxctl.",
          {{"cxctl version", ""}},
          {kFormat},
          false,
          0,
          {}};
}

}  // namespace

std::span<const CommandSpec> AllCommands() {
  static const std::vector<CommandSpec> commands = {
      Validate(),   PlanSpec(),     Apply(),      Drift(),        WhySpec(),       Import(),         Fmt(),
      RenderSpec(), DiffSpec(),     GraphSpec(),  Rollback(),     Unlock(),        Audit(),          AgentSpec(),
      Sim(),        ScheduleSpec(), WindowSpec(), OptimizeSpec(), AdherenceSpec(), ExportSpec(),     SimulateSpec(),
      Rules(),      ExplainSpec(),  SchemaSpec(), Doctor(),       Selftest(),      CompletionSpec(), ManSpec(),
      VersionSpec()};
  return commands;
}

const CommandSpec* FindCommand(std::string_view name) {
  const auto commands = AllCommands();
  const auto found = std::ranges::find(commands, name, &CommandSpec::name);
  return found == commands.end() ? nullptr : &*found;
}

}  // namespace cxctl
