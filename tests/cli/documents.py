"""What `cxctl COMMAND --format json` prints, and the JSON Schemas in schemas/ that say so.

DOCUMENTS names, for each command, the schemas that its documents may follow; whatever cannot be done is ERROR instead.
"""

import json
import pathlib

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"
ERROR = "error"
DOCUMENTS = {
    "validate": ["validate"],
    "plan": ["plan"],
    "apply": ["apply", "dry-run"],
    "drift": ["drift"],
    "drift accept": ["drift-accept"],
    "why": ["why"],
    "import": ["import"],
    "render": ["render"],
    "diff": ["diff", "diff-plans"],
    "rollback": ["apply", "dry-run"],
    "unlock": ["unlock"],
    "audit log": ["audit-log"],
    "audit show": ["audit-record"],
    "audit verify": ["audit-verify"],
    "audit export": ["audit-export"],
    "audit keygen": ["audit-keygen"],
    "agent": ["agent", "agent-once"],
    "agent token create": ["agent-token-create"],
    "agent token list": ["agent-token-list"],
    "agent token revoke": ["agent-token-revoke"],
    "agent dead-letters": ["agent-dead-letters"],
    "agent replay": ["agent-replay"],
    "schedule show": ["schedule-show", "written"],
    "window status": ["window-status"],
    "optimize": ["optimize"],
    "adherence": ["adherence"],
    "export": ["export"],
    "simulate": ["simulate"],
    "rules": ["rules", "jurisdictions", "jurisdiction"],
    "explain": ["explain"],
    "schema": [],  # a JSON Schema itself
    "doctor": ["doctor"],
    "selftest": ["selftest"],
    "completion": ["completion", "written"],
    "man": ["man", "man-pages"],
    "version": ["version"],
}
# They have no `--format json`: fmt prints names, graph a drawing, sim serves.
WITHOUT = ["fmt", "graph", "sim"]
# Not what a command prints: files, lines of them, and what the agent answers.
OTHERS = ["agent-status.v1", "apply-event", "drift-baseline", "sim-data", "sim-faults"]


def names_of(words):
    """The schemas for a command line, or None where its command is not known. `words`: behind `cxctl`."""
    if "--help" in words or "-h" in words or words[:1] == ["help"]:
        return ["help"]
    if "--version" in words:
        return ["version"]
    for at, word in enumerate(words):
        known = [name for name in DOCUMENTS if name.split()[0] == word]
        if known:
            rest = [each for each in words[at:] if not each.startswith("-")]
            fitting = [name for name in known if rest[:len(name.split())] == name.split()]
            return DOCUMENTS[max(fitting, key=len)] if fitting else []
        if word in WITHOUT:
            return []
    return None


def read(name, folder=SCHEMAS):
    return json.loads((pathlib.Path(folder) / f"{name}.schema.json").read_text(encoding="utf-8"))


def validator(name, folder=SCHEMAS):
    import jsonschema
    schema = read(name, folder)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def mistakes(name, document, folder=SCHEMAS):
    """What of the document is not as the schema says."""
    found = validator(name, folder).iter_errors(document)
    return [f"{name}: at /{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in found]


def no_number(text):
    raise ValueError(f"{text} is no JSON")


def problems(words, text, folder=SCHEMAS):
    """What is wrong with the standard output of a command with --format json."""
    try:
        document = json.loads(text, parse_constant=no_number)
    except ValueError as error:
        return [f"--format json gives no single JSON document ({error})\n{text}"]
    if list(document) == [ERROR]:
        return mistakes(ERROR, document, folder)
    names = names_of(words)
    if names is None:
        return [f"tests/cli/documents.py knows no schema for: cxctl {' '.join(words)}"]
    if not names:
        return [] if "$schema" in document else [f"cxctl {' '.join(words)} prints a document that has no schema"]
    found = [mistakes(name, document, folder) for name in names]
    return [] if [] in found else sum(found, [])
