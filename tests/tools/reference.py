#!/usr/bin/env python3
"""Writes the reference from what cxctl says of itself: commands, JSON documents, kinds with their members,
rules.

    reference.py CXCTL FILE            writes it
    reference.py CXCTL FILE --check    exits with 1 if FILE is not what would be written
"""

import json
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import documents  # noqa: E402

HEAD = """# Reference

Made from cxctl itself by `tests/tools/reference.py`: what is below is what `cxctl COMMAND --help`, `cxctl explain` and
`cxctl rules` print, and what stands in `schemas/`.

"""


def say(cxctl, *words):
    return subprocess.run([cxctl, *words], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}).stdout


def commands(cxctl):
    rows = re.findall(r"^  ([a-z-]+) +(\S.*)$", say(cxctl, "--help").split("Commands:")[1], re.M)
    table = "| command | does |\n|---|---|\n" + "".join(f"| [`{name}`](#cxctl-{name}) | {text} |\n" for name, text in rows)
    parts = [f"### cxctl {name}\n\n```\n{say(cxctl, name, '--help').rstrip()}\n```\n" for name, _ in rows]
    return f"## Commands\n\n{table}\n" + "\n".join(parts)


def kinds(cxctl, schemas):
    names = sorted(file.name.split(".")[0] for file in schemas.glob("[A-Z]*.schema.json"))
    index = " · ".join(f"[{name}](#{name.lower()})" for name in names)
    return f"## Kinds\n\n{index}\n\n" + "\n".join(f"### {name}\n\n```\n{say(cxctl, 'explain', name).rstrip()}\n```\n" for name in names)


def rules(cxctl):
    lines = [re.match(r"(CX\d+)(!?) +(\S+) +(.*)", line) for line in say(cxctl, "rules").splitlines()]
    rows = [line.groups() for line in lines if line]
    table = "| rule | severity | waiver | finds |\n|---|---|---|---|\n"
    table += "".join(f"| [{name}](#{name.lower()}) | {severity} | {'no' if fixed else 'yes'} | {text.replace('|', '&#124;')} |\n"
                     for name, fixed, severity, text in rows)
    return f"## Rules\n\n{table}\n" + "\n".join(f"### {name}\n\n```\n{say(cxctl, 'explain', name).rstrip()}\n```\n" for name, *_ in rows)


def json_documents():
    """Commands with the schemas of what they print, then the other schemas."""
    def row(command, name):
        schema = documents.read(name)
        return f"| {command} | [{schema['title']}](../../schemas/{name}.schema.json) | {schema['description'].replace('|', '&#124;')} |\n"

    text = ("## JSON documents\n\nWith `--format json` a command prints exactly one of these documents on standard output. Times are UTC as "
            "RFC 3339\nwrites them, rates and shares are numbers from 0 to 1, addresses are `Kind/name`, and phone numbers are masked.\n\n")
    text += "| command | document | what it is |\n|---|---|---|\n"
    for command, names in {**documents.DOCUMENTS, "--help": ["help"], "every command": [documents.ERROR]}.items():
        text += "".join(row(f"`{command}`" if command != "every command" else command, name) for name in names)
    text += "\nFurther schemas, of files and answers:\n\n| file | what it is |\n|---|---|\n"
    for name in documents.OTHERS:
        schema = documents.read(name)
        text += f"| [{schema['title']}](../../schemas/{name}.schema.json) | {schema['description'].replace('|', '&#124;')} |\n"
    return text


def main():
    cxctl, file = sys.argv[1], pathlib.Path(sys.argv[2])
    schemas = pathlib.Path(__file__).resolve().parents[2] / "schemas"
    text = HEAD + "\n".join([commands(cxctl), json_documents(), kinds(cxctl, schemas), rules(cxctl)])
    if sys.argv[3:] != ["--check"]:
        file.write_text(text, encoding="utf-8")
    elif file.read_text(encoding="utf-8") != text:
        sys.exit(f"{file} is stale. Write it again: tests/tools/reference.py build/release/cxctl {file}")


main()
