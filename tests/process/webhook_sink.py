"""A receiver of webhooks for process tests, which shares no code with cxctl: it verifies signatures with Python's hmac.

    with WebhookSink("whsec_...") as sink:
        ... Sink document with url: sink.url ...
        sink.await_deliveries(3)
        sink.delivered        # [(webhook-id, body as a dict), ...], only those that verified and were answered 2xx
        sink.problems         # [] unless something was not as it must be

`answers`: a function from (webhook-id, number of the request, from 1) to a status, or to None: the connection is closed
without an answer, after the request was read.
"""

import base64
import collections
import hashlib
import hmac
import http.server
import json
import threading
import time

TOLERANCE = 300  # seconds


def keys_of(secret):
    """The keys of a secret as a Sink document has it."""
    return [base64.b64decode(each[len("whsec_"):], validate=True) if each.startswith("whsec_") else each.encode()
            for each in secret.split()]


def sign(secret, webhook_id, timestamp, body):
    """The webhook-signature header of a webhook, for the other direction: /webhooks/mapping-sync."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
                    for key in keys_of(secret))


def headers_for(secret, webhook_id, body, timestamp=None):
    timestamp = int(time.time()) if timestamp is None else timestamp
    return {"webhook-id": webhook_id, "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(secret, webhook_id, timestamp, body), "Content-Type": "application/json"}


class WebhookSink:
    def __init__(self, secret, answers=lambda webhook_id, number: 204):
        self.secret, self.answers = secret, answers
        self.delivered, self.problems = [], []
        self.tries = collections.Counter()  # by webhook-id
        self.requests = 0
        self._changed = threading.Condition()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = sink._receive(self.headers, body)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/events"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def await_deliveries(self, count, patience=60):
        """Waits until so many different events arrived. Whether they did."""
        with self._changed:
            return self._changed.wait_for(lambda: len({each for each, _ in self.delivered}) >= count, patience)

    def _receive(self, headers, body):
        with self._changed:
            self.requests += 1
            webhook_id = headers.get("webhook-id", "")
            self.tries[webhook_id] += 1
            self.problems += self._problems_of(headers, body)
            status = self.answers(webhook_id, self.requests)
            if status is not None and 200 <= status < 300:
                self.delivered.append((webhook_id, json.loads(body)))
            self._changed.notify_all()
            return status

    def _problems_of(self, headers, body):
        webhook_id, timestamp = headers.get("webhook-id"), headers.get("webhook-timestamp")
        if not webhook_id or not timestamp or not timestamp.isdigit():
            return ["a webhook without id or timestamp"]
        problems = []
        if abs(int(timestamp) - time.time()) > TOLERANCE:
            problems.append(f"{webhook_id}: the timestamp {timestamp} is off")
        signatures = headers.get("webhook-signature", "").split()
        expected = sign(self.secret, webhook_id, timestamp, body).split()
        if self.secret and not any(hmac.compare_digest(a, b) for a in signatures for b in expected):
            problems.append(f"{webhook_id}: no signature fits")
        if sorted(json.loads(body)) != ["data", "timestamp", "type"]:
            problems.append(f"{webhook_id}: the body is {body!r}")
        return problems
