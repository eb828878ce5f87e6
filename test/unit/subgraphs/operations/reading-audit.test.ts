import { expect, test } from 'vitest';
import type { AuditedReading, ReadingAudit } from '../../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import { recordOperationsReading } from '../../../../subgraphs/operations/reading-audit.ts';
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
  const record = { reader: 'staff-1', clientId: 'counter', what: 'OPERATIONS', applicationId: null };
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
