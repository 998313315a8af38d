#include "cli/command_table.h"

namespace cxctl {

CommandSpec ImportCommand() {
  return {
      "import",
      "import [KIND…] --out DIR [flags]",
      "write what is live as manifests",
      "Reads the tenant and writes manifests that plan as no change: Campaign, CampaignSchedule and "
      "CallCodeHierarchy (all of them unless kinds are named), a folder a kind, a file an object. Windows and "
      "blackouts become CallingCalendars where these say the same. What documents stand for already is brought up "
      "to date where it is written: names, order and comments stay; what was renamed on the tenant is known by the "
      "state store. Refuses to overwrite files that are no manifests of the tenant, and writes nothing then. Policies "
      "and sinks are not on the tenant.",
      {{"cxctl import --out manifests/base -t manifests/tenants/dev/tenant.yaml", "everything"},
       {"cxctl import CallCodeHierarchy --out manifests/base", "call codes alone"},
       {"cxctl import --out manifests/base --dry-run", "the diff that it would make"}},
      {kFormat,
       {"--out", "DIR", "folder for new files"},
       {"--dry-run", "", "show the diff, write nothing"},
       kStateless,
       kNow},
      true,
      SIZE_MAX,
      {}};
}

CommandSpec FmtCommand() {
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

CommandSpec RenderCommand() {
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

CommandSpec DiffCommand() {
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

CommandSpec GraphCommand() {
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

}  // namespace cxctl
