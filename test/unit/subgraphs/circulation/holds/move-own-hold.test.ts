/** R23: renewals of a title that the patron has reserved on the other card, in rare situations of the queue. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation } from '../../../../../adapters/circulation/port.ts';
import { renewLoan } from '../../../../../subgraphs/circulation/lending/renew.ts';
import type { LendingServices } from '../../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../../subgraphs/circulation/lending/stored-result.ts';
import { recoveryOf } from '../../../../../subgraphs/circulation/procedures/recovery.ts';
import { changeTimes } from '../../../../../subgraphs/operations/change-times.ts';
import { staff } from '../../../../support/callers.ts';
import {
  type LendingFixture,
  libraryCard,
  openLendingFixture,
  patronId,
} from '../../../../support/lending-fixture.ts';

const never = new AbortController().signal;
const weekMs = 7 * 24 * 60 * 60 * 1000;
const smartCard = '21852000000041';
/** A title that the patron has reserved on the library card. The patron is first in the title's queue. */
const titleNumber = 'B0000008';
/** A copy of this title that another patron has borrowed. */
const copyOut = '31852000000080';
const another = '21852000000066';

let world: LendingFixture;
let loanId: string;
beforeEach(async () => {
  world = await openLendingFixture(5);
  const lent = await world.circulation.checkOut(smartCard, '31852000000569', 'before', never);
  loanId = 'loan' in lent ? lent.loan.id : '';
  world.pass(weekMs);
});
afterEach(() => world[Symbol.asyncDispose]());

const lendingWith = (others: Partial<Circulation> = {}): LendingServices => ({
  ...world,
  circulation: { ...world.circulation, ...others },
  fingerprintKey: new Uint8Array(32),
  times: changeTimes,
  monotonic: world.now,
  log: { warn: () => undefined, error: () => undefined },
});

async function renew(others: Partial<Circulation> = {}) {
  const input = { reference: 'renewal', reader: { patronId }, loanId };
  const { operation } = await renewLoan(lendingWith(others), staff, input, never);
  return { state: operation.state, problem: lendingResultOf(operation).problem };
}

async function reserved() {
  const holds = (await world.circulation.holdsByCard([libraryCard, smartCard], never)).flat();
  const open = holds.filter(({ state }) => state === 'QUEUED' || state === 'READY');
  return open
    .filter((hold) => hold.titleNumber === titleNumber)
    .map(({ libraryCardNumber, state }) => `${state} on ${libraryCardNumber}`);
}

test('the hold moves, and the loan is renewed', async () => {
  expect(await renew()).toEqual({ state: 'DONE' });
  expect(await reserved()).toEqual([`QUEUED on ${smartCard}`]);
});

test('a hold that moved stays where it is, also where the patron has got another of the title before the later check', async () => {
  await renew();
  await world.circulation.placeHold(libraryCard, titleNumber, 'HKCL', 'desk', never);
  world.pass(changeTimes.laterChecks.done.at(-1) ?? 0);
  const [due, ...others] = await world.journal.takeDue(100, 0, ['MOVE_HOLD']);
  expect(due?.operation.state).toBe('DONE');
  expect(others).toEqual([]);
  const observedMs = Number.POSITIVE_INFINITY;
  const again = due && (await recoveryOf(lendingWith()).MOVE_HOLD?.({ ...due, observedMs }, never));
  expect(again).toBeNull();
  expect(await reserved()).toEqual([`QUEUED on ${libraryCard}`, `QUEUED on ${smartCard}`]);
});

test('a hold that becomes ready during the move is not given up for a place behind another reader', async () => {
  const told = await renew({
    async placeHold(...wanted) {
      await world.circulation.placeHold(another, titleNumber, 'HKCL', 'another', never);
      await world.circulation.checkIn(copyOut, 'desk', never);
      return await world.circulation.placeHold(...wanted);
    },
  });
  expect(told).toEqual({ state: 'REFUSED', problem: 'WANTED_BY_ANOTHER' });
  expect(await reserved()).toEqual([`READY on ${libraryCard}`]);
});

test('where the loan’s card has ended, the hold is said to be in the way, not that another reader waits', async () => {
  await world.cards.closeCard('closing', smartCard, 'CLOSED', never);
  expect(await renew()).toEqual({ state: 'REFUSED', problem: 'OWN_HOLD_IN_THE_WAY' });
  expect(await reserved()).toEqual([`QUEUED on ${libraryCard}`]);
});

test('where there is no place for a second hold, the hold is said to be in the way too', async () => {
  for (const digits of ['01', '02', '03', '04', '05', '06', '07', '10', '11']) {
    await world.circulation.placeHold(libraryCard, `B00000${digits}`, 'HKCL', 'before', never);
  }
  expect(await renew()).toEqual({ state: 'REFUSED', problem: 'OWN_HOLD_IN_THE_WAY' });
});
