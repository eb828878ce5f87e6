/** The limit of what a patron may owe and still borrow (`CHARGES_LIMIT_CENTS`). */
import { expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { raiseCharge } from '../../support/services/payment-system.ts';
import { callsOfRequests } from '../calls-of-requests.ts';
import { openJournalOf, openTablesOf } from '../journal-of.ts';
import { copies } from '../stories/library.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const behindEnv = { CHARGES_LIMIT_CENTS: '2000' };
const system = systemForTests(undefined, {}, { behindEnv, buildsIndex: true });
/** Nobody follows the payment system, so what patrons owe is not known. */
const unknowing = systemForTests(undefined, {}, { behindEnv });

const scope = 'circulation:write circulation:read patrons:read';
const clerk = callerForTests(system, { subject: 'clerk', scope });
const manager = callerForTests(system, {
  subject: 'manager',
  scope: `${scope} credentials:write charges:waive`,
});
/** A manager who is a reader, too: P0000016, who owes more. */
const ho = callerForTests(system, { subject: 'ho', patronId: 'P0000016', scope: `${scope} charges:waive` });
const othersClerk = callerForTests(unknowing, { subject: 'clerk', scope });

/** P0000016 owes 26.20, and P0000002 3.50. */
const [owesMore, owesLess] = ['21852000000223', '21852000000033'];
const selection = 'operation { state } warnings problems { reason message } loan { id }';

interface Payload {
  readonly operation: { readonly state: string };
  readonly loan: { readonly id: string } | null;
}
const inputOf = (libraryCardNumber: string, itemNumber: string, more: object = {}) => ({
  credential: { libraryCardNumber },
  itemNumber,
  ...more,
});

test('a patron who owes more gets no loan, and one who owes less does', async () => {
  const lend = (card: string) =>
    system.change<Payload>('checkOut', selection, inputOf(card, copies[0]), clerk);
  expect(await lend(owesMore)).toMatchObject({
    operation: { state: 'REFUSED' },
    problems: [{ reason: 'CHARGES_LIMIT_REACHED', message: expect.stringMatching(/^[A-Z][^:]+: [^:]+\.$/) }],
    loan: null,
  });
  expect(await lend(owesLess)).toMatchObject({ operation: { state: 'DONE' }, warnings: [], problems: [] });
});

test('the reader, the staff and the station learn why before the loan', async () => {
  const shown = 'borrowing { allowed reasons { code message } }';
  const { patron } = await system.read<{ patron: object }>(`{ patron(id: "P0000016") { ${shown} } }`, clerk);
  expect(patron).toEqual({
    borrowing: {
      allowed: false,
      reasons: [
        { code: 'CHARGES_LIMIT_REACHED', message: expect.stringMatching(/^The patron owes [^:]+: [^:]+\.$/) },
      ],
    },
  });
  const { me } = await system.read<{ me: object }>(`{ me { ${shown} } }`, {
    token: await system.token({ patronId: 'P0000016' }),
  });
  expect(me).toEqual({
    borrowing: {
      allowed: false,
      reasons: [
        { code: 'CHARGES_LIMIT_REACHED', message: expect.stringMatching(/^You owe [^:]+: [^:]+\.$/) },
      ],
    },
  });
  const { patron: less } = await system.read<{ patron: object }>(
    `{ patron(id: "P0000002") { ${shown} } }`,
    clerk,
  );
  expect(less).toEqual({ borrowing: { allowed: true, reasons: [] } });
  const { patron: unknown } = await unknowing.read<{ patron: object }>(
    `{ patron(id: "P0000016") { ${shown} } }`,
    othersClerk,
  );
  expect(unknown, 'nobody knows the debt').toEqual({ borrowing: { allowed: true, reasons: [] } });
});

test('reservations, renewals and returns have no limit', async () => {
  const { operation } = await system.change<Payload>(
    'placeHold',
    'operation { state }',
    { reader: { patronId: 'P0000016' }, titleNumber: 'B0000010', pickupBranch: 'HKCL' },
    clerk,
  );
  expect(operation.state).toBe('DONE');
  const reasons = async (name: string, input: object) =>
    (
      await system.change<{ problems: { reason: string }[] }>(name, 'problems { reason }', input, clerk)
    ).problems.map(({ reason }) => reason);
  expect(await reasons('renewAllLoans', { reader: { patronId: 'P0000016' } })).not.toContain(
    'CHARGES_LIMIT_REACHED',
  );
  expect(await reasons('checkIn', { itemNumber: copies[0] })).toEqual([]);
});

test('staff with charges:waive lend nevertheless, and the access log has it', async () => {
  const override = inputOf(owesMore, copies[1], { despiteCharges: true });
  const { body } = await system.mutate('checkOut', selection, { reference: 'r', ...override }, clerk);
  expect(codesIn(body)).toEqual(['FORBIDDEN']);
  expect(await system.change('checkOut', selection, override, manager)).toMatchObject({
    operation: { state: 'DONE' },
    warnings: [],
  });
  const { patron } = await system.read<{ patron: { accessLog: { edges: { node: object }[] } } }>(
    '{ patron(id: "P0000016") { accessLog(first: 50) { edges { node { kind field role } } } } }',
    manager,
  );
  expect(patron.accessLog.edges.map(({ node }) => node)).toContainEqual({
    kind: 'CHANGED',
    field: 'chargesLimit',
    role: 'STAFF',
  });
});

test('staff who lend to themselves nevertheless are in the access log as staff', async () => {
  const own = inputOf(owesMore, copies[2], { despiteCharges: true });
  expect(await system.change('checkOut', selection, own, ho)).toMatchObject({ operation: { state: 'DONE' } });
  const { me } = await system.read<{ me: { accessLog: { edges: { node: object }[] } } }>(
    '{ me { accessLog(first: 1) { edges { node { field role } } } } }',
    ho,
  );
  expect(me.accessLog.edges).toEqual([{ node: { field: 'chargesLimit', role: 'STAFF' } }]);
});

test('a copy that waits on an ended card has the same limit, before the card is unblocked', async () => {
  const ended = { libraryCardNumber: '21852000000058' };
  expect(await system.change('discontinueSmartId', 'operation { state }', ended, manager)).toMatchObject({
    operation: { state: 'DONE' },
  });
  await raiseCharge(system.legacy.all.get('rps')?.url ?? '', 'P0000003', 9_999);
  await using journal = await openJournalOf(system);
  await expect
    .poll(async () => (await journal.sumOwed(['P0000003'])).cents, { timeout: 15_000 })
    .toBeGreaterThan(9_000);
  const held = { reader: { patronId: 'P0000003' }, holdId: 'H0000002', itemNumber: '31852000000577' };
  const lend = (input: object, by = clerk) =>
    system.mutate('lendHeldItem', selection, { reference: crypto.randomUUID(), ...held, ...input }, by);
  system.legacy.circ.resetCalls();
  const refused = await lend({});
  expect(refused.body.data).toMatchObject({
    lendHeldItem: {
      operation: { state: 'REFUSED' },
      problems: [{ reason: 'CHARGES_LIMIT_REACHED' }],
      loan: null,
    },
  });
  expect([...system.legacy.circ.calls.keys()]).not.toContain('UnblockCard');
  const override = { despiteCharges: true };
  expect(codesIn((await lend(override)).body)).toEqual(['FORBIDDEN']);
  expect((await lend(override, manager)).body.data).toMatchObject({
    lendHeldItem: { operation: { state: 'DONE' }, warnings: [], loan: { id: expect.any(String) } },
  });
  const { patron } = await system.read<{ patron: { accessLog: { edges: { node: object }[] } } }>(
    '{ patron(id: "P0000003") { accessLog(first: 50) { edges { node { field } } } } }',
    manager,
  );
  expect(patron.accessLog.edges.map(({ node }) => node)).toContainEqual({ field: 'chargesLimit' });
});

test('what is not known is no reason to refuse, and the answer says so', async () => {
  const input = inputOf(owesMore, copies[0]);
  const lent = await unknowing.change<Payload>(
    'checkOut',
    selection,
    { reference: 'once', ...input },
    othersClerk,
  );
  expect(lent).toMatchObject({ operation: { state: 'DONE' }, warnings: ['CHARGES_UNKNOWN'] });
  expect(
    await unknowing.change('checkOut', selection, { reference: 'once', ...input }, othersClerk),
    'sent again',
  ).toEqual(lent);
  const rps = unknowing.legacy.all.get('rps') ?? expect.fail();
  expect([...callsOfRequests(rps)], 'the payment system is not called').toEqual([]);
});

test('an account that was marked and not read is not known, after a minute', async () => {
  await using journal = await openJournalOf(unknowing);
  using tables = openTablesOf(unknowing);
  await journal.followOwing('test', 600_000);
  const mark = () =>
    journal.saveOwingChanges('test', {
      oldestAt: new Date(0),
      last: { sequence: 7n, at: new Date(0) },
      patronIds: ['P0000016'],
      changes: [],
      effects: [],
      isEnd: true,
    });
  const lend = (copy: number) =>
    unknowing.change<Payload>('checkOut', selection, inputOf(owesMore, copies[copy] ?? ''), othersClerk);
  await mark();
  await journal.owingApplied('test', 0);
  tables.exec('update owing set marked_at = 0');
  expect(await lend(1), 'never read').toMatchObject({
    operation: { state: 'DONE' },
    warnings: ['CHARGES_UNKNOWN'],
  });
  await journal.saveOwed('test', [
    { patronId: 'P0000016', owed: { cents: 2620, charges: 1, since: new Date(0) } },
  ]);
  await mark();
  expect(await lend(2), 'just marked').toMatchObject({ problems: [{ reason: 'CHARGES_LIMIT_REACHED' }] });
  tables.exec('update owing set marked_at = 0');
  expect(await lend(2)).toMatchObject({ operation: { state: 'DONE' }, warnings: ['CHARGES_UNKNOWN'] });
});
