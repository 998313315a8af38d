#include "cli/command_table.h"

namespace cxctl {

CommandSpec RulesCommand() {
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

CommandSpec ExplainCommand() {
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

CommandSpec SchemaCommand() {
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

CommandSpec DoctorCommand() {
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

CommandSpec SelftestCommand() {
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

CommandSpec CompletionCommand() {
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

CommandSpec ManCommand() {
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

CommandSpec VersionCommand() {
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

}  // namespace cxctl
