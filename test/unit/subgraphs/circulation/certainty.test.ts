import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CirculationRefusal } from '../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { JournalDatabase, Operation } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { checkIn } from '../../../../subgraphs/circulation/lending/check-in.ts';
import { checkOut } from '../../../../subgraphs/circulation/lending/check-out.ts';
import { cancelHold } from '../../../../subgraphs/circulation/lending/holds.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { recoveryOf } from '../../../../subgraphs/circulation/procedures/recovery.ts';
import { noBranches } from '../../../../subgraphs/library/branches.ts';
import {
  arriveWithinMs,
  type ChangeTimes,
  changeTimes,
  prepareAndSendMs,
  settlingMs,
} from '../../../../subgraphs/operations/change-times.ts';
import { startReconciler } from '../../../../subgraphs/operations/reconciler.ts';
import { pause } from '../../../../subgraphs/runtime/pause.ts';
import { seedDay, staff } from '../../../support/callers.ts';
import { secret } from '../../../support/journal-secret.ts';
import {
  type LendingFixture,
  libraryCard,
  openLendingFixture,
  patronId,
} from '../../../support/lending-fixture.ts';
import { placeEmptyJournal } from '../../../support/set-up/empty-journal.ts';

const never = new AbortController().signal;

let resources: AsyncDisposableStack;
let world: LendingFixture;
let journal: JournalDatabase;
let log: string[];
/** The time that has passed by the journal's clock and by the process's own clock, in ms. */
let journalMs: number;
let ownMs: number;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  world = resources.use(await openLendingFixture(5));
  const folder = await mkdtemp(join(tmpdir(), 'certainty-'));
  resources.defer(() => rm(folder, { recursive: true }));
  log = [];
  journalMs = 0;
  ownMs = 0;
  const clock = () => new Date(seedDay.getTime() + journalMs);
  const path = join(folder, 'journal.sqlite');
  await placeEmptyJournal(path);
  journal = resources.use(await openSqliteJournal({ secret, path, clock }));
});
afterEach(() => resources.disposeAsync());

function lendingWith(times: ChangeTimes): LendingServices {
  return {
    ...world,
    journal,
    circulation: {
      ...world.circulation,
      checkOut: () => Promise.reject(new UpstreamError('circulation', 'outcome-unknown', 'CheckOut')),
    },
    fingerprintKey: new Uint8Array(32),
    times,
    monotonic: () => ownMs,
    log: { warn: () => undefined, error: (_details, message) => log.push(message) },
  };
}

/** Starts a process that reconciles unsettled operations, with times of its own. */
function look(times: ChangeTimes): void {
  const lending = lendingWith(times);
  // The process looks at operations more often than in real time, because `pass` moves the clocks faster.
  const wait = (_ms: number, signal: AbortSignal) => pause(40, signal);
  resources.use(startReconciler({ ...lending, reconcilers: recoveryOf(lending), wait }));
}

/** A check-out that was sent. Its answer is lost, and circulation shows no event. */
async function silent(times = changeTimes): Promise<{ readonly id: string; readonly itemNumber: string }> {
  const itemNumber = world.nextItem();
  const input = { reference: 'silent', credential: { libraryCardNumber: libraryCard }, itemNumber };
  const { operation } = await checkOut(lendingWith(times), staff, input, never);
  expect(operation.state).toBe('UNSETTLED');
  return { id: operation.id, itemNumber };
}

const stands = (id: string): Promise<Operation | null> => journal.findById(id);

/** Moves both clocks by `seconds`, two seconds at a time. Between the steps the reconciler can observe them. */
async function pass(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 2) {
    journalMs += 2_000;
    ownMs += 2_000;
    await sleep(100);
  }
}

const becomes = (id: string, state: Operation['state']) =>
  expect
    .poll(
      async () => {
        await pass(2);
        return (await stands(id))?.state;
      },
      { timeout: 20_000 },
    )
    .toBe(state);

describe('an unanswered check-out is settled as not done', { timeout: 30_000 }, () => {
  test('after the time has passed by the process’s own clock, and not before', async () => {
    look(changeTimes);
    const { id } = await silent();
    await pass(30);
    expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
    await becomes(id, 'REFUSED');
  });

  test('not because the journal’s clock was put forward: it may still be done, without an alarm', async () => {
    look(changeTimes);
    const { id, itemNumber } = await silent();
    journalMs += 3_600_000;
    await pass(10);
    expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
    await world.circulation.checkOut(libraryCard, itemNumber, id, never);
    await becomes(id, 'DONE');
    expect(log).toEqual([]);
  });

  test('not by a process that was started after the clock was put forward', async () => {
    const { id } = await silent();
    journalMs += 3_600_000;
    look(changeTimes);
    await pass(10);
    expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
  });

  test.each([
    ['put back by an hour', -3_600_000],
    ['put forward by an hour', 3_600_000],
  ])(
    'after the same time if the journal’s clock was %s, and its place is free again',
    async (_what, byMs) => {
      look(changeTimes);
      const { id } = await silent();
      journalMs += byMs;
      await pass(30);
      expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
      expect((await journal.placesNow(patronId, 'LOAN')).holders).toEqual([id]);
      await becomes(id, 'REFUSED');
      expect(ownMs).toBeLessThan(80_000);
      expect((await journal.placesNow(patronId, 'LOAN')).holders).toEqual([]);
    },
  );

  test('not because a process’s own clock jumped ahead of the journal’s', async () => {
    look(changeTimes);
    const { id } = await silent();
    await sleep(700);
    ownMs += 3_600_000;
    await pass(10);
    expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
  });
});

describe('a check-out that was sent and refused', { timeout: 30_000 }, () => {
  const holders = async () => (await journal.placesNow(patronId, 'LOAN')).holders;
  const refusedAs = async (refused: CirculationRefusal): Promise<Operation> => {
    const { circulation, ...lending } = lendingWith(changeTimes);
    const services = { ...lending, circulation: { ...circulation, checkOut: async () => ({ refused }) } };
    const credential = { libraryCardNumber: libraryCard };
    const input = { reference: refused, credential, itemNumber: world.nextItem() };
    return (await checkOut(services, staff, input, never)).operation;
  };

  test.each([0, -3_600_000, 3_600_000])(
    'holds its place until that is certain, though the clock is set by %d ms',
    async (byMs) => {
      look(changeTimes);
      const { id, state } = await refusedAs('ITEM_NOT_AVAILABLE');
      expect([state, await holders()]).toEqual(['REFUSED', [id]]);
      journalMs += byMs;
      await pass(30);
      expect(await holders()).toEqual([id]);
      await expect.poll(() => pass(2).then(holders), { timeout: 20_000 }).toEqual([]);
      expect(await stands(id)).toMatchObject({ state: 'REFUSED', holdsPlace: false });
    },
  );

  test.each(['ITEM_UNKNOWN', 'ITEM_NOT_FOR_LOAN'] as const)('with %s holds none', async (refusal) => {
    expect(await refusedAs(refusal)).toMatchObject({ state: 'REFUSED', holdsPlace: false });
    expect(await holders()).toEqual([]);
  });
});

describe('the moment of certainty is the operation’s own', { timeout: 30_000 }, () => {
  const hasty: ChangeTimes = { ...changeTimes, dropAfterMs: 1_000, callMs: 100, slackMs: 100 };

  test('a process with a smaller drop time does not conclude earlier', async () => {
    look(hasty);
    const { id } = await silent();
    await pass(30);
    expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
    await becomes(id, 'REFUSED');
  });

  test('what that process sends itself does not become certain before the time that all processes agreed on', async () => {
    await journal.agreeOnDropTime(30_000);
    look(hasty);
    const { id } = await silent(hasty);
    await pass(26);
    expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
  });

  test('where the drop time is raised meanwhile, it becomes certain later by the difference', async () => {
    look(changeTimes);
    const { id } = await silent();
    await pass(10);
    await journal.agreeOnDropTime(90_000);
    await pass(60);
    expect(await stands(id)).toMatchObject({ state: 'UNSETTLED' });
    await becomes(id, 'REFUSED');
  });
});

describe('a change that takes no place has the moment after which it is certain, in the journal', () => {
  const reader = { patronId };
  test.each<[string, (lending: LendingServices) => Promise<Operation>]>([
    [
      'a check-in',
      async (lending) => {
        const input = { reference: 'in', itemNumber: world.nextItem() };
        return (await checkIn(lending, staff, input, noBranches)).operation;
      },
    ],
    [
      'the cancellation of a hold',
      async (lending) => {
        const placed = await world.circulation.placeHold(libraryCard, 'B0000001', 'HKCL', 'hold', never);
        const holdId = 'hold' in placed ? placed.hold.id : '';
        return (await cancelHold(lending, staff, { reference: 'cancel', reader, holdId }, never)).operation;
      },
    ],
  ])('%s', async (_what, change) => {
    const { id } = await change(lendingWith(changeTimes));
    const { sendBy, certainAt, certainAfterMs } = (await stands(id)) ?? {};
    expect(certainAfterMs).toBe(prepareAndSendMs + arriveWithinMs(changeTimes) + changeTimes.dropAfterMs);
    expect(certainAt).toEqual(new Date((sendBy?.getTime() ?? 0) + settlingMs(changeTimes)));
  });
});
