import { expect, test } from 'vitest';
import type { AuditedChange } from '../../../../store/journal/port.ts';
import { begun, type JournalOpening } from '../journal-under-test.ts';

type Change = Omit<AuditedChange, 'at'>;

const patronId = 'P0000001';
const change = (more: Partial<Change> = {}): Change => ({
  operationId: 'x'.repeat(22),
  subject: 'staff-1',
  clientId: 'counter',
  role: 'STAFF',
  patronId,
  field: 'telephone',
  signInId: null,
  ...more,
});

/** The contract of `ChangeAudit`, and of the lists of the latest readings and changes. */
export function journalChangeAuditContract(open: JournalOpening): void {
  test('records which field was changed, by whom, when, and with which client application', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { requestedAt: before } = await begun(journal);
    await subject.pass(1_000);
    const changes = [
      change(),
      change({ field: 'email', clientId: null, role: 'PATRON', signInId: 'session 1795651199' }),
      change({ field: 'credential.status', role: 'STATION' }),
    ];
    await journal.recordChanges(changes);
    await journal.recordChanges([change({ operationId: 'y'.repeat(22), patronId: 'P0000002' })]);
    const told = await (await subject.open()).changesOfPatron(patronId, 10);
    expect(told).toEqual(changes.map((one) => ({ ...one, at: expect.any(Date) })));
    expect(Number(told[0]?.at) - Number(before)).toBeGreaterThanOrEqual(1_000);
    await expect(journal.changesOfPatron(patronId, 1)).resolves.toHaveLength(1);
    await expect(journal.changesOfPatron('P0000009', 10)).resolves.toEqual([]);
  });

  test('records a field of an operation once, as it was recorded first', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    await subject.journal.recordChanges([change()]);
    const again = [change({ subject: 'staff-2' }), change({ field: 'email' })];
    await Promise.all(replicas.map((journal) => journal.recordChanges(again)));
    const told = await subject.journal.changesOfPatron(patronId, 10);
    expect(told.map(({ subject: who, field }) => [who, field])).toEqual([
      ['staff-1', 'telephone'],
      ['staff-1', 'email'],
    ]);
  });

  test('returns the latest readings and changes first, and those before one of them', async () => {
    await using subject = await open();
    const { journal } = subject;
    const reading = {
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'IDENTITY_NUMBER',
      patronId,
      applicationId: null,
    } as const;
    for (const number of [1, 2, 3]) {
      await journal.record([{ ...reading, subject: `staff-${number}` }]);
      await journal.record([{ ...reading, subject: 'staff-9', patronId: 'P0000002' }]);
      await journal.recordChanges([change({ field: `field-${number}` })]);
    }
    const readings = await journal.latestReadings(patronId, null, 2);
    expect(readings.map(({ subject }) => subject)).toEqual(['staff-3', 'staff-2']);
    const earlier = await journal.latestReadings(patronId, readings[1]?.number ?? 0, 2);
    expect(earlier.map(({ subject }) => subject)).toEqual(['staff-1']);
    const changes = await journal.latestChanges(patronId, null, 2);
    expect(changes.map(({ field }) => field)).toEqual(['field-3', 'field-2']);
    const first = await journal.latestChanges(patronId, changes[1]?.number ?? 0, 2);
    expect(first).toEqual([
      { ...change({ field: 'field-1' }), at: expect.any(Date), number: expect.any(Number) },
    ]);
  });

  test('tells the last changes of some fields, of that patron alone, the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.lastChangesOf(patronId, ['email'], 10)).toEqual([]);
    for (const [operation, field] of ['email', 'telephone', 'email', 'addressLines'].entries()) {
      await journal.recordChanges([change({ operationId: `${operation}`.padStart(22, '0'), field })]);
    }
    const changes = await journal.changesOfPatron(patronId, 10);
    const fields = ['email', 'credential.pin'];
    expect(await journal.lastChangesOf(patronId, fields, 10)).toEqual([changes[2], changes[0]]);
    expect(await journal.lastChangesOf(patronId, fields, 1)).toEqual([changes[2]]);
    expect(await journal.lastChangesOf('P0000002', fields, 10)).toEqual([]);
    await expect(journal.lastChangesOf(patronId, [], 10)).rejects.toThrow(RangeError);
    await expect(journal.lastChangesOf(patronId, fields, 10_001)).rejects.toThrow(RangeError);
  });

  test('tells which of some fields were changed lately, of all patrons, the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.recordChanges([change({ field: 'email' })]);
    await subject.pass(60_000);
    const later = [
      change({ operationId: 'y'.repeat(22), field: 'credential.pin', signInId: 'session 1795651199' }),
      change({ operationId: 'z'.repeat(22), field: 'email', patronId: 'P0000002' }),
      change({ operationId: 'z'.repeat(22), patronId: 'P0000002' }),
    ];
    for (const one of later) {
      await journal.recordChanges([one]);
      await subject.pass(1_000);
    }
    const fields = ['email', 'credential.pin'];
    const [pin, email] = later.map((one) => ({ ...one, at: expect.any(Date) }));
    const replica = await subject.open();
    expect(await replica.recentChanges(fields, 30_000, 10)).toEqual([email, pin]);
    expect(await replica.recentChanges(fields, 30_000, 1)).toEqual([email]);
    expect(await replica.recentChanges(fields, 600_000, 10)).toHaveLength(3);
    await journal.erase(['P0000002'], 'none');
    expect(await replica.recentChanges(fields, 30_000, 10)).toEqual([pin]);
    await expect(journal.recentChanges([], 30_000, 10)).rejects.toThrow(RangeError);
    await expect(journal.recentChanges(fields, -1, 10)).rejects.toThrow(RangeError);
    await expect(journal.recentChanges(fields, 30_000, 10_001)).rejects.toThrow(RangeError);
  });

  test.each<[string, (changes: string) => string]>([
    ['changed', (changes) => `update ${changes} set subject = 'nobody'`],
    ['removed', (changes) => `delete from ${changes} where number = 1`],
    [
      'overwritten',
      (changes) => `insert into ${changes} (at, operation_id, subject, role, patron_id, field)
        select at, operation_id, 'nobody', role, patron_id, field from ${changes}
        where true on conflict (operation_id, field) do update set subject = excluded.subject`,
    ],
  ])('is never %s, not even by SQL', async (_what, statement) => {
    await using subject = await open();
    await subject.journal.recordChanges([change()]);
    const before = await subject.journal.changesOfPatron(patronId, 10);
    await expect(subject.query(statement(subject.table('changes')))).rejects.toThrow();
    await expect(subject.journal.changesOfPatron(patronId, 10)).resolves.toEqual(before);
  });

  test('is not removed with expired operations', async () => {
    await using subject = await open();
    await subject.journal.recordChanges([change()]);
    await subject.pass(400 * 86_400_000);
    await subject.journal.removeExpired();
    await expect(subject.journal.changesOfPatron(patronId, 10)).resolves.toHaveLength(1);
  });

  test.each<[string, readonly Change[]]>([
    ['nothing', []],
    ['nobody', [change(), change({ subject: '' })]],
    ['a field of 65 characters', [change(), change({ field: 'x'.repeat(65) })]],
    ['a patron of 65 characters', [change(), change({ patronId: 'x'.repeat(65) })]],
  ])('rejects %s, and records none of the changes beside it', async (_what, changes) => {
    await using subject = await open();
    await expect(subject.journal.recordChanges(changes)).rejects.toThrow(RangeError);
    await expect(subject.journal.changesOfPatron(patronId, 10)).resolves.toEqual([]);
  });

  test.each([0, 10_001])('rejects a maximum of %d', async (max) => {
    await using subject = await open();
    await expect(subject.journal.changesOfPatron(patronId, max)).rejects.toThrow(RangeError);
    await expect(subject.journal.latestChanges(patronId, null, max)).rejects.toThrow(RangeError);
    await expect(subject.journal.latestReadings(patronId, null, max)).rejects.toThrow(RangeError);
  });
}
