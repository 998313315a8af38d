#!/usr/bin/env python3
"""Shows that the data files of rule packs are as their JSON Schemas say, and that these find mistakes.

    schema_test.py SRC_CALENDAR_FOLDER

ReadRulePack is asked by rule_pack_test.cc. Exits 77 (skipped) where python3-jsonschema is not installed.
"""

import copy
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def validator(path):
    schema = load(path)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def places(value, path=()):
    """The objects within a value, with the way to each."""
    if isinstance(value, dict):
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, path + (key,))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def main():
    folder = pathlib.Path(sys.argv[1])
    packs = validator(folder / "rule_pack.schema.json")
    holidays = validator(folder / "holidays.schema.json")
    problems = []
    count = 0
    for path in sorted((folder / "data").glob("*.json")):
        schema = holidays if path.stem == "holidays" else packs
        data = load(path)
        for error in schema.iter_errors(data):
            problems.append(f"{path.name}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
        # A member misspelt is found wherever it stands, but among the names of sets.
        for place in places(data):
            if path.stem == "holidays" and not place:
                continue
            count += 1
            changed = copy.deepcopy(data)
            at(changed, place)["clozedOn"] = "us-al"
            if schema.is_valid(changed):
                problems.append(f"{path.name}: a misspelt member is taken at {place}")
    print("\n".join(problems) if problems else f"ok: {count} places")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
