/** Two records of one person have one quota (R7, R9), whatever runs at the moment at which they are merged. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation } from '../../../../adapters/circulation/port.ts';
import type { Journal } from '../../../../store/journal/port.ts';
import type { CirculationContext } from '../../../../subgraphs/circulation/context.ts';
import { checkOut } from '../../../../subgraphs/circulation/lending/check-out.ts';
import { placeHold } from '../../../../subgraphs/circulation/lending/holds.ts';
import { readHolds, readLoans } from '../../../../subgraphs/circulation/lending/loan-snapshot.ts';
import { renewAllLoans } from '../../../../subgraphs/circulation/lending/renew-several.ts';
import type { LendingPayload } from '../../../../subgraphs/circulation/lending/run-operation.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { createCirculationLoaders } from '../../../../subgraphs/circulation/loaders.ts';
import { patronResolvers } from '../../../../subgraphs/circulation/resolvers/patron.ts';
import { holdLimit, loanLimit } from '../../../../subgraphs/circulation/rules/limits.ts';
import { noBranches } from '../../../../subgraphs/library/branches.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { seedDay, staff } from '../../../support/callers.ts';
import {
  type LendingFixture,
  libraryCard,
  openLendingFixture,
  patronId as stayingId,
} from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
/** A patron of the seed with a library card and two loans. */
const leavingId = 'P0000005';
const leavingCard = '21852000000074';
const merge = { leavingId, stayingId, operationId: 'merge'.padEnd(22, '0') };

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
});
afterEach(() => world[Symbol.asyncDispose]());

const services = (others: Partial<LendingServices> = {}): LendingServices => ({
  ...world,
  ...others,
  fingerprintKey: new Uint8Array(32),
  times: changeTimes,
  monotonic: world.now,
  log: { warn: () => undefined, error: () => undefined },
});

const outcomeOf = ({ operation }: LendingPayload): string =>
  lendingResultOf(operation).problem ?? operation.state;

async function lend(libraryCardNumber: string, others?: Partial<LendingServices>): Promise<string> {
  const itemNumber = world.nextItem();
  const input = { reference: itemNumber, credential: { libraryCardNumber }, itemNumber };
  return outcomeOf(await checkOut(services(others), staff, input, never));
}

const loansOfBoth = async (): Promise<number> =>
  (await world.circulation.loansByCard([...(await world.cardNumbers('all')), leavingCard], never)).flat()
    .length;

test('after the merge, the loans of both records count, and the tenth place is the last', async () => {
  await world.merged.mergePatrons(merge);
  expect([await lend(libraryCard), await lend(libraryCard), await lend(libraryCard)]).toEqual(
    Array(3).fill('DONE'),
  );
  expect(await lend(libraryCard)).toBe('QUOTA_REACHED');
  expect(await loansOfBoth()).toBe(loanLimit);
});

test.each([0, 4])(
  'both records have one quota, with %i loans more on the card of the record that stays',
  async (more) => {
    for (let lent = 0; lent < more; lent += 1) {
      await world.circulation.checkOut(libraryCard, world.nextItem(), 'desk', never);
    }
    await world.merged.mergePatrons(merge);
    const loaders = createCirculationLoaders({ ...world, ...services() }, never);
    const clock = () => seedDay;
    const context = {
      ...loaders,
      services: services(),
      signal: never,
      clock,
      caller: staff,
      quotas: new Map(),
    };
    const quotaOfRecord = async (id: string, cardNumbers: readonly string[]) => {
      const { used, remaining } = await patronResolvers.loanQuota(
        { id, cardNumbers },
        {},
        context as unknown as CirculationContext,
      );
      return { used, remaining };
    };
    const quota = { used: 7 + more, remaining: Math.max(0, loanLimit - 7 - more) };
    expect(await quotaOfRecord(leavingId, [leavingCard])).toEqual(quota);
    expect(await quotaOfRecord(stayingId, [...(await world.cardNumbers('all')), leavingCard])).toEqual(quota);
  },
);

test('nothing is lent and nothing reserved on the record that leaves', async () => {
  await world.merged.mergePatrons(merge);
  expect(await lend(leavingCard)).toBe('PATRON_NOT_ACTIVE');
  const reader = { patronId: leavingId };
  const hold = { reference: 'hold', reader, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
  expect(outcomeOf(await placeHold(services(), staff, hold, noBranches, never))).toBe('PATRON_NOT_ACTIVE');
});

test('the reader of the record that stays renews the loans on all cards', async () => {
  await world.merged.mergePatrons(merge);
  const loans = await readLoans(services(), stayingId, never);
  expect(loans.byCard.get(leavingCard)).toHaveLength(2);
  const input = { reference: 'all', reader: { patronId: stayingId } };
  const { operation } = await renewAllLoans(services(), staff, input, never);
  expect(JSON.stringify(operation.details)).toContain(leavingCard);
});

test('the holds of both records count, and a title is reserved once', async () => {
  const place = async (libraryCardNumber: string, titleNumber: string) =>
    world.circulation.placeHold(libraryCardNumber, titleNumber, 'HKCL', 'desk', never);
  await place(leavingCard, 'B0000012');
  await world.merged.mergePatrons(merge);
  const reserve = async (titleNumber: string) => {
    const reader = { patronId: stayingId };
    const input = { reference: titleNumber, reader, titleNumber, pickupBranch: 'HKCL' };
    return outcomeOf(await placeHold(services(), staff, input, noBranches, never));
  };
  expect(await reserve('B0000012')).toBe('ALREADY_HELD');
  const { rows } = await readHolds(services(), stayingId, never);
  expect(rows.map(({ titleNumber }) => titleNumber)).toContain('B0000012');
  expect(rows.length).toBeLessThan(holdLimit);
});

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await setImmediate();
  }
}

/**
 * Check-outs on both records, and the merge after some turns of the event loop. Circulation takes some turns to answer,
 * each time another number. In SQLite the calls of the journal end in the order of their transactions.
 */
test.each(Array.from({ length: 40 }, (_, turns) => turns))(
  'no eleventh item is lent after a merge that comes %i turns after the check-outs began',
  async (turns) => {
    let calls = turns;
    const slowly = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
      calls += 7;
      await pass(calls % 13);
      const answer = await ask();
      await pass(calls % 11);
      return answer;
    };
    const circulation: Circulation = {
      ...world.circulation,
      loansByCard: (...asked) => slowly(() => world.circulation.loansByCard(...asked)),
      checkOut: (...asked) => slowly(() => world.circulation.checkOut(...asked)),
    };
    let isMerged = false;
    let reservedLater = 0;
    const journal: Journal = {
      ...world.journal,
      async reserve(...asked) {
        const reservation = await world.journal.reserve(...asked);
        if (isMerged && reservation.kind === 'reserved') {
          expect(reservation.operation.place?.patronId).toBe(stayingId);
          reservedLater += 1;
        }
        return reservation;
      },
    };
    const cards = [libraryCard, leavingCard, libraryCard, leavingCard, libraryCard, libraryCard];
    const lending = cards.map((card) => lend(card, { journal, circulation }));
    await pass(turns);
    await world.merged.mergePatrons(merge);
    isMerged = true;
    await Promise.all(lending);
    const atMerge = (await loansOfBoth()) - reservedLater;
    expect(await loansOfBoth()).toBeLessThanOrEqual(reservedLater > 0 ? loanLimit : atMerge);
    await Promise.all([lend(libraryCard), lend(libraryCard), lend(libraryCard), lend(libraryCard)]);
    expect(await loansOfBoth()).toBe(Math.max(loanLimit, atMerge));
  },
);
