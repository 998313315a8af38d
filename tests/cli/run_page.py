#!/usr/bin/env python3
"""Runs the examples of a page for people, in order, against the simulated tenant, and compares what they say.

    run_page.py --cxctl PROGRAM [--source DIR] [--update] PAGE...

In a page (Markdown),

    ```console               `$ COMMAND` lines are run; what they print, standard error too, is below them
    ```yaml PATH             is written to PATH
    ```diff PATH             is changed in PATH: lines with `-` and ` ` are found there once, and replaced by `+` and ` `
    <!-- story               what readers need not see, up to a line `-->`: steps of run_story.py (`sim`, `edit`, `env`,
                             `$`; $SOURCE is our sources); `exit N`: what the next command of the page exits with; `copy FOLDER`: from them

`[…]` on a line of its own stands for any lines. Ids, hashes, times and the port 8080 stand for whatever they are this time. A
block of another kind is not run, and must not hold a command line of cxctl.
"""

import argparse
import pathlib
import re
import shutil
import sys

import run_story
from run_story import PARTS, Failure, Step


class Page(run_story.Story):
    def __init__(self, path):
        self.path, self.head, self.files, self.trees, self.steps = path, [], {}, [], []
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.exit_code = 0
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            end = {"<!-- story": "-->", "```": "```"}.get(line if line.startswith("<!--") else line[:3])
            if end is None:
                number += 1
                continue
            last = self.lines.index(end, number + 1)
            self.add_block(line, number + 1, last)
            number = last + 1
        if not self.steps:
            raise Failure("there are no examples")

    def add_block(self, opening, first, last):
        block = self.lines[first:last]
        language, _, path = opening.removeprefix("```").partition(" ")
        if opening == "<!-- story":
            self.add_hidden(first, block)
        elif language == "console":
            self.add_console(first, block)
        elif path and language in ("yaml", "diff"):
            step = Step(first, f"{'write' if language == 'yaml' else 'change'} {path}")
            step.block = block
            self.steps.append(step)
        elif any(re.match(r"(\$ )?cxctl ", line) for line in block):
            raise Failure(f"line {first}: cxctl in a block that nobody runs")

    def add_hidden(self, first, block):
        for number, line in enumerate(block, first + 1):
            if line.startswith("exit "):
                self.exit_code = int(line[5:])
            else:
                self.add_step_line(number, line)

    def add_console(self, first, block):
        for number, line in enumerate(block, first + 1):
            if line.startswith("$ "):
                self.steps.append(Step(number, f"$ exec 2>&1; {dated(line[2:])}"))
                self.steps[-1].shown = []
                if self.exit_code:
                    self.steps[-1].expectations.append(("=", str(self.exit_code)))
                self.exit_code = 0
            else:
                self.steps[-1].shown.append(line)
                self.steps[-1].expectations.append(("|", expected(line)))


def dated(command):
    """Judged as of the day on which the page was written: the schedules of the examples end some day. A saved plan is of today."""
    if " --now " in command or " -o " in command:
        return command
    return re.sub(r"^(cxctl (?:validate|plan|import|drift( accept)?)) ?", r"\1 --now 2026-11-21T15:00:00Z ", command)


def expected(line):
    """What run_story.py compares with."""
    if line == "[…]":
        return "..."
    for name in ("HASH", "ULID", "UUID", "TIME"):
        line = re.sub(rf"\b{PARTS[name]}(?!\w)", f"{{{name}}}", line)
    return line.replace("127.0.0.1:8080", "127.0.0.1:{PORT}")


class Run(run_story.Run):
    def __enter__(self):
        self.environment["SOURCE"] = str(self.options.source)
        return super().__enter__()

    def filled(self, text):
        return super().filled(text).replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")

    def other_step(self, step):
        word, _, path = step.text.partition(" ")
        target = self.folder / path
        if word == "copy":
            source = pathlib.Path(self.options.source) / path
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".cxctl", "docs"))
            for file in target.rglob("*.yaml"):
                file.write_text(self.filled(file.read_text(encoding="utf-8")), encoding="utf-8")
        elif word == "write":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.filled("\n".join(step.block) + "\n"), encoding="utf-8")
        elif word == "change":
            self.change(step, target)
        else:
            super().other_step(step)

    def change(self, step, target):
        side = lambda marks: self.filled("".join(f"{line[1:]}\n" for line in step.block if line[:1] in marks))
        text = target.read_text(encoding="utf-8")
        if text.count(side(" -")) != 1:
            raise Failure(f"line {step.number}: that is not in {step.text[7:]} once")
        target.write_text(text.replace(side(" -"), side(" +")), encoding="utf-8")

    def updated_expectations(self, step, code, out, err):
        """Left alone where they hold; else what was printed, as a page shows it."""
        if hasattr(step, "shown"):
            printed = out.removesuffix("\n").split("\n") if out else []
            if not self.matches([text for kind, text in step.expectations if kind == "|"], printed):
                step.shown = [line.replace(f"127.0.0.1:{self.port}", "127.0.0.1:8080") for line in printed]
            wanted = next((int(text) for kind, text in step.expectations if kind == "="), 0)
            if code != wanted:
                self.problem(step, f"exit code {code}, expected {wanted}\n{out}")
        return []


def updated(page):
    lines = list(page.lines)
    for step in reversed([step for step in page.steps if hasattr(step, "shown")]):
        end = step.number
        while not lines[end].startswith(("$ ", "```")):
            end += 1
        lines[step.number:end] = step.shown
    return "\n".join(lines)


def main():
    here = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser()
    parser.add_argument("--cxctl", required=True)
    parser.add_argument("--source", default=here)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    problems = []
    for path in options.pages:
        try:
            page = Page(path)
            with Run(page, options) as run:
                run.run()
                problems += run.problems
            if options.update:
                path.write_text(updated(page), encoding="utf-8")
        except Failure as failure:
            problems.append(f"{path}: {failure}")
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
