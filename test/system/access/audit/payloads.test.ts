/** R27: a mutation's payload shows loans or holds of a patron. The access log tells of it, as of any reading of them. */
import { expect, test } from 'vitest';
import { systemForEachTest } from '../../system-for-tests.ts';

const system = systemForEachTest();
const patronId = 'P0000002';
const reader = { patronId };

/** The sort of entries that the patron's access log has of a colleague, the latest first. */
async function kindsBy(colleague: string): Promise<readonly string[]> {
  const { patron } = await system.read<{
    patron: { accessLog: { edges: readonly { node: { kind: string; colleague: string | null } }[] } };
  }>(`{ patron(id: "${patronId}") { accessLog(first: 100) { edges { node { kind colleague } } } } }`, {
    token: await system.token({ subject: 'auditor', scope: 'patrons:read audit:read' }),
  });
  return patron.accessLog.edges
    .filter(({ node }) => node.colleague === colleague)
    .map(({ node }) => node.kind);
}

test('renewals show a patron’s loans, also if none was renewed', async () => {
  const token = await system.token({ subject: 'desk', scope: 'circulation:write' });
  const outcomes = 'outcomes { loan { item { title } } }';
  for (const count of [1, 2]) {
    await system.change('renewAllLoans', outcomes, { reader }, { token });
    expect(await kindsBy('desk')).toEqual(Array.from({ length: count }, () => 'LOANS_READ'));
  }
  await system.change('renewLoans', outcomes, { reader, loanIds: ['L00000000'] }, { token });
  expect(await kindsBy('desk')).toHaveLength(2);
});

test('a reservation that the patron had, and not one that is made', async () => {
  const token = await system.token({ subject: 'desk', scope: 'circulation:write' });
  const titled = { reader, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
  const { hold } = await system.change<{ hold: { id: string } }>('placeHold', 'hold { id }', titled, {
    token,
  });
  expect(await kindsBy('desk')).toEqual([]);
  await system.change('cancelHold', 'hold { id }', { reader, holdId: hold.id }, { token });
  expect(await kindsBy('desk')).toEqual(['LOANS_READ']);
});

test('a reader’s own renewals are not in the log, and a station’s are', async () => {
  const own = await system.token({ subject: 'app', patronId });
  await system.change('renewAllLoans', 'outcomes { loan { id } }', { reader }, { token: own });
  expect(await kindsBy('app')).toEqual([]);
  const station = await system.token({ subject: 'station', scope: 'station' });
  const cardAndPin = { libraryCardNumber: '21852000000033', pin: '1234' };
  const whose = { reader: { cardAndPin } };
  await system.change('renewAllLoans', 'outcomes { loan { id } }', whose, { token: station });
  expect(await kindsBy('station')).toEqual(['LOANS_READ']);
});
