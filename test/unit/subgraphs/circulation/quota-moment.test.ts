/** `used`, `pending` and `remaining` of a quota describe one moment. */
import { expect, test } from 'vitest';
import type { Place } from '../../../../store/journal/port.ts';
import { readLoans, readSettledSnapshot } from '../../../../subgraphs/circulation/lending/loan-snapshot.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { countQuota } from '../../../../subgraphs/circulation/rules/loan-quota.ts';

const libraryCardNumber = '21852000000033';
const never = new AbortController().signal;

/** A patron whose ten loans are read. Then one item is returned, and a check-out takes its place. */
function overtaken(): LendingServices {
  const loans = Array.from({ length: 10 }, (_, index) => ({ id: `L${index}`, reference: null }));
  const unsettled: Place[] = [];
  return {
    journal: {
      placesNow: async () => ({
        epoch: 0n,
        holders: unsettled.map(({ operationId }) => operationId),
        mergedFrom: [],
        mergedInto: null,
      }),
      placesSince: async () => ({ unsettled: [...unsettled], doneSince: [], uncertain: [] }),
    },
    cards: { cardsByPatron: async () => [[{ libraryCardNumber }]] },
    circulation: {
      async loansByCard() {
        const read = [...loans];
        if (unsettled.length === 0) {
          loans.pop();
          unsettled.push({ operationId: 'another', libraryCardNumber, subject: 'an item' });
        }
        return [read];
      },
    },
  } as unknown as LendingServices;
}

test('a check-out that took the place of a returned loan while loans were read is not counted beside that loan', async () => {
  const services = overtaken();
  const read = () => readLoans(services, 'P0000001', never);
  const { byCard, places } = await readSettledSnapshot(services, 'P0000001', read);
  expect(countQuota(byCard, places, 'now')).toMatchObject({ used: 9, pending: 1, remaining: 0 });
});
