/** R28: the data that an e-book service gets. R29: the data that a station gets without the PIN. */
import { expect, test } from 'vitest';
import { patronInformation, patronStatus, summaries } from '../../support/sip2/messages.ts';
import { sip2ForTests } from './running-sip2.ts';

const { system, sip2 } = sip2ForTests();

const card = '21852000000033';
const pin = '1234';

test('R28: an e-book service gets no name, count, list or address, and a pseudonym in the field of its profile', async () => {
  await using ebooks = await sip2.connect('ebooks');
  for (const summary of Object.values(summaries)) {
    const { fixed, fields, field } = await ebooks.send(patronInformation({ patron: card, pin, summary }));
    expect(field('AE')).toBe('');
    const { language: _, transactionDate: __, patronStatus: flags, ...counts } = fixed;
    expect([flags, ...Object.values(counts).map((count) => count.trim())].join('').trim()).toBe('');
    expect([...fields.keys()].sort()).toEqual(['AA', 'AE', 'AO', 'BL', 'CQ', 'XP']);
    expect(field('XP')).toMatch(/^[\w-]{43}$/);
  }
});

test('R28: a reader has one pseudonym on every card, and a different one at another service', async () => {
  await using ebooks = await sip2.connect('ebooks');
  await using audiobooks = await sip2.connect('audiobooks');
  const [first, other] = await Promise.all([
    ebooks.send(patronInformation({ patron: card, pin })),
    audiobooks.send(patronInformation({ patron: card, pin })),
  ]);
  const onSmartId = await ebooks.send(patronStatus({ patron: '21852000000041', pin }));
  expect(onSmartId.field('XP')).toBe(first.field('XP'));
  expect(other.field('XP')).not.toBe(first.field('XP'));
});

test('R28: a wrong PIN, an unknown number, a lost card and an expired card get the same answer', async () => {
  await using ebooks = await sip2.connect('ebooks');
  const answers = new Set<string>();
  for (const [patron, tried] of [
    [card, '9999'],
    ['21852000009992', pin],
    ['21852000000157', pin],
    ['21852000000132', pin],
    ['no number', pin],
  ] as const) {
    const { text } = await ebooks.send(patronInformation({ patron, pin: tried }));
    answers.add(text.replace(`AA${patron}|`, 'AA|'));
  }
  expect([...answers]).toHaveLength(1);
  expect([...answers][0]).toContain('BLN|CQN|AFThe number or the PIN is wrong.|');
});

test('R28: without a PIN, no reader is known', async () => {
  await using ebooks = await sip2.connect('ebooks');
  for (const patron of [card, '21852000009992']) {
    const { field, fields } = await ebooks.send(patronInformation({ patron }));
    expect([field('BL'), field('CQ'), fields.has('XP')]).toEqual(['N', 'N', false]);
  }
});

test('R28: a suspended reader with the right PIN is known, and may do nothing', async () => {
  await using ebooks = await sip2.connect('ebooks');
  const { patrons } = system.store.prs;
  const patron = patrons.get('P0000002') ?? expect.fail('no such patron');
  patrons.put({ ...patron, status: 'S' });
  const { fixed, field } = await ebooks.send(patronInformation({ patron: card, pin }));
  patrons.put(patron);
  expect([fixed.patronStatus, field('BL'), field('CQ'), field('AF')]).toEqual([
    'YY Y          ',
    'Y',
    'Y',
    'Please ask the library.',
  ]);
});

test('R29: a station learns no loans and no holds without the right PIN', async () => {
  await using station = await sip2.connect('station');
  for (const tried of [undefined, '9999']) {
    const { fixed, fields } = await station.send(
      patronInformation({ patron: card, pin: tried, summary: summaries.charged }),
    );
    expect([
      fixed.holdItemsCount,
      fixed.overdueItemsCount,
      fixed.fineItemsCount,
      fixed.recallItemsCount,
      fixed.unavailableHoldsCount,
    ]).toEqual(Array.from({ length: 5 }, () => '    '));
    expect(fields.has('AU')).toBe(false);
  }
  const { fixed, fields } = await station.send(
    patronInformation({ patron: card, pin, summary: summaries.charged }),
  );
  expect(fixed.overdueItemsCount).toMatch(/^\d{4}$/);
  expect(fields.get('AU')).toHaveLength(Number(fixed.chargedItemsCount));
});
