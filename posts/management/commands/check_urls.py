"""manage.py check_urls FILE: proves that every address of an old site answers here (docs/operations.md)."""

import json
import logging
import sys
from collections import Counter
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from posts.management.addresses import Unreadable, listed, split
from posts.management.asking import Answer, Asker
from posts.management.terminal import say
from posts.transfer.wording import printable


class Command(BaseCommand):
    help = _("Asks this site for every address of a list: each has to answer 200, or 301 and then 200.")

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            metavar="FILE",
            help=_(
                "a sitemap (also an index, also .gz) or a list, one address a line; - reads standard input"
            ),
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--allow-gone", action="store_true", help=_("retracted articles (410) are no failures")
        )

    def handle(self, *args, **options):
        addresses = self._read(options["file"])
        self.counts: Counter[str] = Counter()
        failed = list(self._failed(addresses, options))
        hosts = Counter(filter(None, (split(address)[0] for address in addresses)))
        hosts.pop(Asker().site.hostname or "", None)
        written = (
            self._as_json(failed, hosts) if options["format"] == "json" else self._as_text(failed, hosts)
        )
        say(self.stdout, written)
        if failed:
            sys.exit(1)

    def _read(self, path: str) -> list[str]:
        try:
            found = list(dict.fromkeys(listed(path)))
        except (OSError, Unreadable) as error:
            told = _("The list cannot be read: %(reason)s")
            raise CommandError(told % {"reason": printable(error)}, returncode=2) from None
        if not found:
            raise CommandError(_("The list names no address."), returncode=2)
        return found

    def _failed(self, addresses: list[str], options: dict) -> Iterator[Answer]:
        asker, log = Asker(), logging.getLogger("editorial.access")
        level, quiet = log.level, not options["verbosity"]
        log.setLevel(logging.CRITICAL)  # it would write a line for each address
        try:
            for address in tqdm(addresses, desc=_("Asking"), file=sys.stderr, disable=quiet or None):
                answer = asker.ask(address)
                good = answer.is_good or (answer.is_gone and options["allow_gone"])
                self.counts[_kind(answer) if good else "failed"] += 1
                if not good:
                    yield answer
        finally:
            log.setLevel(level)

    def _as_json(self, failed: list[Answer], hosts: Counter[str]) -> Iterator[str]:
        kinds = ("answered", "redirected", "elsewhere", "gone", "failed")
        whole = {
            "asked": sum(self.counts.values()),
            **{kind: self.counts[kind] for kind in kinds},
            "other_hosts": dict(hosts),
            "failures": [answer.as_json() for answer in failed],
        }
        yield json.dumps(whole, ensure_ascii=False, indent=1)

    def _as_text(self, failed: list[Answer], hosts: Counter[str]) -> Iterator[str]:
        for answer in failed:
            led = f" → {printable(answer.leads_to)}" if answer.leads_to else ""
            yield f"{'→'.join(map(str, answer.statuses))}  {printable(answer.address)}{led}"
            yield f"     {printable(answer.remedy)}"
        words = {
            "answered": _("answer at once"),
            "redirected": _("lead on in one redirect"),
            "elsewhere": _("lead to another site, which was not asked"),
            "gone": _("retracted"),
            "failed": _("fail"),
        }
        for kind, word in words.items():
            if self.counts[kind] or kind in ("answered", "failed"):
                yield f"{self.counts[kind]:>7,}  {word}"
        for host, count in hosts.most_common(10):
            yield _("%(count)d addresses name another host, %(host)s: their paths were asked here.") % {
                "count": count,
                "host": printable(host),
            }


def _kind(answer: Answer) -> str:
    if answer.leads_away:
        return "elsewhere"
    return "gone" if answer.is_gone else "redirected" if len(answer.statuses) > 1 else "answered"
