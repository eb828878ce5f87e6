"""Plays the seed through the ledger, in the order of its times, so that balances and changes follow by RPS's own rules."""

import json
from collections.abc import Callable

from ledger import Ledger
from records import Charge, Credit, Line, Method, Order
from times import parse_time


def load_seed(ledger: Ledger, file: str) -> None:
    with open(file, encoding='utf-8') as text:
        seed = json.load(text)
    events: list[tuple[int, Callable[[], object]]] = []
    for one in seed['charges']:
        charge = _charge(one)
        events.append((charge.at, lambda charge=charge: ledger.raise_charge(charge)))
    for one in seed['orders']:
        events += _order_events(ledger, one)
    for one in seed['waivers']:
        at = parse_time(one['at'])
        events.append((at, lambda one=one, at=at: _waive(ledger, one, at)))
    for _, happen in sorted(events, key=lambda event: event[0]):
        happen()
    ledger.credits += [_credit(one) for one in seed['credits']]


def _charge(one: dict) -> Charge:
    at = parse_time(one['raisedAt'])
    return Charge(
        number=one['chargeNo'],
        patron=one['patronNo'],
        card=one['cardNo'],
        loan=one['loanNo'],
        purpose=one['purpose'],
        description=one['description'],
        cents=one['cents'],
        at=at,
        due=one['dueOn'],
        channel=one['channel'],
        changed=at,
    )


def _order_events(ledger: Ledger, one: dict) -> list[tuple[int, Callable[[], object]]]:
    created = parse_time(one['createdAt'])
    sent = dict(one['method'])
    kind = sent.pop('type')
    attributes = {name: sent.pop(name) for name in ('Brands', 'Provider') if name in sent}
    order = Order(
        number=one['orderNo'],
        ref=one['merchantRef'],
        patron=one['patronNo'],
        method=Method(kind, attributes, sent),
        lines=[Line(line['chargeNo'], line['cents']) for line in one['lines']],
        channel=one['channel'],
        note=one['note'],
        created=created,
        changed=created,
    )
    events: list[tuple[int, Callable[[], object]]] = [(created, lambda: ledger.add_order(order))]
    ended_as = one['endedAs'] if one['state'] == 'PaidLate' else one['state']
    if ended_as in ('Expired', 'Cancelled'):
        ended = parse_time(one['endedAt'])
        events.append((ended, lambda: ledger.end(order, ended_as, ended)))
    if one['state'] in ('Paid', 'PaidLate'):
        paid = parse_time(one['paidAt'])
        events.append((paid, lambda: ledger.pay(order, paid)))
    return events + [_refund_event(ledger, order, refund) for refund in one['refunds'] if not refund['automatic']]


def _refund_event(ledger: Ledger, order: Order, refund: dict) -> tuple[int, Callable[[], object]]:
    at = parse_time(refund['at'])
    lines = [Line(line['chargeNo'], line['cents']) for line in refund['lines']]
    ref, clerk, reason = refund['merchantRef'], refund['clerkId'], refund['reason']
    return at, lambda: ledger.refund(ref, order.number, lines, clerk, reason, None, at)


def _waive(ledger: Ledger, one: dict, at: int) -> None:
    ledger.waive(one['merchantRef'], one['chargeNo'], one['cents'], one['clerkId'], one['reason'], None, at)


def _credit(one: dict) -> Credit:
    return Credit(
        number=one['creditNo'],
        patron=one['patronNo'],
        cents=one['cents'],
        remaining=one['remaining'],
        reason=one['reason'],
        at=parse_time(one['raisedAt']),
        expires=one['expiresOn'],
    )
