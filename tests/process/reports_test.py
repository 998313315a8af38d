#!/usr/bin/env python3
"""Has the reports of validate, plan, apply and drift judged by parsers that are not ours.

    reports_test.py CXCTL

    SARIF      python3-sarif-python-om; python3-jsonschema with sarif-schema-2.1.0.json of OASIS
    JUnit      python3-junitparser; python3-lxml with JUnit.xsd of windyroad/JUnit-Schema
    Markdown   cmark-gfm, GitHub's own parser; then html.parser
    HTML       html.parser (report_page_test.py opens it in a browser)
    GitHub     the runner's rules for workflow commands, as its documentation has them
    GitLab     the members that its documentation asks for

The two published schemas are read from the folder that $CXCTL_PUBLISHED_SCHEMAS names; without it they are left out.
Exits 77 (skipped) where one of the packages is not installed.

Manifests and tenant hold names that try everything, so that each format shows them and none obeys them.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import harness
from harness import Failure, expect, expect_equal
from reports_world import EAST, HOSTILE, HOSTILE_FILE, World, tree

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian's packages are, whichever Python this is
try:
    import junitparser
    import jsonschema
    import sarif_om
    from lxml import etree
except ImportError as missing:
    print(f"{missing.name} is not installed: skipped")
    sys.exit(77)
if not shutil.which("cmark-gfm"):
    print("cmark-gfm is not installed: skipped")
    sys.exit(77)

PUBLISHED = os.environ.get("CXCTL_PUBLISHED_SCHEMAS")
FORMATS = ["markdown", "html", "sarif", "junit", "github", "gitlab"]
VOID = {"meta", "link", "br", "hr", "img", "input"}


# --- judges, one a format ---

class Elements(HTMLParser):
    """Every element must be one of `allowed`, closed in order."""

    def __init__(self, allowed):
        super().__init__(convert_charrefs=True)
        self.allowed, self.open, self.text, self.attributes = allowed, [], [], []

    def handle_starttag(self, tag, attributes):
        expect(tag in self.allowed, f"<{tag}> is in the report: {self.get_starttag_text()}")
        for name, value in attributes:
            expect(not name.startswith("on") and name not in ("style", "src"), f"{name}={value!r} is in the report")
            self.attributes.append((tag, name, value))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        expect(self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:] or 'nothing'}")
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)

    def shown(self):
        self.close()
        expect_equal(self.open, [], "elements left open")
        return "".join(self.text)


def parsed(page, allowed):
    parser = Elements(allowed)
    parser.feed(page)
    return parser.shown(), parser.attributes


def judge_markdown(text, command):
    expect(len(text) <= 65536, f"{len(text)} characters do not fit into a comment")
    marker = "<!-- cxctl validate" if command == "validate" else f"<!-- cxctl {command} demo -->"
    expect(text.startswith(marker), text[:80])
    page = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist"],
                          input=text, capture_output=True, encoding="utf-8", check=True).stdout
    # What it makes of Markdown links and of names: nothing.
    shown, _ = parsed(page, {"h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code", "pre", "details",
                             "summary"})
    expect(not re.search(r"(^|\W)[@#]\w", re.sub(r"<(code|pre)[ >].*?</\1>", "", page, flags=re.S)), "a reference is in the text")
    return shown.replace("\u2060", "")


def judge_html(text, command):
    body_tags = {"html", "head", "meta", "title", "style", "body", "a", "header", "nav", "main", "h1", "h2", "p", "ul", "li", "b", "small", "div", "table",
                 "thead", "tbody", "tr", "th", "td", "details", "summary", "span", "code", "pre", "label", "input", "button", "footer",
                 "script", "figure", "figcaption", "svg", "rect", "text", "title", "caption"}
    shown, attributes = parsed(text, body_tags)
    expect(text.count("<script>") == 1, "there is one script, ours")
    links = [value for tag, name, value in attributes if name in ("href", "action")]
    expect(all(link.startswith("#") for link in links), f"links lead out: {links}")
    policy = [value for tag, name, value in attributes if name == "content" and "default-src" in value]
    expect(len(policy) == 1 and policy[0].startswith("default-src 'none'"), f"the policy is {policy}")
    expect("http:" not in text.replace(f"http://127.0.0.1", "") or "url(" not in text, "something is fetched")
    return shown


# Which of its classes stands at which member.
SARIF_CLASSES = {
    "runs": "Run", "tool": "Tool", "driver": "ToolComponent", "rules": "ReportingDescriptor", "results": "Result", "message": "Message",
    "shortDescription": "MultiformatMessageString", "fullDescription": "MultiformatMessageString", "help": "MultiformatMessageString",
    "defaultConfiguration": "ReportingConfiguration", "automationDetails": "RunAutomationDetails", "invocations": "Invocation",
    "toolExecutionNotifications": "Notification", "locations": "Location", "physicalLocation": "PhysicalLocation",
    "artifactLocation": "ArtifactLocation", "region": "Region", "logicalLocations": "LogicalLocation",
}


def as_sarif(name, value):
    """The object as sarif_om's class of that name: members that it does not know or misses are errors."""
    kind = getattr(sarif_om, name)
    members = {}
    known = {each.metadata["schema_property_name"]: each.name for each in kind.__attrs_attrs__}
    for key, member in value.items():
        expect(key in known, f"{name} has no member {key}")
        if key in SARIF_CLASSES:
            inner = SARIF_CLASSES[key]
            member = [as_sarif(inner, each) for each in member] if isinstance(member, list) else as_sarif(inner, member)
        members[known[key]] = member
    return kind(**members)


def judge_sarif(text, command):
    log = json.loads(text)
    read = as_sarif("SarifLog", log)
    expect_equal(read.version, "2.1.0", "the version")
    if PUBLISHED:
        schema = json.loads((pathlib.Path(PUBLISHED) / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    run = log["runs"][0]
    for result in run["results"]:
        expect_equal(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"], result["ruleId"], "the rule")
    return json.dumps(log, ensure_ascii=False)


def judge_junit(text, command):
    document = etree.fromstring(text.encode())
    if PUBLISHED:
        etree.XMLSchema(etree.parse(str(pathlib.Path(PUBLISHED) / "JUnit.xsd"))).assertValid(document)
    suites = junitparser.JUnitXml.fromstring(text.encode())
    for suite in suites:
        counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        for case in suite:
            counts["tests"] += 1
            for result in case.result:
                counts[{"Failure": "failures", "Error": "errors", "Skipped": "skipped"}[type(result).__name__]] += 1
        for name, count in counts.items():
            expect_equal(int(suite._elem.get(name)), count, name)
    return " ".join(document.itertext()) + " ".join(value for each in document.iter() for value in each.attrib.values())


def judge_github(text, command):
    shown = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(error|warning) ((?:\w+=[^,:\r\n]*,?)*)::(.*)", line)
        expect(match, f"no annotation: {line}")
        properties = dict(each.split("=", 1) for each in match.group(2).split(","))
        expect(set(properties) <= {"file", "line", "col", "endColumn", "title"}, f"properties {properties}")
        unescape = lambda value: value.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        shown += [unescape(value) for value in properties.values()] + [unescape(match.group(3))]
    return "\n".join(shown)


def judge_gitlab(text, command):
    issues = json.loads(text)
    expect(isinstance(issues, list), "an array")
    for issue in issues:
        expect_equal(set(issue), {"description", "check_name", "fingerprint", "severity", "location"}, "members")
        expect(issue["severity"] in ("info", "minor", "major", "critical", "blocker"), issue["severity"])
        expect(issue["location"]["path"] and not issue["location"]["path"].startswith(("/", "./")), issue["location"])
        expect(isinstance(issue["location"]["lines"]["begin"], int), issue["location"])
    expect_equal(len({issue["fingerprint"] for issue in issues}), len(issues), "different fingerprints")
    return json.dumps(issues, ensure_ascii=False)


JUDGES = {"markdown": judge_markdown, "html": judge_html, "sarif": judge_sarif, "junit": judge_junit, "github": judge_github,
          "gitlab": judge_gitlab}


def judge_all(world, command, *words, exit_code=0, shows=()):
    """Runs the command once, with all the formats beside the text; then each of `shows` must be in each of them."""
    files = [f"--{each}={each}.out" for each in FORMATS]
    world.run(command, *words, *files, exit_code=exit_code)
    for each in FORMATS:
        text = (world.folder / f"{each}.out").read_text(encoding="utf-8")
        expect("canary" not in text and "+14155551234" not in text, f"{command} --{each} shows a secret or a phone number")
        try:
            shown = JUDGES[each](text, command)
        except Exception as error:
            raise Failure(f"{command} --{each}: {error!r}") from error
        for part in shows:
            expect(part in shown or json.dumps(part, ensure_ascii=False)[1:-1] in shown, f"{command} --{each} does not show {part}\n{shown[:3000]}")
    return {each: (world.folder / f"{each}.out").read_text(encoding="utf-8") for each in FORMATS}


# --- the story ---

def test_formats(world):
    judge_all(world, "validate")
    plan = judge_all(world, "plan")
    expect_equal(plan["github"], "", "annotations without findings")
    expect_equal(json.loads(plan["gitlab"]), [], "issues without findings")
    expect("up to" in plan["markdown"] and "Blast radius" in plan["markdown"], "the blast radius")
    for each in FORMATS:
        words = ["plan", "--format", each]
        out, err = world.run(*words)
        expect_equal(err, "", f"standard error of {words}")
        JUDGES[each](out, "plan")
    judge_all(world, "apply", "--auto-approve")
    judge_all(world, "drift")


def test_drift_and_conflict(world):
    world.sim.ask("POST", "/_sim/edit", {"kind": "campaign", "id": EAST, "set": {"dialRate": 60}})
    judge_all(world, "drift", exit_code=2, shows=["Campaign/east", "drifted"])
    world.sim.set_faults([{"fault": "error", "status": 503, "method": "PATCH", "when": "before"}])
    judge_all(world, "apply", "--auto-approve", exit_code=4, shows=["Campaign/east", "failed"])
    world.sim.set_faults([])


def test_invalid(world):
    world.write(tree(campaign={"calendar": "nowhere"}))
    for words in (["validate"], ["plan"], ["drift"]):
        found = judge_all(world, *words, exit_code=3, shows=["CX104", "nowhere"])
        path = json.loads(found["gitlab"])[0]["location"]["path"]
        expect_equal(path, HOSTILE_FILE, "the file")
        uri = json.loads(found["sarif"])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        expect_equal(uri, "manifests/a%2Cb%253A%20%3Ci%3E%26%27%60c%60.yaml", "the URI")
    # Below the root of a git repository, paths of reports count from there, whatever the current folder is.
    (world.folder / ".git").mkdir()
    (world.folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    out, _ = world.run("validate", ".", "--format", "gitlab", exit_code=3, folder=world.folder / "manifests")
    expect_equal(json.loads(out)[0]["location"]["path"], HOSTILE_FILE, "the file from the root")
    shutil.rmtree(world.folder / ".git")
    # Names that nobody else sees: a rule quotes them.
    world.write(tree(campaign={"calendar": HOSTILE}))
    judge_all(world, "validate", exit_code=3)


def test_tenant_away(world):
    port = world.sim.port
    tenant = world.folder / "manifests" / "tenant.yaml"
    text = tenant.read_text(encoding="utf-8")
    tenant.write_text(text.replace(f":{port}", ":9"), encoding="utf-8")
    judge_all(world, "plan", exit_code=1)


def test_ci(world):
    world.write(tree(campaign={"calendar": "nowhere"}))
    summary = world.folder / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(world.folder.parent)}
    _, err = world.run("validate", exit_code=3, environment=github)
    commands = [line for line in err.splitlines() if line.startswith("::error ")]
    expect_equal(len(commands), 1, "annotations")
    expect("file=" + world.folder.name + "/manifests/a%2Cb%253A <i>&'`c`.yaml," in commands[0], commands[0])
    expect(summary.read_text(encoding="utf-8").startswith("before\n<!-- cxctl validate demo -->\n"), summary.read_text(encoding="utf-8"))
    _, err = world.run("validate", "-q", exit_code=3, environment=github)
    expect("::error" not in err, "annotations under -q")
    out, err = world.run("validate", "--format", "github", exit_code=3, environment=github)
    expect(out.startswith("::error ") and "::error" not in err, "annotations once")
    out, _ = world.run("plan", "--format", "json", exit_code=3, environment=github)
    expect("error" in json.loads(out), "one document")

    project = world.folder / "project"
    project.mkdir()
    world.run("validate", exit_code=3, environment={"GITLAB_CI": "true", "CI_PROJECT_DIR": str(project)})
    judge_gitlab((project / "gl-code-quality-report.json").read_text(encoding="utf-8"), "validate")


def test_streams(world):
    _, err = world.run("plan", "--format", "sarif", "-o", "-", exit_code=64)
    expect("both want standard output" in err, err)
    out, err = world.run("plan", "--markdown", "-")
    expect(out.startswith("<!-- cxctl plan demo -->") and "Plan" in err or "No changes" in err, err)
    _, err = world.run("plan", "--html", "nowhere/plan.html", exit_code=1)
    expect("cannot write nowhere/plan.html" in err, err)
    world.run("apply", "--auto-approve", "--dry-run", "--html", "x.html", exit_code=64)


def test_size(world):
    """The figure: a plan of 500 changes."""
    window = [{"startTime": "09:00", "endTime": "17:00", "timeZone": "America/New_York", "enabled": True}]
    schedules = [harness.document("CampaignSchedule", f"collections-east-wave-{number:03d}", {
        "campaign": "east", "startTime": "2040-01-02T00:00:00Z", "endTime": "2040-12-31T00:00:00Z", "timeZone": "America/New_York",
        "regulatoryWindows": window, "dialerSettings": {"maxConcurrentCalls": 1, "callRate": 1, "capacityThreshold": 0.85}})
        for number in range(500)]
    world.write(tree(extra=schedules))
    rules = world.folder / "manifests" / "tenant.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + "  rules: {CX208: 'off', CX203: 'off'}\n", encoding="utf-8")
    found = judge_all(world, "plan", "--allow-large-change")
    listed = len(set(re.findall(r"collections-east-wave-\d+", found["markdown"])))
    print(f"500 changes: {', '.join(f'{each} {len(found[each].encode()):,}' for each in FORMATS)} bytes; "
          f"{found['markdown'].count('<details><summary>')} of the {listed} listed changes fold out", flush=True)
    expect_equal(listed, 500, "changes that have a line")


def test(cxctl, folder):
    world = World(cxctl, folder)
    if not PUBLISHED:
        print("CXCTL_PUBLISHED_SCHEMAS is not set: SARIF and JUnit are judged by parsers alone", flush=True)
    failed = 0
    tenant = (folder / "manifests" / "tenant.yaml").read_text(encoding="utf-8")
    for each in (test_formats, test_drift_and_conflict, test_invalid, test_tenant_away, test_ci, test_streams, test_size):
        world.write(tree())
        (folder / "manifests" / "tenant.yaml").write_text(tenant, encoding="utf-8")
        try:
            each(world)
        except Exception as error:
            failed += 1
            print(f"FAILED: {each.__name__}\n{error if isinstance(error, Failure) else harness.trace_of(error)}\n", flush=True)
    world.sim.stop()
    return failed


if __name__ == "__main__":
    harness.main(test)
