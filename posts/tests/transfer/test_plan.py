"""Addresses: one for each file, the same in every run, never another article's."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from posts.transfer.plan import Header, Place, links, plan

DAY = date(2025, 4, 1)


def header(source, slug="harbour", day=DAY, file_day=None, old=()):
    return Header(("site", source), Place(day, slug), file_day, slug, tuple(old), "")


def slugs(places):
    return {key[1]: place.slug for key, place in places.items()}


def test_the_file_named_for_the_day_keeps_the_address():
    files = [header("a.md"), header("b.md"), header("c.md", file_day=DAY)]
    assert slugs(plan(files, {}, ())) == {"a.md": "harbour-2", "b.md": "harbour-3", "c.md": "harbour"}


def test_one_slug_on_two_days_is_two_addresses():
    files = [header("a.md"), header("b.md", day=date(2025, 4, 2))]
    assert set(slugs(plan(files, {}, ())).values()) == {"harbour"}


def test_an_address_of_another_article_is_never_given():
    assert slugs(plan([header("a.md")], {}, [Place(DAY, "harbour")])) == {"a.md": "harbour-2"}


def test_an_imported_file_keeps_its_address_when_others_come():
    kept = {("site", "b.md"): Place(DAY, "harbour")}
    files = [header("a.md", file_day=DAY), header("b.md")]
    assert slugs(plan(files, kept, ())) == {"a.md": "harbour-2", "b.md": "harbour"}


@given(st.data())
def test_an_interrupted_run_plans_the_same(data):
    slug = st.sampled_from(["h", "h-2", "h-3", "x"])
    names = data.draw(st.lists(st.text("abcdefgh", min_size=1, max_size=3), unique=True, max_size=9))
    files = [
        header(name, data.draw(slug), file_day=data.draw(st.sampled_from([None, DAY]))) for name in names
    ]
    taken = {Place(DAY, data.draw(slug))}
    whole = plan(files, {}, taken)
    done = {key: place for key, place in whole.items() if data.draw(st.booleans())}
    assert plan(files, done, taken) == whole
    assert len(set(whole.values()) | taken) == len(whole) + 1


def test_old_paths_and_sources_lead_to_the_address():
    file = header("2025-03-31-harbour.md", file_day=date(2025, 3, 31), old=["/2012/harbour.html"])
    found = links([file], plan([file], {}, ()))
    assert {
        found[key] for key in ("/2012/harbour", "/2025/03/31/harbour", "source:2025-03-31-harbour.md")
    } == {"/2025/04/01/harbour/"}
