"""A proxy between cxctl and the simulated tenant that kills cxctl at a chosen point of a chosen write."""

import os
import signal
import socket
import threading
import time

# Where, in the life of a write, the process is killed.
POINTS = {
    "before": "the request is complete, the tenant has not had it",
    "sent": "the tenant has it, and carries it out when the process is dead",
    "late": "the tenant gets it when the next run is done",
    "answered": "the tenant has answered, cxctl has had nothing of it",
    "half": "half of the answer has arrived",
    "delivered": "the answer has arrived, its outcome may be in the journal or not",
    "later": "a little later",
}


class Proxy:
    """Passes requests on, each connection in a thread of its own, as HTTP/1.1 with Content-Length alone."""

    def __init__(self, port):
        self.tenant = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.writes = 0
        self.plan = None  # (number of the write, point)
        self.killed = False
        self.held = []  # requests of dead processes that are still on their way
        self.threads = []
        self.accepting = threading.Thread(target=self.accept)
        self.accepting.start()

    def kill_at(self, write, point):
        """The process that is started next dies at that write, counted from 1; call `aim` with its id."""
        self.plan, self.killed, self.writes = (write, point), False, 0
        self.aimed, self.victim = threading.Event(), None

    def aim(self, process_id):
        self.victim = process_id
        self.aimed.set()

    def pass_on(self):
        self.plan = None

    def quiet(self):
        """Waits until every connection has ended: the tenant has nothing under way any more."""
        for thread in list(self.threads):
            thread.join()
        self.threads.clear()

    def deliver_held(self):
        for request in self.held:
            with socket.create_connection(self.tenant) as tenant:
                tenant.sendall(request)
                read_message(tenant)
        self.held.clear()

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.accepting.join()
        self.quiet()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self.serve, args=(client,))
            self.threads.append(thread)
            thread.start()

    def serve(self, client):
        with client, socket.create_connection(self.tenant) as tenant:
            tenant.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while request := read_message(client):
                    self.exchange(client, tenant, request)
            except OSError:
                pass  # the process was killed

    def point_of(self, request):
        """Where the process is to be killed in this request, if at all."""
        method, path = request.split(b" ", 2)[:2]
        if method == b"GET" or path == b"/oauth/token":
            return None
        with self.lock:
            self.writes += 1
            return self.plan[1] if self.plan and self.plan[0] == self.writes else None

    def exchange(self, client, tenant, request):
        point = self.point_of(request)
        if point == "late":
            self.held.append(request)
        if point in ("before", "late"):
            self.kill()
        tenant.sendall(request)
        if point == "sent":
            self.kill(lambda: read_message(tenant))
        answer = read_message(tenant)
        if point == "answered":
            self.kill()
        if point == "half":
            client.sendall(answer[:len(answer) // 2])
            self.kill()
        client.sendall(answer)
        if point == "later":
            time.sleep(0.002)
        if point in ("delivered", "later"):
            self.kill()

    def kill(self, afterwards=None):
        """Kills the process and ends the connection."""
        self.aimed.wait()
        os.kill(self.victim, signal.SIGKILL)
        self.killed = True
        if afterwards:
            afterwards()
        raise ConnectionAbortedError


def read_message(connection):
    """A whole request or answer; b"" at the end."""
    message = b""
    while b"\r\n\r\n" not in message:
        more = connection.recv(65536)
        if not more:
            return b""
        message += more
    head, _, body = message.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            return b""
        body += more
    return head + b"\r\n\r\n" + body
