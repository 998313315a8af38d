#!/usr/bin/env python3
"""Writes libphonenumber's table of prefixes and time zones as C++ (time_zone_table.h says what it is for).

Usage: make_time_zones.py phonenumbers/tzdata/data0.py OUTPUT.cc

The input is the Python edition's (Debian: python3-phonenumbers); it is read, not run.
"""

import ast
import sys


def read_table(path):
    """{prefix: (zone, ...)}"""
    with open(path, encoding="utf-8") as file:
        module = ast.parse(file.read(), path)
    tables = [statement.value for statement in module.body
              if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict)]
    if len(tables) != 1:
        sys.exit(f"{path}: expected one table, found {len(tables)}")
    return ast.literal_eval(tables[0])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    table = read_table(sys.argv[1])
    rows = "".join(f'    {{"{prefix}", "{" ".join(sorted(zones))}"}},\n' for prefix, zones in sorted(table.items()))
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write('#include "phone/time_zone_table.h"\n\nnamespace cxctl {\n\n'
                  "std::span<const PrefixZones> PrefixZonesTable() {\n"
                  f"  static constexpr PrefixZones kTable[] = {{\n{rows}  }};\n"
                  "  return kTable;\n}\n\n}  // namespace cxctl\n")


if __name__ == "__main__":
    main()
