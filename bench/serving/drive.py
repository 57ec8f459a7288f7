"""One stretch of load by wrk over a list of paths, each drawn by lot; what it saw."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .servers import Server

CONNECTIONS = 8
_LUA = """
local paths = {}
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
math.randomseed(7)
request = function() return wrk.format("GET", paths[math.random(#paths)], {%(headers)s}) end
"""
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Stretch:
    """Requests a second, milliseconds, seconds of CPU a request, answers that were none, answers."""

    rate: float
    p50: float
    p99: float
    cpu: float
    bad: int
    count: int


def drive(
    server: Server, paths: list[str], seconds: float, place: Path, headers: dict[str, str] | None = None
) -> Stretch:
    """Drive the paths for some seconds. Raises RuntimeError when wrk is missing or says nothing."""
    listed, script = place / "paths.txt", place / "wrk.lua"
    listed.write_text("\n".join(paths) + "\n")
    pairs = ", ".join(f"[{_quoted(name)}] = {_quoted(value)}" for name, value in (headers or {}).items())
    script.write_text(_LUA % {"paths": listed, "headers": pairs})
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds:g}s",
        "--latency",
        "-s",
        str(script),
        server.address,
    ]
    before = server.cpu()
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    spent = server.cpu() - before
    found = re.search(r"(\d+) requests in", said)
    if not found:
        raise RuntimeError(f"wrk (Debian: apt-get install wrk) said nothing of use:\n{said}")
    count = int(found[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    lost = sum(map(int, errors.groups())) if errors else 0
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    failed = (int(bad[1]) if bad else 0) + lost
    return Stretch(rate, _share(said, 50), _share(said, 99), spent / max(count, 1), failed, count)


def _share(said: str, percent: int) -> float:
    value, unit = re.search(rf"\s{percent}(?:\.\d+)?%\s+([\d.]+)(us|ms|s)", said).groups()
    return float(value) * _UNITS[unit]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
