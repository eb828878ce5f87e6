import { expect, test } from 'vitest';
import type { JournalDatabase, SuspectKind } from '../../../store/journal/port.ts';
import type { JournalOpening } from './journal-under-test.ts';

const patronIds = ['P0000001', 'P0000002', 'P0000003'] as const;
const card = '21852000000066';

/** All suspects of a kind that wait, in their order. */
async function waiting(journal: JournalDatabase, kind: SuspectKind = 'PATRON') {
  const { last } = await journal.bookNumbers();
  return await journal.nextSuspects(kind, last, 10);
}
const numbers = async (journal: JournalDatabase, kind?: SuspectKind) =>
  (await waiting(journal, kind)).map(({ number }) => number);

export function journalSuspectsContract(open: JournalOpening): void {
  test('wait in the order in which they were marked, for every process, and are not stored in clear', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.markSuspects('PATRON', [patronIds[1]]);
    const { last: before } = await journal.bookNumbers();
    await journal.markSuspects('PATRON', [patronIds[0], patronIds[1], patronIds[0]]);
    await journal.markSuspects('CARD', [card]);
    await journal.markSuspects('CARD', []);
    const other = await subject.open();
    expect(await numbers(other)).toEqual([patronIds[1], patronIds[0]]);
    expect(await numbers(other, 'CARD')).toEqual([card]);
    expect(await other.nextSuspects('PATRON', before, 10)).toMatchObject([{ number: patronIds[1] }]);
    expect(await other.nextSuspects('PATRON', before - 1n, 10)).toEqual([]);
    expect(await journal.suspectsFill('PATRON')).toBeCloseTo(2e-5);
    const rows = await subject.query(`select * from ${subject.table('suspects')}`);
    expect(JSON.stringify(rows)).not.toMatch(/P000000|21852/);
  });

  test('are removed, unless they were marked again meanwhile', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.markSuspects('PATRON', patronIds);
    const suspects = await waiting(journal);
    const { last: until } = await journal.bookNumbers();
    await journal.markSuspects('PATRON', [patronIds[2]]);
    await journal.removeSuspects(suspects);
    expect(await numbers(journal)).toEqual([patronIds[2]]);
    // Its wait has begun again.
    expect(await journal.nextSuspects('PATRON', until, 10)).toEqual([]);
    await journal.removeSuspects([]);
  });

  test('that are postponed wait behind all others', async () => {
    await using subject = await open();
    const { journal } = subject;
    for (const patronId of patronIds) {
      await journal.markSuspects('PATRON', [patronId]);
    }
    const { last: until } = await journal.bookNumbers();
    await journal.postponeSuspects((await waiting(journal)).slice(0, 1));
    expect(await numbers(journal)).toEqual([patronIds[1], patronIds[2], patronIds[0]]);
    expect(await journal.nextSuspects('PATRON', until, 10)).toHaveLength(2);
    await journal.removeSuspects(await waiting(journal));
    expect(await numbers(journal)).toEqual([]);
  });

  test('keep the change of the audit up to which patrons were marked', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.bookNumbers()).toEqual({ last: 0n, changesRead: null });
    await journal.markSuspects('PATRON', [patronIds[0]], 815);
    await journal.markSuspects('PATRON', [], 816);
    await journal.markSuspects('PATRON', []);
    expect((await journal.bookNumbers()).changesRead).toBe(816);
  });

  test('are no more than the table holds, and those that wait are still marked', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.markSuspects('PATRON', [patronIds[0]]);
    const table = subject.table('suspects');
    await subject.query(`insert into ${table} (kind, subject, subject_encrypted, waits_since, marked)
      with recursive many (n) as (select 1 union all select n + 1 from many where n < 99999)
      select 'PATRON', substr('${'x'.repeat(43)}' || n, length(cast(n as text)) + 1), '', 1, 1 from many`);
    await journal.markSuspects('PATRON', patronIds.slice(0, 2));
    await journal.markSuspects('CARD', [card]);
    expect(await journal.suspectsFill('PATRON')).toBe(1);
    expect(await journal.suspectsFill('CARD')).toBeGreaterThan(0);
    const [row] = await subject.query(`select max(marked) as marked from ${table} where kind = 'PATRON'`);
    expect(Number(row?.marked)).toBe(2);
  });
}
