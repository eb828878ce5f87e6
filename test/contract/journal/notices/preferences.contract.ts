import { expect, test } from 'vitest';
import type { NoticePreferencesChange, ReaderPreferences } from '../../../../store/journal/port.ts';
import type { JournalOpening } from '../journal-under-test.ts';

const nothing: NoticePreferencesChange = { language: null, switchOn: [], switchOff: [] };
const none = { language: null, switchedOff: [] };

export function noticePreferencesContract(open: JournalOpening): void {
  test('are of each patron, in the order in which they are asked for', async () => {
    await using subject = await open();
    const { journal } = subject;
    const chosen = await journal.changeNoticePreferences('P0000001', {
      ...nothing,
      language: 'zh-Hant',
      switchOff: ['loan.due-in-3-days', 'hold.ready'],
    });
    expect(chosen).toEqual({ language: 'zh-Hant', switchedOff: ['hold.ready', 'loan.due-in-3-days'] });
    const other = await subject.open();
    const patrons = ['P0000002', 'P0000001', 'P0000002'];
    expect(await other.noticePreferences(patrons)).toEqual([none, chosen, none]);
    expect(await other.noticePreferences([])).toEqual([]);
  });

  test('keep what a change does not name', async () => {
    await using subject = await open();
    const { journal } = subject;
    const change = (more: Partial<NoticePreferencesChange>) =>
      journal.changeNoticePreferences('P0000001', { ...nothing, ...more });
    await change({ language: 'en', switchOff: ['hold.ready', 'hold.lapsing'] });
    expect(await change({ switchOn: ['hold.ready'] })).toEqual({
      language: 'en',
      switchedOff: ['hold.lapsing'],
    });
    expect(await change({ language: 'zh-Hant' })).toEqual({
      language: 'zh-Hant',
      switchedOff: ['hold.lapsing'],
    });
    expect(await change({ switchOn: ['hold.lapsing'], switchOff: ['hold.lapsing'] })).toMatchObject({
      switchedOff: ['hold.lapsing'],
    });
  });

  test('keep the kinds of all changes that are made at once', async () => {
    await using subject = await open();
    const journals = [subject.journal, await subject.open()];
    const kinds = ['loan.due-in-3-days', 'loan.due-in-1-day', 'hold.ready', 'hold.lapsing'] as const;
    await Promise.all(
      kinds.map((kind, at) =>
        (journals[at % 2] ?? subject.journal).changeNoticePreferences('P0000001', {
          ...nothing,
          switchOff: [kind],
        }),
      ),
    );
    const [{ switchedOff } = none] = await subject.journal.noticePreferences(['P0000001']);
    expect(switchedOff).toEqual(kinds.toSorted());
  });

  test('leave no patron and no choice in clear in the database', async () => {
    await using subject = await open();
    await subject.journal.changeNoticePreferences('P7654321', {
      language: 'zh-Hant',
      switchOn: [],
      switchOff: ['hold.ready'],
    });
    const rows = await subject.query(`select * from ${subject.table('notice_preferences')}`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/P7654321|zh-Hant|hold/);
  });

  test.each<[string, (preferences: ReaderPreferences) => Promise<unknown>]>([
    ['501 patrons', (preferences) => preferences.noticePreferences(Array(501).fill('P0000001'))],
    ['an empty patron number', (preferences) => preferences.changeNoticePreferences('', nothing)],
  ])('refuse %s', async (_, ask) => {
    await using subject = await open();
    await expect(ask(subject.journal)).rejects.toThrow(RangeError);
  });
}
