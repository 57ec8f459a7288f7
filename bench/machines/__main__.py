"""make proof: what readers see when a part is killed under load, and when an act shows through every process.

Prints a table. Exit status: 0, 1 when a promise is broken, or when a control that has to see errors sees none.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from . import parts, seen
from .desk import Desk
from .readers import Readers
from .site import Site

ROUNDS = 6  # texts that are published and unpublished again, half of them while the replica is behind
AFTER = 6.0  # seconds of load after a part was killed
PROCESS, FRONT = (
    1.0,
    3.0,
)  # seconds until an act shows: through each process; through nginx, which keeps a page for a second


class Table:
    """Rows as they come, and whether all promises were kept."""

    def __init__(self) -> None:
        self.is_kept = True
        print(f"{'what happens':<52} {'pages':>7} {'99 %, ms':>9} {'errors':>7}  promise")

    def row(self, what: str, is_kept: bool, promise: str, *, pages="", slow="", errors="") -> None:
        self.is_kept &= is_kept
        kept = "kept" if is_kept else "BROKEN"
        print(f"{what:<52} {pages:>7} {slow:>9} {errors:>7}  {promise}: {kept}", flush=True)


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="editorial-proof-"))
    folder.chmod(0o755)
    site = Site(folder, ROUNDS)
    try:
        site.start()
        table = Table()
        _kills(site, table)
        _replica(site, table)
        _acts(site, table, site.ready[: ROUNDS // 2])
        _acts_before_a_replica_that_stands_still(site, table, site.ready[ROUNDS // 2 :])
        _primary(site, table)
        _private(site, table)
        _control(site, table)
    finally:
        site.stop()
    return 0 if table.is_kept else 1


def _kills(site: Site, table: Table) -> None:
    _under_load(site, table, "nothing", lambda: None)
    for number, web in enumerate(site.webs):
        _under_load(site, table, f"web process {number + 1} of {len(site.webs)} is killed", web.kill)
        site.start_web(number)
    _under_load(site, table, "Redis is killed", site.redis.kill)
    site.start_redis()


def _replica(site: Site, table: Table) -> None:
    before = site.databases.read_on_replica()
    _under_load(site, table, "nothing, and the replica is read", lambda: None)
    read = site.databases.read_on_replica() - before
    table.row("  questions that the replica has answered", read > 20, "not 0", pages=read)
    _under_load(site, table, "the replica is killed", site.databases.replica.kill)
    site.databases.start_replica()
    time.sleep(11)  # replicas.PAUSE
    before = site.databases.read_on_replica()
    _under_load(site, table, "the replica is back", lambda: None)
    read = site.databases.read_on_replica() - before
    table.row("  questions that the replica has answered", read > 20, "not 0", pages=read)


def _under_load(site: Site, table: Table, what: str, act: Callable[[], None]) -> None:
    with Readers(site.port, site.paths) as count:
        time.sleep(1.5)
        act()
        time.sleep(AFTER)
    errors = sum(count.faults.values())
    is_kept = not errors and count.pages > 50
    said = f"no reader sees an error {dict(count.faults) or ''}".strip()
    table.row(what, is_kept, said, pages=count.pages, slow=f"{count.slow:.0f}", errors=errors)


def _acts(site: Site, table: Table, texts: list[dict], meanwhile: str = "") -> None:
    """Each text is published through another process and taken back, while others read."""
    desks = [Desk(port, "publisher", site.password) for port in site.ports]
    ports, shown, gone = [*site.ports, site.port], [], []
    watch = partial(seen.seconds, ports, site.databases.url(site.databases.port))
    with Readers(site.port, site.paths, threads=2) as count:
        for number, text in enumerate(texts):
            desk, title, post = desks[number % len(desks)], text["title"], text["post"]
            shown.append(watch(partial(desk.take, "publish", post), partial(_shows, title)))
            ending = partial(desk.take, "unpublish", post, comment="誤りがありました。")
            gone.append(watch(ending, partial(_lacks, title)))
    for what, rounds in ((f"published{meanwhile}", shown), (f"unpublished{meanwhile}", gone)):
        through = [seconds for one in rounds for seconds in one[:-1]]
        _seen(table, f"{what}: seen through 3 processes", through, PROCESS)
        _seen(table, f"{what}: seen through nginx", [one[-1] for one in rounds], FRONT)
    errors = sum(count.faults.values())
    table.row("  meanwhile", not errors, "no reader sees an error", pages=count.pages, errors=errors)


def _acts_before_a_replica_that_stands_still(site: Site, table: Table, texts: list[dict]) -> None:
    """The replica answers and hears of nothing new: nobody may be shown what it has."""
    site.databases.tell(site.databases.replica_port, "SELECT pg_wal_replay_pause()")
    _acts(site, table, texts, ", replica behind")
    site.databases.tell(site.databases.replica_port, "SELECT pg_wal_replay_resume()")


def _primary(site: Site, table: Table) -> None:
    _under_load(site, table, "the primary is killed", site.databases.primary.kill)
    site.databases.start_primary()


def _shows(title: str, page: str) -> bool:
    return title in page


def _lacks(title: str, page: str) -> bool:
    return bool(page) and title not in page


def _seen(table: Table, what: str, seconds: list[float], most: float) -> None:
    said = f"within {most:g} s (median {median(seconds):.2f}, longest {max(seconds):.2f} of {len(seconds)})"
    table.row(what, max(seconds) <= most, said)


def _private(site: Site, table: Table) -> None:
    """E14: what staff see through nginx is not there for the next one who asks."""
    staff, anybody = Desk(site.port, "publisher", site.password), Desk(site.port)
    preview = f"/preview/{site.ready[0]['revision']}/"
    leaks = 0
    for path in ("/admin/", "/admin/posts/post/", preview):
        mine = [staff.get(path) for _turn in range(2)]
        theirs = anybody.get(path)
        leaks += mine[0][0] != 200 or theirs[0] == 200
    table.row(
        "staff open the desk and a preview, then somebody else", not leaks, "sees neither", errors=leaks
    )


def _control(site: Site, table: Table) -> None:
    """The same kill behind an nginx that asks one process only and keeps nothing: readers have to see errors."""

    def spoil(text: str) -> str:
        text = text.replace("proxy_next_upstream error timeout http_502;", "proxy_next_upstream off;")
        return text.replace("proxy_cache pages;", "proxy_cache off;").replace("max_fails=2", "max_fails=0")

    port = parts.free_ports(1, 8290)[0]
    plain = parts.nginx(site.folder, port, site.ports, spoil)
    plain.start(lambda: parts.answers(f"http://127.0.0.1:{port}/"))
    with Readers(port, site.paths) as count:
        time.sleep(1.5)
        site.webs[0].kill()
        time.sleep(AFTER)
    plain.kill()
    errors = sum(count.faults.values())
    what = "CONTROL web 1 is killed, nginx asks no other"
    table.row(what, errors > 0, "errors are seen", pages=count.pages, errors=errors)


if __name__ == "__main__":
    sys.exit(main())
