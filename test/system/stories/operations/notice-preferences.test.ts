/** Readers' choices about notices: the language, and the kinds that they get. */
import { expect, test } from 'vitest';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openJournalOf } from '../../journal-of.ts';
import { libraryForTests } from '../library.ts';
import { done, refusedWith } from '../payloads.ts';

const library = libraryForTests();
const journal = openedForTests(() => openJournalOf(library.system));

const patronId = 'P0000002';
const reader = { patronId };
const all = `{ me { noticePreferences { language kinds { kind isOn mayBeSwitchedOff } } } }`;

/** The reader's preferences: the language, and the kinds that are off. */
async function chosenBy(patron: string) {
  const { me } = (await library.read(all, {}, await library.reader(patron))) as {
    me: { noticePreferences: { language: string | null; kinds: { kind: string; isOn: boolean }[] } };
  };
  const { language, kinds } = me.noticePreferences;
  return { language, off: kinds.flatMap(({ kind, isOn }) => (isOn ? [] : [kind])) };
}

test('a reader who has chosen nothing gets every notice, and can switch off reminders alone', async () => {
  const { me } = (await library.read(all, {}, await library.reader('P0000001'))) as {
    me: { noticePreferences: { kinds: { kind: string; mayBeSwitchedOff: boolean }[] } };
  };
  expect(await chosenBy('P0000001')).toEqual({ language: null, off: [] });
  const { kinds } = me.noticePreferences;
  expect(kinds.flatMap(({ kind, mayBeSwitchedOff }) => (mayBeSwitchedOff ? [kind] : []))).toEqual([
    'LOAN_DUE_IN_3_DAYS',
    'LOAN_DUE_IN_1_DAY',
    'HOLD_READY',
    'HOLD_LAPSING',
  ]);
});

test('a reader chooses language and reminders; what null or nothing names stays as it was', async () => {
  const token = await library.reader(patronId);
  const change = (input: object) => library.change('setNoticePreferences', { reader, ...input }, token);
  const first = { language: 'TRADITIONAL_CHINESE', switchOff: ['HOLD_READY', 'LOAN_DUE_IN_3_DAYS'] };
  const changed = await change(first);
  expect(changed).toMatchObject({ ...done, preferences: { language: 'TRADITIONAL_CHINESE' } });
  const expected = { language: 'TRADITIONAL_CHINESE', off: ['LOAN_DUE_IN_3_DAYS', 'HOLD_READY'] };
  expect(await chosenBy(patronId)).toEqual(expected);
  expect(await change({ language: null, switchOn: null, switchOff: null })).toMatchObject(done);
  expect(await change({})).toMatchObject(done);
  expect(await chosenBy(patronId)).toEqual(expected);
  expect(await change({ switchOn: ['HOLD_READY'] })).toMatchObject(done);
  expect(await chosenBy(patronId)).toEqual({ ...expected, off: ['LOAN_DUE_IN_3_DAYS'] });
  expect(await chosenBy('P0000001')).toEqual({ language: null, off: [] });
});

test('what the library must send can’t be switched off, and nothing else of the request is done', async () => {
  const token = await library.reader('P0000003');
  const input = { reader: { patronId: 'P0000003' }, switchOff: ['HOLD_READY', 'LOSS_REPORTED'] };
  expect(await library.change('setNoticePreferences', input, token)).toMatchObject({
    ...refusedWith('NOTICE_MUST_BE_SENT'),
    preferences: null,
  });
  expect(await chosenBy('P0000003')).toEqual({ language: null, off: [] });
});

test('R27: staff change them for a reader, who reads so in the access log', async () => {
  const input = { reader: { patronId: 'P0000004' }, switchOff: ['HOLD_LAPSING'] };
  expect(await library.change('setNoticePreferences', input)).toMatchObject(done);
  expect(await chosenBy('P0000004')).toEqual({ language: null, off: ['HOLD_LAPSING'] });
  expect(await journal.changesOfPatron('P0000004', 10)).toMatchObject([
    { field: 'noticePreferences', role: 'STAFF' },
  ]);
});

test('a kind that is switched on and off at once is an error', async () => {
  const input = { reader, switchOn: ['HOLD_READY'], switchOff: ['HOLD_READY'] };
  const { body } = await library.send('setNoticePreferences', input, await library.reader(patronId));
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});
