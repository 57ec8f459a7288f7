"""Who reads which database: readers a replica while it is good, everybody else the primary."""

import json
import subprocess
import sys

import pytest

from .copies import HERE

pytestmark = pytest.mark.pure

ANSWERS = {
    "article": [200, "replica"],
    "front page": [200, "replica"],
    "feed": [200, "replica"],
    "signed in": [200, "primary"],
    "desk": [200, "primary"],
    "POST": [405, "neither"],
    "replica that is behind": [200, "primary"],
    "replica that has caught up": [200, "replica"],
    "replica that fails within a page": [200, "primary"],
    "replica that is left alone": [200, "primary"],
    "replica that is back": [200, "replica"],
    "replica that is gone": [200, "primary"],
    "primary that is gone": [200, "replica"],
    "primary that is gone, signed in": [503, "neither"],
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    command = [sys.executable, "-m", "posts.tests.machines.copies", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", ANSWERS)
def test_who_answers(said, name):
    assert said[name] == ANSWERS[name]


def test_commands_read_the_primary(said):
    assert said["command"] == HERE


def test_a_replica_that_failed_is_left_alone(said):
    assert said["left alone"] is True


def test_only_the_primary_is_migrated(said):
    assert said["migrates"] == [None, False]
