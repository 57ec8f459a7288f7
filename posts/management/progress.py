"""Bars for work of several stages."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def stages(words: Mapping[str, str], shown: bool) -> Iterator:
    """A function (stage, done, total) that draws a bar for the stage at hand, once it takes more than a second."""
    bars: dict[str, tqdm] = {}

    def tick(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            usual = {"file": sys.stderr, "leave": False, "delay": 1, "unit_scale": True}
            bars[stage] = tqdm(desc=str(words[stage]), disable=None if shown else True, **usual)
        bar = bars[stage]
        bar.total = total or None
        bar.update(done - bar.n)

    try:
        yield tick
    finally:
        for bar in bars.values():
            bar.close()
