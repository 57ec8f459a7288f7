"""Build the archive, start the servers, drive them in turn, print the table and the targets; JSON beside it.

Product and floor take turns within one run, because the figures of a machine drift; shares are what counts. A share
below its target is marked; the exit status says whether every answer was one, and every share was reached.
"""

import json
import os
import re
import statistics
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench import posts

from .drive import Stretch, drive
from .servers import Server, environment, manage, running

COUNT = int(os.environ.get("BENCH_COUNT", "2000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
RESULT = os.environ.get("BENCH_JSON", "")
ARTICLES = 1000
MEGABYTE = 1 << 20
MEMORY = 160  # MB of a worker


@dataclass(frozen=True)
class Case:
    """A kind of page: where it is, and the least share of the floor when it is kept, and when it is made."""

    name: str
    paths: list[str]
    kept: float | None
    made: float | None


def cases(site: Server) -> list[Case]:
    articles = _articles(site)
    pages = min(50, COUNT // 20)
    return [
        Case("home", ["/"], 0.75, 0.12),
        Case("page 50", [f"/?page={pages}"], 0.75, 0.12),
        Case("article", articles, 0.75, 0.20),
        Case("tag", [f"/tags/{quote('半導体')}/"], 0.75, 0.12),
        Case("section", [f"/categories/{quote('投資')}/"], 0.75, 0.12),
        Case("feed", ["/feed.xml"], 0.75, 0.15),
        Case(
            "search",
            [f"/search/?q={quote(word)}" for word in ("AI", "株", "円安", "半導体", "市場の反応")],
            None,
            None,
        ),
    ]


def _articles(site: Server) -> list[str]:
    """Addresses of articles as the sitemaps name them."""
    parts = re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", _text(site, "/sitemap.xml"))
    found = [
        path
        for part in parts
        for path in re.findall(r"<loc>https?://[^/]+(/\d{4}/[^<]+)</loc>", _text(site, part))
    ]
    return found[:ARTICLES]


def _text(site: Server, path: str) -> str:
    with urllib.request.urlopen(site.address + path) as answer:  # noqa: S310 - our own server
        return answer.read().decode()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="editorial-bench-") as folder, ExitStack() as stack:
        place = Path(folder)
        env = _filled(place)
        kept = stack.enter_context(running("editorial.wsgi", env, place / "kept.log"))
        made = stack.enter_context(running("editorial.wsgi", env | {"PAGE_CACHE": "0"}, place / "made.log"))
        known = cases(kept)
        floor = stack.enter_context(_floor(place, kept, known))
        rows = [row for case in known for row in _measured(case, kept, made, floor, place)]
        memory = kept.memory() / MEGABYTE
    good = [_said(row) for row in rows]
    print(f"{'ok  ' if memory <= MEMORY else 'MISS'} memory of a worker, MB: {memory:.0f} (at most {MEMORY})")
    if RESULT:
        Path(RESULT).write_text(json.dumps({"posts": COUNT, "memory": memory, "rows": rows}, indent=1))
    sys.exit(0 if all(good) and memory <= MEMORY else 1)


def _filled(place: Path) -> dict[str, str]:
    posts.write(place / "posts", COUNT)
    env = environment(place)
    manage(env, "migrate", "-v0")
    manage(env, "collectstatic", "--noinput", "-v0")
    manage(
        env,
        "import_markdown",
        str(place / "posts"),
        "--publish",
        "--jobs",
        "2",
        "--max-files",
        str(2 * COUNT),
        "-v0",
    )
    print(f"{COUNT:,} posts; {ROUNDS} rounds of {SECONDS:g} s each, product and floor in turn", flush=True)
    return env


def _floor(place: Path, site: Server, known: list[Case]):
    """The floor holds the bytes that the site sends for each kind of page."""
    bodies = place / "bodies"
    bodies.mkdir()
    for case in known:
        (bodies / _file(case)).write_text(_text(site, case.paths[0]), encoding="utf-8")
    env = os.environ | {"FLOOR_BODIES": str(bodies)}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return running("bench.serving.floor", env, place / "floor.log", f"/{_file(known[0])}")


def _file(case: Case) -> str:
    return case.name.replace(" ", "-")


def _measured(case: Case, kept: Server, made: Server, floor: Server, place: Path) -> list[dict]:
    """Rows of one kind of page: kept, answered with 304, made."""
    base, mark = [f"/{_file(case)}"], _mark(kept, case.paths[0])
    wanted = {"made": (made, case.paths, {}, case.made)}
    if case.kept:
        wanted["kept"] = (kept, case.paths, {}, case.kept)
        wanted["304"] = (kept, case.paths[:1], {"If-None-Match": mark}, 0.8)
    found: dict[str, list[Stretch]] = {name: [] for name in [*wanted, "floor"]}
    for _round in range(ROUNDS):
        found["floor"].append(drive(floor, base, SECONDS, place))
        for name, (server, paths, headers, _least) in wanted.items():
            found[name].append(drive(server, paths, SECONDS, place, headers))
    return [_row(case, name, found[name], found["floor"], wanted[name][3]) for name in wanted]


def _mark(site: Server, path: str) -> str:
    with urllib.request.urlopen(site.address + path) as answer:  # noqa: S310 - our own server
        return answer.headers.get("ETag", "")


def _row(case: Case, name: str, runs: list[Stretch], floor: list[Stretch], least: float | None) -> dict:
    rate, cpu = (statistics.median(getattr(run, key) for run in floor) for key in ("rate", "cpu"))
    middle = {
        key: statistics.median(getattr(run, key) for run in runs) for key in ("rate", "p50", "p99", "cpu")
    }
    return {
        "page": case.name,
        "how": name,
        **middle,
        "floor": rate,
        "share": middle["rate"] / rate,
        "share_of_cpu": cpu / middle["cpu"],
        "least": least,
        "bad": sum(run.bad for run in runs),
    }


def _said(row: dict) -> bool:
    good = row["bad"] == 0 and (row["least"] is None or row["share"] >= row["least"])
    target = f"at least {row['least']:g}" if row["least"] else "no target"
    print(
        f"{'ok  ' if good else 'MISS'} {row['page']:8} {row['how']:5} {row['share']:.2f} of the floor ({target});"
        f" {row['rate']:,.0f} against {row['floor']:,.0f} a second, p50 {row['p50']:.1f} ms, p99 {row['p99']:.1f} ms,"
        f" {row['cpu'] * 1000:.2f} ms of CPU, a share of {row['share_of_cpu']:.2f}"
        + (f", {row['bad']} BAD ANSWERS" if row["bad"] else ""),
        flush=True,
    )
    return good


if __name__ == "__main__":
    main()
