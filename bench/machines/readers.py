"""Readers: threads that ask for pages without pause through nginx, and count everything that is not a page."""

import http.client
import itertools
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote

WORDS = ("AI", "モデル", "電力", "小規模", "データ", "検証")


@dataclass
class Count:
    """What readers got: pages, and for all else what it was and how often."""

    pages: int = 0
    seconds: list[float] = field(default_factory=list)
    faults: Counter = field(default_factory=Counter)

    @property
    def slow(self) -> float:
        """Milliseconds that 99 of 100 pages stay under."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] * 1000 if self.seconds else 0.0


class Readers:
    """`with Readers(port, paths) as count:` while something happens."""

    def __init__(self, port: int, paths: list[str], threads: int = 6):
        self._port, self._paths, self._count = port, paths, Count()
        self._over, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._read, args=(n,), daemon=True) for n in range(threads)]

    def __enter__(self) -> Count:
        for thread in self._threads:
            thread.start()
        return self._count

    def __exit__(self, *error) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(70)

    def _read(self, number: int) -> None:
        lot = random.Random(number)  # noqa: S311 - which page a reader opens
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=65)
        for turn in itertools.count():
            if self._over.is_set():
                break
            began, fault = time.monotonic(), ""
            try:
                connection.request("GET", self._path(lot, number, turn), headers={"Accept-Encoding": "gzip"})
                answer = connection.getresponse()
                answer.read()
                fault = "" if answer.status == 200 else str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                fault = type(error).__name__
                connection.close()
            with self._lock:
                self._count.pages += not fault
                self._count.seconds.append(time.monotonic() - began)
                if fault:
                    self._count.faults[fault] += 1
        connection.close()

    def _path(self, lot: random.Random, number: int, turn: int) -> str:
        """Half of them pages that nginx may have, half ones that only a web process can make."""
        kind = turn % 4
        if kind == 0:
            return f"/search/?q={quote(lot.choice(WORDS))}+{number}{turn}"
        path = lot.choice(self._paths)
        return f"{path}?utm_source={number}-{turn}" if kind == 1 else path
