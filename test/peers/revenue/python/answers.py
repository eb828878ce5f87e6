"""Writes RPS's records as elements of its types. Elements follow each other as the schema says."""

import base64

from lxml import etree

import names
from ledger import Ledger
from receipt import receipt_number, receipt_pdf
from records import Change, Charge, Credit, Line, Order, Refund, Waiver
from times import business_date, format_time

_NIL = f'{{{names.INSTANCE}}}nil'
_TYPE = f'{{{names.INSTANCE}}}type'
# The elements of a release after this contract are in a namespace of their own.
_LATER = 'http://rps.library.example/2021/03/settlement'
PREFIXES = {
    's': names.SOAP,
    'a': names.ADDRESSING,
    'o': names.SECURITY,
    'u': names.UTILITY,
    'i': names.INSTANCE,
    'm': names.MESSAGES,
    't': names.TYPES,
    'c': names.COMMON,
}


def element(parent: etree._Element, name: str, namespace: str = names.TYPES) -> etree._Element:
    return etree.SubElement(parent, f'{{{namespace}}}{name}')


def text(parent: etree._Element, name: str, value: str | None, namespace: str = names.TYPES) -> None:
    """An element with the text; nil for None."""
    one = element(parent, name, namespace)
    if value is None:
        one.set(_NIL, 'true')
    else:
        one.text = value


def money(parent: etree._Element, name: str, cents: int) -> None:
    one = element(parent, name)
    one.set('currency', 'HKD')
    one.text = f'{cents // 100}.{cents % 100:02d}'


def moment(parent: etree._Element, name: str, ticks: int | None) -> None:
    text(parent, name, None if ticks is None else format_time(ticks))


def _audit(one: etree._Element, version: int, changed: int, channel: str | None) -> None:
    one.set('Version', str(version))
    one.set('ChangedAt', format_time(changed))
    if channel is not None:
        one.set('Channel', channel)


def write_lines(parent: etree._Element, lines: list[Line], of_order: bool) -> None:
    """The lines of an order, or of a refund, of which nothing is refunded itself."""
    array = element(parent, 'Lines')
    for line in lines:
        one = element(array, 'OrderLine')
        text(one, 'ChargeNo', line.charge)
        money(one, 'Amount', line.cents)
        if of_order:
            money(one, 'Refunded', line.refunded)


def write_order(one: etree._Element, order: Order) -> None:
    one.set('State', order.state)
    _audit(one, order.version, order.changed, order.channel)
    text(one, 'OrderNo', order.number)
    text(one, 'Note', order.note, names.COMMON)
    text(one, 'MerchantRef', order.ref)
    text(one, 'PatronNo', order.patron)
    _write_method(one, order)
    write_lines(one, order.lines, of_order=True)
    money(one, 'Total', order.cents)
    text(one, 'BusinessDate', business_date(order.created).isoformat())
    moment(one, 'CreatedAt', order.created)
    moment(one, 'PayBy', order.pay_by)
    moment(one, 'PaidAt', order.paid)
    moment(one, 'EndedAt', order.ended)
    if order.state == 'Pending' and order.method.type == 'FpsMethod':
        text(one, 'QrPayload', f'00020101021226{order.number}5204000053033445802HK')
    elif order.state == 'Pending' and order.method.type != 'CounterMethod':
        text(one, 'RedirectUrl', f'https://pay.rps.library.example/{order.number}')
    refunds = element(one, 'Refunds')
    for refund in order.refunds:
        _write_refund(element(refunds, 'Refund'), refund)
    if order.paid is not None:
        settlement = etree.SubElement(one, f'{{{_LATER}}}Settlement', nsmap={'later': _LATER})
        settlement.set('batch', business_date(order.paid).isoformat())
        etree.SubElement(settlement, f'{{{_LATER}}}Net').text = str(order.cents)


def _write_method(parent: etree._Element, order: Order) -> None:
    one = element(parent, 'Method')
    one.set(_TYPE, 't:' + order.method.type)
    for name, value in order.method.attributes.items():
        one.set(name, value)
    for name in ('PayerName', 'BankCode', 'MaskedNo', 'Branch', 'Tender'):
        if name in order.method.children:
            text(one, name, order.method.children[name])


def _write_refund(one: etree._Element, refund: Refund) -> None:
    one.set('Automatic', 'true' if refund.automatic else 'false')
    text(one, 'RefundNo', refund.number)
    text(one, 'MerchantRef', refund.ref)
    money(one, 'Amount', refund.cents)
    write_lines(one, refund.lines, of_order=False)
    moment(one, 'RefundedAt', refund.at)
    text(one, 'ClerkId', refund.clerk)
    text(one, 'Reason', refund.reason)


def write_charge(one: etree._Element, charge: Charge) -> None:
    one.set('LineType', 'Charge')
    one.set('State', charge.state)
    _audit(one, charge.version, charge.changed, charge.channel)
    text(one, 'ChargeNo', charge.number)
    moment(one, 'At', charge.at)
    money(one, 'Amount', charge.cents)
    money(one, 'Paid', charge.paid)
    money(one, 'Waived', charge.waived)
    money(one, 'Outstanding', charge.outstanding)
    text(one, 'Purpose', charge.purpose)
    text(one, 'Description', charge.description)
    text(one, 'CardNo', charge.card)
    text(one, 'LoanNo', charge.loan)
    text(one, 'DueOn', charge.due)
    text(one, 'OrderNo', None if charge.pending is None else charge.pending.number)
    text(one, 'MerchantRef', None)
    text(one, 'ClerkId', None)
    array = element(one, 'Adjustments')
    adjustments = [(waiver.at, waiver) for waiver in charge.waivers]
    adjustments += [(order.paid, order) for order in charge.orders if order.state == 'Paid']
    for _, adjustment in sorted(adjustments, key=lambda pair: pair[0]):
        line = element(array, 'StatementLine')
        if isinstance(adjustment, Waiver):
            _write_waiver(line, charge, adjustment)
        else:
            _write_payment(line, charge, adjustment)


def _write_adjustment(
    one: etree._Element,
    kind: str,
    charge: Charge,
    at: int,
    cents: int,
    channel: str | None,
    order: str | None,
    ref: str | None,
    clerk: str | None,
) -> None:
    one.set('LineType', kind)
    _audit(one, 1, at, channel)
    text(one, 'ChargeNo', charge.number)
    moment(one, 'At', at)
    money(one, 'Amount', cents)
    text(one, 'OrderNo', order)
    text(one, 'MerchantRef', ref)
    text(one, 'ClerkId', clerk)


def _write_waiver(one: etree._Element, charge: Charge, waiver: Waiver) -> None:
    _write_adjustment(
        one, 'Waiver', charge, waiver.at, waiver.cents, waiver.channel, None, waiver.ref, waiver.clerk
    )


def _write_payment(one: etree._Element, charge: Charge, order: Order) -> None:
    line = order.line(charge.number)
    assert line is not None and order.paid is not None
    refunds = [(refund, back) for refund in order.refunds for back in refund.lines if back.charge == charge.number]
    _write_adjustment(one, 'Payment', charge, order.paid, line.cents, order.channel, order.number, order.ref, None)
    # A refund of this charge changes the payment that it is within.
    last = refunds[-1][0].at if refunds else order.paid
    _audit(one, 1 + len(refunds), last, order.channel)
    array = element(one, 'Adjustments')
    for refund, back in sorted(refunds, key=lambda pair: pair[0].at):
        _write_adjustment(
            element(array, 'StatementLine'),
            'Refund',
            charge,
            refund.at,
            back.cents,
            refund.channel,
            order.number,
            refund.ref,
            refund.clerk,
        )


def write_statement(one: etree._Element, ledger: Ledger, patron: str, include_settled: bool) -> None:
    charges = [charge for charge in ledger.charges.values() if charge.patron == patron]
    told = [charge for charge in charges if include_settled or charge.outstanding > 0]
    text(one, 'PatronNo', patron)
    moment(one, 'AsOf', ledger.clock.now())
    money(one, 'Paid', sum(charge.paid for charge in told))
    money(one, 'Waived', sum(charge.waived for charge in told))
    money(one, 'Outstanding', sum(charge.outstanding for charge in told))
    lines = element(one, 'Lines')
    for charge in sorted(told, key=lambda charge: charge.at):
        write_charge(element(lines, 'StatementLine'), charge)
    credits = element(one, 'Credits')
    for credit in ledger.credits:
        if credit.patron == patron:
            _write_credit(element(credits, 'Credit'), credit)


def _write_credit(one: etree._Element, credit: Credit) -> None:
    text(one, 'CreditNo', credit.number)
    money(one, 'Amount', credit.cents)
    money(one, 'Remaining', credit.remaining)
    text(one, 'Reason', credit.reason)
    moment(one, 'RaisedAt', credit.at)
    text(one, 'ExpiresOn', credit.expires)


def write_change(one: etree._Element, change: Change) -> None:
    one.set('Seq', str(change.seq))
    one.set('Type', change.type)
    moment(one, 'At', change.at)
    text(one, 'PatronNo', change.patron)
    text(one, 'MerchantRef', change.ref)
    text(one, 'OrderNo', change.order)
    text(one, 'ChargeNos', ' '.join(change.charges))
    money(one, 'Amount', change.cents)
    text(one, 'ClerkId', change.clerk)
    text(one, 'Reason', change.reason)


def write_receipt(one: etree._Element, order: Order) -> None:
    text(one, 'ReceiptNo', receipt_number(order))
    moment(one, 'IssuedAt', order.paid)
    text(one, 'ContentType', 'application/pdf')
    text(one, 'Content', base64.b64encode(receipt_pdf(order)).decode('ascii'))
