"""From an empty folder and a backup to a site that answers, by one script (attack G14)."""

import re
import socket
import subprocess

import pytest

from .houses import FILL, ROOT
from .test_moves import house  # noqa: F401 - a fixture

pytestmark = [pytest.mark.walk, pytest.mark.pure]


def drill(file) -> subprocess.CompletedProcess:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(ROOT / "scripts/drill.sh"), str(file), str(port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=500)


def test_G14_backup_and_empty_folder_become_a_serving_site(house):  # noqa: F811
    there = house("there")
    there.run(FILL)
    done = drill(there.backup())
    assert done.returncode == 0, done.stderr
    told = re.findall(r"^ *(\d+) s  (.+)$", done.stdout, re.M)
    assert told[-1][1] == "serving" and int(told[-1][0]) < 30 * 60
    assert len([what for _seconds, what in told if what.startswith("200 /")]) == 5


def test_drill_fails_with_a_backup_that_is_cut_off(house):  # noqa: F811
    there = house("there")
    file = there.backup()
    file.write_bytes(file.read_bytes()[:-20_000])
    done = drill(file)
    assert done.returncode != 0 and "serving" not in done.stdout
