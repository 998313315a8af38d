#!/usr/bin/env python3
"""Writes manifests that a strict loader has to refuse, and an index of them.

    generate.py FOLDER

Each file looks like a document that somebody could have written, and is broken in one way. FOLDER/expected.tsv has a
line for each: file name, the rule that has to be among the findings (CX101 or CX102), what is wrong. The output depends
on nothing but these scripts. No file is over 1 MiB but document-over-1-mib.yaml, whose size is what is wrong with it.
"""

import os
import sys

sys.dont_write_bytecode = True  # nothing is left beside the sources

import schema_cases  # noqa: E402
import yaml_cases  # noqa: E402
from corpus import Corpus  # noqa: E402


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: generate.py FOLDER")
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    corpus = Corpus(folder)
    for group in yaml_cases.GROUPS + schema_cases.GROUPS:
        group(corpus)
    corpus.write_index()
    print(f"{len(corpus.index)} files in {folder}")


if __name__ == "__main__":
    main()
