/**
 * R25: a hold may have a state that circulation's contract doesn't name. It may still be open, so it counts as open.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation, Hold } from '../../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import { cancelHold, placeHold } from '../../../../../subgraphs/circulation/lending/holds.ts';
import { renewLoan } from '../../../../../subgraphs/circulation/lending/renew.ts';
import type { LendingPayload } from '../../../../../subgraphs/circulation/lending/run-operation.ts';
import type { LendingServices } from '../../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../../subgraphs/circulation/lending/stored-result.ts';
import { recoveryOf } from '../../../../../subgraphs/circulation/procedures/recovery.ts';
import { noBranches } from '../../../../../subgraphs/library/branches.ts';
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
const heldTitle = 'B0000008';

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
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

/** A circulation that shows these holds with an unknown state. */
const showingAsOther = (isShown: (hold: Hold) => boolean): Pick<Circulation, 'holdsByCard'> => ({
  holdsByCard: async (...asked) => {
    const byCard = await world.circulation.holdsByCard(...asked);
    return byCard.map((holds) =>
      holds.map((hold) => (isShown(hold) ? { ...hold, state: 'OTHER', queuePosition: null } : hold)),
    );
  },
});

const isOfHeldTitle = ({ titleNumber }: Hold): boolean => titleNumber === heldTitle;

const outcomeOf = ({ operation }: LendingPayload) => ({
  state: operation.state,
  problem: lendingResultOf(operation).problem,
});

/**
 * Reserves on the other card. Circulation counts the holds of each card alone, so it wouldn't refuse an eleventh hold
 * there.
 */
async function placeOnSmartCard(titleNumber: string) {
  const lending = lendingWith(showingAsOther(isOfHeldTitle));
  const input = {
    reference: 'placing',
    reader: { patronId },
    libraryCardNumber: smartCard,
    titleNumber,
    pickupBranch: 'HKCL',
  };
  return outcomeOf(await placeHold(lending, staff, input, noBranches, never));
}

/** The patron's holds that are queued or ready. */
async function open() {
  const holds = (await world.circulation.holdsByCard([libraryCard, smartCard], never)).flat();
  return holds.filter(({ state }) => state === 'QUEUED' || state === 'READY');
}

test('it is one of the ten', async () => {
  const titles = ['01', '02', '03', '04', '05', '06', '07', '10', '11', '12'].map((end) => `B00000${end}`);
  for (const title of titles) {
    if ((await open()).length < 10) {
      await world.circulation.placeHold(libraryCard, title, 'HKCL', 'before', never);
    }
  }
  const before = await open();
  expect(before).toHaveLength(10);
  const held = new Set(before.map(({ titleNumber }) => titleNumber));
  const another = [...titles, 'B0000013'].find((title) => !held.has(title)) ?? '';
  expect(await placeOnSmartCard(another)).toEqual({ state: 'REFUSED', problem: 'HOLD_LIMIT_REACHED' });
  expect(await open()).toHaveLength(10);
});

test('its title is not reserved a second time', async () => {
  expect(await placeOnSmartCard(heldTitle)).toEqual({ state: 'REFUSED', problem: 'ALREADY_HELD' });
  expect((await open()).filter(isOfHeldTitle)).toHaveLength(1);
});

test('it can be cancelled, where circulation allows it', async () => {
  const holdId = (await open()).find(isOfHeldTitle)?.id ?? '';
  const lending = lendingWith(showingAsOther(isOfHeldTitle));
  const input = { reference: 'cancelling', reader: { patronId }, holdId };
  expect(outcomeOf(await cancelHold(lending, staff, input, never))).toMatchObject({ state: 'DONE' });
  expect((await open()).filter(isOfHeldTitle)).toEqual([]);
});

test('a move that was interrupted is completed: the hold that it placed is found, and cancelled', async () => {
  const lent = await world.circulation.checkOut(smartCard, '31852000000569', 'before', never);
  world.pass(weekMs);
  const input = { reference: 'renewal', reader: { patronId }, loanId: 'loan' in lent ? lent.loan.id : '' };
  const unanswered = async () => {
    throw new UpstreamError('circulation', 'outcome-unknown', 'CancelHold');
  };
  await renewLoan(lendingWith({ cancelHold: unanswered }), staff, input, never);
  expect((await open()).filter(isOfHeldTitle)).toHaveLength(2);
  world.pass(60_000);
  const [due] = await world.journal.takeDue(100, 0, ['MOVE_HOLD']);
  expect(due?.operation.state).toBe('UNSETTLED');
  const lending = lendingWith(showingAsOther(({ reference }) => reference === due?.operation.id));
  const observedMs = Number.POSITIVE_INFINITY;
  await (due && recoveryOf(lending).MOVE_HOLD?.({ ...due, observedMs }, never));
  expect((await open()).filter(isOfHeldTitle)).toMatchObject([{ libraryCardNumber: libraryCard }]);
});
