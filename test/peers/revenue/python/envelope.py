"""Steps 2 to 5 of the checks: what a request must be before RPS looks at what it asks for."""

import uuid
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlsplit

from lxml import etree

import names
import schemas
from times import MINUTE, machine_now, parse_time


_OWN_HEADERS = (f'{{{names.SECURITY}}}Security', f'{{{names.MESSAGES}}}CallContext')


class Refused(Exception):
    """The request fails a check of the steps 2 to 5, so the fault has no detail."""

    def __init__(self, code: str, reason: str, subcode: tuple[str, str] | None = None, message_id: str | None = None):
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.subcode = subcode
        self.message_id = message_id


@dataclass(frozen=True)
class Call:
    """A request that passed the steps 1 to 5."""

    operation: str
    message_id: str
    channel: str
    clerk: str | None
    # Null if `request` is missing or nil.
    request: etree._Element | None


_STRING = etree.XPath('string()')


def text_of(element: etree._Element) -> str:
    """The text of the element without comments, as it was sent."""
    return str(_STRING(element))


def child(parent: etree._Element, namespace: str, name: str) -> etree._Element | None:
    """The first such child, or None where it is missing or nil."""
    found = parent.find(f'{{{namespace}}}{name}')
    return None if found is None or is_nil(found) else found


def is_nil(element: etree._Element) -> bool:
    return element.get(f'{{{names.INSTANCE}}}nil', '').strip() in ('true', '1')


class Gate:
    """Lets a request through, or raises Refused."""

    def __init__(self, schema: etree.XMLSchema, user: str, password: str):
        self._schema = schema
        self._user = user
        self._password = password

    def enter(self, root: etree._Element, path: str, content_type: Message) -> Call:
        # A fault relates to its message also where the envelope is of another version.
        message_id = _once([one for header in root.iterchildren('{*}Header') for one in header], 'MessageID')
        try:
            headers, payload = _opened(root)
            operation = _addressed(headers, payload, path, content_type)
            self._authenticate(headers)
            return self._valid(operation, headers, payload, message_id)
        except Refused as refused:
            refused.message_id = message_id
            raise

    def _authenticate(self, headers: list[etree._Element]) -> None:
        security = [header for header in headers if header.tag == f'{{{names.SECURITY}}}Security']
        if len(security) != 1:
            raise _insecure('InvalidSecurity', 'one Security header is needed')
        stamp = _only(security[0], names.UTILITY, 'Timestamp')
        token = _only(security[0], names.SECURITY, 'UsernameToken')
        try:
            created = parse_time(text_of(_only(stamp, names.UTILITY, 'Created')).strip())
            expires = parse_time(text_of(_only(stamp, names.UTILITY, 'Expires')).strip())
        except ValueError as error:
            raise _insecure('InvalidSecurity', str(error)) from error
        user = text_of(_only(token, names.SECURITY, 'Username'))
        password = _only(token, names.SECURITY, 'Password')
        if password.get('Type', names.PASSWORD_TEXT) != names.PASSWORD_TEXT:
            raise _insecure('InvalidSecurity', 'a password of another type')
        now = machine_now()
        if abs(now - created) > 5 * MINUTE or expires <= created or expires <= now:
            raise Refused('Sender', 'the message has expired', (names.UTILITY, 'MessageExpired'))
        if (user, text_of(password)) != (self._user, self._password):
            raise _insecure('FailedAuthentication', 'wrong user or password')

    def _valid(
        self, operation: str, headers: list[etree._Element], payload: etree._Element, message_id: str | None
    ) -> Call:
        contexts = [header for header in headers if header.tag == f'{{{names.MESSAGES}}}CallContext']
        body = payload.getparent()
        if (
            len(contexts) != 1
            or len([one for one in body if isinstance(one.tag, str)]) != 1
            or not schemas.is_valid(self._schema, contexts[0])
            or not schemas.is_valid(self._schema, payload)
        ):
            raise Refused('Sender', 'the request is not valid', (names.DISPATCHER, 'DeserializationFailed'))
        context = contexts[0]
        channel = child(context, names.TYPES, 'Channel')
        clerk = child(context, names.TYPES, 'ClerkId')
        return Call(
            operation=operation,
            message_id=message_id or uuid.uuid4().urn,
            channel='' if channel is None else text_of(channel),
            clerk=None if clerk is None else text_of(clerk),
            request=child(payload, names.MESSAGES, 'request'),
        )


def _opened(root: etree._Element) -> tuple[list[etree._Element], etree._Element | None]:
    """The header blocks, and the element in the Body."""
    if root.tag != f'{{{names.SOAP}}}Envelope':
        raise Refused('VersionMismatch', 'not an envelope of SOAP 1.2')
    header = root.find(f'{{{names.SOAP}}}Header')
    headers = [] if header is None else [one for one in header if isinstance(one.tag, str)]
    for one in headers:
        must = one.get(f'{{{names.SOAP}}}mustUnderstand', '').strip() in ('1', 'true')
        known = etree.QName(one).namespace == names.ADDRESSING or one.tag in _OWN_HEADERS
        # The contract excepts no role.
        if must and not known:
            raise Refused('MustUnderstand', f'{etree.QName(one).localname} is not understood')
    body = root.find(f'{{{names.SOAP}}}Body')
    return headers, None if body is None else next((one for one in body if isinstance(one.tag, str)), None)


def _all(headers: list[etree._Element], name: str) -> list[etree._Element]:
    return [header for header in headers if header.tag == f'{{{names.ADDRESSING}}}{name}']


def _once(headers: list[etree._Element], name: str) -> str | None:
    found = _all(headers, name)
    return text_of(found[0]).strip() or None if len(found) == 1 else None


def _addressed(
    headers: list[etree._Element], payload: etree._Element | None, path: str, content_type: Message
) -> str:
    """The operation. Raises Refused, in the order in which the contract lists the subcodes."""
    for name in ('Action', 'MessageID', 'To'):
        if not any(text_of(header).strip() for header in _all(headers, name)):
            raise _misaddressed('MessageAddressingHeaderRequired', name)
    for name in ('Action', 'MessageID', 'To', 'From', 'ReplyTo', 'FaultTo'):
        if len(_all(headers, name)) > 1:
            raise _misaddressed('InvalidAddressingHeader', f'{name} twice')
    for name in ('ReplyTo', 'FaultTo'):
        for header in _all(headers, name):
            address = header.find(f'{{{names.ADDRESSING}}}Address')
            if address is None or text_of(address).strip() != names.ANONYMOUS:
                raise _misaddressed('InvalidAddressingHeader', f'{name} is not anonymous')
    action = _once(headers, 'Action')
    announced = content_type.get_param('action', header='content-type')
    if announced is not None and announced != action:
        raise _misaddressed('InvalidAddressingHeader', 'another Action than that of the Content-Type')
    operation = next((one for one in names.OPERATIONS if names.action_of(one) == action), None)
    if operation is not None and (payload is None or payload.tag != f'{{{names.MESSAGES}}}{operation}'):
        raise _misaddressed('InvalidAddressingHeader', 'the Action does not suit the body')
    if _path_of(_once(headers, 'To') or '') != path:
        raise _misaddressed('DestinationUnreachable', 'To is another address')
    if operation is None:
        raise _misaddressed('ActionNotSupported', f'there is no {action}')
    return operation


def _path_of(address: str) -> str | None:
    """The path of an absolute address (WS-Addressing 1.0 Core, 3.2); None if it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts.path if parts.scheme else None


def _only(parent: etree._Element, namespace: str, name: str) -> etree._Element:
    found = parent.findall(f'{{{namespace}}}{name}')
    if len(found) != 1:
        raise _insecure('InvalidSecurity', f'one {name} is needed')
    return found[0]


def _misaddressed(subcode: str, reason: str) -> Refused:
    return Refused('Sender', reason, (names.ADDRESSING, subcode))


def _insecure(subcode: str, reason: str) -> Refused:
    return Refused('Sender', reason, (names.SECURITY, subcode))
