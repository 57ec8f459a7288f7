"""The trend as an SVG: two lines over the days on which the stock was checked; colours are the style sheet's."""

from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, EDGE = 600, 120, 6  # units of the drawing
LEVELS = ("error", "warning")


@dataclass(frozen=True)
class Line:
    """One line: the level it is of, its points for `polyline`, and where its last point stands."""

    level: str
    points: str
    x: str
    y: str
    last: int


@dataclass(frozen=True)
class Chart:
    lines: list[Line]
    first: date
    last: date
    top: int


def chart(days: list[dict]) -> Chart | None:
    """None with fewer than two days: a line needs two."""
    if len(days) < 2:
        return None
    top = max(max(day.get(level, 0) for level in LEVELS) for day in days) or 1
    span = (days[-1]["day"] - days[0]["day"]).days
    lines = []
    for level in LEVELS:
        spots = [
            (
                EDGE + (WIDTH - 2 * EDGE) * (day["day"] - days[0]["day"]).days / span,
                HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * day.get(level, 0) / top,
            )
            for day in days
        ]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        lines.append(
            Line(level, points, f"{spots[-1][0]:.1f}", f"{spots[-1][1]:.1f}", days[-1].get(level, 0))
        )
    return Chart(lines, days[0]["day"], days[-1]["day"], top)
