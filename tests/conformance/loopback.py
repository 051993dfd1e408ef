"""A real HTTP server on loopback that answers as it is told and keeps what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Request:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Host:
    """The host's server. ``answer``: a status, "hang" (reads, never answers) or "cut" (reads, hangs
    up); "half" hangs up in the middle of the answer."""

    url: str = ""
    answer: int | str = 200
    seen: list[Request] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def taken(self) -> dict[str, bytes]:
        """What a receiver that takes each id once has: id to the first body."""
        kept: dict[str, bytes] = {}
        for each in self.seen:
            kept.setdefault(each.headers["webhook-id"], each.body)
        return kept


@contextmanager
def host() -> Iterator[Host]:
    """Listens until the block ends."""
    told = Host()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
    server.daemon_threads = False
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(told: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            told.seen.append(Request(named, body))
            if told.answer == "hang":
                told.released.wait(10)
            elif told.answer == "half":
                self.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhe")
            elif told.answer != "cut":
                self._say(int(told.answer))

        def _say(self, status: int) -> None:
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    return Handler
