"""A mail server for tests, by aiosmtpd.

Usage: smtp_server.py [--cert FILE --key FILE] [--starttls] [--login USER PASSWORD]

Prints its port, and then one line of JSON for each mail that it took. Each line of standard input replaces how it
answers: {"rcpt": "550 5.1.1 No such user", "data": "451 4.3.0 Later", "silent": "rcpt"}. It answers what is absent
with 250. Where it is silent, it never answers.
"""

import argparse
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--cert")
options.add_argument("--key")
options.add_argument("--starttls", action="store_true")
options.add_argument("--login", nargs=2)
given = options.parse_args()

answers = {}


async def answer_to(command):
    if answers.get("silent") == command:
        await asyncio.Event().wait()
    return answers.get(command)


class Handler:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        await answer_to("ehlo")
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        answer = await answer_to("rcpt")
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": message.get_content().replace("\r\n", "\n"),
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "authenticated": bool(session.authenticated),
        }
        print(json.dumps(mail), flush=True)
        return await answer_to("data") or "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    accepted = [part.decode() for part in (data.login, data.password)] == given.login
    return AuthResult(success=accepted, handled=False)


async def follow_input(loop):
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        answers.clear()
        answers.update(json.loads(line))
        print("answers changed", flush=True)


async def main():
    loop = asyncio.get_running_loop()
    context = None
    if given.cert is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(given.cert, given.key)

    def create():
        return SMTP(
            Handler(),
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=context if given.starttls else None,
            authenticator=authenticate if given.login is not None else None,
            auth_require_tls=False,
        )

    server = await loop.create_server(create, "127.0.0.1", 0, ssl=None if given.starttls else context)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await follow_input(loop)


asyncio.run(main())
