"""Steps 6 to 9: answers a call that is valid by the schema. Whoever calls holds the ledger's lock."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

import names
from answers import element, moment, text, write_change, write_charge, write_order, write_receipt, write_statement
from envelope import Call, child, text_of
from ledger import Ledger
from names import COMMON
from reading import Request
from records import Change, Order
from times import business_date

VERSION = '7.2 (Python)'


class Duplicate(Exception):
    """A DuplicateFault."""

    def __init__(self, found: Order | Change):
        super().__init__('duplicate')
        self.found = found


class Down(Exception):
    """A SystemFault."""

    def __init__(self, reason: str, retry_after: int | None):
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


def perform(ledger: Ledger, call: Call, result: etree._Element) -> None:
    """
    Writes the answer into the element `…Result`. Raises Down, Duplicate, reading.Invalid or ledger.Refusal, and nothing
    has changed then.
    """
    ledger.settle()
    down = ledger.clock.seconds_down()
    if down is not None and call.operation not in names.ALWAYS_UP:
        raise Down('End of day', down)
    if call.operation in names.WITH_REFERENCE and call.request is not None:
        ref = child(call.request, names.TYPES, 'MerchantRef')
        used = None if ref is None else ledger.references.get(text_of(ref))
        if used is not None:
            raise Duplicate(used)
    _OPERATIONS[call.operation](ledger, call, result)


def _in_own_order(numbers: set[str]) -> list[str]:
    """Orders rows as no caller would: by their numbers read from behind."""
    return sorted(numbers, key=lambda number: number[::-1])


def _get_statements(ledger: Ledger, call: Call, result: etree._Element) -> None:
    request = Request(call)
    patrons = request.texts('PatronNos', 20)
    request.check()
    for patron in _in_own_order({one for one in patrons if ledger.knows(one)}):
        write_statement(element(result, 'Statement'), ledger, patron, request.flag('IncludeSettled'))


def _get_orders(ledger: Ledger, call: Call, result: etree._Element) -> None:
    request = Request(call)
    by_number = request.has('OrderNos')
    keys = request.texts('OrderNos' if by_number else 'MerchantRefs', 25)
    request.check()
    found = [ledger.orders.get(key) if by_number else ledger.by_reference(key) for key in keys]
    for number in _in_own_order({order.number for order in found if order is not None}):
        write_order(element(result, 'Order'), ledger.orders[number])


def _create_order(ledger: Ledger, call: Call, result: etree._Element) -> None:
    request = Request(call)
    lines = request.lines()
    method = request.method()
    note = request.short('Note', COMMON)
    request.check()
    ref, patron = request.text('MerchantRef'), request.text('PatronNo')
    write_order(result, ledger.create(ref, patron, lines, method, note, call.channel, call.clerk))


def _cancel_order(ledger: Ledger, call: Call, result: etree._Element) -> None:
    request = Request(call)
    reason = request.short('Reason')
    request.check()
    write_order(result, ledger.cancel(request.text('OrderNo'), call.clerk, reason))


def _waive_charge(ledger: Ledger, call: Call, result: etree._Element) -> None:
    request = Request(call)
    cents, clerk, reason = request.amount(), request.clerk(), request.reason()
    request.check()
    ref, number = request.text('MerchantRef'), request.text('ChargeNo')
    write_charge(result, ledger.waive(ref, number, cents, clerk, reason, call.channel))


def _refund_order(ledger: Ledger, call: Call, result: etree._Element) -> None:
    request = Request(call)
    lines, clerk, reason = request.lines(), request.clerk(), request.reason()
    request.check()
    ref, number = request.text('MerchantRef'), request.text('OrderNo')
    write_order(result, ledger.refund(ref, number, lines, clerk, reason, call.channel))


def _list_changes(ledger: Ledger, call: Call, result: etree._Element) -> None:
    request = Request(call)
    rows = request.max_rows()
    request.check()
    after = request.number('AfterSeq')
    left = [change for change in ledger.kept_changes() if change.seq > after]
    page = left[:rows]
    changes = element(result, 'Changes')
    for change in page:
        write_change(element(changes, 'Change'), change)
    text(result, 'LastSeq', str(page[-1].seq if page else after))
    text(result, 'More', 'true' if len(left) > len(page) else 'false')


def _get_receipt(ledger: Ledger, call: Call, result: etree._Element) -> None:
    write_receipt(result, ledger.paid_order(Request(call).text('OrderNo')))


def _ping(ledger: Ledger, _call: Call, result: etree._Element) -> None:
    now = ledger.clock.now()
    text(result, 'Version', VERSION)
    moment(result, 'ServerTime', now)
    text(result, 'BusinessDate', business_date(now).isoformat())


_OPERATIONS: dict[str, Callable[[Ledger, Call, etree._Element], None]] = {
    'GetStatements': _get_statements,
    'GetOrders': _get_orders,
    'CreateOrder': _create_order,
    'CancelOrder': _cancel_order,
    'WaiveCharge': _waive_charge,
    'RefundOrder': _refund_order,
    'ListChanges': _list_changes,
    'GetReceipt': _get_receipt,
    'Ping': _ping,
}
