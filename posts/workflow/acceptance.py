"""Guards and words of `accept_batch`: a text that a sample stands for is approved with it, and in no other way."""

from django.utils.translation import gettext as _

from posts.models import Revision, Sample, SampleItem

from .guards import Ask


def by_sample(revision: Revision, actor, ask: Ask) -> str:
    """It is never offered for one text: whoever accepts a sample accepts all that it stands for."""
    return "" if ask.sample else _("A text is accepted together with its sample, not by itself.")


def as_drawn(revision: Revision, actor, ask: Ask) -> str:
    """The sample was accepted, this text was in its batch and not drawn, and it still is the text of that moment."""
    items = SampleItem.objects.filter(sample=ask.sample.pk, revision=revision, place=None)
    item = items.filter(sample__state=Sample.State.ACCEPTED).first()
    if item is None:
        return _("No accepted sample stands for this text.")
    return "" if item.seal == revision.seal_now() else changed()


def changed() -> str:
    return _("The text has changed since the sample was drawn.")


def accepted_how(revision: Revision, actor, ask: Ask) -> str:
    """What history says: this text itself was not read."""
    sample = ask.sample
    read = sample.items.filter(place__isnull=False)
    said = {
        "number": sample.pk,
        "label": sample.label,
        "read": read.count(),
        "rejected": read.filter(verdict=SampleItem.Verdict.REJECTED).count(),
        "allowed": sample.allowed,
    }
    return (
        _(
            "Accepted by sample %(number)s, “%(label)s”: %(read)s texts read, %(rejected)s rejected,"
            " %(allowed)s allowed. This text was not among them."
        )
        % said
    )
