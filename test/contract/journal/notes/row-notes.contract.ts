import { expect, test } from 'vitest';
import type { RowNote, RowNotes } from '../../../../store/journal/port.ts';
import type { JournalOpening } from '../journal-under-test.ts';

const note: Omit<RowNote, 'at'> = {
  row: 'L7654321',
  patronId: 'P7654321',
  colleague: 'chan',
  isCalled: true,
  text: 'No answer',
};
const told = { ...note, at: expect.any(Date) };

export function rowNotesContract(open: JournalOpening): void {
  test('are of each patron, one of each colleague at a row, the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    const other = { ...note, colleague: 'lee', isCalled: false };
    await journal.keepRowNote(note);
    await subject.pass(1_000);
    await journal.keepRowNote(other);
    await subject.pass(1_000);
    await journal.keepRowNote({ ...note, text: null });
    const elsewhere = await subject.open();
    const patrons = ['P0000001', 'P7654321', 'P0000001'];
    expect(await elsewhere.rowNotes(patrons)).toEqual([
      [],
      [
        { ...told, text: null },
        { ...told, ...other },
      ],
      [],
    ]);
    expect(await elsewhere.rowNotes([])).toEqual([]);
  });

  test('are removed by their colleague, and with their row', async () => {
    await using subject = await open();
    const { journal } = subject;
    const rows = ['H0000001', 'L0000002', 'P0000003'];
    for (const row of rows) {
      await journal.keepRowNote({ ...note, row });
      await journal.keepRowNote({ ...note, row, colleague: 'lee' });
    }
    await journal.removeRowNote({ row: 'H0000001', colleague: 'chan' });
    await journal.removeRowNote({ row: 'H0000009', colleague: 'chan' });
    const [first, ...others] = await journal.notedRows(null, 500);
    expect([first, ...others].map((one) => one?.row).toSorted()).toEqual(rows);
    expect(await journal.notedRows(first?.key ?? '', 1)).toEqual(others.slice(0, 1));
    await journal.removeNotesAt(others.map(({ key }) => key));
    expect(await journal.notedRows(null, 500)).toEqual([first]);
  });

  test('leave no patron, row, colleague and text in clear in the database', async () => {
    await using subject = await open();
    await subject.journal.keepRowNote(note);
    const rows = await subject.query(`select * from ${subject.table('row_notes')}`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/7654321|chan|answer/);
  });

  test.each<[string, (notes: RowNotes) => Promise<unknown>]>([
    ['501 patrons', (notes) => notes.rowNotes(Array(501).fill('P0000001'))],
    ['a text of 501 characters', (notes) => notes.keepRowNote({ ...note, text: 'x'.repeat(501) })],
    ['an empty row', (notes) => notes.removeRowNote({ row: '', colleague: 'chan' })],
    ['no row at all', (notes) => notes.removeNotesAt([])],
  ])('refuse %s', async (_, ask) => {
    await using subject = await open();
    await expect(ask(subject.journal)).rejects.toThrow(RangeError);
  });
}
