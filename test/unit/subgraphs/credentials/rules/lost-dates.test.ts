import { expect, test } from 'vitest';
import type { Credential } from '../../../../../adapters/credentials/port.ts';
import {
  cardsToLookUp,
  lostDateProblems,
} from '../../../../../subgraphs/credentials/rules/cards/lost-dates.ts';
import { replacementProblems } from '../../../../../subgraphs/credentials/rules/cards/replacement.ts';
import { isInUse, isReportedLost } from '../../../../../subgraphs/library/smart-id.ts';
import { card, smartId, submitted, today, told } from './cases.ts';

/** The identity number of the applications in these tests. */
const own = { identityNumber: 'D135790(6)', dateOfIssue: '2024-05-06' } as const;
const discontinued = smartId({ ...own, state: 'CLOSED', onReplacement: 'DISCONTINUE' });
const endedByForm = smartId({ ...own, state: 'CLOSED' });
const needed = ['NEWER_DATE_OF_ISSUE_NEEDED applicant smartIdDateOfIssue'];

const applying = (smartIdDateOfIssue: string, cards: readonly Credential[], lostEarlier: string[] = []) =>
  told(lostDateProblems(submitted({}, { smartIdDateOfIssue }), cards, new Set(lostEarlier)));

test.each<[string, string, readonly string[]]>([
  ['an older one', '2024-05-05', needed],
  ['the lost one', '2024-05-06', needed],
  ['a newer one', '2024-05-07', []],
])('R18: after a loss, a fresh application with %s', (_what, date, expected) => {
  expect(applying(date, [card(), discontinued])).toEqual(expected);
  const endedLater = { ...discontinued, onReplacement: 'CONTINUE' } as const;
  expect(applying(date, [endedLater])).toEqual(expected);
  expect(applying(date, [{ ...endedLater, state: 'LOST' }])).toEqual(expected);
});

test('R18: of several losses the newest date counts', () => {
  const newer = { ...discontinued, libraryCardNumber: '21852000000033', dateOfIssue: '2025-01-01' };
  expect(applying('2024-12-31', [discontinued, newer])).toEqual(needed);
  expect(applying('2025-01-02', [newer, discontinued])).toEqual([]);
});

test('R18: neither a card that was never lost, nor one of another identity number, nor a library card is in the way', () => {
  expect(applying('2024-05-06', [endedByForm])).toEqual([]);
  expect(applying('2024-05-06', [{ ...discontinued, identityNumber: 'A123456(3)' }])).toEqual([]);
  expect(applying('2024-05-06', [card({ state: 'LOST' })])).toEqual([]);
  const forLibraryCard = submitted({ wants: ['LIBRARY_CARD'] });
  expect(lostDateProblems(forLibraryCard, [discontinued], new Set())).toEqual([]);
});

test('R18: an older date than that of a card which was replaced once is for the loss reports to tell', () => {
  const application = submitted({}, { smartIdDateOfIssue: '2023-01-01' });
  expect(cardsToLookUp(application, [endedByForm, discontinued, card()])).toEqual([
    endedByForm.libraryCardNumber,
  ]);
  expect(cardsToLookUp(submitted(), [endedByForm])).toEqual([]);
  expect(applying('2023-01-01', [endedByForm])).toEqual([]);
  expect(applying('2023-01-01', [endedByForm], [endedByForm.libraryCardNumber])).toEqual(needed);
  expect(applying('2024-05-06', [endedByForm], [endedByForm.libraryCardNumber])).toEqual([]);
});

test('R17: the facts of a lost card are refused wherever they are shown, those of its replacement are not', () => {
  const inUse = smartId({ ...own, dateOfIssue: '2025-01-01' });
  expect(isReportedLost(own, [discontinued])).toBe(true);
  expect(isReportedLost({ ...own, dateOfIssue: '2025-01-01' }, [discontinued, inUse])).toBe(false);
  expect(isReportedLost(own, [{ ...inUse, dateOfIssue: own.dateOfIssue }])).toBe(false);
});

test('R18: a replacement is newer than every card that was lost under that identity number', () => {
  const lost = smartId({ ...own, state: 'LOST', onReplacement: 'CONTINUE' });
  const newer = { ...discontinued, libraryCardNumber: '21852000000033', dateOfIssue: '2025-01-01' };
  const replacing = (smartIdDateOfIssue: string) =>
    told(replacementProblems({ card: lost, patronCards: [lost, newer], smartIdDateOfIssue, today }));
  expect(replacing('2025-01-01')).toEqual(['NEWER_DATE_OF_ISSUE_NEEDED smartIdDateOfIssue']);
  expect(replacing('2025-01-02')).toEqual([]);
});

test('R17: a number that a counter has entered in another form is the same number', () => {
  const typed = { ...own, identityNumber: 'd135790 6' };
  const again = smartId({ ...typed, libraryCardNumber: '21852000000033' });
  for (const lost of [discontinued, { ...discontinued, ...typed }]) {
    for (const shown of [own, typed]) {
      expect(isReportedLost(shown, [lost])).toBe(true);
    }
    expect(isInUse(again, [lost, again])).toBe(false);
  }
  expect(isInUse(again, [again])).toBe(true);
});
