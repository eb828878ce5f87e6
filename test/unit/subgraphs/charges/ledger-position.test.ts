import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../../../adapters/charges/port.ts';
import { lookupOrigin } from '../../../../subgraphs/charges/paying/clerk.ts';
import { findEvent, positionOf } from '../../../../subgraphs/charges/paying/ledger-position.ts';

const event = (sequence: bigint, reference: string | null, minute = Number(sequence)): LedgerEvent => ({
  sequence,
  kind: 'CHARGE_WAIVED',
  at: new Date(Date.UTC(2026, 10, 24, 9, minute)).toISOString(),
  patronId: 'P0000001',
  reference,
  paymentId: null,
  chargeIds: [],
  cents: 100,
  clerkId: null,
  reason: null,
});

/** A list of changes, with the sequences after which it was asked. */
function listOf(events: readonly LedgerEvent[]) {
  const askedAfter: bigint[] = [];
  return {
    askedAfter,
    async eventsAfter(after: bigint) {
      askedAfter.push(after);
      const found = events.filter(({ sequence }) => sequence > after);
      return { events: found, lastSequence: found.at(-1)?.sequence ?? after, hasMore: false };
    },
  };
}
const find = (list: ReturnType<typeof listOf>, position: Parameters<typeof findEvent>[2]) =>
  findEvent(list, 'ours', position, lookupOrigin, new AbortController().signal);
const positionAt = ({ sequence, at }: LedgerEvent) =>
  positionOf({
    owingState: async () => ({ ageMs: 0, oldestAt: null, last: { sequence, at: new Date(at) } }),
  });

test('a change is looked for after the position that was kept before it was sent', async () => {
  const list = listOf([event(3n, null), event(5n, null), event(8n, 'ours')]);
  expect(await find(list, await positionAt(event(5n, null)))).toMatchObject({ sequence: 8n });
  expect(list.askedAfter).toEqual([4n]);
  expect(await find(listOf([event(5n, null)]), await positionAt(event(5n, null)))).toBeNull();
});

test.each([
  ['has fewer changes than the position', [event(3n, null), event(4n, 'ours')]],
  ['has another change at the position', [event(3n, 'ours'), event(5n, null, 30), event(6n, null)]],
])('all of the list is read if a restored payment system %s', async (_, events) => {
  const list = listOf(events);
  expect(await find(list, await positionAt(event(5n, null)))).toMatchObject({ reference: 'ours' });
  expect(list.askedAfter).toEqual([4n, 0n]);
});

test('without a position, all of the list is read', async () => {
  const position = await positionOf({
    owingState: async () => ({ ageMs: null, oldestAt: null, last: null }),
  });
  expect(await find(listOf([event(1n, 'ours')]), position)).toMatchObject({ sequence: 1n });
});

test('a list without an end is an error, because nobody knows whether the change is in it', async () => {
  let asked = 0;
  const endless = {
    async eventsAfter(after: bigint) {
      asked += 1;
      const events = [event(after + 1n, null, 0)];
      return { events, lastSequence: after + 1n, hasMore: asked < 20_000 };
    },
  };
  const search = findEvent(endless, 'ours', null, lookupOrigin, new AbortController().signal);
  await expect(search).rejects.toMatchObject({ reason: 'invalid-response' });
  expect(asked).toBe(10_000);
});
