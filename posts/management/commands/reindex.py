"""`manage.py reindex`: what search looks through, made anew from the texts."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext_lazy, ngettext
from tqdm import tqdm

from posts import search


class Command(BaseCommand):
    help = gettext_lazy("Rebuild the search index from the texts of all articles.")

    def handle(self, **options):
        search.clear()
        shown = options["verbosity"] > 0
        with tqdm(total=search.to_index(), disable=None if shown else True, leave=False) as bar:
            count = 0
            for done in search.refill():
                count += done
                bar.update(done)
        if shown:
            words = ngettext("%(counter)s text was indexed.", "%(counter)s texts were indexed.", count)
            self.stdout.write(words % {"counter": count})
