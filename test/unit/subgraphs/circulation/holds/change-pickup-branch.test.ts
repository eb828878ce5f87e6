/** R25: a hold that is collected at another branch is cancelled and placed again. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation } from '../../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import type { Operation } from '../../../../../store/journal/port.ts';
import type { LendingServices } from '../../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../../subgraphs/circulation/lending/stored-result.ts';
import { changePickupBranch } from '../../../../../subgraphs/circulation/procedures/change-pickup-branch.ts';
import { recoveryOf } from '../../../../../subgraphs/circulation/procedures/recovery.ts';
import { changeTimes } from '../../../../../subgraphs/operations/change-times.ts';
import { startProcedure } from '../../../../../subgraphs/operations/procedure.ts';
import { partlyDoneOf } from '../../../../../subgraphs/operations/results/payload.ts';
import { staff } from '../../../../support/callers.ts';
import {
  type LendingFixture,
  libraryCard,
  openLendingFixture,
  patronId,
} from '../../../../support/lending-fixture.ts';

const never = new AbortController().signal;
/** The hold of the seed: first in the queue of its title, to be collected at STCL. */
const holdId = 'H0000001';
const titleNumber = 'B0000008';
/** A card of another patron, who waits behind. */
const othersCard = '21852000000017';

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

const change = (services: LendingServices, more: object = {}): Promise<Operation> => {
  const input = { patronId, holdId, pickupBranch: 'HKCL', isBranch: true, ...more };
  return startProcedure(services, changePickupBranch, staff, 'reference', input, never);
};

/** The patron's open holds of the title, as `branch position`. */
async function openHolds(): Promise<string[]> {
  const holds = (await world.circulation.holdsByCard([libraryCard], never)).flat();
  return holds
    .filter((hold) => hold.titleNumber === titleNumber && hold.state === 'QUEUED')
    .map(({ pickupBranch, queuePosition }) => `${pickupBranch} ${queuePosition}`);
}

/** Reconciles everything that is due, until nothing changes any more. */
async function settle(services: LendingServices): Promise<void> {
  const recovery = recoveryOf(services);
  for (let round = 0; round < 8; round += 1) {
    world.pass(60_000);
    for (const due of await world.journal.takeDue(100, 0, Object.keys(recovery))) {
      const { id, kind } = due.operation;
      const again = await recovery[kind]?.({ ...due, observedMs: Number.POSITIVE_INFINITY }, never);
      await world.journal.reconcileAgain(id, again ?? null);
    }
  }
}

const problemOf = (operation: Operation) => lendingResultOf(operation).problem;

test('the title is reserved again behind all others, and the place that was given up is told', async () => {
  await world.circulation.placeHold(othersCard, titleNumber, 'HKCL', 'before', never);
  const operation = await change(lendingWith());
  expect(operation).toMatchObject({ state: 'DONE', patronId });
  expect(lendingResultOf(operation)).toMatchObject({
    libraryCardNumber: libraryCard,
    formerQueuePosition: 1,
  });
  expect(await openHolds()).toEqual(['HKCL 2']);
});

test('nothing changes if the hold is collected there already, and no place is given up', async () => {
  const operation = await change(lendingWith(), { pickupBranch: 'STCL' });
  const result = lendingResultOf(operation);
  expect(result).toMatchObject({ holdId });
  expect(result.formerQueuePosition ?? null).toBeNull();
  expect(await openHolds()).toEqual(['STCL 1']);
});

test('a patron with ten holds needs no eleventh place for it', async () => {
  for (const end of ['01', '02', '03', '04', '05', '06', '07', '10', '11', '12', '13']) {
    const [holds = []] = await world.circulation.holdsByCard([libraryCard], never);
    if (holds.filter(({ state }) => state === 'QUEUED').length < 10) {
      await world.circulation.placeHold(libraryCard, `B00000${end}`, 'HKCL', 'before', never);
    }
  }
  expect((await change(lendingWith())).state).toBe('DONE');
  expect(await openHolds()).toEqual(['HKCL 1']);
});

test.each([
  ['no such branch', { isBranch: false }, 'BRANCH_NOT_FOUND'],
  ['no such hold', { holdId: 'H9999999' }, 'HOLD_NOT_FOUND'],
  ['another patron’s hold', { patronId: 'P0000001' }, 'HOLD_NOT_FOUND'],
  ['a suspended patron', { patronId: 'P0000013' }, 'PATRON_NOT_ACTIVE'],
])('%s is refused, and nothing is done', async (_what, more, problem) => {
  const operation = await change(lendingWith(), more);
  expect([operation.state, problemOf(operation)]).toEqual(['REFUSED', problem]);
  expect(await openHolds()).toEqual(['STCL 1']);
});

test('a hold that was cancelled meanwhile is refused, and nothing is placed', async () => {
  const services = lendingWith({
    cancelHold: async (...asked) => {
      await world.circulation.cancelHold(holdId, 'desk', never);
      return await world.circulation.cancelHold(...asked);
    },
  });
  const operation = await change(services);
  expect([operation.state, problemOf(operation)]).toEqual(['REFUSED', 'HOLD_NOT_FOUND']);
  expect(await openHolds()).toEqual([]);
});

test('a new hold that circulation refuses leaves the operation partly done, and says what is missing', async () => {
  const operation = await change(lendingWith({ placeHold: async () => ({ refused: 'TITLE_UNKNOWN' }) }));
  expect(partlyDoneOf(operation)).toEqual({ holdId });
  expect(problemOf(operation)).toBe('NOT_RESERVED_AGAIN');
  expect(await openHolds()).toEqual([]);
});

test.each(['cancelHold', 'placeHold'] as const)(
  'if the answer to %s is lost, both changes are made once, later',
  async (method) => {
    const lost = async () => {
      throw new UpstreamError('circulation', 'outcome-unknown', method);
    };
    const services = lendingWith({
      [method]: async (...asked: readonly never[]) => {
        await Reflect.apply(world.circulation[method], world.circulation, asked);
        return await lost();
      },
    });
    expect((await change(services)).state).toBe('UNSETTLED');
    await settle(lendingWith());
    expect((await change(lendingWith())).state).toBe('DONE');
    expect(await openHolds()).toEqual(['HKCL 1']);
    const events = await world.circulation.eventsAfter('0', 500, never);
    const made = events.flatMap(({ kind }) => (kind.startsWith('HOLD_') ? [kind] : []));
    expect(made).toEqual(['HOLD_CANCELLED', 'HOLD_PLACED']);
  },
);

test('if neither change arrives, nothing is done, and the operation is refused', async () => {
  const services = lendingWith({
    cancelHold: async () => {
      throw new UpstreamError('circulation', 'outcome-unknown', 'CancelHold');
    },
  });
  expect((await change(services)).state).toBe('UNSETTLED');
  await settle(services);
  const operation = await change(services);
  expect([operation.state, problemOf(operation)]).toEqual(['REFUSED', 'SYSTEM_UNAVAILABLE']);
  expect(await openHolds()).toEqual(['STCL 1']);
});
