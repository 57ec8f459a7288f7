"""The files for containers: nothing secret, nothing as root, and nothing named that is not there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parents[3]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OURS = ("web", "migrate", "clock")


def said(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", OURS)
def test_the_program_runs_without_rights_and_writes_pictures_only(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["media:/srv/media"] and service["tmpfs"] == ["/tmp"]
    assert "user" not in service and "ports" not in service


def test_the_image_is_not_root_and_says_whether_it_lives():
    user, health = re.search(r"^USER (.+)$", said("Dockerfile"), re.M), "HEALTHCHECK" in said("Dockerfile")
    assert user[1].split(":")[0] not in ("0", "root") and health
    assert "--require-hashes" in said("Dockerfile")


def test_only_nginx_is_reached_from_outside():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["front"]


def test_what_the_image_copies_is_there_and_let_through():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", said("Dockerfile"), re.M)
    names = {word for line in copied for word in line.split()}
    assert {"editorial", "posts", "requirements.txt"} <= names
    assert all((ROOT / name).exists() for name in names)
    assert {f"!{name}" for name in names} <= {*said(".dockerignore").splitlines()}
    assert said(".dockerignore").splitlines()[1] == "*"


def test_the_example_holds_no_secret_and_only_variables_that_are_told_of():
    told = said("docs/operations.md") + said("compose.yaml")
    for line in said(".env.example").splitlines():
        name, _sign, value = line.lstrip("#").partition("=")
        if not name.isupper():
            continue
        assert name in told, name
        if name in ("SECRET_KEY", "POSTGRES_PASSWORD", "CDN_PURGE_SECRET"):
            assert value == "", name


def test_env_is_not_committed():
    assert ".env" in said(".gitignore").splitlines()


def test_every_file_that_compose_mounts_is_there():
    mounts = [mount for service in COMPOSE["services"].values() for mount in service.get("volumes", [])]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert files and all((ROOT / name).is_file() for name in files)


def test_the_longest_upload_passes_nginx():
    from posts import pictures  # noqa: PLC0415

    allowed = int(re.search(r"client_max_body_size (\d+)m", said("deploy/nginx.conf"))[1])
    assert allowed * 1024 * 1024 > pictures.MAX_BYTES


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx")
@pytest.mark.parametrize(
    "spoilt", [False, True], ids=["as it is", "control: a word that nginx does not know"]
)
def test_nginx_takes_the_file(tmp_path, spoilt):
    text = (
        said("deploy/nginx.conf").replace("/tmp/", f"{tmp_path}/").replace("/var/cache/nginx", str(tmp_path))
    )
    (tmp_path / "nginx.conf").write_text(text + ("nonsense on;" if spoilt else ""))
    upstream = said("deploy/upstream.conf").replace("web:8000", "127.0.0.1:8000")
    (tmp_path / "upstream.conf").write_text(upstream)
    run = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)
    assert (run.returncode == 0) is not spoilt, run.stderr
