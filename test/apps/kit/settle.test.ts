import {
  type GraphAnswer,
  GraphError,
  type MissingValue,
  missingAt,
  missingValues,
  OutcomeUnknown,
  settle,
} from '@patron-graph/kit';
import { expect, test, vi } from 'vitest';
import { hongKongInstant } from '../../../subgraphs/library/calendar.ts';

const answer = (state: 'DONE' | 'REFUSED' | 'UNSETTLED') => ({
  data: { renewLoan: { operation: { state } } },
  missing: [],
});
const missing = (code: string, retryAfterSeconds?: number): readonly MissingValue[] =>
  missingValues([{ message: 'a sentence', path: ['renewLoan'], extensions: { code, retryAfterSeconds } }]);
const unanswered = (code: string) => ({ data: { renewLoan: null }, missing: missing(code) });

type Payload = ReturnType<typeof answer>['data']['renewLoan'];
type Sent = GraphAnswer<{ readonly renewLoan: Payload | null }>;

/**
 * Settles a mutation that gets the given answers in order. Resolves to the outcome, the pauses, and the unused answers.
 */
async function settleWith(answers: readonly (Sent | GraphError)[], signal?: AbortSignal) {
  const pauses: number[] = [];
  const onUnsettled = vi.fn();
  const left = [...answers];
  const send = async (): Promise<Sent> => {
    const next = left.shift() ?? expect.fail('sent once more');
    if (next instanceof Error) {
      throw next;
    }
    return next;
  };
  const pause = async (ms: number) => {
    pauses.push(ms);
  };
  const options = { onUnsettled, pause, ...(signal !== undefined && { signal }) };
  const settled = await settle(send, ({ renewLoan }) => renewLoan, options).catch((error: unknown) => error);
  return { settled, pauses, left, unsettled: onUnsettled.mock.calls.length };
}

test('a change that settles at once is sent once', async () => {
  expect(await settleWith([answer('DONE')])).toMatchObject({
    settled: { operation: { state: 'DONE' } },
    pauses: [],
  });
  expect(await settleWith([answer('REFUSED')])).toMatchObject({
    settled: { operation: { state: 'REFUSED' } },
  });
});

test('an unsettled change is sent again at growing intervals, for as long as it takes', async () => {
  const answers = [...Array.from({ length: 10 }, () => answer('UNSETTLED')), answer('DONE')];
  const { settled, pauses, unsettled } = await settleWith(answers);
  expect(settled).toEqual({ operation: { state: 'DONE' } });
  expect(unsettled).toBe(10);
  expect(pauses.slice(0, 3)).toEqual([2_000, 3_000, 4_500]);
  expect(pauses.at(-1)).toBe(30_000);
});

test('after a lost answer, an overload or an unavailable journal it is sent again, no sooner than the graph asks', async () => {
  const { settled, pauses } = await settleWith([
    new GraphError('no answer', {}),
    new GraphError('slow down', { missing: missing('RATE_LIMITED', 12), status: 429, retryAfterMs: 12_000 }),
    unanswered('JOURNAL_UNAVAILABLE'),
    answer('DONE'),
  ]);
  expect(settled).toEqual({ operation: { state: 'DONE' } });
  expect(pauses).toEqual([2_000, 12_000, 4_500]);
});

/** The code and the time of the next attempt, as a subgraph sends them: with HTTP 200, and an offset of Hong Kong. */
const limitedUntil = (code: string, inMs: number) => ({
  data: { renewLoan: null },
  missing: missingValues([
    {
      message: 'too many',
      path: ['renewLoan'],
      extensions: { code, mayRetryAt: hongKongInstant(new Date(Date.now() + inMs)) },
    },
  ]),
});

test.each(['PIN_LOCKED', 'TOO_MANY_REQUESTS', 'RATE_LIMITED'])(
  'a change is not sent again before the time that comes with %s',
  async (code) => {
    vi.useFakeTimers({ now: new Date('2026-03-02T10:00:00Z') });
    try {
      const soon = await settleWith([limitedUntil(code, 45_000), answer('DONE')]);
      expect(soon).toMatchObject({ settled: { operation: { state: 'DONE' } }, pauses: [45_000] });
      const past = await settleWith([limitedUntil(code, -1_000), answer('DONE')]);
      expect(past).toMatchObject({ settled: { operation: { state: 'DONE' } }, pauses: [2_000] });
      const { settled, pauses, left } = await settleWith([limitedUntil(code, 900_000), answer('DONE')]);
      expect([pauses, left.length]).toEqual([[], 1]);
      expect(settled).toMatchObject({ isRejected: true, isTemporary: true, retryAfterMs: 900_000 });
    } finally {
      vi.useRealTimers();
    }
  },
);

test('a long delay after an attempt without an answer leaves the outcome unknown, and is told', async () => {
  const late = new GraphError('closed', { status: 503, retryAfterMs: 3_600_000 });
  const { settled, pauses } = await settleWith([new GraphError('no answer', {}), late]);
  expect(settled).toBeInstanceOf(OutcomeUnknown);
  expect(settled).toMatchObject({ cause: late, retryAfterMs: 3_600_000 });
  expect(pauses).toEqual([2_000]);
});

test('a rejected change is not sent again', async () => {
  const { settled, left } = await settleWith([unanswered('FORBIDDEN'), answer('DONE')]);
  expect(settled).toBeInstanceOf(GraphError);
  expect((settled as GraphError).missing[0]?.remedy).toBe('rights');
  expect(left).toHaveLength(1);
});

test('it gives up after six attempts without an answer, with the last error', async () => {
  const gone = Array.from({ length: 7 }, () => new GraphError('no answer', {}));
  const { settled, left } = await settleWith(gone);
  expect(settled).toBeInstanceOf(OutcomeUnknown);
  expect(settled).toMatchObject({ cause: gone[5], payload: null });
  expect(left).toHaveLength(1);
});

test.each([
  ['an edge that has failed', new GraphError('', { missing: missing('INTERNAL_SERVER_ERROR'), status: 500 })],
  ['an answer that broke off', new GraphError('', { status: 200 })],
  ['a subgraph that answers nonsense', unanswered('SUBGRAPH_INVALID_RESPONSE')],
])('after %s the change may be done: it is sent again', async (_what, lost) => {
  expect(await settleWith([lost, answer('DONE')])).toMatchObject({
    settled: { operation: { state: 'DONE' } },
    pauses: [2_000],
  });
});

test('after an attempt without an answer the change may be done, whatever comes next', async () => {
  const over = new GraphError('the session is over', { missing: missing('UNAUTHENTICATED'), status: 401 });
  const { settled } = await settleWith([new GraphError('no answer', {}), over]);
  expect(settled).toBeInstanceOf(OutcomeUnknown);
  expect(settled).toMatchObject({ cause: over, payload: null, isRejected: false });
});

test('an error after UNSETTLED carries the last payload, because the operation is recorded', async () => {
  const { settled } = await settleWith([answer('UNSETTLED'), unanswered('FORBIDDEN')]);
  expect(settled).toBeInstanceOf(OutcomeUnknown);
  expect(settled).toMatchObject({
    payload: { operation: { state: 'UNSETTLED' } },
    isRejected: false,
    isForbidden: false,
  });
});

test('a change that was rate-limited six times in a row was not begun', async () => {
  const limited = Array.from(
    { length: 6 },
    () => new GraphError('slow down', { missing: missing('RATE_LIMITED', 1), status: 429 }),
  );
  const { settled } = await settleWith(limited);
  expect(settled).toBe(limited[5]);
  expect(settled).toMatchObject({ isRejected: true });
});

test('after an error below the payload, or an unknown error, the change may be done', async () => {
  const below = missingValues([
    { message: 'a', path: ['renewLoan', 'loan'], extensions: { code: 'FORBIDDEN' } },
  ]);
  for (const answered of [{ data: { renewLoan: null }, missing: below }, unanswered('SOMETHING_NEW')]) {
    expect((await settleWith([answered])).settled).toBeInstanceOf(OutcomeUnknown);
  }
});

test('a signal ends the waiting', async () => {
  const reason = new Error('the page was closed');
  const { settled } = await settleWith([answer('UNSETTLED')], AbortSignal.abort(reason));
  expect(settled).toBe(reason);
  const closing = new AbortController();
  const waiting = settle(
    async () => answer('UNSETTLED'),
    ({ renewLoan }) => renewLoan,
    { signal: closing.signal, onUnsettled: () => setTimeout(() => closing.abort(reason), 10) },
  );
  await expect(waiting).rejects.toBe(reason);
});

test('a signal that aborts while the mutation is sent ends it without waiting', async () => {
  const reason = new Error('the page was closed');
  const closing = new AbortController();
  const limited: Sent = { data: { renewLoan: null }, missing: missing('RATE_LIMITED', 50) };
  const sending = async () => {
    closing.abort(reason);
    return limited;
  };
  const settled = settle(sending, ({ renewLoan }) => renewLoan, { signal: closing.signal });
  await expect(settled).rejects.toBe(reason);
});

test('a value is missing only where an error is at it or above it', () => {
  const values = missingValues([
    { message: 'a', path: ['me', 'loans'], extensions: { code: 'UPSTREAM_TIMEOUT' } },
    { message: 'b', path: ['items', 1, 'state'], extensions: { code: 'SOMETHING_NEW' } },
  ]);
  expect(missingAt(values, ['me', 'loans', 'edges'])).toMatchObject({ remedy: 'later', message: 'a' });
  expect(missingAt(values, ['me'])).toBeUndefined();
  expect(missingAt(values, ['items', 1, 'state'])).toMatchObject({ remedy: 'program' });
  expect(missingAt(values, ['items', 0, 'state'])).toBeUndefined();
});
