/** Staff work on the findings of the comparison of the systems. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PatronFinding } from '../../../../store/journal/port.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openJournalOf, openTablesOf } from '../../journal-of.ts';
import { systemForTests } from '../../system-for-tests.ts';

const system = systemForTests();
const journal = openedForTests(() => openJournalOf(system));

const suspended = { patronId: 'P0000013', card: '21852000000199' } as const;
const unblocked: PatronFinding = {
  kind: 'CARD_NOT_BLOCKED',
  patronId: suspended.patronId,
  evidence: {
    libraryCardNumber: suspended.card,
    patronStatus: 'SUSPENDED',
    cardState: 'ACTIVE',
    event: { kind: 'CARD_UNBLOCKED', sequence: '815', at: '2026-11-15T02:15:00.000Z' },
    loans: [],
  },
};
const tooMany: PatronFinding = {
  kind: 'TOO_MANY_LOANS',
  patronId: 'P0000012',
  evidence: {
    libraryCardNumber: null,
    patronStatus: 'ACTIVE',
    cardState: null,
    event: null,
    loans: [{ libraryCardNumber: '21852000000173', since: '2026-11-10T10:00:00+08:00', operationId: null }],
  },
};

const list = `query List($filter: FindingFilter, $after: String) {
  findings(filter: $filter, first: 1, after: $after) {
    edges { node {
      id kind state occurredAt eventSequence patron { id } credential { libraryCardNumber } proposedRepair
      loans { credential { libraryCardNumber } since isByDesk } lastChange { by reason }
    } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`;

interface Listed {
  readonly edges: readonly { readonly node: Record<string, unknown> }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly totalCount: number;
}

const staff = () => system.token({ subject: 'staff-7', clientId: 'counter', scope: 'operations:repair' });

async function page(variables: object): Promise<Listed> {
  const { body } = await system.ask(list, { token: await staff(), variables: { ...variables } });
  expect(body.errors).toBeUndefined();
  return body.data?.findings as Listed;
}

const inputTypes = {
  acknowledgeFinding: 'AcknowledgeFindingInput',
  repairFinding: 'RepairFindingInput',
  closeFinding: 'CloseFindingInput',
} as const;

async function work(name: keyof typeof inputTypes, input: object) {
  const document = `mutation Work($input: ${inputTypes[name]}!) {
    ${name}(input: $input) { operation { state kind } finding { state lastChange { by reason } } problems { code } }
  }`;
  const variables = { input: { reference: randomUUID(), ...input } };
  const { body } = await system.ask(document, { token: await staff(), variables });
  expect(body.errors).toBeUndefined();
  return body.data?.[name];
}

test('staff page through findings, acknowledge and repair one, and close another with a reason', async () => {
  await journal.recordPatronFindings([tooMany]);
  await journal.recordPatronFindings([unblocked]);
  const mine = { kind: ['CARD_NOT_BLOCKED', 'TOO_MANY_LOANS'], state: ['OPEN', 'ACKNOWLEDGED'] };
  const first = await page({ filter: mine });
  const second = await page({ filter: mine, after: first.pageInfo.endCursor });
  expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([
    2,
    true,
    false,
  ]);
  const nodes = [...first.edges, ...second.edges].map(({ node }) => node);
  const card = nodes.find(({ kind }) => kind === 'CARD_NOT_BLOCKED');
  const loans = nodes.find(({ kind }) => kind === 'TOO_MANY_LOANS');
  expect(card).toMatchObject({
    state: 'OPEN',
    occurredAt: '2026-11-15T10:15:00+08:00',
    eventSequence: '815',
    patron: { id: suspended.patronId },
    credential: { libraryCardNumber: suspended.card },
    proposedRepair: 'BLOCK_CARD',
    lastChange: null,
  });
  expect(loans).toMatchObject({
    proposedRepair: null,
    loans: [{ since: '2026-11-10T10:00:00+08:00', isByDesk: true }],
  });

  expect(await work('acknowledgeFinding', { findingId: card?.id })).toEqual({
    operation: { state: 'DONE', kind: 'ACKNOWLEDGE_FINDING' },
    finding: { state: 'ACKNOWLEDGED', lastChange: { by: 'staff-7', reason: null } },
    problems: [],
  });
  expect(system.store.circ.blockedCards.has(suspended.card)).toBe(false);
  expect(await work('repairFinding', { findingId: card?.id })).toMatchObject({
    operation: { state: 'DONE' },
    finding: { state: 'RESOLVED', lastChange: { by: 'staff-7' } },
  });
  expect(system.store.circ.blockedCards.has(suspended.card)).toBe(true);
  expect(await work('closeFinding', { findingId: loans?.id, reason: 'A class visit.' })).toMatchObject({
    operation: { state: 'DONE' },
    finding: { state: 'CLOSED', lastChange: { by: 'staff-7', reason: 'A class visit.' } },
  });
  expect((await page({ filter: mine })).totalCount).toBe(0);
  const readings = await journal.readingsOfPatron(suspended.patronId, 10);
  expect(readings[0]).toMatchObject({ subject: 'staff-7', clientId: 'counter', what: 'OPERATIONS' });
  const changes = await journal.changesOfPatron(suspended.patronId, 10);
  expect(changes).toMatchObject([{ subject: 'staff-7', field: 'credential.block', role: 'STAFF' }]);
});

test('a finding about a part of an operation names the operation that was asked for', async () => {
  const token = await system.token({ subject: 'staff-7', scope: 'patrons:write' });
  const input = { reference: randomUUID(), patronId: 'P0000003' };
  const { body: suspension } = await system.ask(
    'mutation Suspend($input: SuspendPatronInput!) { suspendPatron(input: $input) { operation { code kind } } }',
    { token, variables: { input } },
  );
  using tables = openTablesOf(system);
  const [block] = tables
    .prepare("select id from operations where kind = 'BLOCK_CARD' order by requested_at desc")
    .all();
  const operationId = String(block?.id);
  await journal.recordFindings([{ operationId, discrepancy: 'NOT_DONE', sequence: null, at: new Date() }]);
  const { body } = await system.ask(
    `{ findings(filter: { kind: [NOT_DONE] }, first: 100) { edges { node { operation { code kind } } } } }`,
    { token: await staff() },
  );
  expect(body.errors).toBeUndefined();
  expect(body.data?.findings).toEqual({ edges: [{ node: suspension.data?.suspendPatron }] });
});

test('a station that repeats a reference learns nothing of the finding', async () => {
  const token = await system.token({ subject: 'station', scope: 'station circulation:read' });
  const document = `mutation { acknowledgeFinding(input: { reference: "1", findingId: "none" }) { finding { id } } }`;
  const { body } = await system.ask(document, { token });
  expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});
