import PQueue from 'p-queue';
import { describe, expect, test } from 'vitest';
import { type KilledMutation, startKilledMutation } from './killed-mutation.ts';
import { type Mutation, mutations } from './mutations.ts';

const never = new AbortController().signal;
/** Processes at the same time. */
const atOnce = 4;

describe('with SQLite, an operation whose process is killed between any two steps is settled, with one effect or none', () => {
  test.each(mutations)('$name', { timeout: 240_000 }, async (mutation) => {
    await using recorded = await startKilledMutation(mutation);
    const { steps, answer } = await recorded.begin(0);
    expect(answer?.operation.state).toBe('DONE');
    const said = await Promise.all([
      checkOutcome(recorded, mutation),
      ...killedAtEach(mutation, steps.length),
    ]);
    expect(said.filter((state) => state === 'DONE').length).toBeGreaterThan(1);
    process.stdout.write(`${mutation.name}: killed at ${steps.length} steps: ${steps.join(', ')}\n`);
  });
});

function killedAtEach(mutation: Mutation, count: number): Promise<string>[] {
  const queue = new PQueue({ concurrency: atOnce });
  return Array.from({ length: count }, async (_, index) => {
    await using life = await startKilledMutation(mutation);
    const { steps } = await queue.add(() => life.begin(index + 1));
    try {
      return await checkOutcome(life, mutation);
    } catch (error) {
      throw new Error(`${mutation.name}, killed at step ${index + 1}, ${steps.at(-1)}`, { cause: error });
    }
  });
}

/** Checks everything that must hold after the settling time; resolves to the operation's final state. */
async function checkOutcome(life: KilledMutation, { patronId, blockedCard }: Mutation): Promise<string> {
  const { lending, log, ask, effects } = await life.end();
  const first = await ask();
  const again = await ask();
  expect(again).toEqual(first);
  const { state } = first.operation;
  expect(state).not.toBe('UNSETTLED');
  expect(first.problems.length === 0).toBe(state === 'DONE');
  const parts = first.outcomes?.map((part) => part.state) ?? [state];
  expect(parts).not.toContain('UNSETTLED');
  const done = await effects();
  expect(done).toHaveLength(parts.filter((part) => part === 'DONE').length);
  expect(new Set(done.map(({ reference }) => reference)).size).toBe(done.length);
  for (const kind of ['LOAN', 'HOLD'] as const) {
    const { unsettled } = await lending.journal.placesSince(patronId, kind, 0n);
    expect(unsettled).toEqual([]);
  }
  expect(first.quota?.pending ?? 0).toBe(0);
  if (blockedCard !== undefined) {
    const lent = lending.circulation.checkOut(blockedCard, '31852000000494', 'after', never);
    expect(await lent).toEqual({ refused: 'CARD_BLOCKED' });
  }
  expect(log.join('\n')).not.toContain('ALARM');
  return state;
}
