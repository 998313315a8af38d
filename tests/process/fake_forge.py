"""Stands for the parts of GitHub's and GitLab's API that ci/kit uses, in memory."""

import datetime
import http.server
import io
import json
import re
import threading
import urllib.parse
import zipfile

REPOSITORY = 7
BOT = {"github": {"login": "github-actions[bot]", "id": 1}, "gitlab": {"username": "kit", "id": 1}}
MALLORY = {"login": "mallory", "username": "mallory", "id": 2}
TOKEN = "canary-forge-token"


class Forge:
    """kind is `github` or `gitlab`. Use with `with`; what is in it may be looked at, and added to, directly."""

    def __init__(self, kind):
        self.kind, self.last = kind, 100
        self.comments = {}   # by number of the pull request
        self.issues = []
        self.pulls = []      # number, head, merged as, whether from a fork
        self.artifacts = []  # name, head, number of the pull request, content, whether from a fork
        self.requests = []
        self.is_down = False
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_for(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def environment(self):
        """What CI would set for the steps that speak to the forge."""
        own = ({"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": "acme/calling"} if self.kind == "github" else
               {"CI_API_V4_URL": self.url, "CI_PROJECT_ID": str(REPOSITORY)})
        return {**own, "CXCTL_FORGE_TOKEN": TOKEN}

    def next_id(self):
        self.last += 1
        return self.last

    def written(self, text, by=None):
        """A comment or issue, in the forge's form."""
        by = by or BOT[self.kind]
        number = self.next_id()
        if self.kind == "github":
            return {"id": number, "number": number, "user": by, "body": text, "state": "open"}
        return {"id": number, "iid": number, "author": by, "body": text, "description": text, "state": "opened"}

    def store_plan(self, name, head, number, folder, fork=False):
        """Zips the folder, as a job does with what it leaves behind."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, f"{'' if self.kind == 'github' else folder.name + '/'}{file.name}")
        self.artifacts.append({"id": self.next_id(), "name": name, "head": head, "number": number, "data": data.getvalue(), "fork": fork})

    # --- answers ---

    def answer(self, method, path, query, body):
        for pattern, answer in (self.github() if self.kind == "github" else self.gitlab()):
            found = re.fullmatch(pattern, f"{method} {path}")
            if found:
                return self.page(answer(body, *found.groups()), query)
        return None

    @staticmethod
    def page(items, query):
        if not isinstance(items, list):
            return items
        size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
        return items[(page - 1) * size:page * size]

    def github(self):
        root = "/repos/acme/calling"
        return [
            (rf"GET {root}/issues/(\d+)/comments", lambda _, number: self.comments.get(int(number), [])),
            (rf"POST {root}/issues/(\d+)/comments", self.add_comment),
            (rf"PATCH {root}/issues/comments/(\d+)", self.change_comment),
            (rf"GET {root}/issues", lambda _: [each for each in self.issues if each["state"] == "open"]),
            (rf"POST {root}/issues", self.add_issue),
            (rf"PATCH {root}/issues/(\d+)", self.change_issue),
            (rf"GET {root}/commits/(\w+)/pulls", lambda _, commit: [self.pull(each) for each in self.pulls]),
            (rf"GET {root}/actions/artifacts", lambda _: {"artifacts": [self.artifact(each) for each in self.artifacts]}),
            (rf"GET {root}/actions/artifacts/(\d+)/zip", self.content)]

    def gitlab(self):
        root = f"/projects/{REPOSITORY}"
        return [
            (r"GET /user", lambda _: BOT["gitlab"]),
            (rf"GET {root}/merge_requests/(\d+)/notes", lambda _, number: self.comments.get(int(number), [])),
            (rf"POST {root}/merge_requests/(\d+)/notes", self.add_comment),
            (rf"PUT {root}/merge_requests/\d+/notes/(\d+)", self.change_comment),
            (rf"GET {root}/issues", lambda _: [each for each in self.issues if each["state"] == "opened"]),
            (rf"POST {root}/issues", self.add_issue),
            (rf"PUT {root}/issues/(\d+)", self.change_issue),
            (rf"GET {root}/repository/commits/(\w+)/merge_requests", lambda _, commit: [self.merge_request(each) for each in self.pulls]),
            (rf"GET {root}/merge_requests/(\d+)/pipelines", lambda _, number: [
                {"id": each["id"]} for each in self.artifacts if each["number"] == int(number)]),
            (rf"GET {root}/pipelines/(\d+)/jobs", lambda _, number: [
                {"id": each["id"], "name": each["name"], "status": "success"} for each in self.artifacts if each["id"] == int(number)]),
            (rf"GET {root}/jobs/(\d+)/artifacts", self.content)]

    def pull(self, pull):
        return {"number": pull["number"], "merged_at": "2026-11-20T12:00:00Z" if pull["merged"] else None, "merge_commit_sha": pull["merged"],
                "head": {"sha": pull["head"], "repo": {"id": REPOSITORY + pull["fork"]}}, "base": {"repo": {"id": REPOSITORY}}}

    def merge_request(self, pull):
        return {"iid": pull["number"], "sha": pull["head"], "state": "merged" if pull["merged"] else "opened", "merge_commit_sha": pull["merged"],
                "squash_commit_sha": None, "source_project_id": REPOSITORY + pull["fork"], "target_project_id": REPOSITORY}

    @staticmethod
    def artifact(stored):
        made = datetime.datetime.fromtimestamp(1_800_000_000 + stored["id"], datetime.timezone.utc).isoformat()
        return {"id": stored["id"], "name": f"{stored['name']}-{stored['head']}", "expired": False, "created_at": made,
                "workflow_run": {"head_sha": stored["head"], "repository_id": REPOSITORY, "head_repository_id": REPOSITORY + stored["fork"]}}

    def content(self, _, number):
        return next(each["data"] for each in self.artifacts if each["id"] == int(number))

    def add_comment(self, body, number):
        self.comments.setdefault(int(number), []).append(self.written(body["body"]))
        return {}

    def change_comment(self, body, number):
        next(each for all in self.comments.values() for each in all if each["id"] == int(number))["body"] = body["body"]
        return {}

    def add_issue(self, body):
        self.issues.append({**self.written(body.get("body") or body["description"]), "title": body["title"], "labels": body["labels"]})
        return {}

    def change_issue(self, body, number):
        issue = next(each for each in self.issues if number in (str(each.get("iid")), str(each.get("number"))))
        event = body.pop("state_event", None)
        issue.update(body, **({"state": "closed"} if event == "close" else {}))
        return {}


def handler_for(forge):
    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_any(self):
            url = urllib.parse.urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            forge.requests.append(f"{self.command} {url.path}")
            if forge.is_down:
                return self.reply(403, b"{}")
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self.reply(401, b"{}")
            answer = forge.answer(self.command, url.path, dict(urllib.parse.parse_qsl(url.query)), json.loads(body or b"null"))
            if answer is None:
                return self.reply(404, b"{}")
            return self.reply(200, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def reply(self, status, data):
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = handle_any

        def log_message(self, *_):
            pass
    return Handler
