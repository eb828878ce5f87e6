"""Times are whole ticks of 100 ns since 1970 in UTC, because the contract writes seven digits of a second."""

import re
import time
from datetime import date, datetime, timedelta, timezone

SECOND = 10_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
_HONG_KONG = timezone(timedelta(hours=8))
_TIME = re.compile(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)')
_STEP = re.compile(r'([+-])(\d+)([smhd])')
_UNITS = {'s': SECOND, 'm': MINUTE, 'h': 60 * MINUTE, 'd': DAY}


def machine_now() -> int:
    return time.time_ns() // 100


def parse_time(text: str) -> int:
    """The ticks of an `xs:dateTime` with a time zone. Raises ValueError for any other text."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f'not a time with a time zone: {text}')
    whole, fraction, zone = found.groups()
    seconds = int(datetime.fromisoformat(whole + zone).timestamp())
    return seconds * SECOND + int((fraction or '').ljust(7, '0')[:7])


def format_time(ticks: int) -> str:
    seconds, fraction = divmod(ticks, SECOND)
    whole = datetime.fromtimestamp(seconds, timezone.utc).strftime('%Y-%m-%dT%H:%M:%S')
    return f'{whole}.{fraction:07d}'.rstrip('0').rstrip('.') + 'Z' if fraction else whole + 'Z'


def hong_kong(ticks: int) -> datetime:
    """The wall clock in Hong Kong, to the second."""
    return datetime.fromtimestamp(ticks // SECOND, _HONG_KONG)


def business_date(ticks: int) -> date:
    return hong_kong(ticks).date()


class Clock:
    """
    RPS's clock. The control moves it; otherwise it runs as the machine's does. There is an end of day only once it was
    set to a time: tests pass at any hour.
    """

    def __init__(self) -> None:
        self.offset = 0
        self.has_end_of_day = False

    def now(self) -> int:
        return machine_now() + self.offset

    def move(self, step: str) -> None:
        """`+16m` and the like move on from the present time. A UTC time sets the clock. Raises ValueError."""
        moved = _STEP.fullmatch(step)
        if step == 'real':
            self.offset = 0
            self.has_end_of_day = False
        elif moved is not None:
            sign, count, unit = moved.groups()
            self.offset += (1 if sign == '+' else -1) * int(count) * _UNITS[unit]
        else:
            self.offset = parse_time(step) - machine_now()
            self.has_end_of_day = True

    def seconds_down(self) -> int | None:
        """The seconds until the end of day is over, from 23:30 to 00:15 in Hong Kong; None at any other time."""
        clock = hong_kong(self.now())
        second = clock.hour * 3600 + clock.minute * 60 + clock.second
        until = 15 * 60
        if not self.has_end_of_day:
            return None
        if second >= 23 * 3600 + 30 * 60:
            return 86_400 - second + until
        return until - second if second < until else None
