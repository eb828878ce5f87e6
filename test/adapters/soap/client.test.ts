import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Operations } from '../../../adapters/patrons/contract.generated.ts';
import { createSoapClient, type SoapClient } from '../../../adapters/soap/client.ts';
import type { Limits } from '../../../adapters/soap/limits.ts';
import { UpstreamError, type UpstreamReason } from '../../../adapters/soap/port.ts';
import { type Answering, envelope11, reply, startRawServer } from './raw-server.ts';
import { wsdls } from './tables.ts';

const deadlineMs = 400;

/** PRS's contract, with one read and, for these tests, `RegisterPatron` as the write. */
const clientOf = (url: string, limits: Partial<Limits> = {}): Promise<SoapClient<Operations>> =>
  createSoapClient<Operations>({
    system: 'patron registry',
    wsdl: wsdls.prs,
    url,
    reads: ['GetPatrons'],
    reasonOf(answer) {
      if (answer.kind === 'reply') return null;
      return answer.detail?.CODE === 'PRS-503' ? 'busy' : 'rejected';
    },
    limits: { deadlineMs, retryDelayMs: 20, ...limits },
    random: () => 0.5,
  });

const prs = 'xmlns:p="urn:library:prs:2004"';
const empty = envelope11(`<p:GetPatronsResponse ${prs}/>`);
const fault = (code: string) =>
  envelope11(
    '<soap:Fault><faultcode>soap:Server</faultcode><faultstring>SECRET</faultstring><detail>' +
      `<p:PRSFault ${prs}><CODE>${code}</CODE><TEXT>SECRET</TEXT></p:PRSFault></detail></soap:Fault>`,
  );
const asked = { PATRON_NO: ['P0000001'] };
const signal = () => new AbortController().signal;
const failureOf = async (call: Promise<unknown>): Promise<UpstreamError> => {
  const error: unknown = await call.then(
    () => 'no failure',
    (reason: unknown) => reason,
  );
  if (!(error instanceof UpstreamError)) throw new Error('not an UpstreamError', { cause: error });
  return error;
};

describe('a server that misbehaves', () => {
  test.each<[string, UpstreamReason, RegExp, Answering]>([
    ['hangs', 'timeout', /no answer by the deadline/, () => {}],
    ['hangs up', 'unreachable', /connection lost/, (response) => response.destroy()],
    [
      'sends a page',
      'invalid-response',
      /content type/,
      (response) => reply(response, '<html></html>', 'text/html'),
    ],
    [
      'sends a page as XML',
      'invalid-response',
      /no Envelope/,
      (response) => reply(response, '<html><body/></html>'),
    ],
    ['sends an empty 200', 'invalid-response', /empty body/, (response) => reply(response, '')],
    ['sends a 204', 'invalid-response', /HTTP 204/, (response) => response.writeHead(204).end()],
    [
      'sends no content type',
      'invalid-response',
      /content type/,
      (response) => response.writeHead(200).end(empty),
    ],
    [
      'sends a 202 with a reply',
      'invalid-response',
      /HTTP 202/,
      (response) => reply(response, empty, 'text/xml', 202),
    ],
    [
      'sends a 503 with a reply',
      'unreachable',
      /HTTP 503/,
      (response) => reply(response, empty, 'text/xml', 503),
    ],
    [
      'sends a 502 page',
      'unreachable',
      /HTTP 502/,
      (response) => reply(response, '<html>', 'text/html', 502),
    ],
    ['sends a 404', 'unreachable', /HTTP 404/, (response) => reply(response, 'not here', 'text/plain', 404)],
    [
      'sends two Bodies',
      'invalid-response',
      /one Body/,
      (response) => reply(response, empty.replace(/<soap:Body>.*<.soap:Body>/, '$&$&')),
    ],
    [
      "sends another operation's reply",
      'invalid-response',
      /neither GetPatronsResponse/,
      (response) => reply(response, envelope11(`<p:FindPatronResponse ${prs}/>`)),
    ],
    [
      'cuts the document short',
      'invalid-response',
      /not well-formed/,
      (response) => reply(response, empty.slice(0, -9)),
    ],
    [
      'cuts the connection short',
      'invalid-response',
      /cut off/,
      (response) => {
        response.writeHead(200, { 'content-type': 'text/xml', 'content-length': 5_000 });
        response.write(empty, () => response.destroy());
      },
    ],
    [
      'sends too much',
      'invalid-response',
      /more than 4194304 bytes/,
      (response) => reply(response, Buffer.alloc(5_000_000, 32)),
    ],
    [
      'sends too deep a document',
      'invalid-response',
      /more than 64 levels/,
      (response) =>
        reply(
          response,
          '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>' +
            '<a>'.repeat(200_000),
        ),
    ],
    [
      'sends many attributes',
      'invalid-response',
      /no Envelope|attribute/,
      (response) =>
        reply(response, `<a ${Array.from({ length: 200_000 }, (_, index) => `a${index}=""`).join(' ')}/>`),
    ],
    [
      'sends Latin-1',
      'invalid-response',
      /charset/,
      (response) => reply(response, empty, 'text/xml; charset=iso-8859-1'),
    ],
    [
      'sends bytes that are no UTF-8',
      'invalid-response',
      /not UTF-8/,
      (response) => reply(response, Buffer.from([0xe9, 0x3c])),
    ],
    [
      'sends it compressed',
      'invalid-response',
      /compressed/,
      (response) => {
        response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' });
        response.end(gzipSync(Buffer.alloc(1_000_000)));
      },
    ],
    [
      'says that it is busy',
      'busy',
      /says so itself/,
      (response) => reply(response, fault('PRS-503'), 'text/xml', 500),
    ],
    ['refuses', 'rejected', /GetPatrons/, (response) => reply(response, fault('PRS-001'), 'text/xml', 500)],
    ['refuses with 200', 'rejected', /GetPatrons/, (response) => reply(response, fault('PRS-001'))],
    [
      'drips',
      'timeout',
      /no answer by the deadline/,
      (response) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('%s: %s', async (_what, reason, detail, answer) => {
    await using server = await startRawServer(answer);
    await using client = await clientOf(server.url);
    const begun = performance.now();
    const error = await failureOf(client.call('GetPatrons', asked, signal()));
    expect(performance.now() - begun).toBeLessThan(deadlineMs + 300);
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(detail);
    expect(error.message).toMatch(/^patron registry: [a-z-]+ \(GetPatrons: /);
    expect(`${error.message}${error.cause}`).not.toMatch(/SECRET|P0000001|PRS-/);
  });

  test('redirects: it is not followed, and nothing is sent elsewhere', async () => {
    await using elsewhere = await startRawServer((response) => reply(response, empty));
    await using server = await startRawServer((response) =>
      response.writeHead(307, { location: elsewhere.url, 'content-type': 'text/xml' }).end(),
    );
    await using client = await clientOf(server.url);
    expect((await failureOf(client.call('GetPatrons', asked, signal()))).message).toContain('HTTP 307');
    expect(elsewhere.requests).toEqual([]);
  });

  test('is not there', async () => {
    const server = await startRawServer(() => {});
    await server[Symbol.asyncDispose]();
    await using client = await clientOf(server.url);
    const error = await failureOf(client.call('GetPatrons', asked, signal()));
    expect([error.reason, error.message]).toEqual(['unreachable', expect.stringContaining('ECONNREFUSED')]);
  });

  test('speaks no HTTP', async () => {
    const server: Server = createServer((socket) => socket.end('SSH-2.0\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await using client = await clientOf(`http://127.0.0.1:${address.port}/`);
    expect((await failureOf(client.call('GetPatrons', asked, signal()))).reason).toBe('invalid-response');
    server.close();
  });
});

describe('a call', () => {
  test('sends SOAP 1.1 with a quoted action, and asks for no compression', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = await clientOf(server.url);
    await expect(client.call('GetPatrons', asked, signal())).resolves.toEqual({ PATRON: [] });
    expect(server.requests[0]).toMatchObject({
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"urn:library:prs:2004#GetPatrons"',
      },
      body: expect.stringContaining('<PATRON_NO>P0000001</PATRON_NO>'),
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('accept-encoding');
  });

  test('keeps its connection for reads', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = await clientOf(server.url, { connections: 1 });
    for (let count = 0; count < 3; count += 1) await client.call('GetPatrons', asked, signal());
    expect(server.connections).toBe(1);
  });

  test('that reads is tried once more, on a new connection where the kept one was closed under it', async () => {
    await using server = await startRawServer((response, _request, count) =>
      count === 2 ? response.destroy() : reply(response, empty),
    );
    await using client = await clientOf(server.url, { connections: 1 });
    await client.call('GetPatrons', asked, signal());
    await client.call('GetPatrons', asked, signal());
    expect([server.requests.length, server.connections]).toEqual([3, 2]);
  });

  test('that reads is tried twice at most', async () => {
    await using server = await startRawServer((response) => reply(response, '<html>', 'text/html', 503));
    await using client = await clientOf(server.url);
    await failureOf(client.call('GetPatrons', asked, signal()));
    expect(server.requests).toHaveLength(2);
  });

  test('that is refused is not tried again', async () => {
    await using server = await startRawServer((response) =>
      reply(response, fault('PRS-001'), 'text/xml', 500),
    );
    await using client = await clientOf(server.url);
    await failureOf(client.call('GetPatrons', asked, signal()));
    expect(server.requests).toHaveLength(1);
  });

  test('that writes is tried once, on a connection of its own', async () => {
    await using server = await startRawServer((response, { headers }) =>
      headers.soapaction?.includes('GetPatrons') ? reply(response, empty) : response.destroy(),
    );
    await using client = await clientOf(server.url);
    await client.call('GetPatrons', asked, signal());
    const details = { ENG_NAME: 'A', DOB: '20000101', ADDR_LINE: [], ADDR_PROOF: 'N' } as const;
    const error = await failureOf(client.call('RegisterPatron', { DETAILS: details }, signal()));
    expect(error.reason).toBe('unreachable');
    expect([server.requests.length, server.connections]).toEqual([2, 2]);
  });

  test('tells a fault with a meaning as it is, when asked so', async () => {
    await using server = await startRawServer((response) =>
      reply(response, fault('PRS-404'), 'text/xml', 500),
    );
    await using client = await clientOf(server.url);
    await expect(client.ask('GetPatrons', asked, signal())).resolves.toEqual({
      kind: 'fault',
      side: 'receiver',
      detail: { CODE: 'PRS-404', TEXT: 'SECRET' },
    });
  });

  test('that has no form is a mistake of ours, and nothing is sent', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = await clientOf(server.url);
    await expect(client.call('GetPatrons', { PATRON_NO: ['x'] }, signal())).rejects.toThrow(TypeError);
    expect(server.requests).toEqual([]);
  });

  test('that its caller leaves is cancelled, at once, and the connection closed', async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await startRawServer((response) => response.on('close', () => closed.resolve()));
    await using client = await clientOf(server.url);
    const caller = new AbortController();
    const call = failureOf(client.call('GetPatrons', asked, caller.signal));
    await wait(50);
    const begun = performance.now();
    caller.abort(new Error('gone'));
    expect((await call).reason).toBe('cancelled');
    expect(performance.now() - begun).toBeLessThan(100);
    await closed.promise;
  });

  test('whose caller has left already is not sent', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = await clientOf(server.url);
    expect((await failureOf(client.call('GetPatrons', asked, AbortSignal.abort()))).reason).toBe('cancelled');
    expect(server.requests).toEqual([]);
  });

  test('after the client was closed is unreachable', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    const client = await clientOf(server.url);
    await client[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    expect((await failureOf(client.call('GetPatrons', asked, signal()))).reason).toBe('unreachable');
  });
});

describe('bounds', () => {
  test('no more calls at once than connections; the rest wait; one too many is refused unsent', async () => {
    let open = 0;
    let most = 0;
    await using server = await startRawServer((response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        reply(response, empty);
      }, 30);
    });
    await using client = await clientOf(server.url, { connections: 2, queue: 3 });
    const calls = Array.from({ length: 6 }, () => client.call('GetPatrons', asked, signal()));
    const [last, ...first] = calls.reverse();
    if (last === undefined) throw new Error('no calls');
    expect((await failureOf(last)).reason).toBe('overloaded');
    await Promise.all(first);
    expect([most, server.requests.length]).toEqual([2, 5]);
  });

  test('a system that fails again and again is left alone for a while, then asked once', async () => {
    let isDown = true;
    await using server = await startRawServer((response) =>
      isDown ? reply(response, 'down', 'text/plain', 503) : reply(response, empty),
    );
    await using client = await clientOf(server.url, { breakerThreshold: 4, breakerOpenMs: 100 });
    for (let count = 0; count < 2; count += 1) await failureOf(client.call('GetPatrons', asked, signal()));
    const error = await failureOf(client.call('GetPatrons', asked, signal()));
    expect([error.reason, error.message]).toEqual(['unreachable', expect.stringContaining('breaker')]);
    expect(server.requests).toHaveLength(4);
    isDown = false;
    await wait(120);
    await Promise.all(Array.from({ length: 5 }, () => client.call('GetPatrons', asked, signal())));
    expect(server.requests).toHaveLength(9);
  });

  test.each([
    ['deadlineMs', 0],
    ['connections', 1.5],
    ['maxBytes', Number.NaN],
    ['deadlineMs', 2 ** 31],
  ])('%s can not be %d', async (name, value) => {
    await expect(clientOf('http://127.0.0.1:1/', { [name]: value })).rejects.toThrow(RangeError);
  });

  test.each(['ftp://127.0.0.1/', 'http://user:secret@127.0.0.1/'])('%s is no address', async (url) => {
    const error: unknown = await clientOf(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).not.toContain('secret');
  });
});
