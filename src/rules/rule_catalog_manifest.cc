#include <array>

#include "rules/rule_catalog.h"

namespace cxctl {

std::span<const RuleInfo> ManifestRules() {
  static constexpr std::array<RuleInfo, 8> kRules = {{
      {.id = "CX101",
       .fixed = true,
       .subject = "manifest",
       .summary = "The file is not YAML, or passes a limit of strict reading.",
       .story =
           "Manifests decide who is called and when, so nothing in them may be read in two ways. Refused are duplicate "
           "keys, tags, tabs in indentation, bytes that are not UTF-8, control characters, numbers with a leading zero "
           "(012 is ten to YAML 1.1 and twelve to YAML 1.2), more than 64 levels of nesting, more than 10,000 nodes "
           "behind aliases in a document, a document over 1 MiB and a file over 64 MiB. The position is that of the "
           "first byte that cannot be. Documents before it in the same file are still checked.\n\n"
           "To mend it: correct the text at the position. Quote a string that looks like a number.",
       .wrong = "maxAgents: 012",
       .right = "maxAgents: 12",
       .source = "YAML 1.2.2, sections 3.2.1.3 (unique keys), 5.1 (character set), 6.1 (indentation) and 10.3.2"},
      {.id = "CX102",
       .fixed = true,
       .subject = "manifest",
       .summary = "An unknown kind or member, a missing member, a wrong type, or a value that is not allowed.",
       .story =
           "Every document has to fit the JSON Schema of its kind: known members only, the required ones there, each "
           "of its type and within its set of words, pattern or range. Nothing is coerced: a string where a number "
           "belongs is an error. An unknown member is most often a typing error, and the setting that was meant would "
           "silently be missing. The same rule reports names of rules in spec.rules and metadata.waivers that do not "
           "exist, or that cannot be changed or waived.\n\n"
           "To mend it: `cxctl explain KIND` lists the members of a kind, `cxctl schema KIND` prints its schema for "
           "an editor.",
       .wrong = "dialerSettings: {maxConcurrentCals: 50}",
       .right = "dialerSettings: {maxConcurrentCalls: 50, callRate: 15, capacityThreshold: 0.85}",
       .source = "the JSON Schemas of the kinds (`cxctl schema KIND`); JSON Schema draft 2020-12"},
      {.id = "CX103",
       .fixed = true,
       .subject = "manifest",
       .summary = "Two documents have the same address.",
       .story =
           "An address, Kind/name, names one document. Where two claim it, which of them counted would depend on the "
           "order of files. Reported at the later one, in the order of paths, with the place of the first.\n\n"
           "To mend it: rename or remove one of them. If an object was renamed, list the old name under "
           "metadata.previousNames.",
       .wrong =
           "# a.yaml\nkind: Campaign\nmetadata: {name: east}\n---\n# b.yaml\nkind: Campaign\nmetadata: {name: east}",
       .right =
           "# a.yaml\nkind: Campaign\nmetadata: {name: east}\n---\n# b.yaml\nkind: Campaign\nmetadata: {name: east-2}",
       .source = "the manifest format: metadata.name is unique within its kind"},
      {.id = "CX104",
       .fixed = true,
       .subject = "manifest",
       .summary = "A reference names a document that does not exist.",
       .story =
           "References are by metadata.name, not by the live name on the tenant. A schedule of a campaign that nobody "
           "declared could not be placed, and an unknown jurisdiction would leave calls unchecked.\n\n"
           "To mend it: correct the name, or declare the document among the tenant's sources.",
       .wrong = "campaign: Collections East",
       .right = "campaign: collections-east",
       .source = "the manifest format: a reference is the metadata.name of the other document"},
      {.id = "CX105",
       .fixed = true,
       .subject = "manifest",
       .summary = "A ${values.x} that is not set, or a secret reference where none is allowed.",
       .story =
           "${values.NAME} is replaced from spec.values of the tenant that is worked on. ${env:NAME} and ${file:path} "
           "are secret references: they are read only when needed and never shown, so they may stand only in fields "
           "that are secret. Reported at the expression.\n\n"
           "To mend it: set the value in the Tenant document, or move the secret to a secret field. A literal ${ is "
           "written $${.",
       .wrong = "from: ${env:CALLER_ID}",
       .right = "from: ${values.callerId}",
       .source = "the manifest format: values and secrets"},
      {.id = "CX106",
       .fixed = true,
       .subject = "manifest",
       .summary = "Two documents claim the same live object.",
       .story =
           "Two Campaigns with one id, two hierarchies with one category, or two schedules of one campaign with one "
           "live name would overwrite each other at every apply. Reported at the identifying value of the later one, "
           "in the order of paths.\n\n"
           "To mend it: one live object belongs to one document: change or remove one of them.",
       .wrong = "metadata: {name: east}\nspec: {id: a1b2c3d4-e5f6-7890-abcd-ef1234567890}\n---\nmetadata: {name: "
                "west}\nspec: {id: a1b2c3d4-e5f6-7890-abcd-ef1234567890}",
       .right = "metadata: {name: east}\nspec: {id: a1b2c3d4-e5f6-7890-abcd-ef1234567890}\n---\nmetadata: {name: "
                "west}\nspec: {id: 0f9e8d7c-b6a5-4321-9876-fedcba098765}",
       .source = "the manifest format: identities of the kinds"},
      {.id = "CX107",
       .subject = "manifest",
       .summary = "A literal stands where a secret reference belongs.",
       .story =
           "A secret in git is known to everyone who ever could read the repository, and stays in its history. Secret "
           "fields take ${env:NAME} or ${file:path}, which are read when they are needed and never shown. A tenant on "
           "loopback is exempt: its secrets protect nothing.\n\n"
           "To mend it: write a reference, and replace the secret that was in git.",
       .wrong = "clientSecret: s3cr3t",
       .right = "clientSecret: ${env:CXONE_CLIENT_SECRET}",
       .source = "CWE-798: Use of Hard-coded Credentials"},
      {.id = "CX108",
       .fixed = true,
       .subject = "manifest",
       .summary = "A waiver has expired.",
       .story =
           "A waiver accepts a broken rule until a day and says why. It holds through the end of that day in UTC; from "
           "then on the rule counts again, and the waiver is an error until somebody has looked at it.\n\n"
           "To mend it: mend what the waiver was for and remove it, or decide again and give it a later day.",
       .wrong = "waivers: [{rule: CX204, reason: carrier test, expires: 2020-01-31}]",
       .right = "waivers: [{rule: CX204, reason: carrier test, owner: ops, expires: 2099-01-31}]",
       .source = "the manifest format: metadata.waivers"},
  }};
  return kRules;
}

}  // namespace cxctl
