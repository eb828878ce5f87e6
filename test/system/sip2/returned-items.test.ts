/**
 * A self-service station's answers about a returned item: they say whether it must go to another branch, and nothing
 * about a reader.
 */
import { expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { checkIn } from '../../support/sip2/messages.ts';
import { startSystem } from '../running-system.ts';
import { password, startSip2 } from './running-sip2.ts';
import { Shelf } from './shelf.ts';

const system = openedForTests(() => startSystem(undefined, {}, { buildsIndex: true }), 60_000);
const atStation = { profile: 'station', language: 'en' } as const;
const terminals = [
  { ...atStation, name: 'central', login: { user: 'station', password }, branch: 'HKCL' },
  { ...atStation, name: 'sha-tin', login: { user: 'reader', password }, branch: 'STCL' },
  { ...atStation, name: 'somewhere', login: { user: 'big5', password }, language: 'zh-Hant' },
];
const sip2 = openedForTests(() => startSip2(system, { terminals }));
const shelf = new Shelf(system);

async function returnAt(user: 'station' | 'reader' | 'big5', item: string) {
  await using station = await sip2.connect(user);
  const { fixed, field, text } = await station.send(checkIn({ item, date: shelf.nextDate() }));
  expect(text).not.toMatch(/\|(AA|AE|CY|DA)/);
  return [fixed.ok, fixed.alert, ...['AQ', 'CT', 'CV', 'AF'].map((id) => field(id))];
}

/** The seed has one queued hold. It is for the title of this copy, and will be collected at STCL. */
const wanted = '31852000000205';

test('an item for which a reader waits at another branch is sent there', async () => {
  expect(await returnAt('station', wanted)).toEqual([
    ...['1', 'Y', 'HKCL', 'STCL', '02'],
    'Another reader is waiting for this item. This item goes to another branch: Sha Tin Central Library',
  ]);
});

test('an item for which a reader waits at this branch stays', async () => {
  const staff = {
    token: await system.token({ subject: 'staff', scope: 'circulation:write circulation:read' }),
  };
  const input = { reader: { patronId: 'P0000004' }, titleNumber: 'B0000007', pickupBranch: 'STCL' };
  await system.change('placeHold', 'operation { state }', input, staff);
  const query = '{ item(itemNumber: "31852000000072") { holds { id } } }';
  await expect
    .poll(async () => (await system.read<{ item: { holds: object[] } }>(query, staff)).item.holds.length, {
      timeout: 20_000,
    })
    .toBe(1);
  expect(await returnAt('reader', '31852000000072')).toEqual([
    ...['1', 'Y', 'NPPL', 'STCL', '01'],
    'Another reader is waiting for this item.',
  ]);
});

test('an item for which nobody waits is sent to its own branch, or stays there', async () => {
  expect(await returnAt('station', '31852000000015')).toEqual([
    ...['1', 'Y', 'STCL', 'STCL', '04'],
    'This item goes to another branch: Sha Tin Central Library',
  ]);
  expect(await returnAt('reader', '31852000000411')).toEqual([
    '1',
    'N',
    'STCL',
    undefined,
    undefined,
    undefined,
  ]);
});

test('a station that does not know its branch tells of no other branch', async () => {
  expect(await returnAt('big5', '31852000000437')).toEqual([
    '1',
    'N',
    'NPPL',
    undefined,
    undefined,
    undefined,
  ]);
});
