/** R9, R15: whether a copy is fetched for a reservation depends on the record that stays, if records were merged. */
import { expect, test } from 'vitest';
import type { Hold } from '../../../../adapters/circulation/port.ts';
import type { PatronStatus } from '../../../../adapters/patrons/port.ts';
import type { CirculationContext } from '../../../../subgraphs/circulation/context.ts';
import { ofActivePatrons } from '../../../../subgraphs/circulation/resolvers/library/holds-to-fetch.ts';

const hold = { libraryCardNumber: '21852000000074' } as Hold;
const loadedFrom = <Value>(rowOf: (key: string) => Value) => ({
  load: async (key: string) => rowOf(key),
});

/** A hold on a card of P0000005, which was merged into another record, or not. */
const fetchedFor = (into: string | null, statuses: Readonly<Record<string, PatronStatus>>) =>
  ofActivePatrons([hold], (row) => row, {
    cardsByNumber: loadedFrom(() => ({ patronId: 'P0000005' })),
    patronsById: loadedFrom((id) => ({ status: statuses[id] })),
    merges: loadedFrom(() => ({ into, from: [] })),
  } as unknown as CirculationContext);

test('a copy is fetched for a hold of a merged record, if the record that stays is active', async () => {
  const statuses = { P0000005: 'SUSPENDED', P0000003: 'ACTIVE' } as const;
  expect(await fetchedFor('P0000003', statuses)).toEqual([hold]);
  expect(await fetchedFor(null, statuses)).toEqual([]);
  expect(await fetchedFor('P0000003', { ...statuses, P0000003: 'SUSPENDED' })).toEqual([]);
});
