/** Streams over `fetch`, from a server of a few lines whose bytes the tests choose. */
import { createServer, type ServerResponse } from 'node:http';
import { overFetch, type StreamResult } from '@patron-graph/kit';
import { expect, test } from 'vitest';
import { listenOnLoopback } from '../../../support/servers/loopback.ts';

const request = { query: 'subscription { a }', variables: { after: null } };
const next = (value: unknown) => `event: next\ndata: ${JSON.stringify(value)}\n\n`;
const complete = 'event: complete\ndata:\n\n';

interface Read {
  readonly results: StreamResult[];
  /** How often something was heard. */
  readonly heard: number;
  /** Null if the stream was completed. */
  readonly error: unknown;
}

/** Reads a stream to its end. `answer` writes it. */
async function read(
  answer: (response: ServerResponse) => void,
  handle: () => Promise<void> = async () => undefined,
): Promise<Read & { readonly headers: Record<string, unknown>; readonly body: unknown }> {
  let headers: Record<string, unknown> = {};
  let body = '';
  await using server = await listenOnLoopback(
    createServer(async (incoming, response) => {
      headers = incoming.headers;
      for await (const chunk of incoming) {
        body += String(chunk);
      }
      answer(response);
    }),
  );
  const transport = overFetch({
    url: `${server.origin}/graphql`,
    token: ({ isTokenRefused }) => (isTokenRefused ? 'newer' : 'old'),
    headers: { 'x-csrf': '1' },
    language: 'zh-Hant',
  });
  const results: StreamResult[] = [];
  let heard = 0;
  const error = await transport
    .open(
      request,
      {
        heard() {
          heard += 1;
        },
        async next(result) {
          await handle();
          results.push(result);
        },
      },
      { isTokenRefused: true, signal: AbortSignal.timeout(20_000) },
    )
    .then(
      () => null,
      (failure: unknown) => failure,
    );
  return { results, heard, error, headers, body: JSON.parse(body) };
}

const stream = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });

test('a stream is asked for by POST, with the newest token, the language and the caller’s own headers', async () => {
  const { headers, body, error } = await read((response) => stream(response).end(complete));
  expect(error).toBeNull();
  expect(headers).toMatchObject({
    accept: 'text/event-stream',
    authorization: 'Bearer newer',
    'accept-language': 'zh-Hant',
    'x-csrf': '1',
  });
  expect(body).toEqual(request);
});

test('events are read from pieces of any size, and each heartbeat is a sign of life', async () => {
  const text = `:\n\n${next({ data: { a: '書' } })}:\n\n${next({ data: { a: 2 } })}${complete}`;
  const { results, heard } = await read((response) => {
    stream(response);
    const bytes = Buffer.from(text);
    let sent = 0;
    const timer = setInterval(() => {
      response.write(bytes.subarray(sent, sent + 7));
      sent += 7;
      if (sent >= bytes.length) {
        clearInterval(timer);
        response.end();
      }
    }, 2);
  });
  expect(results).toEqual([{ data: { a: '書' } }, { data: { a: 2 } }]);
  expect(heard).toBeGreaterThan(3);
});

test('a stream that breaks off before `complete` is a lost connection', async () => {
  const { results, error } = await read((response) => {
    stream(response).end(next({ data: { a: 1 } }));
  });
  expect(results).toHaveLength(1);
  expect(error).toMatchObject({ name: 'GraphError', isTemporary: true });
});

test.each([
  [401, { errors: [{ message: 'sign in', extensions: { code: 'UNAUTHENTICATED' } }] }, 'sign-in'],
  [503, { errors: [{ message: 'too many streams', extensions: { code: 'UNAVAILABLE' } }] }, 'later'],
])('a refusal with %i has its code, and the time to stay away', async (status, refusal, remedy) => {
  const { error } = await read((response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' })
      .end(JSON.stringify(refusal)),
  );
  expect(error).toMatchObject({ status, retryAfterMs: 7_000, missing: [{ remedy }] });
});

test('a page of a proxy is no stream', async () => {
  const { error } = await read((response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502</h1>'),
  );
  expect(error).toMatchObject({ status: 502, isTemporary: true, missing: [] });
});

test('a slow screen stops the server, and no queue grows', async () => {
  const events = 200;
  const event = next({ data: { a: 'x'.repeat(100_000) } });
  let written = 0;
  let handled = 0;
  let mostAhead = 0;
  await read(
    (response) => {
      stream(response);
      const write = () => {
        for (let isTaken = true; isTaken && written < events; ) {
          written += 1;
          isTaken = response.write(event);
        }
        if (written < events) {
          response.once('drain', write);
        } else {
          response.end(complete);
        }
      };
      write();
    },
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      handled += 1;
      mostAhead = Math.max(mostAhead, written - handled);
    },
  );
  expect(handled).toBe(events);
  // Sockets keep some; all of it is 20 MB.
  expect(mostAhead).toBeLessThan(150);
});
