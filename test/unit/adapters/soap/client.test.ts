import { setTimeout as wait } from 'node:timers/promises';
import { propagation } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { withinRequest } from '../../../../platform/telemetry/request-scope.ts';
import { asked, clientOf, empty, failureOf, fault, signal } from './prs-client.ts';
import { reply, startRawServer } from './raw-server.ts';

describe('a call', () => {
  test('sends SOAP 1.1 with a quoted action, and asks for no compression', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = clientOf(server.url);
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

  test('carries the id of the request and its trace in HTTP, and neither outside of a request', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    propagation.setGlobalPropagator({
      inject: (_context, carrier, setter) => setter.set(carrier, 'traceparent', traceparent),
      extract: (context) => context,
      fields: () => ['traceparent'],
    });
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = clientOf(server.url);
    const requestId = 'f0f6a4de-7a55-4f5e-9c08-7b8f6d0f3c11';
    await withinRequest({ requestId, caller: null }, () => client.call('GetPatrons', asked, signal()));
    propagation.disable();
    await client.call('GetPatrons', asked, signal());
    const [within, outside] = server.requests;
    expect(within?.headers).toMatchObject({ 'x-request-id': requestId, traceparent });
    expect(Object.keys(outside?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(x-request-id|traceparent)$/)]),
    );
  });

  test('keeps its connection for the next read', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = clientOf(server.url, { connections: 1 });
    for (let count = 0; count < 3; count += 1) {
      await client.call('GetPatrons', asked, signal());
    }
    expect(server.connections).toBe(1);
  });

  test('that reads is retried once, on a new connection when the kept one was closed during the call', async () => {
    await using server = await startRawServer((response, _request, count) =>
      count === 2 ? response.destroy() : reply(response, empty),
    );
    await using client = clientOf(server.url, { connections: 1 });
    await client.call('GetPatrons', asked, signal());
    await client.call('GetPatrons', asked, signal());
    expect([server.requests.length, server.connections]).toEqual([3, 2]);
  });

  test('that reads is attempted at most twice', async () => {
    await using server = await startRawServer((response) => reply(response, '<html>', 'text/html', 503));
    await using client = clientOf(server.url);
    await failureOf(client.call('GetPatrons', asked, signal()));
    expect(server.requests).toHaveLength(2);
  });

  test('that is answered with a fault is not retried', async () => {
    await using server = await startRawServer((response) =>
      reply(response, fault('PRS-001'), 'text/xml', 500),
    );
    await using client = clientOf(server.url);
    await failureOf(client.call('GetPatrons', asked, signal()));
    expect(server.requests).toHaveLength(1);
  });

  test('that changes something is attempted once, on a new connection', async () => {
    await using server = await startRawServer((response, { headers }) =>
      headers.soapaction?.includes('GetPatrons') ? reply(response, empty) : response.destroy(),
    );
    await using client = clientOf(server.url);
    await client.call('GetPatrons', asked, signal());
    const details = { ENG_NAME: 'A', DOB: '20000101', ADDR_LINE: [], ADDR_PROOF: 'N' } as const;
    const error = await failureOf(client.call('RegisterPatron', { DETAILS: details }, signal()));
    expect(error.reason).toBe('outcome-unknown');
    expect([server.requests.length, server.connections]).toEqual([2, 2]);
  });

  test('that changes something leaves no connection open for the next', async () => {
    await using server = await startRawServer((response) =>
      reply(response, fault('PRS-409'), 'text/xml', 500),
    );
    await using client = clientOf(server.url);
    const details = { ENG_NAME: 'A', DOB: '20000101', ADDR_LINE: [], ADDR_PROOF: 'N' } as const;
    for (let count = 0; count < 3; count += 1) {
      await client.ask('RegisterPatron', { DETAILS: details }, signal());
    }
    expect(server.connections).toBe(3);
  });

  test('made with `ask` returns a fault that has a meaning', async () => {
    await using server = await startRawServer((response) =>
      reply(response, fault('PRS-404'), 'text/xml', 500),
    );
    await using client = clientOf(server.url);
    await expect(client.ask('GetPatrons', asked, signal())).resolves.toEqual({
      kind: 'fault',
      side: 'receiver',
      subcode: null,
      name: 'PRSFault',
      detail: { CODE: 'PRS-404', TEXT: 'SECRET' },
      isGarbled: false,
    });
  });

  test('whose request has no form in the contract is unencodable, and nothing is sent', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = clientOf(server.url);
    expect(await failureOf(client.call('GetPatrons', { PATRON_NO: ['x'] }, signal()))).toMatchObject({
      reason: 'unencodable',
    });
    expect(server.requests).toEqual([]);
  });

  test('whose caller aborts is cancelled at once, and its connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await startRawServer((response) => response.on('close', () => closed.resolve()));
    await using client = clientOf(server.url, { deadlineMs: 20_000 });
    const caller = new AbortController();
    const call = failureOf(client.call('GetPatrons', asked, caller.signal));
    await wait(50);
    const begun = performance.now();
    caller.abort(new Error('gone'));
    expect((await call).reason).toBe('cancelled');
    expect(performance.now() - begun).toBeLessThan(10_000);
    await closed.promise;
  });

  test('whose caller has aborted already is not sent', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    await using client = clientOf(server.url);
    expect((await failureOf(client.call('GetPatrons', asked, AbortSignal.abort()))).reason).toBe('cancelled');
    expect(server.requests).toEqual([]);
  });

  test('after the client was closed is unreachable', async () => {
    await using server = await startRawServer((response) => reply(response, empty));
    const client = clientOf(server.url);
    await client[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    expect((await failureOf(client.call('GetPatrons', asked, signal()))).reason).toBe('unreachable');
  });
});

describe('limits', () => {
  test('as many calls run as there are connections, more wait, and one too many is rejected unsent', async () => {
    let open = 0;
    let maxOpen = 0;
    await using server = await startRawServer((response) => {
      open += 1;
      maxOpen = Math.max(maxOpen, open);
      setTimeout(() => {
        open -= 1;
        reply(response, empty);
      }, 30);
    });
    await using client = clientOf(server.url, { connections: 2, queue: 3 });
    const calls = Array.from({ length: 6 }, () => client.call('GetPatrons', asked, signal()));
    const [lastCall, ...earlierCalls] = calls.reverse();
    if (lastCall === undefined) {
      throw new Error('no calls');
    }
    expect((await failureOf(lastCall)).reason).toBe('overloaded');
    await Promise.all(earlierCalls);
    expect([maxOpen, server.requests.length]).toEqual([2, 5]);
  });

  test('a system that keeps failing is not called for a while, and then probed once', async () => {
    let isDown = true;
    await using server = await startRawServer((response) =>
      isDown ? reply(response, 'down', 'text/plain', 503) : reply(response, empty),
    );
    await using client = clientOf(server.url, { breakerThreshold: 4, breakerOpenMs: 100 });
    for (let count = 0; count < 2; count += 1) {
      await failureOf(client.call('GetPatrons', asked, signal()));
    }
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
  ])('the limit %s can not be %d', (name, value) => {
    expect(() => clientOf('http://127.0.0.1:1/', { [name]: value })).toThrow(RangeError);
  });

  test.each(['ftp://127.0.0.1/', 'http://user:secret@127.0.0.1/'])('%s is rejected as an address', (url) => {
    expect(() => clientOf(url)).toThrow(TypeError);
    expect(() => clientOf(url)).not.toThrow('secret');
  });
});
