/** R27: what was changed of a patron's record leaves an audit record: the name of the field, never its value. */
import { randomUUID } from 'node:crypto';
import { join as path } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordVersion } from '../../../adapters/patrons/record-version.ts';
import { mutationOf } from '../../support/mutation.ts';
import { type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let staff: string;
beforeEach(async () => {
  system = await startSystem();
  staff = await system.token({
    subject: 'staff-7',
    clientId: 'counter',
    scope: 'patrons:read patrons:write identity:read',
  });
});
afterEach(() => system[Symbol.asyncDispose]());

const openJournal = () => new DatabaseSync(path(system.dataDir, 'journal.sqlite'));

function changes(): unknown[] {
  using journal = openJournal();
  return journal
    .prepare('select subject, client_id, role, patron_id, field from changes order by number')
    .all()
    .map((row) => Object.values(row));
}

async function change(
  name: 'amendContact' | 'amendPatron',
  input: Readonly<Record<string, unknown>>,
  token = staff,
) {
  const variables = {
    input: { reference: randomUUID(), version: recordVersion('P0000004', '20250101090000'), ...input },
  };
  const { body } = await system.ask(mutationOf(name, 'operation { state } problems { code }'), {
    token,
    variables,
  });
  return body;
}

const isDone = { operation: { state: 'DONE' }, problems: [] };

test('by staff: each field that is amended, and no other', async () => {
  const input = { patronId: 'P0000004', chineseName: '吳偉', englishName: 'ng, wai', status: 'SUSPENDED' };
  expect(rootField(await change('amendPatron', input), 'amendPatron')).toEqual(isDone);
  const by = ['staff-7', 'counter', 'STAFF', 'P0000004'];
  expect(changes()).toEqual([
    [...by, 'chineseName'],
    [...by, 'status'],
  ]);
});

test('by the patron: contact details that differ from the record', async () => {
  const token = await system.token({ subject: 'reader', clientId: 'app', patronId: 'P0000004' });
  const input = { reader: { patronId: 'P0000004' }, telephone: '20000004', email: 'wai@patrons.example' };
  expect(rootField(await change('amendContact', input, token), 'amendContact')).toEqual(isDone);
  expect(changes()).toEqual([['reader', 'app', 'PATRON', 'P0000004', 'email']]);
});

test('sent again, it is recorded once; refused, it is not recorded', async () => {
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

test('without the audit, a change is not answered as done; it is recorded and settled afterwards', async () => {
  using journal = openJournal();
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
