"""Two people at the same moment: one wins, the other is told, nothing is lost, and history says what happened."""

import threading
from collections import Counter
from copy import copy
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.models import HistoryEntry, Post, Revision, Tag
from posts.models.taxonomy import NameQuerySet
from posts.workflow import Refused, Stale
from posts.workflow.refused import races_refused

from ..make import PAGE, advance, make_document, make_post, make_user
from .racing import IS_POSTGRES, alone, at_once, empty, races, rounds, shared, winners

__all__ = ["empty", "shared"]
pytestmark = [pytest.mark.django_db(transaction=IS_POSTGRES), pytest.mark.usefixtures("shared")]

PEOPLE = {"ann": "editor", "ben": "editor", "pat": "publisher", "pia": "publisher"}
REASON = "事実の確認をもう一度お願いします。"


@pytest.fixture
def people(shared):
    names = {"writer": "writer", "editor": "editor", "publisher": "publisher", **PEOPLE}
    return alone(lambda: {name: make_user(role, name=name) for name, role in names.items()})


def fresh(revision: Revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


def step(name: str, revision: Revision, by, **more):
    return lambda: workflow.perform(name, revision, by=by, acknowledged=True, **more)


def save(revision: Revision, by, body: str):
    document = revision.to_document().replace(body=body)
    return lambda: workflow.save_draft(revision, document, by=by, version=revision.version, page=PAGE)


def told(post_id: int) -> list[tuple]:
    """(what the newest entry of each text says, what stands in its row), for each text whose two differ."""
    pairs = []
    for row in Revision.objects.filter(post_id=post_id):
        entry = row.history.exclude(step="conflict").first()
        pairs.append(
            ((entry.target, entry.live_from, entry.live_until), (row.status, row.live_from, row.live_until))
        )
    return [pair for pair in pairs if pair[0] != pair[1]]


def steps_of(post_id: int) -> Counter:
    return Counter(HistoryEntry.objects.filter(post_id=post_id).values_list("step", flat=True))


def words_of(answers) -> list[str]:
    return [str(answer) for answer in answers if isinstance(answer, Refused)]


# --- D01, D02: saves ---


@rounds()
def test_D01_of_two_saves_at_once_one_stands_and_both_are_kept(count, people):
    def one(number: int) -> str:
        draft = alone(lambda: make_post(by=people["writer"]))
        answers = at_once(save(draft, people["ann"], "A"), save(draft, people["ben"], "B"))

        def look():
            now, kept = fresh(draft), HistoryEntry.objects.filter(post_id=draft.post_id)
            assert [type(answer) for answer in answers].count(Stale) == 1
            assert (now.version, now.body) == (draft.version + 1, "AB"[winners(answers).index("1")])
            assert {"A", "B"} <= {entry.text.rstrip()[-1] for entry in kept if entry.text}
            assert steps_of(draft.post_id) == {"create": 1, "save": 1, "conflict": 1}
            assert now.saved_by.username in words_of(answers)[0]

        alone(look)
        return winners(answers)

    assert sum(races(count, one).values()) == count


@rounds()
def test_D02_the_same_save_twice_at_once_is_one_and_nobody_is_refused(count, people):
    def one(number: int) -> str:
        draft = alone(lambda: make_post(by=people["writer"]))
        twice = save(draft, people["writer"], "A")
        answers = at_once(twice, twice, twice)
        assert alone(lambda: steps_of(draft.post_id)) == {"create": 1, "save": 1}
        return winners(answers)

    assert races(count, one) == {"111": count}


@rounds()
def test_D02_a_new_article_sent_twice_at_once_is_one(count, people):
    def one(number: int) -> str:
        document, token = make_document(slug=f"s{number}"), f"token-{number}"

        def send():
            return workflow.new_post(document, by=people["writer"], page=PAGE, token=token).pk

        answers = at_once(send, send)
        assert len(set(answers)) == 1
        return winners(answers)

    assert races(count, one) == {"11": count}
    assert alone(Post.objects.count) == count


# --- D03: decisions ---


def decided(people, *acts) -> str:
    """A text in review that all of these decide at once; which of them were taken."""
    text = alone(lambda: make_post("in_review", by=people["writer"]))
    answers = at_once(*(act(text) for act in acts))

    def look():
        made = steps_of(text.post_id)
        assert made["approve"] <= 1 and made["request_changes"] <= 1
        assert made["approve"] + made["request_changes"] == winners(answers).count("1")
        assert told(text.post_id) == [] and all(words_of(answers))
        assert fresh(text).status == ("returned" if made["request_changes"] else "approved")

    alone(look)
    return winners(answers)


def approval(by):
    return lambda text: step("approve", copy(text), by)


@rounds()
def test_D03_two_approvals_at_once_are_one(count, people):
    seen = races(count, lambda number: decided(people, approval(people["ann"]), approval(people["ben"])))
    assert set(seen) <= {"10", "01"}


@rounds()
def test_D03_an_approval_and_a_return_at_once_leave_a_returned_text(count, people):
    """A return also takes an approval back: it is taken whoever is first, and an approval never comes after it."""

    def back(text):
        return step("request_changes", text, people["ben"], comment=REASON)

    seen = races(count, lambda number: decided(people, approval(people["ann"]), back))
    assert set(seen) <= {"01", "11"}


def test_control_a_decision_on_the_row_that_was_handed_in_is_taken_twice(people, monkeypatch):
    monkeypatch.setattr(import_module("posts.workflow.perform"), "locked", lambda revision: revision)
    with pytest.raises(AssertionError):
        decided(people, approval(people["ann"]), approval(people["ben"]))


# --- D04, D05: publication ---


@rounds()
def test_D04_what_is_public_is_what_was_approved_whoever_edits_meanwhile(count, people):
    def one(number: int) -> str:
        text = alone(lambda: make_post("approved", by=people["writer"], slug=f"s{number}", body="承認済み"))

        def edit():
            back = workflow.perform("withdraw", text, by=people["writer"])
            return save(back, people["writer"], "あとから")()

        late = save(text, people["writer"], "承認のあと")  # a form from before the review
        answers = at_once(step("publish", text, people["pat"]), edit, late)

        def look():
            now = fresh(text)
            if now.status == "published":
                assert (now.body, now.seal) == ("承認済み", now.seal_now())
                assert [isinstance(answer, Refused) for answer in answers] == [False, True, True]
            else:
                assert (now.status, now.seal, now.live_from) == ("draft", "", None)
            assert told(text.post_id) == []

        alone(look)
        return winners(answers)

    assert sum(races(count, one).values()) == count


@rounds()
def test_D05_the_last_entry_says_what_stands_after_publishing_and_unpublishing_at_once(count, people):
    def one(number: int) -> str:
        first = alone(lambda: make_post("published", by=people["writer"], slug=f"s{number}"))

        def second():
            draft = workflow.start_revision(first.post, by=people["writer"], page=PAGE)
            draft = save(draft, people["writer"], "二つ目")()
            return advance(draft, "approved", by=people["writer"])

        second = alone(second)
        answers = at_once(
            step("publish", second, people["pat"]),
            step("unpublish", first, people["pia"], comment=REASON),
        )
        assert alone(lambda: told(first.post_id)) == []
        assert "1" in winners(answers)
        return winners(answers)

    assert sum(races(count, one).values()) == count


@rounds()
def test_D05_a_text_is_published_or_discarded_and_history_says_which(count, people):
    def one(number: int) -> str:
        text = alone(lambda: make_post("approved", by=people["writer"], slug=f"s{number}"))
        answers = at_once(step("publish", text, people["pat"]), step("discard", text, people["writer"]))

        def look():
            assert told(text.post_id) == []
            assert fresh(text).status == {"10": "published", "01": "discarded"}[winners(answers)]

        alone(look)
        return winners(answers)

    assert sum(races(count, one).values()) == count


# --- D08, D11: names and addresses ---


@rounds()
def test_D08_two_articles_that_go_public_at_one_address_are_one_and_a_refusal(count, people):
    def one(number: int) -> str:
        texts = alone(
            lambda: [make_post("approved", by=people["writer"], slug=f"same{number}") for _two in "ab"]
        )
        answers = at_once(*(step("publish", text, people["pat"]) for text in texts))
        assert winners(answers) in ("10", "01")
        assert alone(lambda: [fresh(text).status for text in texts].count("published")) == 1
        assert all(alone(lambda text=text: told(text.post_id)) == [] for text in texts)
        return winners(answers)

    assert sum(races(count, one).values()) == count


@rounds()
def test_D08_two_articles_that_take_one_address_are_one_and_a_refusal(count, people):
    def one(number: int) -> str:
        texts = alone(
            lambda: [
                make_post("published", by=people["writer"], slug=f"{name}{number}") for name in ("a", "b")
            ]
        )
        answers = at_once(
            *(
                lambda post=text.post: workflow.change_address(post, slug=f"c{number}", by=people["pat"])
                for text in texts
            )
        )
        assert winners(answers) in ("10", "01")
        assert alone(Post.objects.filter(slug=f"c{number}").count) == 1
        return winners(answers)

    assert sum(races(count, one).values()) == count


@rounds()
def test_D08_names_that_many_make_at_once_are_made_once(count, people):
    """Four articles with the same new tags, in an order of their own each: nobody fails, and nobody locks."""

    def one(number: int) -> str:
        names = [f"港{number}", f"C{number}#", f"C{number}++", f"電力{number}"]

        def write(turn: int):
            tags = names[turn:] + names[:turn]
            return lambda: workflow.new_post(make_document(tags=tags), by=people["writer"], page=PAGE)

        answers = at_once(*(write(turn) for turn in range(4)))

        def look():
            assert Tag.objects.filter(name__in=names).count() == 4
            assert all(len(answer.to_document().tags) == 4 for answer in answers)

        alone(look)
        return winners(answers)

    assert races(count, one) == {"1111": count}


@rounds()
def test_D08_other_names_of_one_slug_made_at_once_have_a_slug_each(count, people):
    def one(number: int) -> str:
        names = [f"C{number}#", f"C{number}++", f"C{number}"]
        answers = at_once(
            *(
                lambda name=name: workflow.new_post(
                    make_document(tags=[name]), by=people["writer"], page=PAGE
                )
                for name in names
            )
        )
        rows = alone(lambda: list(Tag.objects.filter(name__in=names).values_list("slug", flat=True)))
        assert len(set(rows)) == 3
        return winners(answers)

    assert races(count, one) == {"111": count}


def test_control_without_a_second_look_a_name_that_somebody_made_is_an_error(people, monkeypatch):
    """A name that is not seen and cannot be stored, as in a race: what is there is taken."""
    alone(lambda: Tag.objects.rows(["港"]))
    monkeypatch.setattr(NameQuerySet, "by_names", lambda self, names: {})
    assert alone(lambda: Tag.objects.rows(["港"])["港"].name) == "港"
    monkeypatch.setattr("posts.models.taxonomy._CHANCES", 0)
    with pytest.raises(AssertionError):
        alone(lambda: Tag.objects.rows(["港"]))


@pytest.mark.skipif(not IS_POSTGRES, reason="SQLite has one writer, and no deadlocks")
@rounds(2, 20)
def test_D11_a_deadlock_is_a_refusal_in_words(count, people):
    def one(number: int) -> str:
        posts = alone(lambda: [make_post(by=people["writer"]).post_id for _two in "ab"])
        both = threading.Barrier(2)

        def lock(keys):
            def act():
                with races_refused(), transaction.atomic():
                    Post.objects.select_for_update().get(pk=keys[0])
                    both.wait(20)
                    Post.objects.select_for_update().get(pk=keys[1])

            return act

        answers = at_once(lock(posts), lock(posts[::-1]))
        assert all("同時" in words for words in words_of(answers))
        return winners(answers)

    assert set(races(count, one)) <= {"10", "01"}


def test_D11_other_faults_of_the_database_are_no_refusal(people):
    with pytest.raises(Exception, match="nowhere") as caught:
        alone(lambda: _ask_nonsense())
    assert not isinstance(caught.value, Refused)


def _ask_nonsense():
    with races_refused(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")


# --- the same through the desk ---


def browser(name: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    return client


@rounds(2, 40)
def test_D03_the_desk_answers_both_in_words(count, people):
    """Two reviewers press Approve at the same moment: one is led on, the other reads what happened."""

    def one(number: int) -> str:
        text = alone(lambda: make_post("in_review", by=people["writer"]))
        clients = alone(lambda: [browser("ann"), browser("ben")])
        path, prefix = reverse("admin:posts_post_change", args=[text.post_id]), f"approve-{text.pk}"
        sent = {"_step": "approve", "_revision": text.pk, f"{prefix}-acknowledged": "on"}
        answers = at_once(*(lambda client=client: client.post(path, sent) for client in clients))
        assert alone(lambda: steps_of(text.post_id)["approve"]) == 1
        return " ".join(sorted(str(answer.status_code) for answer in answers))

    assert races(count, one) == {"302 409": count}
