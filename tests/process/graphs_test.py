#!/usr/bin/env python3
"""Has the graphs of `cxctl graph` judged: by the grammars of DOT and Mermaid, and by Graphviz where it is installed.

    graphs_test.py CXCTL

The DOT grammar is the whole one of graphviz.org/doc/info/lang.html but for ports, HTML labels and subgraphs; the Mermaid
grammar is the part of a flowchart that we write, with nothing between quotes but text, entities and <br/>.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import harness
from harness import expect, expect_equal

MANIFESTS = pathlib.Path(__file__).resolve().parents[2] / "manifests"
TENANT = MANIFESTS / "tenants" / "prod" / "tenant.yaml"
DOT_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(->)|([{}\[\];,=])|([A-Za-z_][A-Za-z_0-9]*))')
MERMAID_TEXT = r'"(?:[^"#&<>`;\\]|#\d+;|<br/>)*"'
MERMAID_SHAPES = [r"\[{}\]", r"\({}\)", r"\(\[{}\]\)", r"\{{\{{{}\}}\}}", r"\[/{}/\]", r"\[\({}\)\]", r"\{{{}\}}", r">{}\]"]
MERMAID_NODE = re.compile(r"  (n\d+)(?:" + "|".join(shape.format(MERMAID_TEXT) for shape in MERMAID_SHAPES) + ")")
MERMAID_EDGE = re.compile(r"  (n\d+) -->(?:\|" + MERMAID_TEXT + r"\|)? (n\d+)")
MERMAID_STYLE = re.compile(r"  style (n\d+) fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}")


class Dot:
    """Reads `digraph ID { statements }`; the nodes and edges of it."""

    def __init__(self, text):
        self.tokens, at = [], 0
        text = text.rstrip()
        while at < len(text):
            match = DOT_TOKEN.match(text, at)
            expect(match, f"no DOT at: {text[at:at + 60]!r}")
            self.tokens.append(match.group(0).strip())
            at = match.end()
        self.nodes, self.edges = set(), []
        expect_equal(self.take(), "digraph", "first word")
        self.identifier()
        expect_equal(self.take(), "{", "after the name")
        while self.tokens[0] != "}":
            self.statement()
        self.take()
        expect(not self.tokens, f"more behind the graph: {self.tokens[:5]}")

    def take(self):
        expect(self.tokens, "the graph ends early")
        return self.tokens.pop(0)

    def identifier(self):
        word = self.take()
        expect(word[0] == '"' or word[0].isalpha() or word[0] == "_", f"no identifier: {word}")
        return word

    def statement(self):
        name = self.identifier()
        if self.tokens[0] == "=":
            self.take()
            self.identifier()
        elif self.tokens[0] == "->":
            self.take()
            self.edges.append((name, self.identifier()))
            self.attributes()
        else:
            self.attributes()
            if name not in ("node", "edge", "graph"):
                self.nodes.add(name)
        expect_equal(self.take(), ";", "end of the statement")

    def attributes(self):
        while self.tokens[0] == "[":
            self.take()
            while self.tokens[0] != "]":
                self.identifier()
                expect_equal(self.take(), "=", "in an attribute")
                self.identifier()
                if self.tokens[0] == ",":
                    self.take()
            self.take()


def read_mermaid(text):
    lines = text.split("\n")
    expect_equal(lines[0], "flowchart LR", "first line")
    expect_equal(lines.pop(), "", "end of the text")
    nodes, edges = set(), []
    for line in lines[1:]:
        node, edge, style = (form.fullmatch(line) for form in (MERMAID_NODE, MERMAID_EDGE, MERMAID_STYLE))
        expect(node or edge or style, f"no Mermaid: {line!r}")
        if node:
            nodes.add(node.group(1))
        if edge:
            edges.append(edge.groups())
        expect(not style or style.group(1) in nodes, f"style of nothing: {line!r}")
    return nodes, edges


def check(cxctl, arguments, cwd, least):
    """Both languages draw the same graph; twice the same text."""
    def run(language):
        result = subprocess.run([cxctl, "graph", "--format", language, *arguments], cwd=cwd, env=harness.ENVIRONMENT,
                                capture_output=True, text=True, timeout=harness.PATIENCE, check=False)
        expect_equal(result.returncode, 0, f"graph {arguments}: {result.stderr}")
        return result.stdout
    text = run("dot")
    dot = Dot(text)
    nodes, edges = read_mermaid(run("mermaid"))
    expect_equal(nodes, dot.nodes, "nodes of both languages")
    expect_equal(edges, dot.edges, "edges of both languages")
    expect(len(nodes) >= least, f"{len(nodes)} nodes, expected {least} or more")
    expect(all(a in nodes and b in nodes for a, b in edges), "edges to nowhere")
    expect_equal(run("dot"), text, "the same graph again")
    if shutil.which("dot"):
        subprocess.run(["dot", "-Tsvg", "-o", "/dev/null"], input=text, text=True, check=True)


def hostile_plan(folder):
    """A saved plan whose names try everything; its hash is right."""
    import hashlib
    names = ["Campaign/\"];n9 -> n1;\"", "Campaign/`<script>alert(1)</script>", "Campaign/\u001b[31m\n- #quot; %% \\n \\",
             "Campaign/1. **x** |y| {z} & end"]
    changes = [{"address": name, "action": action, "risk": "neutral", "before": None, "after": {}, "fields": [],
                "dependsOn": names[:index]} for index, (name, action) in
               enumerate(zip(names, ["create", "update", "delete", "rename"]))]
    plan = {"formatVersion": "1", "id": "x", "createdAt": "2026-11-20T21:15:13Z", "tenant": {"name": "\"]", "baseUrl": ""},
            "manifests": {"digest": ""}, "changes": changes}
    canonical = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    plan["integrity"] = {"sha256": hashlib.sha256(canonical.encode()).hexdigest()}
    path = pathlib.Path(folder) / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path


def main():
    cxctl = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        check(cxctl, ["-t", str(TENANT)], folder, 20)
        check(cxctl, ["-t", str(TENANT), "--target", "PacingPolicy/*"], folder, 3)
        check(cxctl, ["--plan", str(hostile_plan(folder))], folder, 4)
    print("graphs: DOT and Mermaid are well-formed and say the same")


if __name__ == "__main__":
    main()
