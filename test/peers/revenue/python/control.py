"""
The control, which is no part of the vendor's contract: `/rps/control` as the contract's README describes it, and the
routes `/_clock` and `/_faults` that all legacy systems of the tests have.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from ledger import Ledger, Refusal
from operations import Down
from records import Charge
from times import MINUTE, SECOND, format_time

_PURPOSES = ('Overdue', 'LostItem', 'Damage', 'Printing', 'RoomHire', 'CardReplacement', 'Other')
_MOST_CENTS = 999_999_999


class BadControl(Exception):
    """The control can't do what it was asked for. `status` is that of HTTP."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


@dataclass
class Conditions:
    """
    What tests change. `faults` are dictionaries with a `kind`, and `operations` unless all are meant:
    - `apply-late`: requests are applied `delayMs` after their arrival, and dropped as the contract says;
    - `busy`: a SystemFault, with `retryAfterSeconds` if it is given.
    Either has `times` if it ends after so many requests. `drop_after` is in ticks.
    """

    faults: list[dict] = field(default_factory=list)
    drop_after: int = MINUTE
    # References of requests that were dropped.
    dropped: list[str] = field(default_factory=list)
    # The number of requests that wait to be applied late.
    waiting: int = 0

    def draw(self, kind: str, operation: str) -> dict | None:
        for fault in self.faults:
            left = fault.get('times')
            if fault['kind'] == kind and operation in fault.get('operations', [operation]) and left != 0:
                if left is not None:
                    fault['times'] = left - 1
                return fault
        return None

    def raise_if_busy(self, operation: str) -> None:
        fault = self.draw('busy', operation)
        if fault is not None:
            raise Down('Busy', fault.get('retryAfterSeconds'))


def control(ledger: Ledger, conditions: Conditions, asked: object) -> dict:
    """
    Answers `POST /rps/control`. Beside what the contract's README has, it knows `{"dropAfterMs": 200}`, which shortens
    the 60 seconds, and `{"ledger": true}`, which tells every effect (see `_books`). `{"crash": "file"}` is peer.py's.
    Raises BadControl. Whoever calls holds the ledger's lock.
    """
    if not isinstance(asked, dict):
        raise BadControl(400, 'not an object')
    ledger.settle()
    answer: dict = {}
    if 'clock' in asked:
        _move(ledger, asked['clock'])
        ledger.settle()
    if 'pay' in asked or 'expire' in asked:
        answer['state'] = _act_on_order(ledger, asked)
    if 'raise' in asked:
        answer['charge'] = _raise(ledger, asked['raise'])
    if 'dropAfterMs' in asked:
        conditions.drop_after = int(asked['dropAfterMs']) * SECOND // 1000
    if 'ledger' in asked:
        answer['ledger'] = _books(ledger, conditions)
    return {'now': format_time(ledger.clock.now()), 'waiting': conditions.waiting, **answer}


def _move(ledger: Ledger, step: object) -> None:
    try:
        ledger.clock.move(str(step))
    except ValueError as error:
        raise BadControl(400, str(error)) from error


def _act_on_order(ledger: Ledger, asked: dict) -> str:
    order = ledger.orders.get(str(asked.get('pay', asked.get('expire'))))
    if order is None:
        raise BadControl(404, 'unknown order')
    try:
        if 'pay' in asked:
            ledger.pay(order)
        else:
            ledger.end(order, 'Expired')
    except Refusal as refusal:
        raise BadControl(409, f'the order is {order.state}') from refusal
    return order.state


def _raise(ledger: Ledger, asked: object) -> dict:
    if not isinstance(asked, dict) or not isinstance(asked.get('patronNo'), str):
        raise BadControl(400, 'whose charge?')
    cents, purpose = asked.get('cents'), asked.get('purpose')
    if not isinstance(cents, int) or not 1 <= cents <= _MOST_CENTS or purpose not in _PURPOSES:
        raise BadControl(400, 'cents or purpose')
    now = ledger.clock.now()
    number = asked.get('chargeNo') or ledger.own_number()
    if number in ledger.charges:
        raise BadControl(409, f'{number} is known')
    charge = Charge(
        number=number,
        patron=asked['patronNo'],
        card=asked.get('cardNo'),
        loan=asked.get('loanNo'),
        purpose=purpose,
        description=asked.get('description'),
        cents=cents,
        at=now,
        due=asked.get('dueOn'),
        channel=asked.get('channel', 'Counter'),
        changed=now,
    )
    ledger.raise_charge(charge)
    return _charge_row(charge)


def _charge_row(charge: Charge) -> dict:
    return {
        'chargeNo': charge.number,
        'patronNo': charge.patron,
        'cents': charge.cents,
        'paid': charge.paid,
        'waived': charge.waived,
        'outstanding': charge.outstanding,
    }


def _books(ledger: Ledger, conditions: Conditions) -> dict:
    """Every effect since the beginning, also older ones than ListChanges tells, and what all of them led to."""
    return {
        'effects': [
            {**asdict(change), 'at': format_time(change.at), 'applied': format_time(change.applied)}
            for change in ledger.changes
        ],
        'charges': [_charge_row(charge) for charge in ledger.charges.values()],
        'orders': [
            {
                'orderNo': order.number,
                'merchantRef': order.ref,
                'patronNo': order.patron,
                'state': order.state,
                'cents': order.cents,
                'refunded': sum(refund.cents for refund in order.refunds),
            }
            for order in ledger.orders.values()
        ],
        'dropped': list(conditions.dropped),
    }


def clock_route(ledger: Ledger, method: str, asked: object) -> dict:
    if method == 'PUT':
        offset = asked.get('offsetMs') if isinstance(asked, dict) else None
        if not isinstance(offset, int):
            raise BadControl(400, 'offsetMs is not a whole number')
        ledger.clock.offset = offset * SECOND // 1000
    ledger.settle()
    offset_ms = ledger.clock.offset * 1000 // SECOND
    return {'offsetMs': offset_ms, 'now': format_time(ledger.clock.now())}


def faults_route(conditions: Conditions, method: str, asked: object) -> dict:
    if method == 'PUT':
        faults = asked.get('faults') if isinstance(asked, dict) else asked
        if not isinstance(faults, list) or any(one.get('kind') not in ('apply-late', 'busy') for one in faults):
            raise BadControl(400, 'faults: only apply-late and busy')
        conditions.faults = faults
    elif method == 'DELETE':
        conditions.faults = []
    return {'faults': conditions.faults}
