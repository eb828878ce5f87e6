import { afterEach, beforeEach, expect, test } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { type Operation, outcomeOf } from '../../../../store/journal/port.ts';
import { checkOut } from '../../../../subgraphs/circulation/lending/check-out.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { recoveryOf } from '../../../../subgraphs/circulation/procedures/recovery.ts';
import { changeTimes, preparedFirst } from '../../../../subgraphs/operations/change-times.ts';
import { reconcileSoonMs } from '../../../../subgraphs/operations/reconcile-change.ts';
import { startReconciler } from '../../../../subgraphs/operations/reconciler.ts';
import { withLaterCheck } from '../../../../subgraphs/operations/send-once.ts';
import { pause } from '../../../../subgraphs/runtime/pause.ts';
import { staff } from '../../../support/callers.ts';
import {
  type LendingFixture,
  libraryCard,
  openLendingFixture,
  patronId,
} from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
const recheckMs = changeTimes.laterChecks.refused.at(-1) ?? 0;

let world: LendingFixture;
let lending: LendingServices;
let log: string[];
let settler: AsyncDisposable;
/** The id of an operation that was sent. Its answer is lost, and circulation shows no event. */
let id: string;
let itemNumber: string;

/** Moves the clock by two seconds before each call. */
const asTimePasses = <Told>(ask: () => Promise<Told>) => {
  return async (): Promise<Told> => {
    world.pass(2_000);
    return await ask();
  };
};
const stands = async (): Promise<Operation | null> => await world.journal.findById(id);
/** The number of reconciliations that found no event. */
let reconcilers: number;

beforeEach(async () => {
  world = await openLendingFixture(5);
  log = [];
  reconcilers = 0;
  itemNumber = world.nextItem();
  lending = {
    ...world,
    circulation: {
      ...world.circulation,
      checkOut: () => Promise.reject(new UpstreamError('circulation', 'outcome-unknown', 'CheckOut')),
      async eventsByReference(reference, signal) {
        const events = await world.circulation.eventsByReference(reference, signal);
        if (events.length === 0) {
          reconcilers += 1;
        }
        return events;
      },
    },
    fingerprintKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: world.now,
    log: { warn: () => undefined, error: (_details, message) => log.push(message) },
  };
  const input = { reference: 'silent', credential: { libraryCardNumber: libraryCard }, itemNumber };
  ({
    operation: { id },
  } = await checkOut(lending, staff, input, never));
  // It looks at operations more often than in real time, because the tests move the clock faster.
  const wait = (_ms: number, signal: AbortSignal) => pause(40, signal);
  settler = startReconciler({ ...lending, reconcilers: recoveryOf(lending), wait });
  await expect.poll(asTimePasses(stands), { timeout: 8_000 }).toMatchObject({ state: 'REFUSED' });
});
afterEach(async () => {
  await settler[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** Circulation makes the change, although it should have dropped the request before. */
const doneTooLate = () => world.circulation.checkOut(libraryCard, itemNumber, id, never);

test('a change that is done after it was settled as not done is found, becomes DONE, and raises an alarm', async () => {
  await doneTooLate();
  world.pass(recheckMs);
  await expect.poll(stands, { timeout: 5_000 }).toMatchObject({ state: 'DONE' });
  expect(log).toEqual([expect.stringContaining('ALARM')]);
});

test('a sender that wakes up after the conclusion and asks for a check does not cancel the later check', async () => {
  const before = reconcilers;
  await world.journal.reconcileAgain(id, reconcileSoonMs);
  world.pass(reconcileSoonMs);
  await expect.poll(() => reconcilers, { timeout: 5_000 }).toBeGreaterThan(before);
  await doneTooLate();
  world.pass(recheckMs);
  await expect.poll(stands, { timeout: 5_000 }).toMatchObject({ state: 'DONE' });
});

test('checks end: after the last one the operation stays as it is', async () => {
  const before = reconcilers;
  world.pass(recheckMs);
  await expect.poll(() => reconcilers, { timeout: 5_000 }).toBe(before + 1);
  await expect.poll(() => world.journal.takeDue(100, 0), { timeout: 5_000 }).toEqual([]);
  world.pass(recheckMs);
  expect(await world.journal.takeDue(100, 0)).toEqual([]);
  expect(await stands()).toMatchObject({ state: 'REFUSED' });
});

/** For each kind that takes a place: the place, and the late change at circulation. */
const changes = {
  CHECK_OUT: {
    place: 'LOAN',
    doneTooLate: async (late: string) => {
      await world.circulation.checkOut(libraryCard, world.nextItem(), late, never);
    },
  },
  MOVE_HOLD: {
    place: 'HOLD',
    doneTooLate: async (late: string) => {
      await world.circulation.placeHold(libraryCard, 'B0000010', 'HKCL', late, never);
    },
  },
} as const;

async function beginUnsent(kind: keyof typeof changes, reconcileAfterMs: number): Promise<Operation> {
  const child = {
    ...preparedFirst,
    caller: 'operation x',
    reference: 'H1',
    kind,
    fingerprint: 'x',
    details: null,
  };
  return (await world.journal.begin({ ...child, reconcileAfterMs, patronId: null, isUnlisted: true }))
    .operation;
}

async function reserve({ id: wanting, kind }: Operation, reconcileAfterMs: number): Promise<void> {
  const { place } = changes[kind as keyof typeof changes];
  const { sendWithinMs } = changeTimes;
  const wanted = { patronId, kind: place, libraryCardNumber: libraryCard, subject: 'B0000010' };
  await world.journal.reserve(
    wanting,
    { ...wanted, since: 0n, mergedFrom: [], sendWithinMs, arriveWithinMs: 0, reconcileAfterMs },
    () => null,
  );
}

test('a hold of a move that is placed too late is found too', async () => {
  const operation = await beginUnsent('MOVE_HOLD', 0);
  await reserve(operation, 0);
  const moved = () => world.journal.findById(operation.id);
  await expect.poll(asTimePasses(moved), { timeout: 8_000 }).toMatchObject({ state: 'REFUSED' });
  await changes.MOVE_HOLD.doneTooLate(operation.id);
  world.pass(recheckMs);
  await expect.poll(moved, { timeout: 5_000 }).toMatchObject({ state: 'DONE' });
  expect(log).toEqual([expect.stringContaining('ALARM')]);
});

test.each(['CHECK_OUT', 'MOVE_HOLD'] as const)(
  'a process that froze before it gave up an unsent %s does not cancel the later checks of its sender',
  async (kind) => {
    const takenUp = await beginUnsent(kind, 120_000);
    const frozen = { operation: takenUp, now: await world.journal.now(), observedMs: 0 };
    // Meanwhile the sender continues: it reserves a place, sends the change, and is refused.
    await reserve(takenUp, 120_000);
    await world.journal.settle(takenUp.id, withLaterCheck(outcomeOf('REFUSED', { patronId }), changeTimes));
    const again = await recoveryOf(lending)[kind]?.(frozen, never);
    await world.journal.reconcileAgain(takenUp.id, again ?? null);
    await changes[kind].doneTooLate(takenUp.id);
    world.pass(recheckMs);
    const standsNow = asTimePasses(() => world.journal.findById(takenUp.id));
    await expect.poll(standsNow, { timeout: 10_000 }).toMatchObject({ state: 'DONE' });
    expect(log).toEqual([expect.stringContaining('ALARM')]);
  },
);
