"""Envelopes of answers and faults."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from lxml import etree

import names
from answers import PREFIXES, element, text, write_change, write_order
from envelope import Call, Refused
from ledger import Ledger, Refusal
from operations import Down, Duplicate, perform
from reading import Invalid
from records import Order
from times import MINUTE, format_time, machine_now

_DISPATCHER_FAULT = names.DISPATCHER + '/fault'


def reply_to(ledger: Ledger, call: Call) -> tuple[int, bytes]:
    """The status and the text of the answer to a call that is valid by the schema."""
    envelope, body = _envelope(names.response_action(call.operation), call.message_id)
    response = element(body, call.operation + 'Response', names.MESSAGES)
    result = element(response, call.operation + 'Result', names.MESSAGES)
    try:
        perform(ledger, call, result)
    except Invalid as invalid:
        return _typed(call, 'ValidationFault', lambda detail: _write_problems(detail, invalid))
    except Refusal as refusal:
        return _typed(call, 'BusinessFault', lambda detail: _write_refusal(detail, refusal))
    except Duplicate as duplicate:
        return _typed(call, 'DuplicateFault', lambda detail: _write_duplicate(detail, duplicate))
    except Down as down:
        return system_fault(call, down)
    return 200, etree.tostring(envelope)


def system_fault(call: Call, down: Down) -> tuple[int, bytes]:
    return _typed(call, 'SystemFault', lambda detail: _write_down(detail, down))


def refusal_of(refused: Refused) -> tuple[int, bytes]:
    """The status and the text of a fault of the steps 2 to 5."""
    if refused.subcode is None:
        action = names.ADDRESSING + '/soap/fault'
    elif refused.subcode[0] == names.DISPATCHER:
        action = _DISPATCHER_FAULT
    else:
        action = names.ADDRESSING + '/fault'
    envelope, body = _envelope(action, refused.message_id)
    _write_fault(body, refused.code, refused.subcode, refused.reason)
    return 400 if refused.code == 'Sender' else 500, etree.tostring(envelope)


def _envelope(action: str, relates_to: str | None) -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f'{{{names.SOAP}}}Envelope', nsmap=PREFIXES)
    header = element(envelope, 'Header', names.SOAP)
    text(header, 'Action', action, names.ADDRESSING)
    text(header, 'MessageID', uuid.uuid4().urn, names.ADDRESSING)
    if relates_to is not None:
        text(header, 'RelatesTo', relates_to, names.ADDRESSING)
    security = element(header, 'Security', names.SECURITY)
    security.set(f'{{{names.SOAP}}}mustUnderstand', '1')
    stamp = element(security, 'Timestamp', names.UTILITY)
    text(stamp, 'Created', format_time(machine_now()), names.UTILITY)
    text(stamp, 'Expires', format_time(machine_now() + 5 * MINUTE), names.UTILITY)
    return envelope, element(envelope, 'Body', names.SOAP)


def _write_fault(
    body: etree._Element, code: str, subcode: tuple[str, str] | None, reason: str
) -> etree._Element:
    fault = element(body, 'Fault', names.SOAP)
    outer = element(fault, 'Code', names.SOAP)
    text(outer, 'Value', 's:' + code, names.SOAP)
    if subcode is not None:
        namespace, name = subcode
        inner = etree.SubElement(outer, f'{{{names.SOAP}}}Subcode', nsmap={'f': namespace})
        text(inner, 'Value', 'f:' + name, names.SOAP)
    said = element(element(fault, 'Reason', names.SOAP), 'Text', names.SOAP)
    said.set('{http://www.w3.org/XML/1998/namespace}lang', 'en')
    said.text = reason
    return fault


def _typed(call: Call, kind: str, write: Callable[[etree._Element], None]) -> tuple[int, bytes]:
    envelope, body = _envelope(names.fault_action(call.operation, kind), call.message_id)
    code = 'Receiver' if kind == 'SystemFault' else 'Sender'
    fault = _write_fault(body, code, None, f'{kind} of {call.operation}')
    detail = element(element(fault, 'Detail', names.SOAP), kind)
    detail.set('TicketId', str(uuid.uuid4()))
    text(detail, 'Text', f'{call.operation} was refused')
    write(detail)
    return 500 if code == 'Receiver' else 400, etree.tostring(envelope)


def _write_problems(detail: etree._Element, invalid: Invalid) -> None:
    problems = element(detail, 'Problems')
    for path, said in invalid.problems:
        one = element(problems, 'Problem')
        text(one, 'Field', path)
        text(one, 'Text', said)


def _write_refusal(detail: etree._Element, refusal: Refusal) -> None:
    text(detail, 'Code', refusal.code)
    text(detail, 'ChargeNo', refusal.charge)
    text(detail, 'OrderNo', refusal.order)


def _write_duplicate(detail: etree._Element, duplicate: Duplicate) -> None:
    if isinstance(duplicate.found, Order):
        write_order(element(detail, 'Order'), duplicate.found)
    else:
        write_change(element(detail, 'Change'), duplicate.found)


def _write_down(detail: etree._Element, down: Down) -> None:
    if down.retry_after is not None:
        text(detail, 'RetryAfterSeconds', str(down.retry_after))
