import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CirculationEventKind } from '../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { type FaultRequest, type RunningSimulators, startSimulators } from '../../../../simulators/index.ts';
import type { Store } from '../../../../simulators/tables/store.ts';
import type { Operation } from '../../../../store/journal/port.ts';
import { checkIn } from '../../../../subgraphs/circulation/lending/check-in.ts';
import { checkOut } from '../../../../subgraphs/circulation/lending/check-out.ts';
import { cancelHold, placeHold } from '../../../../subgraphs/circulation/lending/holds.ts';
import { renewLoan } from '../../../../subgraphs/circulation/lending/renew.ts';
import type { LendingPayload } from '../../../../subgraphs/circulation/lending/run-operation.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { recoveryOf } from '../../../../subgraphs/circulation/procedures/recovery.ts';
import { noBranches } from '../../../../subgraphs/library/branches.ts';
import { cardChangeRecovery, ensureInCirculation } from '../../../../subgraphs/operations/card-change.ts';
import { startReconciler } from '../../../../subgraphs/operations/reconciler.ts';
import { openLending } from '../../../fault/kill/open-lending.ts';
import { staff } from '../../../support/callers.ts';
import { storeForTests } from '../../../support/set-up/store-for-tests.ts';

const never = new AbortController().signal;
const patronId = 'P0000002';
const libraryCard = '21852000000033';
const otherCard = '21852000000041';
const stranger = '21852000000017';
const title = 'B0000010';
/** A loan of this day can be renewed today to a later due date. */
const lentEarlier = '20200101';
const minuteMs = 60_000;
/** How long a test waits for the reconciler. It is long, because a loaded machine is slow. */
const waitMs = 18_000;

let resources: AsyncDisposableStack;
let store: Store;
let legacy: RunningSimulators;
let lending: LendingServices;
let log: string[];
/** The time by which the journal's clock is ahead of the machine's, in ms. */
let aheadMs: number;
let shelf: string[];
/** How often the reconciler has stored when an operation is due again, if at all. */
let looksWritten: number;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(folder, { recursive: true }));
  store = storeForTests();
  legacy = resources.use(await startSimulators({ store }));
  log = [];
  aheadMs = 0;
  const note = (_details: object, message: string) => log.push(message);
  const places = { prs: legacy.prs.url, cms: legacy.cms.url, circ: legacy.circ.url };
  const clock = () => new Date(Date.now() + aheadMs);
  const book = { ...places, path: join(folder, 'journal.sqlite') };
  lending = await openLending(book, clock, { info: () => undefined, warn: note, error: note }, resources);
  const reconcilers = { ...recoveryOf(lending), ...cardChangeRecovery(lending) };
  looksWritten = 0;
  const journal: LendingServices['journal'] = {
    ...lending.journal,
    async reconcileAgain(id, afterMs) {
      await lending.journal.reconcileAgain(id, afterMs);
      looksWritten += 1;
    },
  };
  resources.use(startReconciler({ ...lending, journal, reconcilers }));
  const free = [...store.circ.items.values()].filter(
    ({ state, material }) => state === 'A' && material !== 'RF',
  );
  shelf = free.map(({ itemNo }) => itemNo);
});
afterEach(() => resources.disposeAsync());

const nextItem = (): string => shelf.pop() ?? '';
let count = 0;
const reference = (): string => {
  count += 1;
  return `reference-${count}`;
};

/** A proxy delivers the next request of this operation twice. */
const deliverTwice = (operation: string, more: Partial<FaultRequest> = {}) =>
  legacy.circ.faults.set([
    { kind: 'deliver-twice', operations: [operation], times: 1, ...more } as FaultRequest,
  ]);

const lend = (itemNumber = nextItem(), by = lending): Promise<LendingPayload> =>
  checkOut(
    by,
    staff,
    { reference: reference(), credential: { libraryCardNumber: libraryCard }, itemNumber },
    never,
  );
const stands = (id: string): Promise<Operation | null> => lending.journal.findById(id);
const settled = async (id: string): Promise<Operation | null> => {
  await expect.poll(async () => (await stands(id))?.state, { timeout: waitMs }).not.toBe('UNSETTLED');
  return await stands(id);
};
const effects = async (id: string): Promise<CirculationEventKind[]> =>
  (await lending.circulation.eventsByReference(id, never)).map(({ kind }) => kind);
const loans = (): number =>
  [libraryCard, otherCard].flatMap((card) => store.circ.loans.by('cardNo', card)).length;
const alarms = (): string[] => log.filter((line) => line.startsWith('ALARM'));

describe('a request that is delivered twice, and answered with the result of the second delivery, is done', () => {
  test('check-out', async () => {
    deliverTwice('CheckOut');
    const { operation } = await lend();
    expect(operation.state).toBe('UNSETTLED');
    const now = await settled(operation.id);
    expect(now).toMatchObject({ state: 'DONE', result: { patronId, libraryCardNumber: libraryCard } });
    expect(await effects(operation.id)).toEqual(['CHECKED_OUT']);
    expect(alarms()).toEqual([]);
  });

  test('check-in', async () => {
    const itemNumber = nextItem();
    await lend(itemNumber);
    deliverTwice('CheckIn');
    const { operation } = await checkIn(lending, staff, { reference: reference(), itemNumber }, noBranches);
    expect(await settled(operation.id)).toMatchObject({ state: 'DONE' });
    expect(await effects(operation.id)).toEqual(['CHECKED_IN']);
  });

  test('reservation, and its cancellation', async () => {
    deliverTwice('PlaceHold');
    const reader = { patronId };
    const hold = { reader, libraryCardNumber: libraryCard, titleNumber: title, pickupBranch: 'HKCL' };
    const placed = await placeHold(lending, staff, { reference: reference(), ...hold }, noBranches, never);
    expect(await settled(placed.operation.id)).toMatchObject({ state: 'DONE' });
    const row = store.circ.holds.by('cardNo', libraryCard).find(({ bibNo }) => bibNo === title);
    deliverTwice('CancelHold');
    const holdId = row?.holdNo ?? '';
    const cancelled = await cancelHold(lending, staff, { reference: reference(), reader, holdId }, never);
    expect(await settled(cancelled.operation.id)).toMatchObject({ state: 'DONE' });
    expect(await effects(cancelled.operation.id)).toEqual(['HOLD_CANCELLED']);
  });

  test('the last renewal that there is', async () => {
    const { operation } = await lend();
    const { loanId = '' } = lendingResultOf(operation);
    const row = store.circ.loans.get(loanId);
    if (row === undefined) {
      throw new Error('no such loan');
    }
    store.circ.loans.put({ ...row, renewals: 4, dueOn: lentEarlier });
    deliverTwice('Renew');
    const renewed = await renewLoan(
      lending,
      staff,
      { reference: reference(), reader: { patronId }, loanId },
      never,
    );
    expect(await settled(renewed.operation.id)).toMatchObject({ state: 'DONE' });
    expect(await effects(renewed.operation.id)).toEqual(['RENEWED']);
  });

  test.each([
    ['PlaceHold', otherCard],
    ['CancelHold', libraryCard],
  ])(
    '%s, as a hold of the reader’s own moves for a renewal (R23): one of the two holds stays',
    async (change, card) => {
      const itemNumber = nextItem();
      const { operation } = await lend(itemNumber);
      const { loanId = '' } = lendingResultOf(operation);
      const titleNumber = store.circ.items.get(itemNumber)?.bibNo ?? '';
      const row = store.circ.loans.get(loanId);
      if (row === undefined) {
        throw new Error('no such loan');
      }
      store.circ.loans.put({ ...row, dueOn: lentEarlier });
      await lending.circulation.placeHold(otherCard, titleNumber, 'HKCL', 'own', never);
      deliverTwice(change);
      const renewed = await renewLoan(
        lending,
        staff,
        { reference: reference(), reader: { patronId }, loanId },
        never,
      );
      expect(await settled(renewed.operation.id)).not.toBeNull();
      const isMoved = async () => {
        aheadMs += minuteMs;
        return store.circ.holds
          .by('bibNo', titleNumber)
          .filter(({ state }) => state === 'Q')
          .map(({ cardNo }) => cardNo);
      };
      await expect.poll(isMoved, { timeout: waitMs, interval: 700 }).toEqual([card]);
      expect(alarms()).toEqual([]);
    },
  );

  test('a change to a card', async () => {
    const whole = (await lend()).operation;
    deliverTwice('BlockCard');
    expect(await ensureInCirculation(lending, whole, 'BLOCK_CARD', libraryCard)).toBe(true);
  });
});

test('the place is held until the operation is settled, so that no eleventh item is lent', async () => {
  while (loans() < 9) {
    await lend();
  }
  const { promise: isTenthAnswered, resolve: answerTenth } = Promise.withResolvers<void>();
  const { promise: hasRead, resolve: tellRead } = Promise.withResolvers<void>();
  const { journal } = lending;
  const slow: LendingServices = {
    ...lending,
    journal: {
      ...journal,
      async reserve(...asked) {
        tellRead();
        await isTenthAnswered;
        return await journal.reserve(...asked);
      },
    },
  };
  // The eleventh check-out reads nine loans before the tenth item is lent. It reserves its place after the answer to
  // the tenth.
  const eleventh = lend(nextItem(), slow);
  await hasRead;
  deliverTwice('CheckOut');
  const tenth = await lend();
  answerTenth();
  expect(lendingResultOf((await eleventh).operation).problem).toBe('PLACE_PENDING');
  await settled(tenth.operation.id);
  expect(loans()).toBe(10);
});

test('where circulation can’t be asked what a refused request led to, the reconciler finds out later', async () => {
  legacy.circ.faults.set([
    { kind: 'deliver-twice', operations: ['CheckOut'], times: 1 },
    { kind: 'busy', operations: ['FindByRef'] },
  ]);
  const { operation } = await lend();
  expect(operation.state).toBe('UNSETTLED');
  legacy.circ.faults.clear();
  aheadMs += 20_000;
  expect(await settled(operation.id)).toMatchObject({ state: 'DONE' });
});

test('an answer that circulation is busy is not believed either, after one delivery was applied', async () => {
  const { circulation } = lending;
  const busy: LendingServices = {
    ...lending,
    circulation: {
      ...circulation,
      async checkOut(...asked) {
        await circulation.checkOut(...asked);
        throw new UpstreamError('circulation', 'busy', 'CheckOut');
      },
    },
  };
  const input = {
    reference: reference(),
    credential: { libraryCardNumber: libraryCard },
    itemNumber: nextItem(),
  };
  const { operation } = await checkOut(busy, staff, input, never);
  expect(operation.state).toBe('UNSETTLED');
  await lending.journal.reconcileAgain(operation.id, 0);
  expect(await settled(operation.id)).toMatchObject({ state: 'DONE' });
});

test('a change that was done in an expired session is not sent again in a new one', async () => {
  const { operation } = await lend();
  const { loanId = '' } = lendingResultOf(operation);
  await lending.circulation.renew(loanId, 'once', never);
  legacy.circ.faults.set([{ kind: 'expired-session', operations: ['Renew'], times: 1 }]);
  await expect(lending.circulation.renew(loanId, 'once', never)).rejects.toMatchObject({
    reason: 'outcome-unknown',
  });
  expect(await effects('once')).toEqual(['RENEWED']);
  // A change that was not made is sent again.
  legacy.circ.faults.set([{ kind: 'expired-session', operations: ['Renew'], times: 1 }]);
  await expect(lending.circulation.renew(loanId, 'twice', never)).resolves.toHaveProperty('loan');
});

describe('later deliveries', () => {
  /** A check-out that is refused because a desk has lent the item to another patron. */
  async function refused(): Promise<{ readonly id: string; readonly itemNumber: string }> {
    const itemNumber = nextItem();
    await lending.circulation.checkOut(stranger, itemNumber, 'desk', never);
    const { operation } = await lend(itemNumber);
    expect(lendingResultOf(operation).problem).toBe('ITEM_NOT_AVAILABLE');
    return { id: operation.id, itemNumber };
  }
  const asked = () => legacy.circ.calls.get('FindByRef') ?? 0;

  test('a refused change is checked again after one minute, five minutes and six hours, and then no more', {
    timeout: 60_000,
  }, async () => {
    // Such a refusal holds no place, so nothing is checked earlier.
    const item = [...store.circ.items.values()].find(({ material }) => material === 'RF');
    const { operation } = await lend(item?.itemNo);
    expect(lendingResultOf(operation).problem).toBe('ITEM_NOT_FOR_LOAN');
    for (const [atMs, isLooked] of [
      [55_000, false],
      [minuteMs, true],
      [4 * minuteMs, false],
      [5 * minuteMs, true],
      [359 * minuteMs, false],
      [360 * minuteMs, true],
      [24 * 60 * minuteMs, false],
    ] as const) {
      const before = asked();
      const writtenBefore = looksWritten;
      aheadMs = atMs;
      if (isLooked) {
        await expect.poll(() => looksWritten, { timeout: waitMs }).toBe(writtenBefore + 1);
        expect(asked()).toBe(before + 1);
      } else {
        await new Promise((resolve) => setTimeout(resolve, 700));
        expect(asked(), `after ${atMs} ms`).toBe(before);
      }
    }
  });

  test('a refused request that is done after all becomes DONE, and raises an alarm', async () => {
    const { id, itemNumber } = await refused();
    await lending.circulation.checkIn(itemNumber, 'desk', never);
    await lending.circulation.checkOut(libraryCard, itemNumber, id, never);
    aheadMs = 5 * minuteMs;
    await expect.poll(() => stands(id), { timeout: 5_000 }).toMatchObject({ state: 'DONE' });
    expect(alarms()).toEqual([expect.stringContaining('refused was done after all')]);
    const { doneSince } = await lending.journal.placesSince(patronId, 'LOAN', 0n);
    expect(doneSince.map(({ operationId }) => operationId)).toContain(id);
  });

  test('R9: a refused request that is delivered again makes no eleventh loan, and the item can be tried again', async () => {
    while (loans() < 9) {
      await lend();
    }
    const { id, itemNumber } = await refused();
    await lending.circulation.checkIn(itemNumber, 'desk', never);
    const { operation: another } = await lend();
    expect(lendingResultOf(another).problem).toBe('PLACE_PENDING');
    expect((await lend(itemNumber)).operation.state).toBe('DONE');
    await lending.circulation.checkOut(libraryCard, itemNumber, id, never);
    expect(loans()).toBe(10);
  });

  test('a loan that is made twice under one reference raises one alarm', async () => {
    const itemNumber = nextItem();
    const { operation } = await lend(itemNumber);
    await checkIn(lending, staff, { reference: reference(), itemNumber }, noBranches);
    await lending.circulation.checkOut(libraryCard, itemNumber, operation.id, never);
    aheadMs = 360 * minuteMs;
    await expect.poll(alarms, { timeout: 5_000 }).toEqual([expect.stringContaining('more than once')]);
    expect(await stands(operation.id)).toMatchObject({ state: 'DONE' });
    aheadMs = 720 * minuteMs;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(alarms()).toHaveLength(1);
  });

  test('a card that is unblocked a second time raises an alarm within a minute', async () => {
    const whole = (await lend()).operation;
    expect(await ensureInCirculation(lending, whole, 'UNBLOCK_CARD', libraryCard)).toBe(true);
    const part = await lending.journal.find(`operation ${whole.id}`, `UNBLOCK_CARD ${libraryCard} 1`);
    expect(part).toMatchObject({ state: 'DONE', certainAfterMs: expect.any(Number) });
    await lending.circulation.unblockCard(libraryCard, part?.id ?? '', never);
    aheadMs = minuteMs;
    await expect.poll(alarms, { timeout: 5_000 }).toEqual([expect.stringContaining('more than once')]);
  });

  test('so is a change to a card', async () => {
    const whole = (await lend()).operation;
    const unknown = '21852000009992';
    expect(await ensureInCirculation(lending, whole, 'BLOCK_CARD', unknown)).toBe(false);
    const part = await lending.journal.find(`operation ${whole.id}`, `BLOCK_CARD ${unknown} 1`);
    await lending.circulation.registerCard(unknown, 'registered', never);
    await lending.circulation.blockCard(unknown, part?.id ?? '', never);
    aheadMs = minuteMs;
    await expect.poll(() => stands(part?.id ?? ''), { timeout: 5_000 }).toMatchObject({ state: 'DONE' });
    expect(alarms()).toHaveLength(1);
  });
});
