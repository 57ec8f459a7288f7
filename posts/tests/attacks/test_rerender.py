"""A new version of the rendering is looked at before it is accepted (attack G11)."""

import pytest
from django.core.management import CommandError, call_command

from posts.models import Revision, SiteStamp
from posts.tests.make import make_post


@pytest.fixture
def texts(db):
    """One page as this version renders it, and one as an earlier version did."""
    make_post("published", slug="same", body="本文です。")
    call_command("rerender", again=True, jobs=1, verbosity=0)
    old = make_post("published", slug="old", body="**強調**です。")
    Revision.objects.filter(pk=old.pk).update(html="<p>earlier</p>", rendered_with="0")
    return old


def stored() -> list:
    return list(Revision.objects.order_by("pk").values()) + list(SiteStamp.objects.values())


def test_G11_what_would_change_is_reported_before_it_is_accepted(texts, tmp_path, capsys):
    before = stored()
    call_command("rerender", "--again", "--dry-run", "--report", str(tmp_path / "report"), jobs=1)
    assert stored() == before
    report = (tmp_path / "report").read_text("utf-8")
    assert (
        f"# {texts.pk} published" in report and "-<p>earlier</p>" in report and "+<p><strong>強調" in report
    )
    assert report.count("# ") == 1  # the page that stays is not in it
    assert [int(line.split()[0]) for line in capsys.readouterr().out.splitlines()[:2]] == [1, 1]


def test_report_says_what_the_run_then_does(texts, tmp_path):
    call_command("rerender", "--dry-run", "--report", str(tmp_path / "report"), jobs=1, verbosity=0)
    call_command("rerender", jobs=1, verbosity=0)
    html = Revision.objects.get(pk=texts.pk).html
    assert f"+{html.splitlines()[0]}" in (tmp_path / "report").read_text("utf-8").splitlines()


def test_report_alone_is_wrong_use(texts, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("rerender", "--report", str(tmp_path / "report"), jobs=1)
    assert refused.value.returncode == 2 and not (tmp_path / "report").exists()
