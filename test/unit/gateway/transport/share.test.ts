import { expect, test } from 'vitest';
import type { Received } from '../../../../gateway/transport/dispatch.ts';
import type { Exchange } from '../../../../gateway/transport/exchange.ts';
import { shareInFlight } from '../../../../gateway/transport/share.ts';

/** An exchange that answers when it is told to, and knows who gave it up. */
function controlled() {
  const calls: {
    readonly body: string;
    readonly signal: AbortSignal;
    answer(text: string): void;
    fail(error: Error): void;
  }[] = [];
  const exchange: Exchange = ({ body }, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Received>();
    signal.addEventListener('abort', () => reject(signal.reason));
    calls.push({ body, signal, answer: (text) => resolve({ status: 200, text }), fail: reject });
    return promise;
  };
  return { calls, share: shareInFlight(exchange) };
}

const sent = (body = '{}', headers = {}) => ({ headers, body });
const signal = () => new AbortController().signal;

test('the same at the same time is asked once, and everybody gets the answer', async () => {
  const { calls, share } = controlled();
  const all = [share('a', sent(), signal()), share('a', sent(), signal()), share('a', sent(), signal())];
  expect(calls).toHaveLength(1);
  calls[0]?.answer('one');
  expect((await Promise.all(all)).map(({ text }) => text)).toEqual(['one', 'one', 'one']);
});

test('what was answered is not given to who comes later', async () => {
  const { calls, share } = controlled();
  const first = share('a', sent(), signal());
  calls[0]?.answer('one');
  await first;
  const second = share('a', sent(), signal());
  calls[1]?.answer('two');
  expect((await second).text).toBe('two');
});

test.each([
  ['another identity', 'b', sent()],
  ['another body', 'a', sent('{"x":1}')],
  ['other headers', 'a', sent('{}', { authorization: 'x' })],
])('%s shares nothing', async (_what, identity, other) => {
  const { calls, share } = controlled();
  const both = [share('a', sent(), signal()), share(identity, other, signal())];
  expect(calls).toHaveLength(2);
  for (const call of calls) {
    call.answer('');
  }
  await Promise.all(both);
});

test('one that gives up leaves the others their answer', async () => {
  const { calls, share } = controlled();
  const leaving = new AbortController();
  const gone = expect(share('a', sent(), leaving.signal)).rejects.toThrow('gone');
  const stays = share('a', sent(), signal());
  leaving.abort(new Error('gone'));
  await gone;
  expect(calls[0]?.signal.aborted).toBe(false);
  calls[0]?.answer('one');
  expect((await stays).text).toBe('one');
});

test('the last to leave ends it', async () => {
  const { calls, share } = controlled();
  const leaving = [new AbortController(), new AbortController()];
  const gone = leaving.map(({ signal }) => expect(share('a', sent(), signal)).rejects.toThrow('gone'));
  leaving[1]?.abort(new Error('gone'));
  await gone[1];
  expect(calls[0]?.signal.aborted).toBe(false);
  leaving[0]?.abort(new Error('gone'));
  await gone[0];
  expect(calls[0]?.signal.aborted).toBe(true);
});

test('once who began it gave up, the next begins anew: nobody waits for what hangs without end', async () => {
  const { calls, share } = controlled();
  const leaving = new AbortController();
  const gone = expect(share('a', sent(), leaving.signal)).rejects.toThrow('gone');
  const stays = share('a', sent(), signal());
  leaving.abort(new Error('gone'));
  await gone;
  const next = share('a', sent(), signal());
  expect(calls).toHaveLength(2);
  calls[1]?.answer('two');
  expect((await next).text).toBe('two');
  calls[0]?.answer('one');
  expect((await stays).text).toBe('one');
});

test('a failure is everybody’s, and the next begins anew', async () => {
  const { calls, share } = controlled();
  const both = [share('a', sent(), signal()), share('a', sent(), signal())].map((each) =>
    expect(each).rejects.toThrow('down'),
  );
  calls[0]?.fail(new Error('down'));
  await Promise.all(both);
  const next = share('a', sent(), signal());
  calls[1]?.answer('up');
  expect((await next).text).toBe('up');
});

test('who has gone already asks nothing', async () => {
  const { calls, share } = controlled();
  await expect(share('a', sent(), AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(calls).toEqual([]);
});
