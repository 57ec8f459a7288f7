"""Names become one: rows, aliases, addresses and seals after a merge, a rename, a deletion."""

import random
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from posts import workflow
from posts.document import Document
from posts.models import (
    Author,
    Category,
    Coauthorship,
    Placement,
    Redirect,
    Revision,
    SiteStamp,
    Tag,
    TaggedRevision,
)
from posts.roles import SYSTEM

from .make import NOON, advance, make_post, make_user

FIELD = {Tag: "tags", Category: "category", Author: "author"}


def named(model, name):
    return model.objects.get(name=name)


def merge(model, *names, by, into):
    return workflow.merge([named(model, name) for name in names], named(model, into), by=by)


def tagged(revision):
    return list(Revision.objects.get(pk=revision.pk).to_document().tags)


@pytest.mark.parametrize("model", [Tag, Category, Author])
def test_old_name_and_old_address_lead_to_the_target(model, editor, clock):
    field = FIELD[model]
    wrap = (lambda name: [name]) if model is Tag else (lambda name: name)
    live = make_post("published", slug="a", **{field: wrap("古い名")})
    make_post("published", slug="b", **{field: wrap("新しい名")})
    old = named(model, "古い名").get_absolute_url()
    merge(model, "古い名", into="新しい名", by=editor)
    target = named(model, "新しい名")
    assert target.aliases == ["古い名"]
    assert getattr(Revision.objects.get(pk=live.pk).to_document(), field) in ("新しい名", ("新しい名",))
    for path in (old, old.rstrip("/")):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"]) == (301, target.get_absolute_url())
    assert Client().get(target.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a", "x", "b"], ["b", "x"]),
        (["b", "x", "a"], ["b", "x"]),
        (["x", "a", "c"], ["x", "b"]),
        (["c", "a", "b", "y"], ["b", "y"]),
        (["x", "y"], ["x", "y"]),
    ],
)
def test_a_text_that_carried_both_keeps_one_in_the_first_ones_place(before, after, editor):
    revision = make_post("draft", tags=before)
    Tag.objects.rows(["a", "b", "c"])
    merge(Tag, "a", "c", into="b", by=editor)
    assert tagged(revision) == after


def test_main_section_and_further_sections_become_one(editor):
    revision = make_post("draft", category="a", also_in=["x", "b", "y"])
    merge(Category, "a", into="b", by=editor)
    document = Revision.objects.get(pk=revision.pk).to_document()
    assert (document.category, document.also_in) == ("b", ("x", "y"))


def test_byline_and_further_people_become_one(editor):
    revision = make_post("draft", author="x", coauthors=["b", "y", "a"])
    merge(Author, "a", into="b", by=editor)
    document = Revision.objects.get(pk=revision.pk).to_document()
    assert (document.author, document.coauthors) == ("x", ("b", "y"))


def test_approvals_go_on_holding_and_history_names_both_seals(editor, publisher):
    approved = make_post("approved", tags=["a"])
    old = approved.seal
    merge(Tag, "a", into=make_post("draft", tags=["b"]).tagged.get().tag.name, by=editor)
    approved.refresh_from_db()
    entry = approved.post.history.get(step="reseal")
    assert approved.seal == approved.seal_now() != old
    assert (entry.actor, entry.actor_name, entry.seal) == (None, str(SYSTEM), approved.seal)
    assert f"{old} → {approved.seal}" in entry.comment
    assert "editor" in entry.comment
    assert workflow.perform("publish", approved, by=publisher).status == "published"


@pytest.mark.parametrize("forged", [{"title": "変えられた"}, {}])
def test_an_approval_that_did_not_match_goes_on_not_matching(forged, editor, publisher):
    approved = make_post("approved", tags=["b"])
    make_post("draft", tags=["a"])
    Revision.objects.filter(pk=approved.pk).update(**forged or {"noindex": False})
    TaggedRevision.objects.filter(content_object=approved).update(tag=named(Tag, "a"))
    merge(Tag, "a", into="b", by=editor)
    approved.refresh_from_db()
    assert workflow.refusal("publish", approved, by=publisher) != ""


def test_chains_become_one_hop_and_a_target_never_leads_away(editor, clock):
    for slug, tag in (("1", "a"), ("2", "b"), ("3", "c")):
        make_post("published", slug=slug, tags=[tag])
    merge(Tag, "a", into="b", by=editor)
    merge(Tag, "b", into="c", by=editor)
    assert dict(Redirect.objects.values_list("path", "url")) == {
        "/tags/a/": "/tags/c/",
        "/tags/b/": "/tags/c/",
    }
    row = named(Tag, "c")
    row.slug = "a"
    workflow.save_name(row, by=editor)
    assert dict(Redirect.objects.values_list("path", "url")) == {
        "/tags/b/": "/tags/a/",
        "/tags/c/": "/tags/a/",
    }
    assert Client().get("/tags/c/")["Location"] == "/tags/a/"
    assert named(Tag, "c").aliases == ["b", "a"]


def test_an_address_that_was_never_public_leads_nowhere(editor):
    make_post("draft", tags=["秘密"])
    make_post("draft", tags=["公開"])
    merge(Tag, "秘密", into="公開", by=editor)
    assert not Redirect.objects.exists()


def test_a_redirect_answers_only_while_its_target_shows_something(clock, editor, publisher):
    live = make_post("published", slug="a", tags=["a"])
    make_post("draft", tags=["b"])
    merge(Tag, "a", into="b", by=editor)
    assert Client().get("/tags/a/").status_code == 301
    clock.shift(60)
    workflow.perform("unpublish", live, by=publisher, comment="理由")
    clock.shift(60)
    assert Client().get("/tags/a/").status_code == 404


def test_new_name_does_not_take_an_address_that_leads_elsewhere(editor, clock):
    make_post("published", slug="a", tags=["AI 投資"])
    make_post("published", slug="b", tags=["人工知能"])
    merge(Tag, "AI 投資", into="人工知能", by=editor)
    make_post("draft", tags=["AI-投資"])
    assert named(Tag, "AI-投資").slug == "ai-投資-2"


def test_author_keeps_what_it_says_and_fills_what_it_leaves_empty(editor):
    a = Author.objects.create(name="a", bio="aの紹介", user=make_user("writer"))
    b = Author.objects.create(name="b")
    workflow.merge([a], b, by=editor)
    b.refresh_from_db()
    assert (b.bio, b.user.username) == ("aの紹介", "writer")
    c = Author.objects.create(name="c", bio="cの紹介")
    workflow.merge([c], b, by=editor)
    b.refresh_from_db()
    assert b.bio == "aの紹介"


def test_authors_of_two_users_are_refused_in_words(editor, writer, publisher):
    a = Author.objects.create(name="a", user=writer)
    b = Author.objects.create(name="b", user=publisher)
    with pytest.raises(workflow.Refused, match="a"):
        workflow.merge([a], b, by=editor)
    assert Author.objects.count() == 2


@pytest.mark.parametrize("role", ["writer", ""])
def test_only_who_keeps_the_names_may_merge(role):
    make_post("draft", tags=["a", "b"])
    with pytest.raises(workflow.Refused):
        merge(Tag, "a", into="b", by=make_user(role, name="someone"))
    with pytest.raises(workflow.Refused):
        merge(Tag, "a", into="b", by=SYSTEM)
    assert Tag.objects.count() == 2


def test_merge_into_itself_or_of_gone_rows_is_refused(editor):
    make_post("draft", tags=["a", "b"])
    a, b = named(Tag, "a"), named(Tag, "b")
    with pytest.raises(workflow.Refused):
        workflow.merge([a], a, by=editor)
    workflow.merge([a], b, by=editor)
    with pytest.raises(workflow.Refused):
        workflow.merge([a], b, by=editor)


def test_merge_raises_the_stamp_and_keeps_the_sections_place(editor):
    Category.objects.create(name="a", position=5, description="aの説明", disclaimer="免責")
    b = Category.objects.create(name="b", position=70)
    SiteStamp.objects.bump()
    before = SiteStamp.objects.get().value
    merge(Category, "a", into="b", by=editor)
    b.refresh_from_db()
    assert (b.position, b.description, b.disclaimer) == (70, "aの説明", "")
    assert SiteStamp.objects.get().value > before


def test_restored_text_with_an_old_name_gets_the_target(editor, writer):
    draft = make_post("draft", tags=["a"])
    entry = draft.post.history.get(step="create")
    make_post("draft", tags=["b"])
    merge(Tag, "a", into="b", by=editor)
    workflow.save_draft(draft, draft.to_document().replace(tags=["x"]), by=writer, version=1)
    assert tagged(workflow.restore(entry, by=writer)) == ["b"]
    assert not Tag.objects.filter(name="a").exists()


def test_every_relation_to_a_name_is_one_that_merging_moves():
    known = {
        (Revision, "category"), (Revision, "author"), (TaggedRevision, "tag"),
        (Placement, "category"), (Coauthorship, "author"),
    }  # fmt: skip
    found = set()
    for model in (Tag, Category, Author):
        for relation in model._meta.get_fields(include_hidden=True):
            if relation.one_to_many or relation.one_to_one and relation.auto_created:
                found.add((relation.related_model, relation.field.name))
    assert found == known


@pytest.mark.parametrize("seed", range(3))
def test_after_any_merge_what_could_be_published_still_can(seed, editor, publisher, clock):
    choice = random.Random(seed)
    names = list("abcdef")
    for model in FIELD:
        model.objects.rows(names)
    rows = [_random_post(choice, names, number) for number in range(8)]
    rows[0].__class__.objects.filter(pk=rows[0].pk).update(title="改ざん")
    could = {row.pk: workflow.refusal("publish", row, by=publisher) == "" for row in _approved()}
    held = {row.pk for row in Revision.objects.exclude(seal="") if row.seal == row.seal_now()}
    for model in FIELD:
        into, *sources = choice.sample(list(model.objects.all()), 3)
        workflow.merge(sources, into, by=editor)
    assert {row.pk: workflow.refusal("publish", row, by=publisher) == "" for row in _approved()} == could
    assert {row.pk for row in Revision.objects.exclude(seal="") if row.seal == row.seal_now()} == held
    for row in Revision.objects.all():
        document = row.to_document()
        assert Document.from_text(document.to_text()).to_text() == document.to_text()
        for model, written in ((Tag, document.tags), (Author, (document.author, *document.coauthors))):
            assert len(set(written)) == len(written)
            assert {name for name in written if name} <= set(model.objects.values_list("name", flat=True))


def _random_post(choice, names, number):
    status = choice.choice(["draft", "in_review", "approved", "approved", "published", "published"])
    section, *sections = choice.sample(names, 3)
    person, *people = choice.sample(names, 3)
    fields = {"category": section, "also_in": sections, "author": person, "coauthors": people}
    fields["tags"] = choice.sample(names, choice.randint(0, 4))
    at = NOON + timedelta(hours=number + 1) if choice.random() < 0.3 else None
    return make_post(status, slug=f"p{number}", at=at, **fields)


def _approved():
    return Revision.objects.filter(status="approved")


def test_a_renamed_slug_leaves_a_redirect_once_it_was_public(editor, clock):
    make_post("published", slug="a", category="投資")
    row = named(Category, "投資")
    row.slug = "toushi"
    workflow.save_name(row, by=editor)
    assert Client().get("/categories/投資/")["Location"] == "/categories/toushi/"
    row.slug = "投資"
    workflow.save_name(row, by=editor)
    assert Client().get("/categories/投資/").status_code == 200
    assert Client().get("/categories/toushi/").status_code == 301


def test_only_what_no_text_names_can_be_deleted(editor):
    draft = make_post("draft", tags=["a"])
    Tag.objects.create(name="unused")
    with pytest.raises(workflow.Refused, match="a"):
        workflow.delete_name(named(Tag, "a"), by=editor)
    workflow.delete_name(named(Tag, "unused"), by=editor)
    assert list(Tag.objects.values_list("name", flat=True)) == ["a"]
    advance(draft, "discarded")
    assert workflow.in_use(named(Tag, "a")) == 1


def test_sections_are_put_in_order_in_one_act(editor, writer):
    keys = [Category.objects.create(name=name).pk for name in "abc"]
    workflow.order_sections([keys[2], keys[0], keys[1]], by=editor)
    assert [row.name for row in Category.objects.all()] == ["c", "a", "b"]
    with pytest.raises(workflow.Refused):
        workflow.order_sections(keys[:2], by=editor)
    with pytest.raises(workflow.Refused):
        workflow.order_sections([*keys[:2], keys[0]], by=editor)
    with pytest.raises(workflow.Refused):
        workflow.order_sections(keys, by=writer)


def test_merging_needs_no_more_statements_for_many_articles(editor, django_assert_max_num_queries):
    for number in range(12):
        make_post("approved", slug=f"p{number}", tags=["a"])
    make_post("draft", tags=["b"])
    with django_assert_max_num_queries(60):
        merge(Tag, "a", into="b", by=editor)
    assert get_user_model().objects.exists()
