"""
A Revenue and Payment System for the tests, written from the vendor's contract alone. It shares nothing with the
simulator: another language, another HTTP server, and libxml2 instead of our own reader of schemas.

Environment: PEER_USER and PEER_PASSWORD, PEER_CONTRACT (the folder of the vendor's schemas) and PEER_SEED (a file);
PEER_PORT, if it is not any free one, and PEER_LEDGER, the file of a peer that crashed, with which this one goes on.
Prints a line of JSON with its port and its stack as soon as it listens. It ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import threading
import time
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from lxml import etree

import names
import schemas
from control import BadControl, Conditions, clock_route, control, faults_route
from envelope import Call, Gate, Refused, child, text_of
from ledger import Ledger
from operations import Down
from replies import refusal_of, reply_to, system_fault
from seed import load_seed
from times import SECOND, Clock, machine_now

_SERVICE_PATH = '/rps/RevenueService.svc'
_LARGEST = 64 * 1024
# A request whose length says more is not read at all.
_MOST_READ = 1024 * 1024
_CONTROLS = ('/rps/control', '/_clock', '/_faults')


class Peer:
    def __init__(self, user: str, password: str, contract: str, seed: str):
        self._gate = Gate(schemas.load_schema(contract), user, password)
        self._seed = seed
        self.reset()

    def restore(self, file: str) -> None:
        with open(file, 'rb') as kept:
            self.ledger = pickle.load(kept)

    def crash(self, file: str) -> None:
        """Ends the process at once, with all requests that wait. The file has what was applied."""
        with open(file, 'wb') as kept:
            pickle.dump(self.ledger, kept)
        os.kill(os.getpid(), signal.SIGKILL)

    def reset(self) -> None:
        """Starts again with the seed, the real clock and no faults."""
        self.conditions = Conditions()
        self.ledger = Ledger(Clock())
        load_seed(self.ledger, self._seed)

    def answer(self, body: bytes, path: str, content_type: Message, arrived: int) -> tuple[int, bytes] | None:
        """The status and the text; None if the request is dropped."""
        if content_type.get_content_type() != 'application/soap+xml':
            return 415, b''
        if len(body) > _LARGEST:
            return 413, b''
        try:
            root = schemas.parse(body)
        except ValueError:
            return 400, b''
        try:
            call = self._gate.enter(root, path, content_type)
        except Refused as refused:
            return refusal_of(refused)
        ledger, conditions = self.ledger, self.conditions
        with ledger.lock:
            late = conditions.draw('apply-late', call.operation)
            conditions.waiting += late is not None
        if late is not None:
            time.sleep(late.get('delayMs', 60_000) / 1000)
        with ledger.lock:
            conditions.waiting -= late is not None
            if call.operation in names.WITH_REFERENCE and machine_now() - arrived > conditions.drop_after:
                ref = None if call.request is None else child(call.request, names.TYPES, 'MerchantRef')
                conditions.dropped.append('' if ref is None else text_of(ref))
                return None
            try:
                conditions.raise_if_busy(call.operation)
            except Down as down:
                return system_fault(call, down)
            return reply_to(ledger, call)

    def controlled(self, path: str, method: str, asked: object) -> dict:
        with self.ledger.lock:
            if path == '/_clock':
                return clock_route(self.ledger, method, asked)
            if path == '/_faults':
                return faults_route(self.conditions, method, asked)
            if method != 'POST':
                raise BadControl(405, 'POST only')
            if asked == {'reset': True}:
                self.reset()
                return {}
            if isinstance(asked, dict) and 'crash' in asked:
                self.crash(str(asked['crash']))
            return control(self.ledger, self.conditions, asked)


def handler_of(peer: Peer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        # Closes idle connections, in seconds.
        timeout = 20
        # Without it, a small answer waits for the acknowledgement of its headers.
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            arrived = int(float(self.headers.get('X-Arrived-At', 0)) * SECOND / 1000) or machine_now()
            body = self._body()
            path = urlsplit(self.path).path
            if path in _CONTROLS:
                self._control(path, body)
            elif path != _SERVICE_PATH:
                self._send(404, b'', None)
            elif self.command != 'POST':
                self._send(405, b'', None)
            else:
                content_type = Message()
                content_type['Content-Type'] = self.headers.get('Content-Type', '')
                answer = peer.answer(body, path, content_type, arrived)
                if answer is None:
                    self.close_connection = True
                else:
                    self._send(*answer, 'application/soap+xml; charset=utf-8')

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def _body(self) -> bytes:
            if self.headers.get('Transfer-Encoding', '').lower() != 'chunked':
                length = int(self.headers.get('Content-Length', 0))
                self.close_connection = self.close_connection or length > _MOST_READ
                return self.rfile.read(min(length, _MOST_READ))
            chunks = b''
            while size := int(self.rfile.readline().split(b';')[0], 16):
                chunks += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return chunks

        def _control(self, path: str, body: bytes) -> None:
            try:
                asked = json.loads(body) if body else {}
                status, answer = 200, peer.controlled(path, self.command, asked)
            except json.JSONDecodeError:
                status, answer = 400, {'error': 'not JSON'}
            except BadControl as error:
                status, answer = error.status, {'error': str(error)}
            self._send(status, json.dumps(answer, ensure_ascii=False).encode(), 'application/json')

        def _send(self, status: int, body: bytes, content_type: str | None) -> None:
            self.send_response(status)
            if content_type is not None and body:
                self.send_header('Content-Type', content_type)
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    # A caller that left is no error of the peer's.
    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    environment = os.environ
    peer = Peer(
        environment['PEER_USER'],
        environment['PEER_PASSWORD'],
        environment['PEER_CONTRACT'],
        environment['PEER_SEED'],
    )
    if 'PEER_LEDGER' in environment:
        peer.restore(environment['PEER_LEDGER'])
    server = Server(('127.0.0.1', int(environment.get('PEER_PORT', 0))), handler_of(peer))
    stack = f'Python {sys.version.split()[0]}, libxml2 {".".join(map(str, etree.LIBXML_VERSION))}'
    print(json.dumps({'port': server.server_address[1], 'stack': stack}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


main()
