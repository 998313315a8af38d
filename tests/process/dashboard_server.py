"""Serves the dashboard's files with a status document and events of a test's choosing."""

import copy
import http.server
import json
import pathlib
import queue
import re
import socket
import struct
import threading
import time
import urllib.parse

import harness

TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def policy_of(source):
    """The Content-Security-Policy that the agent sends."""
    literal = re.search(r"kPolicy =\s*((?:\"[^\"]*\"\s*)+);", source.read_text(encoding="utf-8")).group(1)
    return "".join(re.findall(r"\"([^\"]*)\"", literal))


class Server:
    """Use with `with`. `folder` is src/agent."""

    def __init__(self, folder):
        self.files, self.policy = pathlib.Path(folder) / "dashboard", policy_of(pathlib.Path(folder) / "dashboard.cc")
        self.status = {}
        self.asked = 0       # how often for the status
        self.refused = 0     # how many requests, while down
        self.down = None     # a status code, or "drop"
        self.listeners = []  # a queue for each open stream
        self.sent = 0
        handler = type("Handler", (Handler,), {"owner": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.go_down("drop")
        self.server.shutdown()
        self.server.server_close()

    def send(self, kind, data, named=True):
        """To everybody who listens, as the agent does; `named`: with the type as the event's name, too."""
        self.sent += 1
        body = json.dumps({"type": kind, "timestamp": "2026-11-24T15:15:00Z", "data": data})
        text = f"id: {self.sent}\n" + (f"event: {kind}\n" if named else "") + f"data: {body}\n\n"
        self.wait_for_listener()
        for listener in list(self.listeners):
            listener.put(text)

    def wait_for_listener(self):
        self.wait_for(lambda: self.listeners, "somebody listens to the events")

    @staticmethod
    def wait_for(condition, what):
        end = time.monotonic() + 30
        while not condition():
            if time.monotonic() > end:
                raise harness.Failure(f"it never came to this: {what}")
            time.sleep(0.02)

    def go_down(self, how):
        self.down = how
        for listener in list(self.listeners):
            listener.put(None)

    def come_back(self):
        self.down = None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path in ("/dashboard/status", "/dashboard/events") and self.owner.down is not None:
            self.fail(self.owner.down)
        elif path == "/dashboard/status":
            self.owner.asked += 1
            self.reply("application/json", json.dumps(self.since()).encode())
        elif path == "/dashboard/events":
            self.stream()
        else:
            name = "index.html" if path == "/" else path.removeprefix("/dashboard/")
            file = self.owner.files / name
            if "/" in name or not file.is_file():
                self.send_error(404)
            else:
                self.reply(TYPES[file.suffix], file.read_bytes())

    def since(self):
        """The status; of points those alone that the reader does not have."""
        since = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("since", [""])[0]
        status = copy.deepcopy(self.owner.status)
        for pacing in status["pacing"]:
            if "points" in pacing:
                pacing["points"] = [point for point in pacing["points"] if point["at"] > since]
        return status

    def fail(self, how):
        self.owner.refused += 1
        if how == "drop":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        else:
            self.send_error(how)

    def reply(self, kind, body):
        self.send_response(200)
        for name, value in (("Content-Type", kind), ("Content-Length", len(body)), ("Cache-Control", "private, no-cache"), ("X-Content-Type-Options", "nosniff"),
                            ("Content-Security-Policy", self.owner.policy), ("Referrer-Policy", "no-referrer")):
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        events = queue.Queue()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(b"retry: 200\n\n")
        self.owner.listeners.append(events)
        try:
            while (text := events.get()) is not None:
                self.wfile.write(text.encode())
        except OSError:
            pass
        finally:
            self.owner.listeners.remove(events)
