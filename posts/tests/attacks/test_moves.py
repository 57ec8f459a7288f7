"""A newsroom moves between databases, and is backed up while people write (attacks G02, G07)."""

import pytest

from .houses import FILL, House, server, told

pytestmark = [pytest.mark.walk, pytest.mark.pure]
FROM = "from posts.tests.attacks.filling import {0}; {0}({1})"
needs_postgresql = pytest.mark.skipif(not server(), reason="no PostgreSQL at DATABASE_URL or CI_DATABASE_URL")
KINDS = ["sqlite", pytest.param("postgresql", marks=needs_postgresql)]


@pytest.fixture
def house(tmp_path):
    """A maker of houses, which are gone afterwards."""
    made = []

    def make(name: str, kind: str = "sqlite", **more) -> House:
        made.append(House(tmp_path / name, kind, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@needs_postgresql
def test_G02_move_to_postgresql_and_back_changes_no_value(house):
    old, new, back = house("old"), house("new", "postgresql"), house("back")
    old.run(FILL)
    old.run(FROM.format("spoil", ""))
    file = old.place / "bad.tar"
    listed = old.manage("backup", str(file), "-v0")[1]
    refused = new.manage("restore", str(file), "-v0", status=1)[1]
    assert [said.count("posts.Revision") for said in (listed, refused)] == [3, 3], refused
    old.run(FROM.format("mend", ""))
    file = old.backup()
    new.manage("restore", str(file), "-v0")  # the refused one left the database empty
    assert new.dump() == old.dump() == told(file)
    new.run(FROM.format("follow", ""))
    file = new.backup()
    back.manage("restore", str(file), "-v0")
    assert back.dump() == new.dump() != old.dump()
    back.run("from posts.tests.make import make_post; make_post('published', slug='after-the-way-back')")
    assert old.media() == new.media() == back.media() != []


@pytest.mark.parametrize("kind", KINDS)
def test_G07_backup_while_people_write_is_of_one_moment(house, kind):
    busy, stop = house("busy", kind), None
    stop = busy.place / "stop"
    writer = busy.start("shell", "-v0", "-c", FROM.format("write_on", repr(str(stop))))
    backups = [busy.backup(f"{number}.tar") for number in range(4)]
    stop.touch()
    out, complaints = writer.communicate(timeout=60)
    assert writer.returncode == 0, complaints
    counts = [told(path)["posts.Post"][0] for path in backups]
    assert counts == sorted(counts) and 0 < counts[-1] <= int(out) and len(set(counts)) > 1
    for number in (1, 3):
        calm = house(f"calm{number}")
        calm.manage("restore", str(backups[number]), "-v0")
        assert int(calm.run(FROM.format("sound", ""))) == counts[number]


def test_control_an_unsound_newsroom_is_seen(house):
    torn = house("torn")
    torn.run(
        FILL
        + "; from posts.models import Revision; Revision.objects.filter(post__slug='draft').update(number=7)"
    )
    assert "without its text" in torn.manage("shell", "-v0", "-c", FROM.format("sound", ""), status=1)[1]
