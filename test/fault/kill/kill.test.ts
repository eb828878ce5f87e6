import PQueue from 'p-queue';
import { describe, expect, test } from 'vitest';
import { sample } from '../../support/sample.ts';
import { type KilledMutation, startKilledMutation } from './killed-mutation.ts';
import { type Mutation, mutations } from './mutations.ts';
import { inProgress } from './steps.ts';

const never = new AbortController().signal;
/** At most two processes run at once. */
const processes = new PQueue({ concurrency: 2 });

/** A step of a mutation. The mutation's process is killed right before this step. */
interface KilledAt {
  readonly mutation: Mutation;
  /** The step's number, from 1. */
  readonly number: number;
  readonly step: string;
  /** Whether the mutation has sent its last change before this step. */
  readonly isSent: boolean;
}

/** Runs a mutation without a kill, and resolves to its steps. The mutation must be done. */
async function stepsOf(mutation: Mutation): Promise<readonly KilledAt[]> {
  await using recorded = await startKilledMutation(mutation);
  const { steps, answer } = await processes.add(() => recorded.begin(0));
  expect(answer?.operation.state, mutation.name).toBe('DONE');
  expect(await checkOutcome(recorded, mutation), mutation.name).toBe('DONE');
  const sentAt = steps.findLastIndex((step) => step.endsWith(inProgress));
  expect(sentAt, mutation.name).toBeGreaterThan(0);
  return steps.map((step, index) => ({ mutation, number: index + 1, step, isSent: index >= sentAt }));
}

const all = await Promise.all(mutations.map(stepsOf));
const killed = sample('steps before which a process is killed', all.flat(), {
  each: 1,
  // The sample has every kind of step. For each mutation, it has at least two steps before the last change is sent and
  // at least two steps after that: one with an even number and one with an odd number.
  kindsOf: ({ mutation, number, step, isSent }) => [`${mutation.name}, ${isSent}, ${number % 2}`, step],
});

describe('with SQLite, an operation whose process is killed between any two steps is settled with one effect or none', () => {
  test.each(mutations)('$name', { timeout: 240_000 }, async (mutation) => {
    const ofMutation = killed.filter((one) => one.mutation === mutation);
    const states = await Promise.all(ofMutation.map(killAt));
    // At these steps, circulation has already received the change.
    const ofSent = states.filter((_, index) => ofMutation[index]?.isSent);
    expect(ofSent).toContain('DONE');
    const steps = ofMutation.map(({ number, step }) => `${number} ${step}`);
    process.stdout.write(`${mutation.name}: killed at ${steps.length} steps: ${steps.join(', ')}\n`);
  });
});

async function killAt({ mutation, number, step }: KilledAt): Promise<string> {
  await using life = await startKilledMutation(mutation);
  await processes.add(() => life.begin(number));
  try {
    return await checkOutcome(life, mutation);
  } catch (error) {
    throw new Error(`${mutation.name}, killed at step ${number}, ${step}`, { cause: error });
  }
}

/** Checks everything that must hold after the settling time. Resolves to the operation's final state. */
async function checkOutcome(life: KilledMutation, { patronId, blockedCard }: Mutation): Promise<string> {
  const { lending, log, ask, effects } = await life.end();
  const first = await ask();
  const again = await ask();
  expect(again).toEqual(first);
  const { state } = first.operation;
  expect(state).not.toBe('UNSETTLED');
  expect(first.problems.length === 0).toBe(state === 'DONE');
  const states = first.outcomes?.map((outcome) => outcome.state) ?? [state];
  expect(states).not.toContain('UNSETTLED');
  const done = await effects();
  expect(done).toHaveLength(states.filter((one) => one === 'DONE').length);
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
