import { GraphError, missingValues, OutcomeUnknown } from '@patron-graph/kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isRejected, settleSoon } from '../../../../apps/station/src/graph/settle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const payload = (state: 'DONE' | 'UNSETTLED') => ({ operation: { state, code: '7K2M9QXR' } });
const answer = (state: 'DONE' | 'UNSETTLED') => ({ data: { checkOut: payload(state) }, missing: [] });
const over = () =>
  new GraphError('the session is over', {
    missing: missingValues([{ message: '', extensions: { code: 'UNAUTHENTICATED' } }]),
    status: 401,
  });

/** Settles a request that gets these answers in order. The last answer is repeated. */
async function settleWith(answers: readonly (ReturnType<typeof answer> | GraphError)[]) {
  const left = [...answers];
  const told: string[] = [];
  const visit = new AbortController();
  const settled = settleSoon(
    async () => {
      const next = (left.length > 1 ? left.shift() : left[0]) ?? expect.fail('nothing to answer');
      if (next instanceof Error) {
        throw next;
      }
      return next;
    },
    ({ checkOut }) => checkOut,
    { signal: visit.signal, onUnsettled: ({ operation }) => told.push(operation.code) },
  ).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(120_000);
  visit.abort(new Error('the visit is over'));
  return { settled: await settled, told };
}

test('a recorded change stays unsettled, whatever comes between, and is sent again until it is settled', async () => {
  const lost = new GraphError('no answer', {});
  const outage = Array.from({ length: 15 }, () => lost);
  const { settled, told } = await settleWith([answer('UNSETTLED'), over(), ...outage, answer('DONE')]);
  expect(settled).toEqual(payload('DONE'));
  expect(told).toEqual(['7K2M9QXR']);
});

test('it is sent again only until the visit ends', async () => {
  const { settled } = await settleWith([answer('UNSETTLED'), over()]);
  expect(settled).toEqual(new Error('the visit is over'));
});

test.each([
  ['before it is recorded', [], 40_000],
  ['after it was recorded', [answer('UNSETTLED')], 90_000],
])(
  '%s, it is not sent again before the time that the graph requests',
  async (_when, before, retryAfterMs) => {
    const limited = new GraphError('slow down', { status: 429, retryAfterMs });
    const left = [...before, limited, answer('DONE')];
    const told: string[] = [];
    const settled = settleSoon(
      async () => {
        const next = left.shift() ?? expect.fail('sent once more');
        if (next instanceof Error) {
          throw next;
        }
        return next;
      },
      ({ checkOut }) => checkOut,
      { signal: new AbortController().signal, onUnsettled: ({ operation }) => told.push(operation.code) },
    );
    await vi.advanceTimersByTimeAsync(retryAfterMs - 1);
    expect(left).toEqual([answer('DONE')]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await settled).toEqual(payload('DONE'));
  },
);

test('it is rejected if no attempt can have done it; after an unanswered attempt the outcome is unknown', async () => {
  const rejected = await settleWith([over()]);
  expect(isRejected(rejected.settled)).toBe(true);
  const unknown = await settleWith([new GraphError('no answer', {}), over()]);
  expect(unknown.settled).toBeInstanceOf(OutcomeUnknown);
  expect(isRejected(unknown.settled)).toBe(false);
});
