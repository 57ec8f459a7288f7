"""When an act at one process is seen through each of the others: the front page, asked again and again."""

import http.client
import math
import threading
import time
from collections.abc import Callable

import psycopg

PAUSE = 0.02  # seconds between two looks
LONGEST = 15.0


def seconds(
    ports: list[int], database: str, act: Callable[[], None], is_seen: Callable[[str], bool]
) -> list[float]:
    """For each port the seconds from the commit of the act until the front page shows it; inf when it never does."""
    watch = _Watch(database)
    looks = [_Look(port, is_seen) for port in ports]
    for thread in (watch, *looks):
        thread.start()
    act()
    watch.join(LONGEST)
    for look in looks:
        look.join(LONGEST)
    return [max(0.0, look.moment - watch.moment) for look in looks]


class _Watch(threading.Thread):
    """The moment at which the primary has the act, seen from outside to some milliseconds."""

    def __init__(self, database: str):
        super().__init__(daemon=True)
        self._connection = psycopg.connect(database, autocommit=True)
        self._before, self.moment = self._stamp(), math.inf

    def run(self) -> None:
        until = time.monotonic() + LONGEST + 30
        while self._stamp() == self._before and time.monotonic() < until:
            time.sleep(0.003)
        self.moment = time.monotonic()
        self._connection.close()

    def _stamp(self) -> int:
        return self._connection.execute("SELECT value FROM posts_sitestamp").fetchone()[0]


class _Look(threading.Thread):
    """The moment at which a reader has asked for the first page that shows the act."""

    def __init__(self, port: int, is_seen: Callable[[str], bool]):
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._is_seen, self.moment = is_seen, math.inf

    def run(self) -> None:
        until = time.monotonic() + LONGEST + 30
        while time.monotonic() < until:
            began = time.monotonic()
            if self._is_seen(self._page()):
                self.moment = began
                return
            time.sleep(PAUSE)

    def _page(self) -> str:
        try:
            self._connection.request("GET", "/")
            return self._connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return ""
