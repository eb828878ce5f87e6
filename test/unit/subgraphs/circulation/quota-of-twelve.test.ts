/**
 * R9: the library raises the quota to twelve by changing one line of the code. Circulation still lends at most ten
 * items on a card.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Circulation } from '../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { checkOut } from '../../../../subgraphs/circulation/lending/check-out.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { problemOf } from '../../../../subgraphs/circulation/rules/problems.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { staff } from '../../../support/callers.ts';
import { type LendingFixture, libraryCard, openLendingFixture } from '../../../support/lending-fixture.ts';

vi.mock('../../../../subgraphs/circulation/rules/limits.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  loanLimit: 12,
}));

const never = new AbortController().signal;
const smartCard = '21852000000041';

let world: LendingFixture;
beforeEach(async () => {
  // The patron has eight loans on the library card and two on the smart identity card.
  world = await openLendingFixture(10);
});
afterEach(() => world[Symbol.asyncDispose]());

async function lend(
  card: string,
  others: Partial<Circulation> = {},
  itemNumber = world.nextItem(),
): Promise<string> {
  const lending: LendingServices = {
    ...world,
    circulation: { ...world.circulation, ...others },
    fingerprintKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: world.now,
    log: { warn: () => undefined, error: () => undefined },
  };
  const input = { reference: `${itemNumber} ${card}`, credential: world.presentedCard(card), itemNumber };
  const { operation } = await checkOut(lending, staff, input, never);
  return lendingResultOf(operation).problem ?? operation.state;
}

async function takeBackFrom(card: string): Promise<void> {
  const [loans = []] = await world.circulation.loansByCard([card], never);
  await world.circulation.checkIn(loans[0]?.itemNumber ?? '', 'desk', never);
}

const lendAtDesk = (card: string) => world.circulation.checkOut(card, world.nextItem(), 'desk', never);

test('the eleventh item is refused on the card that holds ten, and lent on the other; the thirteenth on neither', async () => {
  await takeBackFrom(smartCard);
  expect([await lend(libraryCard), await lend(libraryCard)]).toEqual(['DONE', 'DONE']);
  const eleventh = world.nextItem();
  expect(await lend(libraryCard, {}, eleventh)).toBe('CARD_LIMIT_REACHED');
  expect(await lend(smartCard, {}, eleventh)).toBe('DONE');
  expect(await lend(smartCard)).toBe('QUOTA_REACHED');
  expect(await lend(libraryCard)).toBe('QUOTA_REACHED');
  expect(problemOf('QUOTA_REACHED').message.en).toMatch(
    /^You have twelve items out, and the limit is twelve: return one/,
  );
});

test('a card that desks fill while circulation has ours is a full quota where the patron has twelve by then', async () => {
  const told = await lend(libraryCard, {
    async checkOut(...wanted) {
      await lendAtDesk(libraryCard);
      await lendAtDesk(libraryCard);
      return await world.circulation.checkOut(...wanted);
    },
  });
  expect(told).toBe('QUOTA_REACHED');
});

test('where the patron can’t be read after the refusal, nothing is said of the quota', async () => {
  await takeBackFrom(smartCard);
  await lendAtDesk(libraryCard);
  await lendAtDesk(libraryCard);
  let isRefused = false;
  const told = await lend(libraryCard, {
    async checkOut(...wanted) {
      isRefused = true;
      return await world.circulation.checkOut(...wanted);
    },
    loansByCard: async (...wanted) => {
      if (isRefused) {
        throw new UpstreamError('circulation', 'timeout', 'GetLoans');
      }
      return await world.circulation.loansByCard(...wanted);
    },
  });
  expect(told).toBe('SYSTEM_UNAVAILABLE');
});
