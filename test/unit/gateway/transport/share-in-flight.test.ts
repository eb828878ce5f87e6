import { expect, test } from 'vitest';
import type { Exchange } from '../../../../gateway/transport/connection-pool.ts';
import type { HttpResponse } from '../../../../gateway/transport/dispatch.ts';
import { shareInFlight } from '../../../../gateway/transport/share-in-flight.ts';

/** An exchange whose calls the test answers. The test can also see the calls' abort signals. */
function createExchange() {
  const calls: {
    readonly body: string;
    readonly signal: AbortSignal;
    answer(text: string): void;
    fail(error: Error): void;
  }[] = [];
  const exchange: Exchange = ({ body }, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    signal.addEventListener('abort', () => reject(signal.reason));
    calls.push({
      body,
      signal,
      answer: (text) => resolve({ status: 200, headers: {}, bytes: text.length, body: Buffer.from(text) }),
      fail: reject,
    });
    return promise;
  };
  return { calls, share: shareInFlight(exchange) };
}

const post = (body = '{}', headers = {}) => ({ headers, body });
const signal = () => new AbortController().signal;

test('identical posts at the same time are sent once, and everybody gets the response', async () => {
  const { calls, share } = createExchange();
  const shared = [share('a', post(), signal()), share('a', post(), signal()), share('a', post(), signal())];
  expect(calls).toHaveLength(1);
  calls[0]?.answer('one');
  expect((await Promise.all(shared)).map(({ body }) => String(body))).toEqual(['one', 'one', 'one']);
});

test('a response is not reused for a later post', async () => {
  const { calls, share } = createExchange();
  const first = share('a', post(), signal());
  calls[0]?.answer('one');
  await first;
  const second = share('a', post(), signal());
  calls[1]?.answer('two');
  expect(String((await second).body)).toBe('two');
});

test.each([
  ['another identity', 'b', post()],
  ['another body', 'a', post('{"x":1}')],
])('a post with %s is not shared', async (_what, identity, other) => {
  const { calls, share } = createExchange();
  const both = [share('a', post(), signal()), share(identity, other, signal())];
  expect(calls).toHaveLength(2);
  for (const call of calls) {
    call.answer('');
  }
  await Promise.all(both);
});

test('posts that differ in their headers alone, such as those of a trace, are sent once', async () => {
  const { calls, share } = createExchange();
  const both = ['00-1', '00-2'].map((traceparent) => share('a', post('{}', { traceparent }), signal()));
  expect(calls).toHaveLength(1);
  calls[0]?.answer('one');
  expect((await Promise.all(both)).map(({ body }) => String(body))).toEqual(['one', 'one']);
});

test('a caller that aborts leaves the response to the others', async () => {
  const { calls, share } = createExchange();
  const leaving = new AbortController();
  const gone = expect(share('a', post(), leaving.signal)).rejects.toThrow('gone');
  const stays = share('a', post(), signal());
  leaving.abort(new Error('gone'));
  await gone;
  expect(calls[0]?.signal.aborted).toBe(false);
  calls[0]?.answer('one');
  expect(String((await stays).body)).toBe('one');
});

test('the exchange is aborted when the last caller leaves', async () => {
  const { calls, share } = createExchange();
  const leaving = [new AbortController(), new AbortController()];
  const gone = leaving.map(({ signal }) => expect(share('a', post(), signal)).rejects.toThrow('gone'));
  leaving[1]?.abort(new Error('gone'));
  await gone[1];
  expect(calls[0]?.signal.aborted).toBe(false);
  leaving[0]?.abort(new Error('gone'));
  await gone[0];
  expect(calls[0]?.signal.aborted).toBe(true);
});

test('after the first caller has left, the next one starts a new exchange, and does not wait for one that hangs', async () => {
  const { calls, share } = createExchange();
  const leaving = new AbortController();
  const gone = expect(share('a', post(), leaving.signal)).rejects.toThrow('gone');
  const stays = share('a', post(), signal());
  leaving.abort(new Error('gone'));
  await gone;
  const next = share('a', post(), signal());
  expect(calls).toHaveLength(2);
  calls[1]?.answer('two');
  expect(String((await next).body)).toBe('two');
  calls[0]?.answer('one');
  expect(String((await stays).body)).toBe('one');
});

test('everybody gets a failure, and the next post starts a new exchange', async () => {
  const { calls, share } = createExchange();
  const both = [share('a', post(), signal()), share('a', post(), signal())].map((each) =>
    expect(each).rejects.toThrow('down'),
  );
  calls[0]?.fail(new Error('down'));
  await Promise.all(both);
  const next = share('a', post(), signal());
  calls[1]?.answer('up');
  expect(String((await next).body)).toBe('up');
});

test('an aborted caller sends nothing', async () => {
  const { calls, share } = createExchange();
  await expect(share('a', post(), AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(calls).toEqual([]);
});
