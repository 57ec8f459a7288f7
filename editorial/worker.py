"""gunicorn's threads with an end to their patience: a slow or silent client holds a thread so long and no longer.

gunicorn's own `timeout` watches the main loop of a worker. A thread that waits for the next byte of a header or of a
form, or for a client that reads nothing, would wait for ever, and a handful of those stops the site. And its main loop
waits up to two seconds for each client that does not hang up after the answer: nobody else is let in meanwhile.
"""

import errno
import socket
import textwrap
import time
from functools import partial

from gunicorn import http, util
from gunicorn.http.errors import InvalidHeader
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import ThreadWorker

HEAD = 15  # seconds from the first byte of a request to the end of its headers
BODY = 60  # and from there to the end of its body: a picture of 20 MB at 3 Mbit/s
DRAINED = 65_536  # bytes of a body that nobody has read
ANSWER = 30  # for each piece of an answer that a client takes


class Timely(SocketUnreader):
    """Reads from a socket until a moment; a body that is cut off is a broken connection, never a shorter form."""

    until, in_body = 0.0, False

    def allow(self, seconds: float, *, in_body: bool) -> None:
        self.until, self.in_body = time.monotonic() + seconds, in_body
        self.sock.settimeout(ANSWER)

    def chunk(self, size_hint=None) -> bytes:
        self.sock.settimeout(max(self.until - time.monotonic(), 0.001))
        try:
            data = super().chunk(size_hint)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "The client was too slow.") from None
        self.sock.settimeout(ANSWER)
        if self.in_body and not data:
            raise ConnectionResetError(errno.ECONNRESET, "The client left before the end of its body.")
        return data


class Worker(ThreadWorker):
    """For HTTP/1 behind a server with TLS; gunicorn's own TLS and HTTP/2 are not used."""

    def enqueue_req(self, conn):
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = Timely(conn.sock)
            conn.close = partial(_leave, conn.sock)
        super().enqueue_req(conn)

    def handle(self, conn):
        conn.parser.unreader.allow(HEAD, in_body=False)
        return super().handle(conn)

    def handle_request(self, req, conn):
        if req.version >= (1, 1) and not any(name == "HOST" for name, _value in req.headers):
            raise InvalidHeader("HOST", req=req)  # RFC 9112, 3.2
        conn.parser.unreader.allow(BODY, in_body=True)
        return super().handle_request(req, conn)


def _leave(sock, graceful: bool = False) -> None:
    """Hangs up at once. What has come and was not read is taken, or the answer would be lost with it (a reset)."""
    try:
        sock.setblocking(False)
        sock.shutdown(socket.SHUT_WR)
        taken = 0
        while taken < DRAINED and (data := sock.recv(DRAINED)):
            taken += len(data)
    except OSError:  # nothing more there, or nobody
        pass
    finally:
        util.close(sock)


def refused(sock, status: int, reason: str, message: str) -> None:
    """What gunicorn answers to what is no request, in plain words: nothing of it is sent back as HTML."""
    head = textwrap.dedent(
        f"""\
        HTTP/1.1 {status} {reason}
        Connection: close
        Content-Type: text/plain; charset=utf-8
        Content-Length: {len(reason) + 1}
        Cache-Control: no-store
        Content-Security-Policy: default-src 'none'; frame-ancestors 'none'
        X-Content-Type-Options: nosniff
        """
    )
    util.write_nonblock(
        sock, f"{head}\n{reason}\n".replace("\n", "\r\n", head.count("\n") + 1).encode("ascii")
    )
