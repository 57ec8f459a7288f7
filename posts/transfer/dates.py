"""One parser for every way the wild writes a date (I-36 to I-43). It never guesses the order of day and month."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_JAPANESE = re.compile(r"(令和|平成|昭和|)[ ]?(\d{1,4}|元)年[ ]?(\d{1,2})月[ ]?(\d{1,2})日")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "": 0}
_CLOCK = re.compile(r"(?:T|t|[ ]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?")
_ZONE = re.compile(r"[ ]*(?:(Z|z|UTC|GMT)|(JST)|([+-])(\d{1,2})(?::?(\d{2}))?)")
_JST = timedelta(hours=9)


def moment(value: str, zone: tzinfo) -> datetime:
    """An aware moment; without a zone in `zone`, without a clock at midnight there. Raises ValueError.

    Accepted: 2025-09-22, 2017-3-27, 2025/3/4, 2025年3月4日, 令和7年3月4日; then 13:00, 9:05:06, .123456789;
    then Z, UTC, GMT, JST, +0000, +09:00, -4. Anything else is refused: no epoch numbers, no words.
    """
    value = value.strip()
    day, end = _day(value)
    clock = _CLOCK.match(value, end)
    found = _ZONE.fullmatch(value, clock.end() if clock else end)
    if not found and (clock.end() if clock else end) != len(value):
        raise ValueError(value)
    hour, minute, second, fraction = clock.groups() if clock else ("0", "0", None, None)
    made = datetime(
        *day,
        int(hour),
        int(minute),
        int(second or 0),
        int((fraction or "0").ljust(6, "0")[:6]),
        tzinfo=_zone(found, zone),
    )
    return _sound(made, zone)


def file_day(year: str, month: str, day: str) -> date | None:
    """The day that a file's name gives, None when there is no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _day(value: str) -> tuple[tuple[int, int, int], int]:
    if found := _DAY.match(value):
        return (int(found[1]), int(found[3]), int(found[4])), found.end()
    if found := _JAPANESE.match(value):
        count = 1 if found[2] == "元" else int(found[2])
        return (_ERAS[found[1]] + count, int(found[3]), int(found[4])), found.end()
    raise ValueError(value)


def _zone(found: re.Match[str] | None, zone: tzinfo) -> tzinfo:
    if found is None:
        return zone
    if found[1]:
        return UTC
    if found[2]:
        return timezone(_JST)
    minutes = int(found[4]) * 60 + int(found[5] or 0)
    if minutes > 18 * 60 or int(found[5] or 0) > 59:
        raise ValueError(found[0])
    return timezone(timedelta(minutes=-minutes if found[3] == "-" else minutes))


def _sound(made: datetime, zone: tzinfo) -> datetime:
    """Refuse what cannot be told in UTC and at the site, such as 9999-12-31 west of Greenwich."""
    try:
        local = made.astimezone(zone)
        if not 1000 <= local.year <= 9998:
            raise ValueError(str(made))
        made.astimezone(UTC)
    except OverflowError:
        raise ValueError(str(made)) from None
    return local
