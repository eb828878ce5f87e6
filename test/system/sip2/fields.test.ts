/** Fields that suppliers' terminals read beside those of the protocol text, and messages that it doesn't have. */
import { describe, expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import * as messages from '../../support/sip2/messages.ts';
import { checksumOf } from '../../support/sip2/packet.ts';
import { startSystem } from '../running-system.ts';
import { password, startSip2 } from './running-sip2.ts';
import { Shelf } from './shelf.ts';

const system = openedForTests(() => startSystem(undefined, {}, { buildsIndex: true }), 60_000);
const sortBins = { shelves: '1', holdShelf: '2', elsewhere: '9' };
const station = { profile: 'station', branch: 'HKCL', sortBins } as const;
const terminals = [
  { ...station, name: 'numbers', login: { user: 'station', password }, lists: 'numbers' },
  { ...station, name: 'titles', login: { user: 'reader', password }, lists: 'titles' },
  { ...station, name: 'sha-tin', login: { user: 'audiobooks', password }, branch: 'STCL' },
  { name: 'ebooks', profile: 'e-book', login: { user: 'ebooks', password }, pseudonymField: 'XP' },
];
const sip2 = openedForTests(() => startSip2(system, { terminals }));
const shelf = new Shelf(system);
const pin = '1234';
/** This patron has five loans, and waits for a title. */
const reader = { patron: '21852000000033', pin };
/** A title waits for this patron at HKCL. */
const collector = { patron: '21852000000058', pin };
/** This patron owes 21.00 dollars. */
const debtor = { patron: '21852000000223', pin };

const staff = async () => ({
  token: await system.token({ subject: 'staff', scope: 'circulation:read circulation:write' }),
});

describe('18', () => {
  test('tells of an item on loan when it is due, and how many readers wait', async () => {
    await using terminal = await sip2.connect('station');
    const answer = await terminal.send(messages.itemInformation('31852000000072'));
    expect([answer.fixed.circulationStatus, answer.field('AH'), answer.field('CF')]).toEqual([
      '04',
      expect.stringMatching(/^\d{8} {4}235959$/),
      '0',
    ]);
  });

  test('tells of an item on the hold shelf where it is, and until when, and nothing of the reader', async () => {
    await using terminal = await sip2.connect('station');
    const [ready] = [...system.store.circ.items.values()].filter(({ state }) => state === 'H');
    const answer = await terminal.send(messages.itemInformation(ready?.itemNo ?? ''));
    expect([answer.fixed.circulationStatus, answer.field('CT'), answer.field('CM')]).toEqual([
      ...['08', 'HKCL'],
      expect.stringMatching(/^\d{8} {4}235959$/),
    ]);
    expect(answer.text).not.toMatch(/\|(AA|AE|CY|DA)/);
  });

  test('tells an e-book service what is in the catalogue alone', async () => {
    await using service = await sip2.connect('ebooks');
    const answer = await service.send(messages.itemInformation('31852000000072'));
    expect([...answer.fields.keys()]).toEqual(['AO', 'AB', 'AJ', 'CK', 'AQ']);
  });
});

describe('64', () => {
  const listed = async (user: 'station' | 'reader', who: typeof reader, summary: string, id: string) => {
    await using terminal = await sip2.connect(user);
    const answer = await terminal.send(messages.patronInformation({ ...who, summary }));
    return answer.fields.get(id);
  };

  test.each([
    ['AU', messages.summaries.charged, reader, /^31852\d{9}$/],
    ['CD', messages.summaries.unavailableHolds, reader, /^B\d{7}$/],
    ['AS', messages.summaries.holds, collector, /^(31852\d{9}|B\d{7})$/],
  ] as const)('%s has numbers or titles, as the terminal asks', async (id, summary, who, number) => {
    const [numbers, titles] = await Promise.all([
      listed('station', who, summary, id),
      listed('reader', who, summary, id),
    ]);
    expect(numbers?.length).toBeGreaterThan(0);
    expect(titles).toHaveLength(numbers?.length ?? 0);
    expect(numbers?.every((text) => number.test(text))).toBe(true);
    expect(titles?.some((text) => number.test(text))).toBe(false);
  });

  test('tells what a reader owes in all, after number and PIN alone', async () => {
    await using terminal = await sip2.connect('station');
    const feesOf = async (message: string) => {
      const answer = await terminal.send(message);
      return [answer.field('BH'), answer.field('BV')];
    };
    expect(await feesOf(messages.patronInformation(debtor))).toEqual(['HKD', '26.20']);
    expect(await feesOf(messages.patronStatus(debtor))).toEqual(['HKD', '26.20']);
    expect(await feesOf(messages.patronInformation(reader))).toEqual(['HKD', '3.50']);
    for (const unproved of [{ patron: debtor.patron }, { patron: debtor.patron, pin: '9999' }]) {
      expect(await feesOf(messages.patronInformation(unproved))).toEqual([undefined, undefined]);
    }
  });
});

// The returns come last, because they change for what readers wait.
describe('10', () => {
  test('names the bin of a sorter, and has a code by which staff find the reservation', async () => {
    await using elsewhere = await sip2.connect('station');
    const wanted = '31852000000205';
    const answer = await elsewhere.send(messages.checkIn({ item: wanted, date: shelf.nextDate() }));
    const [, code = '', slipBranch] = /^Reserved, code (\w{8}) - (.+)$/.exec(answer.field('AG') ?? '') ?? [];
    expect([answer.field('CL'), answer.field('CT'), answer.field('CV'), slipBranch]).toEqual([
      ...['9', 'STCL', '02'],
      'Sha Tin Central Library',
    ]);
    expect(answer.text).not.toMatch(/\|(AA|AE|CY|DA)/);
    const { operations } = await system.read<{ operations: { edges: { node: object }[] } }>(
      `{ operations(filter: { code: "${code}" }) { edges { node {
        ... on CheckInOperation { destination { hold { pickupBranch patron { id } } } }
      } } } }`,
      await staff(),
    );
    expect(operations.edges.map(({ node }) => node)).toEqual([
      { destination: { hold: { pickupBranch: 'STCL', patron: { id: expect.stringMatching(/^P\d{7}$/) } } } },
    ]);
  });

  test('sorts an item of this branch to its shelves, one that nobody lent to staff, and another to its branch', async () => {
    await using shaTin = await sip2.connect('audiobooks');
    const binOf = async (item: string) =>
      (await shaTin.send(messages.checkIn({ item, date: shelf.nextDate() }))).field('CL');
    expect([
      await binOf('31852000000411'),
      await binOf('31852000000411'),
      await binOf('31852000000437'),
    ]).toEqual([...['1', '9', '9']]);
  });
});

describe('messages that this library does not serve', () => {
  test('37 is answered with 38 N', async () => {
    await using terminal = await sip2.connect('station');
    const { code, fixed } = await terminal.send(messages.feePaid(debtor));
    expect([code, fixed.paymentAccepted]).toEqual(['38', 'N']);
  });

  test('55 and 95, which are not in the protocol text, are answered', async () => {
    await using terminal = await sip2.connect('station', { errorDetection: false });
    const answerTo = async (text: string) =>
      (await terminal.exchange(Buffer.from(`${text}\r`))).toString('latin1');
    expect(await answerTo('5520261124    120000AOHKPL|')).toMatch(
      /^560\d{8} {4}\d{6}AODEMO\|AFThis is not possible here\.\|\r$/,
    );
    expect(await answerTo('9520261124    120000')).toBe(`96AZ${checksumOf(Buffer.from('96AZ'))}\r`);
  });
});
