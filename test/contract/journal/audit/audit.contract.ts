import { expect, test } from 'vitest';
import type { AuditedReading } from '../../../../store/journal/port.ts';
import { begun, type JournalOpening } from '../journal-under-test.ts';

type Reading = Omit<AuditedReading, 'at'>;

const patron = 'P0000001';
const reading = (more: Partial<Reading> = {}): Reading => ({
  subject: 'staff-1',
  clientId: 'counter',
  role: 'STAFF',
  reason: null,
  what: 'IDENTITY_NUMBER',
  patronId: patron,
  applicationId: null,
  ...more,
});

export function journalAuditContract(open: JournalOpening): void {
  test('records who read what, when, and with which client application', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { requestedAt: before } = await begun(journal);
    await subject.pass(1_000);
    const read = reading({ clientId: null, what: 'PATRON_BY_IDENTITY' });
    await journal.record([read]);
    await journal.record([reading({ what: 'OPERATIONS', patronId: 'P0000002' })]);
    await expect(journal.readingsOfPatron('P0000002', 10)).resolves.toMatchObject([{ what: 'OPERATIONS' }]);
    const [told, ...more] = await (await subject.open()).readingsOfPatron(patron, 10);
    expect(told).toEqual({ ...read, at: expect.any(Date) });
    expect(Number(told?.at) - Number(before)).toBeGreaterThanOrEqual(1_000);
    expect(more).toEqual([]);
  });

  test('returns the first readings of one patron, in their order', async () => {
    await using subject = await open();
    const { journal } = subject;
    const reader = (at: number) => `staff-${at}`;
    await journal.record([0, 1, 2].map((at) => reading({ subject: reader(at) })));
    await journal.record([reading({ patronId: 'P0000002' })]);
    await subject.pass(1_000);
    await journal.record([3, 4].map((at) => reading({ subject: reader(at) })));
    const readers = async (maxReadings: number) =>
      (await journal.readingsOfPatron(patron, maxReadings)).map((told) => told.subject);
    await expect(readers(10_000)).resolves.toEqual([0, 1, 2, 3, 4].map(reader));
    await expect(readers(4)).resolves.toEqual([0, 1, 2, 3].map(reader));
    await expect(journal.readingsOfPatron('P0000009', 10)).resolves.toEqual([]);
  });

  test('returns the readings of one application in their order, with or without a patron', async () => {
    await using subject = await open();
    const { journal } = subject;
    const applicationId = 'A0000001';
    const strangers = reading({ patronId: null, applicationId });
    const patrons = reading({ subject: 'staff-2', applicationId: 'A0000002' });
    await journal.record([strangers, reading(), patrons, reading({ ...strangers, subject: 'staff-3' })]);
    const told = await (await subject.open()).readingsOfApplication(applicationId, 10);
    expect(told).toEqual(
      ['staff-1', 'staff-3'].map((subject) => ({ ...strangers, subject, at: expect.any(Date) })),
    );
    await expect(journal.readingsOfApplication(applicationId, 1)).resolves.toHaveLength(1);
    // A reading of a patron's application is also a reading of that patron.
    await expect(journal.readingsOfPatron(patron, 10)).resolves.toMatchObject([reading(), patrons]);
  });

  test('keeps the role and the reason of a reading, with and without a patron', async () => {
    await using subject = await open();
    const { journal } = subject;
    const opened = reading({ what: 'RECORD', role: 'STATION' });
    const asked = reading({ what: 'LOANS', reason: 'READER_ASKED' });
    const strangers = reading({ patronId: null, applicationId: 'A0000001', reason: 'APPLICATION' });
    await journal.record([opened, asked, strangers]);
    expect(await journal.readingsOfPatron(patron, 10)).toMatchObject([opened, asked]);
    expect(await journal.readingsOfApplication('A0000001', 10)).toMatchObject([strangers]);
  });

  test('knows the roles of entries that an older program wrote', async () => {
    await using subject = await open();
    await subject.journal.record([reading({ patronId: null })]);
    const readings = subject.table('readings');
    for (const what of ['IDENTITY_NUMBER', 'SIGN_IN', 'DATA_EXPORT']) {
      await subject.query(`insert into ${readings} (at, reader, what, patron_id)
        select at, 'somebody', '${what}', '${patron}' from ${readings} where number = 1`);
    }
    const told = await subject.journal.readingsOfPatron(patron, 10);
    expect(told.map(({ role }) => role)).toEqual(['STAFF', 'PATRON', 'PATRON']);
  });

  test('returns all readings after a number, in the order of their numbers', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.record([reading(), reading({ patronId: null }), reading({ patronId: 'P0000002' })]);
    const all = await journal.readingsAfter(0, 10);
    expect(all.map(({ patronId }) => patronId)).toEqual([patron, null, 'P0000002']);
    expect(await journal.readingsAfter(all[0]?.number ?? 0, 1)).toEqual([all[1]]);
    expect(await journal.readingsAfter(all[2]?.number ?? 0, 10)).toEqual([]);
  });

  test('counts the patrons whose data a colleague has read in the last hour', async () => {
    await using subject = await open();
    const { journal } = subject;
    const of = (reader: string, patronId: string | null, more: Partial<Reading> = {}) =>
      reading({ what: 'RECORD', subject: reader, patronId, ...more });
    await journal.record([of('early', patron)]);
    await subject.pass(3_600_001);
    await journal.record([of('lee', 'P0000001'), of('lee', 'P0000001', { what: 'LOANS' })]);
    await journal.record([of('chan', 'P0000001'), of('chan', 'P0000002'), of('chan', null)]);
    await journal.record([of('station-1', 'P0000001', { role: 'STATION' })]);
    await journal.record([of('P0000003', 'P0000003', { what: 'SIGN_IN', role: 'PATRON' })]);
    expect(await journal.busiestColleagues(10)).toEqual([
      { subject: 'chan', clientId: 'counter', patrons: 2 },
      { subject: 'lee', clientId: 'counter', patrons: 1 },
    ]);
    expect(await journal.busiestColleagues(1)).toMatchObject([{ subject: 'chan' }]);
  });

  test('records that nobody was found', async () => {
    await using subject = await open();
    await subject.journal.record([reading({ patronId: null, what: 'PATRON_BY_IDENTITY' })]);
    const rows = await subject.query(`select reader, patron_id from ${subject.table('readings')}`);
    expect(rows).toEqual([{ reader: 'staff-1', patron_id: null }]);
  });

  test('records each of several concurrent readings once', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    const readers = Array.from({ length: 40 }, (_, at) => `staff-${at}`);
    await Promise.all(readers.map((reader, at) => replicas[at % 2]?.record([reading({ subject: reader })])));
    const told = await subject.journal.readingsOfPatron(patron, 100);
    expect(told.map(({ subject }) => subject).sort()).toEqual(readers.sort());
  });

  test('returns names of the greatest length unchanged', async () => {
    await using subject = await open();
    const read = reading({
      subject: '參'.repeat(400),
      clientId: '"\\𠀋'.repeat(100),
      patronId: 'x'.repeat(64),
    });
    await subject.journal.record([read]);
    await expect(subject.journal.readingsOfPatron('x'.repeat(64), 1)).resolves.toMatchObject([read]);
  });

  test.each<[string, (readings: string) => string]>([
    ['changed', (readings) => `update ${readings} set reader = 'nobody'`],
    [
      'changed, though it would be none',
      (readings) => `update ${readings} set number = number where number = 1`,
    ],
    ['removed', (readings) => `delete from ${readings} where number = 1`],
    ['removed all together', (readings) => `delete from ${readings}`],
    [
      'overwritten',
      (readings) => `insert into ${readings} (number, at, reader, what)
        select number, at, 'nobody', what from ${readings}
        where true on conflict (number) do update set reader = excluded.reader`,
    ],
  ])('is never %s, not even by SQL', async (_what, statement) => {
    await using subject = await open();
    await subject.journal.record([reading(), reading()]);
    const before = await subject.journal.readingsOfPatron(patron, 10);
    await expect(subject.query(statement(subject.table('readings')))).rejects.toThrow();
    await expect(subject.journal.readingsOfPatron(patron, 10)).resolves.toEqual(before);
  });

  test('is not removed with expired operations', async () => {
    await using subject = await open();
    await subject.journal.record([reading()]);
    await subject.pass(400 * 86_400_000);
    await subject.journal.removeExpired();
    await expect(subject.journal.readingsOfPatron(patron, 10)).resolves.toHaveLength(1);
  });

  test.each<[string, readonly Reading[]]>([
    ['nothing', []],
    ['no subject', [reading(), reading({ subject: '' })]],
    ['a subject of 401 characters', [reading({ subject: 'x'.repeat(401) })]],
    ['a subject with a NUL', [reading({ subject: 'a\0' })]],
    ['an application of 401 characters', [reading({ clientId: 'x'.repeat(401) })]],
    ['an application of 65 characters', [reading(), reading({ applicationId: 'x'.repeat(65) })]],
    ['a patron of 65 characters', [reading(), reading({ patronId: 'x'.repeat(65) })]],
  ])('rejects %s, and records none of the readings beside it', async (_what, readings) => {
    await using subject = await open();
    await expect(subject.journal.record(readings)).rejects.toThrow(RangeError);
    await expect(subject.journal.readingsOfPatron(patron, 10)).resolves.toEqual([]);
  });

  test.each([0, 10_001, 1.5])('rejects a maximum of %d readings', async (maxReadings) => {
    await using subject = await open();
    await expect(subject.journal.readingsOfPatron(patron, maxReadings)).rejects.toThrow(RangeError);
    await expect(subject.journal.readingsOfApplication('A0000001', maxReadings)).rejects.toThrow(RangeError);
  });
}
