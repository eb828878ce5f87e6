import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type JournalDatabase, outcomeOf } from '../../../../store/journal/port.ts';
import {
  begun,
  type JournalOpening,
  type JournalUnderTest,
  loanOf,
  reserved,
} from '../journal-under-test.ts';

const patronId = 'P0000001';
const otherId = 'P0000002';
const reading = {
  subject: 'staff-1',
  clientId: 'counter',
  role: 'STAFF',
  reason: null,
  what: 'IDENTITY_NUMBER',
} as const;
const change = {
  operationId: 'x'.repeat(22),
  subject: 'staff-1',
  clientId: 'counter',
  role: 'STAFF',
  patronId,
  field: 'telephone',
  signInId: null,
} as const;

const callerOfChildren = (id: string) => `operation ${id}`;
const erase = (journal: JournalDatabase, exceptId = 'none') => journal.erase([patronId], exceptId);

/** Writes entries of both audits for the patron and for another patron, and a reading without a patron. */
async function audited({ journal }: JournalUnderTest): Promise<void> {
  for (const one of [patronId, otherId]) {
    await journal.record([{ ...reading, patronId: one, applicationId: `A-of-${one}` }]);
    await journal.recordChanges([{ ...change, patronId: one, operationId: one.padEnd(22, 'x') }]);
  }
  await journal.record([{ ...reading, patronId: null, applicationId: 'A-of-nobody' }]);
}

/** The entries of both audits, as they are stored. */
const stored = async (subject: JournalUnderTest) => [
  ...(await subject.query(`select * from ${subject.table('readings')} order by number`)),
  ...(await subject.query(`select * from ${subject.table('changes')} order by number`)),
];

/** The journal's tables with a row that has the text. */
async function tablesWith(subject: JournalUnderTest, text: string): Promise<readonly string[]> {
  const folder = join(import.meta.dirname, '../../../../store/journal/migrations/sqlite');
  const migrations = await Promise.all(
    (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
  );
  const created = migrations.flatMap((sql) =>
    [...sql.matchAll(/^create table (\w+)/gm)].map(([, name = '']) => name),
  );
  const found: string[] = [];
  for (const name of new Set(created)) {
    const rows = await subject.query(`select * from ${subject.table(name)}`).catch(() => []);
    if (plain(rows).includes(text)) {
      found.push(name);
    }
  }
  return found.sort();
}

const plain = (rows: readonly Record<string, unknown>[]): string =>
  rows.map((row) => Object.values(row).map(String).join(' ')).join('\n');

/** The keys of patrons, and the erasure that destroys them. */
export function journalErasureContract(open: JournalOpening): void {
  test('an entry about a patron names nobody without the secret, and one without a patron is in clear', async () => {
    await using subject = await open();
    await audited(subject);
    const rows = await stored(subject);
    expect(rows).toHaveLength(5);
    const nobody = rows.filter(({ patron_id: patron }) => patron === null);
    expect(nobody).toMatchObject([
      { reader: 'staff-1', client_id: 'counter', application_id: 'A-of-nobody' },
    ]);
    const others = plain(rows.filter((row) => row !== nobody[0]));
    for (const mark of [patronId, otherId, 'staff-1', 'counter', 'A-of']) {
      expect(others).not.toContain(mark);
    }
  });

  test('several processes give a patron one key', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open(), await subject.open()];
    await Promise.all(
      replicas.map((journal) => journal.record([{ ...reading, patronId, applicationId: null }])),
    );
    expect(await subject.query(`select alias from ${subject.table('patron_keys')}`)).toHaveLength(1);
    expect(await subject.journal.readingsOfPatron(patronId, 10)).toHaveLength(3);
  });

  test('erases what the patron chose about notices, and staff’s notes, and nobody else’s', async () => {
    await using subject = await open();
    const { journal } = subject;
    const choice = { language: 'en', switchOn: [], switchOff: ['hold.ready'] } as const;
    for (const one of [patronId, otherId]) {
      await journal.changeNoticePreferences(one, choice);
    }
    const note = { row: 'L0000001', colleague: 'chan', isCalled: true, text: null };
    await journal.keepRowNote({ ...note, patronId });
    await journal.keepRowNote({ ...note, row: 'L0000002', patronId: otherId });
    await erase(journal);
    expect((await journal.notedRows(null, 10)).map((row) => row.patronId)).toEqual([otherId]);
    const [erased, other] = await journal.noticePreferences([patronId, otherId]);
    expect(erased).toEqual({ language: null, switchedOff: [] });
    expect(other).toEqual({ language: 'en', switchedOff: ['hold.ready'] });
    expect(await subject.query(`select * from ${subject.table('notice_preferences')}`)).toHaveLength(1);
  });

  test('leaves no digest of the patron but in merges and blocks, which a reopened record needs', async () => {
    await using subject = await open();
    const { journal } = subject;
    const blocked = ['21852000000033'];
    await audited(subject);
    await journal.keepStandingBlocks(patronId, blocked);
    await journal.changeNoticePreferences(patronId, { language: 'en', switchOn: [], switchOff: [] });
    const [row] = await subject.query(`select patron from ${subject.table('notice_preferences')}`);
    const digest = String(row?.patron);
    await journal.settle((await begun(journal, { patronId })).id, outcomeOf('DONE', { patronId }));
    const merge = { leavingId: patronId, stayingId: otherId, operationId: 'm'.repeat(22) };
    await journal.mergePatrons(merge);
    const kept = ['merged_patrons', 'standing_blocks'];
    expect(await tablesWith(subject, digest)).toEqual(expect.arrayContaining([...kept, 'patron_keys']));
    await expect(erase(journal)).resolves.toMatchObject({ kind: 'erased' });
    expect(await tablesWith(subject, digest)).toEqual(kept);
    expect(await journal.standingBlocksOf(patronId)).toEqual(blocked);
  });

  test('keeps the merges of both records, so that their loans count together if one is opened again', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.mergePatrons({ leavingId: patronId, stayingId: otherId, operationId: 'm'.repeat(22) });
    for (const one of [patronId, otherId]) {
      await journal.erase([one], 'none');
      expect(await journal.mergesOf([patronId, otherId])).toEqual([
        { into: otherId, from: [] },
        { into: null, from: [patronId] },
      ]);
    }
  });

  test('erases one patron: the entries stay in place, and nobody finds or opens them', async () => {
    await using subject = await open();
    const { journal } = subject;
    await audited(subject);
    const before = await stored(subject);
    await expect(erase(journal, '')).rejects.toThrow(RangeError);
    await expect(erase(journal)).resolves.toEqual({
      kind: 'erased',
      erased: { operations: 0, notices: 0, findings: 0 },
    });
    expect(await stored(subject)).toEqual(before);
    for (const replica of [journal, await subject.open()]) {
      expect(await replica.latestReadings(patronId, null, 10)).toEqual([]);
      expect(await replica.latestChanges(patronId, null, 10)).toEqual([]);
      expect(await replica.lastChangesOf(patronId, ['telephone'], 10)).toEqual([]);
      expect(await replica.readingsOfApplication(`A-of-${patronId}`, 10)).toEqual([]);
      expect(await replica.readingsOfPatron(otherId, 10)).toHaveLength(1);
      expect(await replica.changesOfPatron(otherId, 10)).toHaveLength(1);
      expect(await replica.readingsOfApplication(`A-of-${otherId}`, 10)).toHaveLength(1);
      // The comparison of the systems uses all entries to find the patrons who were changed.
      expect((await replica.patronsChanged(null, 10)).patronIds).toEqual([otherId]);
    }
    await expect(erase(journal)).resolves.toMatchObject({ kind: 'erased' });
  });

  test('erases the records of one person together, or none of them', async () => {
    await using subject = await open();
    const { journal } = subject;
    await audited(subject);
    const { id } = await begun(journal, { patronId: otherId });
    const records = [patronId, otherId];
    await expect(journal.erase(records, 'none')).resolves.toEqual({ kind: 'open', operations: 1 });
    expect(await journal.readingsOfPatron(patronId, 10)).toHaveLength(1);
    await journal.settle(id, outcomeOf('DONE', { patronId: otherId }));
    await expect(journal.erase(records, 'none')).resolves.toMatchObject({ erased: { operations: 1 } });
    for (const one of records) {
      expect(await journal.readingsOfPatron(one, 10)).toEqual([]);
    }
  });

  test('begins again for an erased patron, with another key', async () => {
    await using subject = await open();
    const { journal } = subject;
    await audited(subject);
    const other = await subject.open();
    await erase(journal);
    // The process of `journal` wrote with the former key before the erasure.
    await journal.record([{ ...reading, subject: 'staff-2', patronId, applicationId: null }]);
    await other.recordChanges([{ ...change, operationId: 'y'.repeat(22) }]);
    expect(await other.readingsOfPatron(patronId, 10)).toMatchObject([{ subject: 'staff-2' }]);
    expect(await journal.changesOfPatron(patronId, 10)).toMatchObject([{ operationId: 'y'.repeat(22) }]);
  });

  test('encrypts what an older program wrote in clear, before the key is destroyed', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.record([{ ...reading, patronId, applicationId: null }]);
    const now = `(select ${subject.table('journal_now')}())`;
    const isSqlite = subject.table('') === '';
    const at = isSqlite ? '1000' : now;
    await subject.query(`insert into ${subject.table('readings')} (at, reader, what, patron_id, application_id)
      values (${at}, 'staff-of-before', 'OPERATIONS', '${patronId}', 'A-of-before')`);
    await subject.query(`insert into ${subject.table('changes')} (at, operation_id, subject, role, patron_id, field)
      values (${at}, '${'z'.repeat(22)}', 'staff-of-before', 'STAFF', '${patronId}', 'email')`);
    expect((await journal.latestReadings(patronId, null, 10)).map(({ subject }) => subject)).toEqual([
      'staff-of-before',
      'staff-1',
    ]);
    expect(await journal.lastChangesOf(patronId, ['email'], 10)).toHaveLength(1);
    expect((await journal.patronsChanged(null, 10)).patronIds).toEqual([patronId]);
    await erase(journal);
    const rows = await stored(subject);
    expect(rows.map(({ what, field }) => what ?? field)).toEqual(['IDENTITY_NUMBER', 'OPERATIONS', 'email']);
    for (const mark of [patronId, 'staff-of-before', 'A-of-before', 'z'.repeat(22)]) {
      expect(plain(rows)).not.toContain(mark);
    }
  });

  test('removes the operations, notices and findings of the patron, and keeps those of others', async () => {
    await using subject = await open();
    const { journal } = subject;
    const whole = await begun(journal, { patronId });
    // A child operation names its caller but not its patron. A child may have children of its own.
    const child = await begun(journal, { caller: callerOfChildren(whole.id), isUnlisted: true });
    const grandchild = await begun(journal, { caller: callerOfChildren(child.id), isUnlisted: true });
    const own = await begun(journal, { patronId });
    const others = await begun(journal, { patronId: otherId });
    for (const { id } of [whole, child, grandchild, others]) {
      await journal.settle(id, outcomeOf('DONE', { patronId }));
    }
    const evidence = { libraryCardNumber: null, patronStatus: null, cardState: null, event: null, loans: [] };
    await journal.recordPatronFindings(
      [patronId, otherId].map((one) => ({ kind: 'PATRON_UNKNOWN', patronId: one, evidence })),
    );
    await journal.markSuspects('PATRON', [patronId, otherId]);
    await journal.makeNotices(
      [patronId, otherId].map((one) => ({
        kind: 'loan.overdue',
        patronId: one,
        formerEmail: null,
        occasion: `loan of ${one}`,
        endpoints: ['mail'],
      })),
    );
    await expect(erase(journal, own.id)).resolves.toEqual({
      kind: 'erased',
      erased: { operations: 3, notices: 1, findings: 1 },
    });
    expect(await journal.findById(whole.id)).toBeNull();
    expect(await journal.findById(child.id)).toBeNull();
    expect(await journal.findById(grandchild.id)).toBeNull();
    expect(await journal.findById(own.id)).not.toBeNull();
    expect(await journal.findById(others.id)).not.toBeNull();
    expect(
      await subject.query(`select id, state from ${subject.table('past_operations')} order by id`),
    ).toEqual([whole.id, child.id, grandchild.id].sort().map((id) => ({ id, state: 'DONE' })));
    expect(await journal.dueDeliveries('mail', 10)).toMatchObject([{ patronId: otherId }]);
    expect(await journal.openFindingsOf([patronId, otherId])).toMatchObject([{ patronId: otherId }]);
    expect(await journal.nextSuspects('PATRON', 99n, 10)).toMatchObject([{ number: otherId }]);
  });

  test('waits for operations that may still change, and erases nothing until then', async () => {
    await using subject = await open();
    const { journal } = subject;
    await audited(subject);
    const unsettled = await begun(journal, { patronId });
    const checkedLater = await begun(journal, {
      caller: callerOfChildren(unsettled.id),
      isUnlisted: true,
      sendWithinMs: 2_000,
      arriveWithinMs: 5_000,
    });
    await journal.settle(checkedLater.id, { ...outcomeOf('DONE', null), reconcileAfterMs: 60_000 });
    const held = await reserved(journal, loanOf(patronId));
    await journal.settle(held.id, { ...outcomeOf('REFUSED', null), holdsPlace: true });
    await expect(erase(journal)).resolves.toEqual({ kind: 'open', operations: 3 });
    await journal.settle(unsettled.id, outcomeOf('REFUSED', null));
    await expect(erase(journal)).resolves.toEqual({ kind: 'open', operations: 2 });
    await journal.reconcileAgain(checkedLater.id, null);
    await expect(erase(journal)).resolves.toEqual({ kind: 'open', operations: 1 });
    expect(await journal.readingsOfPatron(patronId, 10)).toHaveLength(1);
    await journal.releasePlace(held.id);
    await expect(erase(journal)).resolves.toMatchObject({ kind: 'erased' });
  });
}
