/** Items that were lent while a station was offline. They become loans, or findings for staff. */
import { afterEach, describe, expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { checkOut, scStatus } from '../../support/sip2/messages.ts';
import { password, sip2ForTests, startSip2 } from './running-sip2.ts';
import { Shelf } from './shelf.ts';

const { system } = sip2ForTests();
const shelf = new Shelf(system);
const station = { profile: 'station', timeoutSeconds: 3 } as const;
const terminals = [
  { ...station, name: 'offline', login: { user: 'station', password }, lendsOffline: true },
  { ...station, name: 'online', login: { user: 'reader', password } },
];
const sip2 = openedForTests(() => startSip2(system, { terminals, bounds: { minGraphTimeoutMs: 4_000 } }));
afterEach(() => system.legacy.circ.faults.clear());

const card = '21852000000082';
/** This card's patron has five loans. */
const otherCard = '21852000000033';
const thirdCard = '21852000000066';

interface Found {
  readonly findings: {
    readonly edges: readonly {
      readonly node: {
        readonly state: string;
        readonly operation: {
          readonly item: { readonly itemNumber: string } | null;
          readonly problems: readonly { readonly code: string }[];
        };
      };
    }[];
  };
}

async function findings(): Promise<readonly string[]> {
  const token = await system.token({ subject: 'staff', scope: 'operations:repair circulation:read' });
  const query = `{ findings(filter: { kind: [LENT_OFFLINE] }, orderBy: OLDEST_FOUND_FIRST, first: 100) { edges { node {
    state operation { ... on CheckOutOperation { item { itemNumber } problems { code } } }
  } } } }`;
  const { findings: found } = await system.read<Found>(query, { token });
  return found.edges.map(({ node: { state, operation } }) =>
    [state, operation.item?.itemNumber, ...operation.problems.map(({ code }) => code)].join(' '),
  );
}

async function lendOffline(user: 'station' | 'reader', patron: string, item: string) {
  await using terminal = await sip2.connect(user);
  const { fixed, field } = await terminal.send(
    checkOut({ patron, item, date: shelf.nextDate(), noBlock: true }),
  );
  return [fixed.ok, fixed.desensitize, field('AF')];
}

const recorded = ['1', 'N', 'This loan is recorded. The staff will look into it.'];

test('98 tells which station may lend off line', async () => {
  for (const [user, may] of [
    ['station', 'Y'],
    ['reader', 'N'],
  ] as const) {
    await using terminal = await sip2.connect(user);
    expect((await terminal.send(scStatus())).fixed.offLineOk).toBe(may);
  }
});

describe('a station that may lend off line', () => {
  test('gets a loan by the same rules as any other', async () => {
    const item = shelf.nextItem();
    expect(await lendOffline('station', card, item)).toEqual(['1', 'Y', undefined]);
    expect(await lendOffline('station', card, item)).toEqual(['1', 'Y', 'You have this item already.']);
    expect(shelf.loansOf(item)).toHaveLength(1);
    expect(await findings()).toEqual([]);
  });

  test('is told that a refused loan is recorded: as a finding, and never as a loan', async () => {
    const item = shelf.nextItem();
    await lendOffline('station', card, item);
    expect(await lendOffline('station', thirdCard, item)).toEqual(recorded);
    expect(shelf.loansOf(item)).toMatchObject([{ cardNo: card }]);
    expect(await findings()).toEqual([`OPEN ${item} ITEM_NOT_AVAILABLE`]);
  });

  test('makes no eleventh loan', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await lendOffline('station', otherCard, shelf.nextItem())).toEqual(['1', 'Y', undefined]);
    }
    const eleventh = shelf.nextItem();
    expect(await lendOffline('station', otherCard, eleventh)).toEqual(recorded);
    expect(shelf.loansOf(eleventh)).toEqual([]);
    expect((await findings()).at(-1)).toBe(`OPEN ${eleventh} QUOTA_REACHED`);
  });

  test('must send the loan again while circulation does not answer, and that is no finding', async () => {
    const before = await findings();
    const item = shelf.nextItem();
    system.legacy.circ.faults.set([{ kind: 'busy' }]);
    expect((await lendOffline('station', card, item))[0]).toBe('0');
    system.legacy.circ.faults.clear();
    // The circuit breaker lets calls through again within seconds.
    const lentLater = async () => (await lendOffline('station', card, item))[0];
    await expect.poll(lentLater, { timeout: 20_000, interval: 500 }).toBe('1');
    expect(await findings()).toEqual(before);
  });
});

test('a station that may not lend off line is refused as ever, and nothing is found', async () => {
  const before = await findings();
  const item = shelf.nextItem();
  await lendOffline('station', card, item);
  expect((await lendOffline('reader', thirdCard, item))[0]).toBe('0');
  expect(await findings()).toEqual(before);
});
