"""No way to the public goes round the gate: all callers are found in the source, and each is walked with bad texts."""

import ast
import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import posts
from posts import quality, workflow
from posts.models import CheckSetting, HouseRule, Post, Revision
from posts.roles import SYSTEM
from posts.workflow import STEPS, Refused

from .make import PAGE, advance, make_document, make_user

GOOD = {
    "title": "工場の検査を助けるAIの費用と効果",
    "lang": "ja",
    "tags": ["検査"],
    "summary": "三つの工場の検査時間を一年分、月ごとに比べました。",
}
P = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度です。"
BAD = {
    "ai.marker": f"{P}\n\n---END---",
    "body.repeat": f"{P}\n\n{P}",
    "style.first_person": "私は工場を訪ねました。",
    "legal.ad_label": f"{P}[本](https://amzn.to/abc)",
}
DAY = timedelta(days=1)

# --- who asks for it -------------------------------------------------------------------------------------------------

HOUSE = Path(posts.__file__).parent
# where a text becomes public: the steps `publish` (gated) and `adopt` (the machine's), and what an import brings
WRITES = {
    "workflow/steps.py",
    "workflow/effects.py",
    "workflow/intervals.py",
    "workflow/arrivals.py",
    "workflow/perform.py",
}
# each call of perform, with what the step is: a word, or a name that the rule book is asked about
CALLS = {
    ("admin/acts.py", "name"),
    ("admin/bulk.py", "act.name"),
    ("admin/stepping.py", "name"),
    ("admin/submission.py", "'submit'"),
    ("management/commands/demo.py", "'submit'"),
    ("management/commands/demo.py", "'request_changes'"),
    ("management/commands/demo.py", "'approve'"),
    ("management/commands/demo.py", "'publish'"),
    ("transfer/write.py", "'adopt'"),
    ("transfer/write.py", "'unpublish'"),
    ("workflow/rescheduling.py", "'cancel'"),
    ("workflow/rescheduling.py", "'publish'"),
}
# other helpers of issue 5 that take steps: none of them publishes
ALSO = {
    "'submit'",
    "'withdraw'",
    "'discard'",
    "'comment'",
    "'claim'",
    "'request_changes'",
    "'approve'",
    "'adopt'",
    "'accept_batch'",
}


def sources():
    for path in sorted(HOUSE.rglob("*.py")):
        name = path.relative_to(HOUSE).as_posix()
        if not name.startswith(("tests/", "migrations/")):
            yield name, ast.parse(path.read_text())


def is_status(node: ast.AST) -> bool:
    return ast.unparse(node) in ("Status.PUBLISHED", "'published'", "models.Status.PUBLISHED")


def writes_what_is_public(tree: ast.AST) -> bool:
    """An assignment to status or live_from, or a keyword of a call that stores it (update, create, Revision)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {part.attr for t in targets for part in ast.walk(t) if isinstance(part, ast.Attribute)}
            if "live_from" in names or ("status" in names and not _is_local(node)):
                return True
        if isinstance(node, ast.Call) and _stores(node):
            for word in node.keywords:
                if word.arg == "live_from" or (word.arg == "status" and is_status(word.value)):
                    return True
    return False


def assigned(name: str) -> str:
    """What a file assigns to a status."""
    return "".join(
        ast.unparse(node.value)
        for node in ast.walk(ast.parse((HOUSE / name).read_text()))
        if isinstance(node, ast.Assign) and "status" in ast.unparse(node.targets[0])
    )


def _is_local(node) -> bool:
    return all(not isinstance(t, ast.Attribute) for t in getattr(node, "targets", []))


def _stores(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("update", "create", "bulk_create", "get_or_create", "update_or_create", "Revision")


@pytest.mark.pure
def test_only_the_rule_book_writes_what_is_public():
    assert writes_what_is_public(ast.parse("revision.status = Status.PUBLISHED"))  # controls
    assert writes_what_is_public(ast.parse("Revision.objects.update(live_from=now)"))
    assert writes_what_is_public(ast.parse("rows.update(status='published')"))
    found = {name for name, tree in sources() if writes_what_is_public(tree)}
    responses = {name for name in found if name.startswith(("admin/", "site/", "sharing/", "difference/"))}
    assert found - responses <= WRITES, found - WRITES
    for name in responses:  # they write the status of an answer to a browser
        assert "live_from =" not in (HOUSE / name).read_text() and "PUBLISHED" not in assigned(name)
    assert {"workflow/effects.py", "workflow/arrivals.py", "workflow/perform.py"} <= found


@pytest.mark.pure
def test_every_caller_of_publish_is_known_and_asks_the_rule_book():
    calls = set()
    for name, tree in sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).split(".")[-1] == "perform"
                and node.args
            ):
                calls.add((name, ast.unparse(node.args[0])))
    assert calls >= CALLS
    assert {step for _, step in calls - CALLS} <= ALSO, calls - CALLS


@pytest.mark.pure
def test_the_steps_that_make_public_are_gated_or_the_machines():
    public = {name for name, step in STEPS.items() if step.target == "published"}
    assert public == {"publish", "adopt"}
    assert "publish" in quality.REFUSES and STEPS["adopt"].system_only
    assert any(guard.__qualname__.startswith("no_errors_at") for guard in STEPS["publish"].demands)


# --- each way walked -------------------------------------------------------------------------------------------------


def approved(check: str) -> Revision:
    """A text that was approved before the rule came which it breaks."""
    CheckSetting.objects.create(check_id=check, severity="off")
    made = workflow.new_post(make_document(**GOOD | {"body": BAD[check]}), by=make_user("writer"), page=PAGE)
    revision = advance(made, "approved")
    CheckSetting.objects.all().delete()
    assert check in {
        one.id for one in quality.refused("publish", quality.judge(revision))
    }  # a control that is bad
    return revision


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(moment) -> dict[str, str]:
    local = timezone.localtime(moment)
    return {"at_0": f"{local:%Y-%m-%d}", "at_1": f"{local:%H:%M}"}


def by_the_rule_book(revision, moment):
    with pytest.raises(Refused):
        workflow.perform("publish", revision, by=make_user("publisher"), at=moment)


def by_the_machine(revision, moment):
    with pytest.raises(Refused):
        workflow.perform("publish", revision, by=SYSTEM, at=moment)


def on_the_article(revision, moment):
    prefix = f"publish-{revision.pk}"
    sent = {"_step": "publish", "_revision": revision.pk, f"{prefix}-comment": ""}
    sent |= {f"{prefix}-{name}": value for name, value in (at(moment) if moment else {}).items()}
    answer = browser(make_user("publisher")).post(
        reverse("admin:posts_post_change", args=[revision.post_id]), sent
    )
    assert answer.status_code == 409


def on_the_review(revision, moment):
    prefix = f"publish-{revision.pk}"
    sent = {"_step": "publish", "_revision": revision.pk, f"{prefix}-comment": ""}
    sent |= {f"{prefix}-{name}": value for name, value in (at(moment) if moment else {}).items()}
    answer = browser(make_user("publisher")).post(
        reverse("admin:posts_post_review", args=[revision.post_id]), sent
    )
    assert answer.status_code == 409


def on_the_page_of_the_step(revision, moment):
    """Where the board, My desk and the calendar lead."""
    answer = browser(make_user("publisher")).post(
        reverse("admin:posts_post_step", args=[revision.post_id, "publish"]),
        {"revision": revision.pk, "comment": "", **(at(moment) if moment else {})},
    )
    assert answer.status_code == 409


def with_many_others(revision, moment):
    answer = browser(make_user("publisher")).post(
        reverse("admin:posts_post_changelist"),
        {
            "action": "bulk_publish",
            ACTION_CHECKBOX_NAME: [revision.post_id],
            "_confirm": "1",
            "comment": "",
            **(at(moment) if moment else {}),
        },
    )
    assert answer.status_code == 200 and b"".join(answer)


WAYS = [
    by_the_rule_book,
    by_the_machine,
    on_the_article,
    on_the_review,
    on_the_page_of_the_step,
    with_many_others,
]


@pytest.mark.parametrize("later", [False, True], ids=["now", "tomorrow"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("check", BAD)
def test_what_is_bad_is_refused_on_every_way(check, way, later, clock):
    revision = approved(check)
    before = Revision.objects.filter(pk=revision.pk).values().get()
    way(revision, timezone.now() + DAY if later else None)
    assert Revision.objects.filter(pk=revision.pk).values().get() == before
    assert not Revision.objects.filter(status="published").exists()
    assert not Post.objects.get().history.filter(step="publish").exists()


@pytest.mark.parametrize("way", [on_the_article, on_the_review, on_the_page_of_the_step, with_many_others])
def test_the_same_ways_let_a_sound_text_pass(way, clock):
    """Otherwise the test above would show nothing."""
    made = workflow.new_post(make_document(**GOOD | {"body": P}), by=make_user("writer"), page=PAGE)
    revision = advance(made, "approved")
    with contextlib.suppress(AssertionError):  # the way expects a refusal
        way(revision, None)
    assert Revision.objects.get().status == "published"


@pytest.mark.parametrize("check", BAD)
def test_another_moment_for_a_scheduled_text_is_a_publication(check, clock):
    CheckSetting.objects.create(check_id=check, severity="off")
    made = workflow.new_post(make_document(**GOOD | {"body": BAD[check]}), by=make_user("writer"), page=PAGE)
    revision = advance(made, "published", at=timezone.now() + DAY)
    CheckSetting.objects.all().delete()
    before = Revision.objects.values().get()
    with pytest.raises(Refused):
        workflow.reschedule(revision, by=make_user("publisher"), at=timezone.now() + 2 * DAY)
    answer = browser(make_user("publisher")).post(
        reverse("admin:posts_post_step", args=[revision.post_id, "reschedule"]),
        {"revision": revision.pk, "comment": "", **at(timezone.now() + 2 * DAY)},
    )
    assert answer.status_code == 409 and Revision.objects.values().get() == before


@pytest.mark.parametrize("check", ["ai.marker", "legal.ad_label"])
def test_a_replacement_that_is_scheduled_is_refused_and_the_old_text_stays(check, clock):
    made = workflow.new_post(make_document(**GOOD | {"body": P}), by=make_user("writer"), page=PAGE)
    live = advance(made, "published")
    clock.shift(DAY)
    CheckSetting.objects.create(check_id=check, severity="off")
    draft = workflow.start_revision(live.post, by=make_user("writer"))
    document = make_document(**GOOD | {"body": BAD[check], "update_kind": "typo"})
    draft = workflow.save_draft(draft, document, by=make_user("writer"), version=draft.version, page=PAGE)
    draft = advance(draft, "approved")
    CheckSetting.objects.all().delete()
    for way in WAYS:
        way(draft, timezone.now() + DAY)
    assert list(Revision.objects.published(timezone.now() + 5 * DAY)) == [live]
    assert Revision.objects.get(pk=live.pk).live_until is None


def test_an_approved_text_that_was_changed_behind_the_desk_is_refused(clock):
    made = workflow.new_post(make_document(**GOOD | {"body": P}), by=make_user("writer"), page=PAGE)
    revision = advance(made, "approved")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE posts_revision SET body = %s WHERE id = %s", [BAD["ai.marker"], revision.pk])
    for way in WAYS:
        way(Revision.objects.get(), None)
    # and with the seal made anew: then the gate alone stands there
    changed = Revision.objects.get()
    Revision.objects.filter(pk=changed.pk).update(seal=changed.seal_now())
    assert not workflow.STEPS["publish"].guards[0](Revision.objects.get(), None, None)
    for way in WAYS:
        way(Revision.objects.get(), None)
    assert not Revision.objects.filter(status="published").exists()


def test_a_stored_verdict_that_says_all_is_well_is_not_believed(clock):
    revision = approved("ai.marker")
    quality.refresh(revision)
    revision.verdict.refresh_from_db()
    revision.findings.all().delete()
    type(revision.verdict).objects.update(errors=0, warnings=0, infos=0, said=[])
    for way in WAYS:
        way(Revision.objects.get(), None)
    assert not Revision.objects.filter(status="published").exists()


def test_a_rule_of_the_house_that_comes_after_the_approval_is_asked(clock):
    made = workflow.new_post(make_document(**GOOD | {"body": P}), by=make_user("writer"), page=PAGE)
    revision = advance(made, "approved")
    HouseRule.objects.create(name="電気", pattern="電力", severity="error", suggestion="電気", is_active=True)
    for way in WAYS:
        way(revision, None)
    assert not Revision.objects.filter(status="published").exists()


def test_nobody_adopts_but_the_machine(clock):
    revision = approved("ai.marker")
    for person in ("writer", "editor", "publisher", "admin"):
        for status in ("draft", "approved"):
            Revision.objects.filter(pk=revision.pk).update(status=status)
            with pytest.raises(Refused):
                workflow.perform("adopt", Revision.objects.get(), by=make_user(person))
            answer = browser(make_user(person)).post(
                reverse("admin:posts_post_step", args=[revision.post_id, "adopt"]), {"comment": ""}
            )
            assert answer.status_code in (403, 404)
    assert not Revision.objects.filter(status="published").exists()


def test_unsafe_html_is_refused_though_every_check_is_off_and_a_waiver_stands(clock):
    for name in ("body.unsafe_html", "ai.marker"):
        CheckSetting.objects.create(check_id=name, severity="off")
    made = workflow.new_post(make_document(**GOOD | {"body": P}), by=make_user("writer"), page=PAGE)
    revision = advance(made, "approved")
    Revision.objects.update(body=f"{P}<svg/onload=alert(1)>")
    Revision.objects.update(seal=Revision.objects.get().seal_now())
    for way in WAYS:
        way(Revision.objects.get(), None)
    assert revision.post.history.filter(step="publish").count() == 0
