/**
 * A standby has replaced the primary server. It had received the beginning of a check-out, but not the reservation. So
 * the journal says that nothing could be sent, although the check-out was sent and done.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { outcomeOf } from '../../../../store/journal/port.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { recoveryOf } from '../../../../subgraphs/circulation/procedures/recovery.ts';
import { changeTimes, preparedFirst } from '../../../../subgraphs/operations/change-times.ts';
import { type LendingFixture, libraryCard, openLendingFixture } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;

let world: LendingFixture;
let lending: LendingServices;
let id: string;
beforeEach(async () => {
  world = await openLendingFixture(5);
  lending = {
    ...world,
    fingerprintKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: world.now,
    log: { warn: () => undefined, error: () => undefined },
  };
  const begun = await world.journal.begin({
    caller: 'a station',
    reference: 'lost',
    kind: 'CHECK_OUT',
    fingerprint: 'of it',
    details: {},
    patronId: null,
    isUnlisted: false,
    ...preparedFirst,
  });
  id = begun.operation.id;
});
afterEach(() => world[Symbol.asyncDispose]());

const lend = () => world.circulation.checkOut(libraryCard, world.nextItem(), id, never);

async function reconcile(services = lending): Promise<string | undefined> {
  world.pass(60_000);
  for (const due of await world.journal.takeDue(10, 1_000)) {
    await recoveryOf(services)[due.operation.kind]?.({ ...due, observedMs: 0 }, never);
  }
  return (await world.journal.findById(id))?.state;
}

test('it is settled as done, because circulation shows its event', async () => {
  await lend();
  expect(await reconcile()).toBe('DONE');
});

test('a refusal that the feed contradicts is corrected', async () => {
  await world.journal.settle(id, outcomeOf('REFUSED', null));
  await lend();
  await world.books.reopenRefusal(id);
  expect(await reconcile()).toBe('DONE');
});

test('without an event it is refused, also while circulation is away', async () => {
  const away = () => Promise.reject(new UpstreamError('circulation', 'unreachable', 'away'));
  const circulation = { ...world.circulation, eventsByReference: away };
  expect(await reconcile({ ...lending, circulation })).toBe('REFUSED');
});
