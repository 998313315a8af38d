#!/usr/bin/env python3
"""Runs a command-line story: files, commands, and what they must say.

    run_story.py --cxctl PROGRAM [--schemas DIR] [--trees DIR] [--update] STORY...

A story is a text file. Lines that begin with `#` above the first section tell what it is about. Sections:

    === tree NAME            copies the folder trees/NAME into the story's working folder
    === file PATH            writes the lines up to the next section to PATH
    === steps                the rest of the file

Steps, one a line:

    sim [FLAGS]              starts `cxctl sim --port 0 FLAGS`; {PORT} in files and steps is its port
    env NAME=VALUE           for the commands that follow; `env NAME` removes it
    edit JSON                changes something on the simulated tenant, as somebody else would (POST /_sim/edit)
    sql STATEMENT            changes the state store .cxctl/state.db below the manifests, behind cxctl's back
    $ COMMAND                runs COMMAND with bash and compares what it prints with the lines below
    tty COMMAND              the same on a terminal; standard output and error are one there
    tty[ANSWER] COMMAND      the same, and somebody types ANSWER when asked
    | TEXT                   a line of standard output
    ! TEXT                   a line of standard error
    = N                      the exit code; 0 if there is no such line
    json PATH == JSON        standard output is JSON and the value at PATH (.a.b[0].c, [*] for each) equals JSON
    json PATH absent         ... and there is nothing at PATH
    schema FILE              standard output is JSON that the schema FILE takes
    lines FILE SCHEMA        every line of FILE (- for standard output) is JSON that the schema takes
    contains TEXT            standard output contains TEXT (`stderr contains`, `lacks`, `stderr lacks` alike)
    stdout any               standard output may be anything (`stderr any` alike)

Without such lines standard output and standard error must be empty; `json`, `schema`, `lines`, `contains` and `lacks` take
the place of the literal text. In expected text `...` on a line of its own stands for any lines, and these stand for a part of
a line: {ULID} {HASH} {UUID} {ETAG} {TIME} {MS} {PORT} {DIR} {*}.

Of every cxctl command it is checked besides that nothing it prints holds a secret (every secret of a story contains
`canary`) or a phone number, and that --format json gives exactly one JSON document, which its schema takes
(documents.py). Nothing that a story leaves on the disk may hold a secret. A story whose name begins with `apply` must
end with a plan that has nothing to do.
"""

import argparse
import datetime
import json
import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

import documents

PARTS = {
    "ULID": r"[0-9A-HJKMNP-TV-Z]{26}",
    "HASH": r"[0-9a-f]{64}",
    "UUID": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "ETAG": r'"[^" ]*"',
    "TIME": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
    "MS": r"\d+(?:\.\d+)?",
    "*": r".*",
}
SECRET = "canary"
PHONE = re.compile(r"\+[1-9]\d{7,14}\b")
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ENVIRONMENT = {
    "CXONE_CLIENT_ID": "cxctl-ci",
    "CXONE_CLIENT_SECRET": "canary-client-secret",
    "CXCTL_ACTOR": "ci@example.com",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}


class Failure(Exception):
    pass


class Step:
    """A line of the story and, for a command, what stands below it."""

    def __init__(self, number, text):
        self.number = number
        self.text = text
        self.expectations = []  # (kind, text)

    def is_command(self):
        return self.text.startswith(("$ ", "tty"))


class Story:
    def __init__(self, path):
        self.path = path
        self.head, self.files, self.trees, self.steps = [], {}, [], []
        section, content = None, None
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if section != "steps":
                self.head.append(line)
            if line.startswith("=== ") and section != "steps":
                section, _, argument = line[4:].partition(" ")
                if section == "tree":
                    self.trees.append(argument)
                elif section == "file":
                    content = self.files.setdefault(argument, [])
                elif section != "steps":
                    raise Failure(f"line {number}: unknown section {section}")
            elif section == "file":
                content.append(line)
            elif section == "steps":
                self.add_step_line(number, line)
            elif line and not line.startswith("#"):
                raise Failure(f"line {number}: text before the first section must be a comment")
        if not self.steps:
            raise Failure("there are no steps")

    def add_step_line(self, number, line):
        kind, _, rest = line.partition(" ")
        if kind in ("|", "!", "=", "json", "schema", "lines", "contains", "lacks", "stdout", "stderr"):
            if not any(step.is_command() for step in self.steps):
                raise Failure(f"line {number}: an expectation without a command")
            self.last_command().expectations.append((kind, rest))
        else:
            self.steps.append(Step(number, line))

    def last_command(self):
        return [step for step in self.steps if step.is_command()][-1]


class Run:
    def __init__(self, story, options):
        self.story, self.options = story, options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="story-"))
        self.sim, self.port = None, "9"
        self.environment = {**ENVIRONMENT, "PATH": f"{self.folder}/.bin:/usr/bin:/bin", "HOME": str(self.folder)}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.problems = []
        self.updated = []
        self.last_output = ""
        self.given = set()

    def __enter__(self):
        (self.folder / ".bin").mkdir()
        (self.folder / ".bin" / "cxctl").symlink_to(pathlib.Path(self.options.cxctl).resolve())
        return self

    def __exit__(self, *_):
        if self.sim:
            self.sim.send_signal(signal.SIGTERM)
            try:
                self.sim.wait(10)
            except subprocess.TimeoutExpired:
                self.sim.kill()
            self.sim.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- steps ---

    def run(self):
        first_sim = next((step for step in self.story.steps if step.text.split(" ")[0] == "sim"), None)
        self.write_files(data_only=True)
        if first_sim:
            self.start_sim(first_sim.text[3:])
        self.write_files(data_only=False)
        for step in self.story.steps:
            self.updated.append(step.text)
            word, _, rest = step.text.partition(" ")
            if step.is_command():
                self.command(step)
            elif word == "env":
                name, equals, value = rest.partition("=")
                self.environment.pop(name, None)
                if equals:
                    self.environment[name] = self.filled(value)
            elif word == "edit":
                self.edit(step, self.filled(rest))
            elif word == "sql":
                with sqlite3.connect(next(self.folder.rglob(".cxctl/state.db"))) as database:
                    database.execute(self.filled(rest))
                database.close()
            elif word not in ("", "#", "sim") and not step.text.startswith("#"):
                self.other_step(step)
        self.check_disk()
        if self.story.path.name.startswith("apply") and "No changes." not in self.last_output:
            self.problem(self.story.steps[-1], "an apply story must end with a plan that has nothing to do")

    def other_step(self, step):
        raise Failure(f"line {step.number}: unknown step: {step.text}")

    def write_files(self, data_only):
        """First only what the simulated tenant reads: the others may need its port."""
        def put(path, text):
            if data_only and not path.endswith(".json"):
                return
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text if data_only else self.filled(text), encoding="utf-8")
            self.given.add(target)
        for tree in self.story.trees:
            root = pathlib.Path(self.options.trees) / tree
            for source in sorted(root.rglob("*")):
                if source.is_file() and ".cxctl" not in source.parts:
                    put(str(source.relative_to(root)), source.read_text(encoding="utf-8"))
        for path, lines in self.story.files.items():
            put(path, "\n".join(lines).rstrip("\n") + "\n")

    def filled(self, text):
        closed = DAYS[(datetime.datetime.now(datetime.timezone.utc).weekday() + 3) % 7]
        return text.replace("{PORT}", self.port).replace("{DIR}", str(self.folder)).replace("{CLOSED_DAY}", closed)

    def start_sim(self, flags):
        command = f"exec cxctl sim --port 0 --rate 1000 {flags}"
        errors = open(self.folder / ".sim-errors", "w", encoding="utf-8")
        self.sim = subprocess.Popen(["bash", "-c", command], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                    stderr=errors, text=True)
        errors.close()
        line = self.sim.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            raise Failure("the simulated tenant does not start: "
                          + (self.folder / ".sim-errors").read_text(encoding="utf-8"))
        self.port = line.rsplit(":", 1)[1].strip()

    def edit(self, step, body):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/_sim/edit", body.encode(), {"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=30).read()
        except urllib.error.HTTPError as error:
            self.problem(step, f"the edit is refused: {error.read().decode()}")

    def command(self, step):
        if step.text.startswith("tty"):
            how, _, command = step.text.partition(" ")
            code, out = self.on_terminal(self.filled(command), how[4:-1] if "[" in how else None)
            err = ""
        else:
            command = step.text[2:]
            done = subprocess.run(["bash", "-c", self.filled(command)], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=120)
            code, out, err = done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        self.last_output = out
        if self.options.update:
            self.updated += self.updated_expectations(step, code, out, err)
            return
        self.check_text(step, "|", "stdout", "standard output", out)
        self.check_text(step, "!", "stderr", "standard error", err)
        wanted = next((int(text) for kind, text in step.expectations if kind == "="), 0)
        if code != wanted:
            self.problem(step, f"exit code {code}, expected {wanted}\n--- standard output\n{out}--- standard error\n{err}")
        self.check_assertions(step, out, err)
        if "cxctl" in command:
            self.check_promises(step, command, out, err)

    def on_terminal(self, command, answer):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe("bash", ["bash", "-c", command], {"TERM": "xterm", **self.environment})
        out, end = b"", time.monotonic() + 120
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            out += data
            if answer is not None and out.rstrip().endswith(b":") and b"?" in out:
                os.write(terminal, answer.encode() + b"\n")
                answer = None
        os.close(terminal)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return code, out.decode("utf-8", "replace").replace("\r\n", "\n").replace("\x1b", "\\e").replace("\r", "\\r")

    # --- checks ---

    def problem(self, step, text):
        shown = text if len(text) < 6000 else text[:6000] + "\n[...]"
        self.problems.append(f"{self.story.path}:{step.number}: {step.text}\n{shown}")

    def check_text(self, step, mark, word, name, text):
        if (word, "any") in step.expectations:
            return
        expected = [rest for kind, rest in step.expectations if kind == mark]
        asserted = {kind for kind, rest in step.expectations if kind in ("json", "schema", "lines", "contains", "lacks")}
        if word == "stderr":
            asserted = {kind for kind, rest in step.expectations if kind == "stderr"}
        if asserted and not expected:
            return
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        if not self.matches(expected, lines):
            wanted = "".join(f"{line}\n" for line in expected)
            self.problem(step, f"{name} differs\n--- expected\n{wanted}--- got\n{text}")

    def matches(self, expected, lines):
        """Whether the lines fit the expected ones, with `...` for any number of lines."""
        pattern = ""
        for line in expected:
            pattern += r"(?:.*\n)*?" if line == "..." else self.line_pattern(line) + r"\n"
        return re.fullmatch(pattern, "".join(line + "\n" for line in lines)) is not None

    def line_pattern(self, line):
        pattern = ""
        for piece in re.split(r"(\{(?:ULID|HASH|UUID|ETAG|TIME|MS|\*)\})", self.filled(line)):
            name = piece[1:-1]
            pattern += PARTS[name] if piece.startswith("{") and name in PARTS else re.escape(piece)
        return pattern

    def check_assertions(self, step, out, err):
        for kind, rest in step.expectations:
            if kind == "json":
                self.check_json(step, rest, out)
            elif kind == "schema":
                self.check_schema(step, rest, out)
            elif kind == "lines":
                file, schema = rest.split(" ")
                text = out if file == "-" else (self.folder / file).read_text(encoding="utf-8")
                if not text.strip():
                    self.problem(step, f"{file} is empty")
                for line in text.splitlines():
                    self.check_schema(step, schema, line)
            elif kind in ("contains", "lacks"):
                self.check_contains(step, kind, rest, out, "standard output")
            elif kind == "stderr" and rest != "any":
                how, _, text = rest.partition(" ")
                self.check_contains(step, how, text, err, "standard error")

    def check_contains(self, step, kind, text, out, name):
        if (self.filled(text) in out) != (kind == "contains"):
            self.problem(step, f"{name} {'lacks' if kind == 'contains' else 'contains'} {text}\n{out}")

    def check_json(self, step, assertion, out):
        try:
            document = json.loads(out)
        except ValueError as error:
            self.problem(step, f"standard output is not JSON ({error})\n{out}")
            return
        found = re.fullmatch(r"(\S+) (?:== (.*)|(absent))", assertion)
        if not found:
            raise Failure(f"line {step.number}: cannot read: json {assertion}")
        path, wanted, absent = found.groups()
        try:
            value = look_up(document, path)
        except (KeyError, IndexError, TypeError):
            if not absent:
                self.problem(step, f"there is nothing at {path}\n{out}")
            return
        if absent:
            self.problem(step, f"there is something at {path}: {json.dumps(value)}")
        elif not self.equals(value, wanted):
            self.problem(step, f"{path} is {json.dumps(value)}, expected {wanted}")

    def equals(self, value, wanted):
        if isinstance(value, str) and "{" in wanted and wanted.startswith('"'):
            return re.fullmatch(self.line_pattern(json.loads(wanted)), value) is not None
        return value == json.loads(self.filled(wanted)) and isinstance(value, bool) == isinstance(json.loads(wanted), bool)

    def check_schema(self, step, name, text):
        try:
            document = json.loads(text)
        except ValueError as error:
            self.problem(step, f"not JSON ({error})\n{text}")
            return
        for mistake in documents.mistakes(name.removesuffix(".schema.json"), document, self.options.schemas):
            self.problem(step, mistake)

    def check_promises(self, step, command, out, err):
        for name, text in (("standard output", out), ("standard error", err)):
            if SECRET in text:
                self.problem(step, f"a secret is on {name}\n{text}")
            if PHONE.search(text):
                self.problem(step, f"a phone number is on {name}: {PHONE.search(text).group()}")
        if re.findall(r"--format[= ](\w+)", command)[-1:] == ["json"] and "|" not in command and ">" not in command:
            try:
                words = shlex.split(command[command.rindex("cxctl ") + 6:])
            except ValueError:
                words = command.split("cxctl ")[-1].split()
            for problem in documents.problems(words, out, self.options.schemas):
                self.problem(step, problem)

    def check_disk(self):
        for file in self.folder.rglob("*"):
            if file.is_file() and not file.is_symlink() and file not in self.given and SECRET.encode() in file.read_bytes():
                self.problem(self.story.steps[-1], f"{file.relative_to(self.folder)} holds a secret")

    # --- update ---

    def updated_expectations(self, step, code, out, err):
        """The expectations as they are where they hold, else what the command printed."""
        lines = []
        for mark, word, text in (("|", "stdout", out), ("!", "stderr", err)):
            kept = [rest for kind, rest in step.expectations if kind == mark]
            printed = text.split("\n")
            if printed[-1] == "":
                printed.pop()
            asserted = any(kind in ("json", "schema", "lines", "contains", "lacks") for kind, _ in step.expectations) and mark == "|"
            asserted = asserted or (mark == "!" and any(kind == "stderr" for kind, _ in step.expectations))
            if (word, "any") in step.expectations or (asserted and not kept):
                continue
            shown = kept if self.matches(kept, printed) else [self.normalised(line) for line in printed]
            lines += [f"{mark} {line}".rstrip() if not line else f"{mark} {line}" for line in shown]
        lines += [f"{kind} {rest}" for kind, rest in step.expectations if kind not in ("|", "!", "=")]
        return lines + ([f"= {code}"] if code else [])

    def normalised(self, line):
        line = line.replace(f"127.0.0.1:{self.port}", "127.0.0.1:{PORT}").replace(str(self.folder), "{DIR}")
        line = re.sub(rf"\b{PARTS['ULID']}\b", "{ULID}", line)
        line = re.sub(rf"\b{PARTS['HASH']}\b", "{HASH}", line)
        line = re.sub(r"\b\d+\.\d ms", "{MS} ms", line)
        return re.sub(PARTS["TIME"], lambda time: "{TIME}" if is_recent(time.group()) else time.group(), line)


def is_recent(text):
    at = datetime.datetime.fromisoformat(text.split(".")[0].rstrip("Z") + "+00:00")
    return abs((at - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) < 36 * 3600


def look_up(document, path):
    """The value at .a.b[0].c; [*] gives the list of what the rest finds in each item; .# the number of items."""
    parts = re.findall(r'\.("[^"]*"|[^.\[\]]+)|\[(\d+|\*)\]', path)
    for index, (name, number) in enumerate(parts):
        if number == "*":
            rest = "".join(f".{n}" if n else f"[{i}]" for n, i in parts[index + 1:])
            return [look_up(item, rest) for item in document]
        if name == "#":
            document = len(document)
        else:
            document = document[int(number)] if number else document[name.strip('"')]
    return document


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Runs command-line stories.")
    parser.add_argument("--cxctl", required=True, help="the program")
    parser.add_argument("--schemas", default=here.parent.parent / "schemas", help="folder of the JSON Schemas")
    parser.add_argument("--trees", default=here.parent / "scenarios" / "trees", help="folder of the trees that stories copy")
    parser.add_argument("--update", action="store_true", help="rewrite what is expected by what is printed; read the diff")
    parser.add_argument("stories", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        print("python3-jsonschema is not installed")
        return 77
    failed = 0
    for path in options.stories:
        try:
            story = Story(path)
            with Run(story, options) as run:
                run.run()
                if options.update:
                    path.write_text("\n".join(story.head + run.updated), encoding="utf-8")
                problems = run.problems
        except (Failure, subprocess.TimeoutExpired, OSError) as failure:
            problems = [f"{path}: {failure}"]
        print("\n".join(problems) if problems else f"ok: {path.name}")
        failed += bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
