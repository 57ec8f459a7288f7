"""Whether the folders are the ones that their labels mean, and which files only have another name now."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from . import state
from .discover import DiscoverError, Found
from .plan import Header, Key

SURE = 10  # files that a label must have had before its folder can be told from another one


def check_source(headers: Mapping[Key, Header], known: Collection[Key]) -> None:
    """A folder whose files are mostly known under another label would come in twice (rule source.root)."""
    new: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter(key[0] for key in headers)
    for key, header in headers.items():
        if key not in known:
            new[key[0]].add(header.digest)
    for site, (other, times) in state.strangers(new).items():
        if times * 2 > count[site]:
            raise DiscoverError("source.root", label=site, other=other, count=times, total=count[site])


def check_label(known: Iterable[Key], missing: Iterable[Key]) -> None:
    """Every Jekyll site has a `_posts`: a folder that lacks most files of its default label is another one's."""
    gone = Counter(site for site, _source in missing)
    total = Counter(site for site, _source in known)
    for site, count in gone.items():
        if total[site] >= SURE and count * 2 > total[site]:
            raise DiscoverError("source.other_root", label=site, count=count, total=total[site])


def renamed(
    found: Iterable[Found], headers: Mapping[Key, Header], known: Mapping[Key, state.Known]
) -> dict[Key, Key]:
    """New name -> old name of files whose old path is gone while exactly one file has these bytes."""
    roots = {item.site: item.root for item in found}
    bytes_of: dict[tuple[str, str], list[Key]] = defaultdict(list)
    gone: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key, header in headers.items():
        bytes_of[key[0], header.digest].append(key)
    for key, article in known.items():
        if key not in headers and not (roots[key[0]] / key[1]).exists():
            gone[key[0], article.digest].append(key)
    return {
        files[0]: gone[about][0]
        for about, files in bytes_of.items()
        if len(files) == 1 and files[0] not in known and len(gone.get(about, ())) == 1
    }
