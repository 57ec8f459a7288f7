"""Bytes on a socket, as no library would send them."""

import socket
import time
from dataclasses import dataclass, field

HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"


@dataclass
class Reply:
    """What came back: all bytes, after how many seconds, and whether the other side hung up."""

    raw: bytes = b""
    seconds: float = 0.0
    is_closed: bool = False
    headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def status(self) -> int:
        """0 when nothing was answered."""
        return int(self.raw.split(b" ", 2)[1]) if self.raw else 0

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    def of(self, name: str) -> str | None:
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _colon, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


def send(address: str, *pieces: bytes, patience: float = 20, pause: float = 0, half: bool = False) -> Reply:
    """The pieces one after the other, a pause between them; then what comes back until the other side hangs up."""
    reply, begun = Reply(), time.monotonic()
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=patience) as line:
        try:
            for number, piece in enumerate(pieces):
                time.sleep(pause if number else 0)
                line.sendall(piece)
            if half:
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                reply.raw += piece
            reply.is_closed = True
        except TimeoutError:
            pass
        except (ConnectionResetError, BrokenPipeError):
            reply.is_closed = True
    reply.seconds = time.monotonic() - begun
    return reply


def get(address: str, target: bytes | str = b"/", method: bytes = b"GET", **headers: str) -> Reply:
    target = target.encode() if isinstance(target, str) else target
    more = b"".join(
        f"{name.replace('_', '-')}: {value}\r\n".encode("latin-1") for name, value in headers.items()
    )
    return send(address, method + b" " + target + b" HTTP/1.1\r\n" + HOST + more + b"\r\n")
