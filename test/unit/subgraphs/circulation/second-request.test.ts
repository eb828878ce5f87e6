/**
 * R25: a check-out that is sent a second time, on the card for which the copy waits. Other tests of this file are about
 * refusals that can't be explained.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation } from '../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { Operation } from '../../../../store/journal/port.ts';
import { checkOut } from '../../../../subgraphs/circulation/lending/check-out.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { staff } from '../../../support/callers.ts';
import {
  type LendingFixture,
  libraryCard,
  missing,
  openLendingFixture,
  patronId,
} from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
const smartCard = '21852000000041';
const stranger = '21852000000017';
const minuteMs = 60_000;

let world: LendingFixture;
let itemNumber: string;
/** The calls to circulation for our operation, in order: check-outs and lookups of events. */
let calls: string[];
beforeEach(async () => {
  world = await openLendingFixture(5);
  itemNumber = world.nextItem();
  calls = [];
});
afterEach(() => world[Symbol.asyncDispose]());

/** Another patron returns the copy, which then waits for a hold on the library card. */
async function waitOnLibraryCard(): Promise<void> {
  const { circulation } = world;
  await circulation.checkOut(stranger, itemNumber, 'desk', never);
  const [item] = await circulation.itemsByNumber([itemNumber], never);
  await circulation.placeHold(libraryCard, item?.titleNumber ?? '', 'HKCL', 'before', never);
  await circulation.checkIn(itemNumber, 'desk', never);
}

/** Checks out the copy with the smart identity card. */
async function lend(others: Partial<Circulation> = {}): Promise<Operation> {
  const { circulation } = world;
  const recorded: Partial<Circulation> = {
    checkOut(...asked) {
      calls.push(`check-out on ${asked[0]}`);
      return (others.checkOut ?? circulation.checkOut)(...asked);
    },
    eventsByReference(...asked) {
      calls.push('events');
      return (others.eventsByReference ?? circulation.eventsByReference)(...asked);
    },
  };
  const lending: LendingServices = {
    ...world,
    circulation: { ...circulation, ...others, ...recorded },
    fingerprintKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: world.now,
    log: { warn: () => undefined, error: () => undefined },
  };
  const input = { reference: 'lend', credential: world.presentedCard(smartCard), itemNumber };
  return (await checkOut(lending, staff, input, never)).operation;
}

/** A circulation whose second check-out is answered by `checkOutOnHold`. */
function atSecond(checkOutOnHold: Circulation['checkOut']): Partial<Circulation> {
  let count = 0;
  return {
    checkOut(...asked) {
      count += 1;
      return (count === 2 ? checkOutOnHold : world.circulation.checkOut)(...asked);
    },
  };
}

async function isCheckedLater({ id }: Operation): Promise<boolean> {
  world.pass(minuteMs);
  const due = await world.journal.takeDue(100, 0);
  return due.some(({ operation }) => operation.id === id);
}

const outage = async (): Promise<never> => {
  throw new UpstreamError('circulation', 'unreachable', 'circulation is away');
};
const problemOf = (operation: Operation) => lendingResultOf(operation).problem;
const [onShown, onHold] = [`check-out on ${smartCard}`, `check-out on ${libraryCard}`];

test('it is sent once more under the same reference, after circulation has shown no event of the first', async () => {
  await waitOnLibraryCard();
  const operation = await lend();
  expect(operation).toMatchObject({ state: 'DONE', result: { patronId, libraryCardNumber: libraryCard } });
  expect(calls.filter((call) => call !== 'events')).toEqual([onShown, onHold]);
  expect(calls.indexOf('events')).toBeLessThan(calls.indexOf(onHold));
  const events = await world.circulation.eventsByReference(operation.id, never);
  expect(events).toMatchObject([{ kind: 'CHECKED_OUT', libraryCardNumber: libraryCard }]);
});

test('it is not sent once more where circulation can’t be asked for an event of the first', async () => {
  await waitOnLibraryCard();
  const operation = await lend({ eventsByReference: outage });
  expect(operation.state).toBe('UNSETTLED');
  expect(calls).not.toContain(onHold);
});

test('where an event shows, the first request was delivered twice: the operation stays unsettled', async () => {
  await waitOnLibraryCard();
  const operation = await lend({
    async checkOut(_card, ...asked) {
      await world.circulation.checkOut(libraryCard, ...asked);
      return { refused: 'WANTED_BY_ANOTHER' };
    },
  });
  expect(operation.state).toBe('UNSETTLED');
  expect(calls).not.toContain(onHold);
});

test('the answer to the second is lost: the operation stays unsettled', async () => {
  await waitOnLibraryCard();
  const lost = async (): Promise<never> => {
    throw new UpstreamError('circulation', 'outcome-unknown', 'CheckOut');
  };
  expect((await lend(atSecond(lost))).state).toBe('UNSETTLED');
  expect(calls.at(-1)).toBe(onHold);
});

test('the second is refused: the operation is refused for that reason, and checked later', async () => {
  await waitOnLibraryCard();
  const operation = await lend(atSecond(async () => ({ refused: 'CARD_BLOCKED' })));
  expect(operation.state).toBe('REFUSED');
  expect(problemOf(operation)).toBe('CREDENTIAL_NOT_ACTIVE');
  expect(await isCheckedLater(operation)).toBe(true);
});

test('the second is refused, and circulation shows an event: the operation stays unsettled', async () => {
  await waitOnLibraryCard();
  const doneAndRefused: Circulation['checkOut'] = async (...asked) => {
    await world.circulation.checkOut(...asked);
    return await world.circulation.checkOut(...asked);
  };
  expect((await lend(atSecond(doneAndRefused))).state).toBe('UNSETTLED');
});

test('nothing is sent once the time to send is over: the operation is refused, and the first request checked later', async () => {
  await waitOnLibraryCard();
  const operation = await lend({
    async holdsByCard(...asked) {
      world.pass(changeTimes.sendWithinMs);
      return await world.circulation.holdsByCard(...asked);
    },
  });
  expect(operation.state).toBe('REFUSED');
  expect(problemOf(operation)).toBe('SYSTEM_UNAVAILABLE');
  expect(await world.circulation.eventsByReference(operation.id, never)).toEqual([]);
  expect(await isCheckedLater(operation)).toBe(true);
});

test('where the patron’s holds can’t be read, the refusal is not explained, and checked later', async () => {
  await waitOnLibraryCard();
  const operation = await lend({ holdsByCard: outage });
  expect(operation.state).toBe('REFUSED');
  expect(problemOf(operation)).toBe('SYSTEM_UNAVAILABLE');
  expect(calls).not.toContain(onHold);
  expect(await isCheckedLater(operation)).toBe(true);
});

test.each(['CARD_LIMIT_REACHED', 'ITEM_NOT_AVAILABLE'] as const)(
  'where the patron’s loans can’t be read, a refusal as %s is not explained, and checked later',
  async (refused) => {
    let count = 0;
    const operation = await lend({
      async checkOut(_card, _item, _reference, _signal, maySend) {
        expect(maySend?.()).toBe(true);
        return { refused };
      },
      loansByCard(...asked) {
        count += 1;
        return count === 1 ? world.circulation.loansByCard(...asked) : outage();
      },
    });
    expect(count).toBe(2);
    expect(operation.state).toBe('REFUSED');
    expect(problemOf(operation)).toBe('SYSTEM_UNAVAILABLE');
    expect(await isCheckedLater(operation)).toBe(true);
  },
);

test('another check-out of the patron was faster: the loan that there is is named', async () => {
  const operation = await lend({
    async checkOut(...asked) {
      await world.circulation.checkOut(libraryCard, itemNumber, 'faster', never);
      return await world.circulation.checkOut(...asked);
    },
  });
  const loans = (await world.circulation.loansByCard([libraryCard], never)).flat();
  const loan = loans.find((one) => one.itemNumber === itemNumber) ?? missing('loan');
  expect(lendingResultOf(operation)).toMatchObject({ problem: 'ALREADY_LENT', loanId: loan.id });
});
