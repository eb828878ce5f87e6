"""Step 8: reads what a valid request asks for, and finds all of its problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

import names
from envelope import Call, child, is_nil, text_of
from records import Line, Method

_LONGEST_TEXT = 200
_LONGEST_URL = 500


@dataclass
class Problems:
    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        self.found.append((path, text))

    def unless(self, good: bool, path: str, text: str) -> None:
        if not good:
            self.add(path, text)


class Invalid(Exception):
    """A ValidationFault. `problems` are pairs of a path and a text."""

    def __init__(self, problems: list[tuple[str, str]]):
        super().__init__('invalid')
        self.problems = problems


class Request:
    """The `request` of a call. Reading it collects problems; `check` raises Invalid if there are any."""

    def __init__(self, call: Call):
        if call.request is None:
            raise Invalid([('request', 'is missing')])
        self._root = call.request
        self._problems = Problems()
        self._call = call

    def check(self) -> None:
        if self._problems.found:
            raise Invalid(self._problems.found)

    def text(self, name: str) -> str:
        return self.optional(name) or ''

    def optional(self, name: str, namespace: str = names.TYPES) -> str | None:
        found = child(self._root, namespace, name)
        return None if found is None else text_of(found)

    def has(self, name: str) -> bool:
        return self._root.find(f'{{{names.TYPES}}}{name}') is not None

    def number(self, name: str) -> int:
        return int(self.text(name).strip())

    def flag(self, name: str) -> bool:
        return self.text(name).strip() in ('true', '1')

    def items(self, array: str, most: int) -> list[etree._Element | None]:
        """The items of an array, None for a nil one."""
        parent = child(self._root, names.TYPES, array)
        found = [] if parent is None else [one for one in parent if isinstance(one.tag, str)]
        self._problems.unless(1 <= len(found) <= most, array, f'1 to {most} are needed')
        for index, one in enumerate(found):
            self._problems.unless(not is_nil(one), f'{array}[{index}]', 'is nil')
        return [None if is_nil(one) else one for one in found]

    def texts(self, array: str, most: int) -> list[str]:
        return [text_of(one) for one in self.items(array, most) if one is not None]

    def lines(self) -> list[Line]:
        lines: list[Line] = []
        for index, one in enumerate(self.items('Lines', 50)):
            if one is None:
                continue
            line = Line(_text(one, 'ChargeNo'), cents_of(_text(one, 'Amount')))
            twice = any(line.charge == other.charge for other in lines)
            self._problems.unless(not twice, f'Lines[{index}].ChargeNo', 'is there twice')
            self._problems.unless(line.cents > 0, f'Lines[{index}].Amount', 'is nothing')
            lines.append(line)
        return lines

    def amount(self) -> int | None:
        found = self.optional('Amount')
        cents = None if found is None else cents_of(found)
        self._problems.unless(cents != 0, 'Amount', 'is nothing')
        return cents

    def reason(self) -> str:
        reason = self.text('Reason')
        good = 1 <= len(reason) <= _LONGEST_TEXT and reason.strip() != ''
        self._problems.unless(good, 'Reason', f'1 to {_LONGEST_TEXT} characters, not blank')
        return reason

    def short(self, name: str, namespace: str = names.TYPES) -> str | None:
        found = self.optional(name, namespace)
        good = found is None or len(found) <= _LONGEST_TEXT
        self._problems.unless(good, name, f'at most {_LONGEST_TEXT} characters')
        return found

    def clerk(self) -> str:
        clerk = self.text('ClerkId')
        self._problems.unless(self._call.clerk in (None, clerk), 'ClerkId', 'is not the clerk of the CallContext')
        return clerk

    def max_rows(self) -> int:
        rows = self.number('MaxRows')
        self._problems.unless(1 <= rows <= 500, 'MaxRows', '1 to 500')
        return rows

    def method(self) -> Method:
        sent = self._root.find(f'{{{names.TYPES}}}Method')
        assert sent is not None
        kind = sent.get(f'{{{names.INSTANCE}}}type', '').strip().rpartition(':')[2]
        if kind in ('CardMethod', 'WalletMethod'):
            url = (self.optional('ReturnUrl') or '').strip()
            self._problems.unless(_is_address(url), 'ReturnUrl', 'an absolute address of http or https is needed')
        attributes = {name: ' '.join(value.split()) for name, value in sent.attrib.items() if name[0] != '{'}
        children = {
            etree.QName(one).localname: None if is_nil(one) else text_of(one)
            for one in sent
            if isinstance(one.tag, str)
        }
        return Method(kind, attributes, children)


def cents_of(money: str) -> int:
    return int(money.strip().replace('.', ''))


def _text(parent: etree._Element, name: str) -> str:
    found = child(parent, names.TYPES, name)
    return '' if found is None else text_of(found)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return len(url) <= _LONGEST_URL and parts.scheme.lower() in ('http', 'https') and bool(parts.hostname)
