import { expect, test } from 'vitest';
import type { AuditedReading, ReadingAudit } from '../../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import {
  createOpenings,
  recordOperationsReading,
  withReasons,
} from '../../../../subgraphs/operations/reading-audit.ts';
import type { Caller } from '../../../../subgraphs/runtime/caller.ts';
import { staff } from '../../../support/callers.ts';

/** An audit that keeps the readings that `record` gets. With `failure`, `record` rejects. */
function auditOf(failure: Error | null = null) {
  const readings: Omit<AuditedReading, 'at'>[][] = [];
  const record: ReadingAudit['record'] = async (more) => {
    if (failure !== null) {
      throw failure;
    }
    readings.push([...more]);
  };
  return { readings, services: { audit: { record } as ReadingAudit } };
}

const caller = { ...staff, clientId: 'counter' };

test.each<[string, readonly (string | null)[], readonly (string | null)[]]>([
  ['the patron who was asked for', ['P0000001'], ['P0000001']],
  ['each patron once', ['P0000001', 'P0000002', 'P0000001'], ['P0000001', 'P0000002']],
  ["that an operation is no patron's", [null, 'P0000001', null], [null, 'P0000001']],
  ['that nothing was found', [], [null]],
])('a lookup of operations records %s, all at once', async (_what, asked, recorded) => {
  const { readings, services } = auditOf();
  await recordOperationsReading(services, caller, asked);
  const record = {
    subject: 'staff-1',
    clientId: 'counter',
    role: 'STAFF',
    reason: null,
    what: 'OPERATIONS',
    applicationId: null,
  };
  expect(readings).toEqual([recorded.map((patronId) => ({ ...record, patronId }))]);
});

test('R27: a lookup that can’t be recorded fails, and one by nobody is recorded by nobody', async () => {
  const unavailable = new StoreUnavailable('journal: gone');
  const lookup = recordOperationsReading(auditOf(unavailable).services, caller, ['P0000001']);
  await expect(lookup).rejects.toBe(unavailable);
  const { readings, services } = auditOf();
  const anonymous = recordOperationsReading(services, { ...caller, subject: null }, ['P0000001']);
  await expect(anonymous).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  expect(readings).toEqual([]);
});

test('R27: what is opened in one tick is written at once, each patron once, with role and reason', async () => {
  const { readings, services } = auditOf();
  const openRecord = createOpenings(services, { ...caller, accessReason: 'READER_ASKED' });
  await Promise.all([
    openRecord('RECORD', 'P0000001'),
    openRecord('RECORD', 'P0000002'),
    openRecord('RECORD', 'P0000001'),
    openRecord('LOANS', 'P0000001'),
  ]);
  await openRecord('RECORD', 'P0000001');
  const common = { subject: 'staff-1', clientId: 'counter', role: 'STAFF', reason: 'READER_ASKED' };
  expect(readings).toEqual([
    [
      { ...common, what: 'RECORD', patronId: 'P0000001', applicationId: null },
      { ...common, what: 'RECORD', patronId: 'P0000002', applicationId: null },
      { ...common, what: 'LOANS', patronId: 'P0000001', applicationId: null },
    ],
  ]);
});

test.each<[string, Partial<Caller>, readonly object[]]>([
  ['of the patron themself is not recorded', { patronId: 'P0000001', scopes: new Set() }, []],
  ['of the telephone service, for a reader, is not', { scopes: new Set(['telephone']) }, []],
  ['of a station has no reason', { scopes: new Set(['station']) }, [{ role: 'STATION', reason: null }]],
  ['with a reason that is none has none', { accessReason: 'CURIOSITY' }, [{ role: 'STAFF', reason: null }]],
])('R27: an opening %s', async (_, who, recorded) => {
  const { readings, services } = auditOf();
  await createOpenings(services, { ...caller, accessReason: 'READER_ASKED', ...who })('LOANS', 'P0000001');
  expect(readings.flat()).toMatchObject(recorded);
});

test('a library may ask staff for a reason; then nothing is read without one', async () => {
  const { readings, services } = auditOf();
  const asking = { audit: withReasons(services.audit) };
  const refused = createOpenings(asking, caller)('RECORD', 'P0000001');
  await expect(refused).rejects.toMatchObject({ extensions: { code: 'ACCESS_REASON_NEEDED' } });
  const station = { ...caller, scopes: new Set(['station'] as const) };
  await createOpenings(asking, station)('RECORD', 'P0000001');
  await createOpenings(asking, { ...caller, accessReason: 'APPLICATION' })('RECORD', 'P0000001');
  expect(readings.flat()).toMatchObject([{ role: 'STATION' }, { reason: 'APPLICATION' }]);
});
