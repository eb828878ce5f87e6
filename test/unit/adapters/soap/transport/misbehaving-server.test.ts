import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { UpstreamReason } from '../../../../../adapters/soap/port.ts';
import { asked, clientOf, deadlineMs, empty, failureOf, fault, prs, signal } from '../prs-client.ts';
import { type Answering, envelope11, reply, startRawServer } from '../raw-server.ts';

describe('a server that misbehaves', () => {
  test.each<[string, UpstreamReason, RegExp, Answering]>([
    ['never answers', 'timeout', /no answer by the deadline/, () => {}],
    ['closes the connection', 'unreachable', /connection lost/, (response) => response.destroy()],
    [
      'sends a page',
      'invalid-response',
      /content type/,
      (response) => reply(response, '<html></html>', 'text/html'),
    ],
    [
      'sends an HTML page as XML',
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
      /more than 1048576 bytes/,
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
        reply(response, `<a ${Array.from({ length: 20_000 }, (_, index) => `a${index}=""`).join(' ')}/>`),
    ],
    [
      'sends Latin-1',
      'invalid-response',
      /charset/,
      (response) => reply(response, empty, 'text/xml; charset=iso-8859-1'),
    ],
    [
      'sends bytes that are not UTF-8',
      'invalid-response',
      /not UTF-8/,
      (response) => reply(response, Buffer.from([0xe9, 0x3c])),
    ],
    [
      'sends a compressed body',
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
      /says that it is busy/,
      (response) => reply(response, fault('PRS-503'), 'text/xml', 500),
    ],
    [
      'sends a fault',
      'rejected',
      /GetPatrons/,
      (response) => reply(response, fault('PRS-001'), 'text/xml', 500),
    ],
    ['sends a fault with 200', 'rejected', /GetPatrons/, (response) => reply(response, fault('PRS-001'))],
    [
      'sends byte by byte',
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
    await using client = clientOf(server.url);
    const begun = performance.now();
    const error = await failureOf(client.call('GetPatrons', asked, signal()));
    expect(performance.now() - begun).toBeLessThan(deadlineMs + 1_000);
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(detail);
    expect(error.message).toMatch(/^patron registry: [a-z-]+ \(GetPatrons: /);
    expect(`${error.message}${error.cause}`).not.toMatch(/SECRET|P0000001|PRS-/);
  });

  test('sends a redirect, which is not followed', async () => {
    await using elsewhere = await startRawServer((response) => reply(response, empty));
    await using server = await startRawServer((response) =>
      response.writeHead(307, { location: elsewhere.url, 'content-type': 'text/xml' }).end(),
    );
    await using client = clientOf(server.url);
    expect((await failureOf(client.call('GetPatrons', asked, signal()))).message).toContain('HTTP 307');
    expect(elsewhere.requests).toEqual([]);
  });

  test('does not listen', async () => {
    const server = await startRawServer(() => {});
    await server[Symbol.asyncDispose]();
    await using client = clientOf(server.url);
    const error = await failureOf(client.call('GetPatrons', asked, signal()));
    expect([error.reason, error.message]).toEqual(['unreachable', expect.stringContaining('ECONNREFUSED')]);
  });

  test('does not speak HTTP', async () => {
    const server: Server = createServer((socket) => socket.end('SSH-2.0\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('no port');
    }
    await using client = clientOf(`http://127.0.0.1:${address.port}/`);
    expect((await failureOf(client.call('GetPatrons', asked, signal()))).reason).toBe('invalid-response');
    server.close();
  });
});
