/** R27: a change of a patron's record leaves an audit record with the name of the field, but without its value. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { recordVersion } from '../../../../adapters/patrons/record-version.ts';
import { auditFileOf, changesIn } from '../../../support/services/audit-entries.ts';
import { openedForEachTest } from '../../../support/set-up/opened-for-tests.ts';
import { openTablesOf } from '../../journal-of.ts';
import { rootField, startSystem } from '../../running-system.ts';

const system = openedForEachTest(() => startSystem());
let staff: string;
beforeEach(async () => {
  const scope = 'patrons:read patrons:write identity:read';
  staff = await system.token({ subject: 'staff-7', clientId: 'counter', scope });
});

const changes = (): unknown[] =>
  changesIn(auditFileOf(system)).map(({ subject, clientId, role, patronId, field }) => [
    subject,
    clientId,
    role,
    patronId,
    field,
  ]);

async function change(name: 'amendContact' | 'amendPatron', input: object, token = staff) {
  const version = recordVersion('P0000004', '20250101090000');
  const full = { reference: randomUUID(), version, ...input };
  return (await system.mutate(name, 'operation { state } problems { code }', full, { token })).body;
}

const isDone = { operation: { state: 'DONE' }, problems: [] };

test('by staff: each amended field, the blocks that go with them, and no other', async () => {
  const input = { patronId: 'P0000004', chineseName: '吳偉', englishName: 'ng, wai', status: 'SUSPENDED' };
  expect(rootField(await change('amendPatron', input), 'amendPatron')).toEqual(isDone);
  const by = ['staff-7', 'counter', 'STAFF', 'P0000004'];
  expect(changes()).toEqual([
    [...by, 'chineseName'],
    [...by, 'status'],
    [...by, 'credential.block'],
  ]);
});

test('by the patron: contact details that differ from the record', async () => {
  const token = await system.token({ subject: 'reader', clientId: 'app', patronId: 'P0000004' });
  const input = { reader: { patronId: 'P0000004' }, telephone: '20000004', email: 'wai@patrons.example' };
  expect(rootField(await change('amendContact', input, token), 'amendContact')).toEqual(isDone);
  expect(changes()).toEqual([['reader', 'app', 'PATRON', 'P0000004', 'email']]);
});

test('a change that is sent again is recorded once, and a refused change is not recorded', async () => {
  const input = { reference: 'once', patronId: 'P0000004', chineseName: '吳偉' };
  await change('amendPatron', input);
  await change('amendPatron', input);
  await change('amendPatron', { patronId: 'P0000004', chineseName: '吳大偉' });
  await change('amendPatron', { patronId: 'P0000005', identityNumber: 'A123456(3)' });
  expect(changes()).toHaveLength(1);
});

test('a change whose answer was lost is recorded once it is known to be done', async () => {
  system.legacy.prs.faults.set([{ kind: 'reset-after', operations: ['AmendPatron'], times: 1 }]);
  const body = await change('amendPatron', { patronId: 'P0000004', chineseName: '吳偉' });
  expect(body.data).toMatchObject({ amendPatron: { operation: { state: 'UNSETTLED' } } });
  expect(changes()).toEqual([]);
  await expect.poll(changes, { timeout: 20_000, interval: 250 }).toHaveLength(1);
});

test('without the audit, a change is not reported as done; it is recorded and settled afterwards', async () => {
  using journal = openTablesOf(system);
  journal.exec(
    "create trigger full before insert on changes begin select raise(abort, 'the disk is full'); end",
  );
  const input = { reference: 'no audit', patronId: 'P0000004', chineseName: '吳偉' };
  const body = await change('amendPatron', input);
  expect(body).toMatchObject({
    data: { amendPatron: null },
    errors: [{ path: ['amendPatron'], extensions: { code: 'JOURNAL_UNAVAILABLE' } }],
  });
  journal.exec('drop trigger full');
  expect((await change('amendPatron', input)).data).toMatchObject({
    amendPatron: { operation: { state: 'UNSETTLED' } },
  });
  expect(changes()).toEqual([]);
});
