import { expect, test } from 'vitest';
import { codesIn } from '../../../support/graph/ask-graph.ts';
import { controlPayments, raiseCharge, whileClosed } from '../../../support/services/payment-system.ts';
import { openTablesOf } from '../../journal-of.ts';
import { callerForTests, systemForTests } from '../../system-for-tests.ts';
import { ledgerAt, pay } from './ledger.ts';

/** Staff's list of what is owed. The tests run in this order, on one library. */

const system = systemForTests(undefined, {}, { buildsIndex: true });
const staff = callerForTests(system, { subject: 'clerk', scope: 'charges:read patrons:read' });
const registrar = callerForTests(system, { subject: 'registrar', scope: 'patrons:write' });
const reader = callerForTests(system, { patronId: 'P0000013' });
const url = () => system.legacy.all.get('rps')?.url ?? '';

interface List {
  readonly owingPatrons: {
    readonly totalCount: number;
    readonly asOf: string;
    readonly unreadCount: number;
    readonly changesSince: string | null;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly edges: readonly {
      readonly node: {
        readonly patron: { readonly id: string };
        readonly outstanding: { readonly cents: number };
        readonly chargeCount: number;
        readonly since: string;
      };
    }[];
  };
}

const fields = `totalCount asOf unreadCount changesSince pageInfo { hasNextPage endCursor }
  edges { node { patron { id } outstanding { cents } chargeCount since } }`;
const list = async (args = '') =>
  (await system.read<List>(`{ owingPatrons${args} { ${fields} } }`, staff)).owingPatrons;
const rowsOf = ({ edges }: List['owingPatrons']) =>
  edges.map(({ node }) => [node.patron.id, node.outstanding.cents]);

test('lists who owes, those with the highest sums first', async () => {
  const found = await list('(first: 3)');
  expect(rowsOf(found)).toEqual([
    ['P0000013', 24000],
    ['P0000005', 8800],
    ['P0000014', 6000],
  ]);
  expect(found.pageInfo.hasNextPage).toBe(true);
  const whole = await list('(first: 100)');
  expect(whole.totalCount).toBe(whole.edges.length);
  expect(whole.unreadCount).toBe(0);
  expect(whole.changesSince).toBe('2026-09-01T09:00:00+08:00');
  const next = await list(`(first: 100, after: ${JSON.stringify(found.pageInfo.endCursor)})`);
  expect([...rowsOf(found), ...rowsOf(next)]).toEqual(rowsOf(whole));
});

test('lists who owes for the longest time first, and filters by sum and day', async () => {
  const oldest = await list('(first: 100, orderBy: LONGEST_FIRST)');
  const times = oldest.edges.map(({ node }) => node.since);
  expect(times).toEqual([...times].sort());
  const [first] = oldest.edges;
  const day = first?.node.since.slice(0, 10);
  const early = await list(`(filter: { since: "${day}" })`);
  expect(early.edges.map(({ node }) => node.patron.id)).toContain(first?.node.patron.id);
  expect(early.edges.every(({ node }) => node.since.slice(0, 10) <= (day ?? ''))).toBe(true);
  const large = await list('(filter: { minCents: 8800 })');
  expect(rowsOf(large)).toEqual([
    ['P0000013', 24000],
    ['P0000005', 8800],
  ]);
  expect(large.totalCount).toBe(2);
});

test.each(['(first: 101)', '(filter: { minCents: 0 })', '(after: "b3dpbmc")'])('refuses %s', async (args) => {
  const { body } = await system.ask(`{ owingPatrons${args} { totalCount } }`, staff);
  expect(codesIn(body)).toEqual(['BAD_USER_INPUT']);
});

test('leaves out who has paid meanwhile, and counts a new charge', async () => {
  await using ledger = ledgerAt(url());
  const chargeId = await raiseCharge(url(), 'P0000021', 99_900);
  await expect
    .poll(async () => rowsOf(await list('(first: 1)'))[0], { timeout: 15_000 })
    .toEqual(['P0000021', 99_900]);
  await pay(url(), ledger, 'P0000021', chargeId, 99_900);
  expect(rowsOf(await list('(first: 1)'))).not.toContainEqual(['P0000021', 99_900]);
  await expect
    .poll(async () => rowsOf(await list('(first: 1)'))[0]?.[0], { timeout: 15_000 })
    .toBe('P0000013');
});

test('reads names of its rows, and leaves a record in each access log', async () => {
  const named = await system.read(
    '{ owingPatrons(first: 1) { edges { node { patron { name { english } } } } } }',
    staff,
  );
  expect(JSON.stringify(named)).toMatch(/"english":"\w+/);
  const { me } = await system.read<{ me: { accessLog: { edges: { node: { kind: string } }[] } } }>(
    '{ me { accessLog { edges { node { kind } } } } }',
    reader,
  );
  expect(me.accessLog.edges.map(({ node }) => node.kind)).toContain('LOANS_READ');
});

test('keeps a patron who is in the list from being erased', async () => {
  const refused = await system.change(
    'erasePatron',
    'operation { state } receipt { erasedAt } problems { code field }',
    { patronId: 'P0000014' },
    registrar,
  );
  expect(refused).toEqual({
    operation: { state: 'REFUSED' },
    receipt: null,
    problems: [{ code: 'CHARGES_OWED', field: ['patronId'] }],
  });
});

test('is null at the end of the day, and its count and age are still told', async () => {
  await controlPayments(url(), whileClosed());
  const { body } = await system.ask(`{ owingPatrons { ${fields} } }`, staff);
  expect(body.data).toEqual({ owingPatrons: null });
  expect(codesIn(body)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(await system.read('{ owingPatrons { totalCount } }', staff)).toEqual({
    owingPatrons: { totalCount: expect.any(Number) },
  });
  // The change is told, and the account is not. The mark gets a minute older.
  await raiseCharge(url(), 'P0000021', 500);
  using tables = openTablesOf(system);
  await expect
    .poll(
      () => {
        tables.exec('update owing set marked_at = 0 where is_marked = 1');
        return system.read('{ owingPatrons { unreadCount } }', staff);
      },
      { timeout: 70_000 },
    )
    .toEqual({ owingPatrons: { unreadCount: 1 } });
  await controlPayments(url(), { clock: 'real' });
});
