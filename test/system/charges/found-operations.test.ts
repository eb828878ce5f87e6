/** Staff find what was asked of the payment system. The tests run in this order, on one library. */
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readSdl } from '../../../schema/sdl.ts';
import { kindPrefix, paymentKinds } from '../../../subgraphs/charges/paying/kinds.ts';
import { recoveryOf } from '../../../subgraphs/charges/paying/recovery.ts';
import type { ClerkServices } from '../../../subgraphs/charges/paying/services.ts';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { openJournalOf } from '../journal-of.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';
import { ledgerAt } from './owing/ledger.ts';

const system = systemForTests();
const ho = callerForTests(system, { patronId: 'P0000016' });
const clerk = callerForTests(system, { subject: 'clerk', scope: 'charges:read charges:waive patrons:read' });
const desk = callerForTests(system, { subject: 'desk', scope: 'circulation:read' });
const lee = callerForTests(system, { patronId: 'P0000002' });

interface Found {
  readonly kind: string;
  readonly merchantRef: string;
  readonly operation: { readonly code: string; readonly state: string };
}
const query = `query ($filter: PaymentOperationFilter!) {
  paymentOperations(filter: $filter) {
    kind merchantRef operation { reference code state } patron { id } payment { id state } charge { id state }
    problems { reason }
  }
}`;
const find = async (filter: object) =>
  (
    await system.read<{ paymentOperations: readonly Found[] }>(query, {
      ...clerk,
      variables: { filter },
    })
  ).paymentOperations;

const start = (input: object, by = ho) =>
  system.change<{ payment: { id: string } }>(
    'startPayment',
    'payment { id }',
    { method: 'FPS', ...input },
    by,
  );

test('by patron, the latest first, whoever asked for it and whatever became of it', async () => {
  const { payment } = await start({ reference: 'of ho', patronId: 'P0000016', charges: ['F0000001'] });
  await start({ patronId: 'P0000016', charges: ['F0000001'] });
  await start({ patronId: 'P0000002', charges: ['G0000003'] }, lee);
  await system.change(
    'waiveCharge',
    'operation { state }',
    { patronId: 'P0000016', charge: 'G0000010', reason: 'A test.' },
    clerk,
  );
  expect(await find({ patronId: 'P0000016' })).toMatchObject([
    {
      kind: 'WAIVE_CHARGE',
      operation: { state: 'DONE' },
      charge: { id: 'G0000010', state: 'WAIVED' },
      payment: null,
    },
    { kind: 'START_PAYMENT', operation: { state: 'REFUSED' }, problems: [{ reason: 'CHARGE_IN_PAYMENT' }] },
    {
      kind: 'START_PAYMENT',
      operation: { reference: 'of ho', state: 'DONE' },
      patron: { id: 'P0000016' },
      payment: { id: payment.id, state: 'PENDING' },
      problems: [],
    },
  ]);
});

test('by the code that was read out, and by the reference that the payment system has', async () => {
  const [, , paid] = await find({ patronId: 'P0000016' });
  const { code } = paid?.operation ?? expect.fail('nothing was found');
  const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
  for (const filter of [
    { code: typed },
    { merchantRef: paid?.merchantRef },
    { code, patronId: 'P0000016' },
  ]) {
    expect(await find(filter), JSON.stringify(filter)).toEqual([paid]);
  }
  expect(await find({ code, patronId: 'P0000002' })).toEqual([]);
  await using ledger = ledgerAt(system.legacy.all.get('rps')?.url ?? '');
  const origin = { channel: 'BATCH', clerkId: null } as const;
  const signal = AbortSignal.timeout(10_000);
  const [made] = await ledger.paymentsByReference([paid?.merchantRef ?? ''], origin, signal);
  expect(made?.patronId).toBe('P0000016');
});

test('an operation of circulation is not found, nor anything without a criterion or for other staff', async () => {
  const { operation } = await system.change<{ operation: { code: string } }>(
    'placeHold',
    'operation { code }',
    { reader: { patronId: 'P0000002' }, titleNumber: 'B9999999', pickupBranch: 'HKCL' },
    lee,
  );
  expect(await find({ code: operation.code })).toEqual([]);
  expect(await find({ merchantRef: 'x' })).toEqual([]);
  for (const filter of [{}, { code: 'no code' }, { patronId: '\t' }]) {
    const { body } = await system.ask(query, { ...clerk, variables: { filter } });
    expect(codesIn(body), JSON.stringify(filter)).toEqual(['BAD_USER_INPUT']);
  }
  const { body } = await system.ask(query, { ...desk, variables: { filter: { patronId: 'P0000016' } } });
  expect(codesIn(body)).toEqual(['FORBIDDEN']);
});

test('by the id of a finding, which has no operation of circulation', async () => {
  const [, , paid] = await find({ patronId: 'P0000016' });
  const operationId = paid?.merchantRef ?? '';
  await using journal = await openJournalOf(system);
  await journal.recordFindings([
    { operationId, discrepancy: 'PAYMENT_DIFFERS', sequence: '412', at: new Date() },
  ]);
  const token = await system.token({ subject: 'staff-7', scope: 'operations:repair' });
  const { findings } = await system.read<{ findings: { edges: { node: { id: string } }[] } }>(
    `{ findings(filter: { kind: [PAYMENT_DIFFERS] }) {
      edges { node { id eventSequence operation { code } patron { id } proposedRepair } } } }`,
    { token },
  );
  const node = { eventSequence: '412', operation: null, patron: null, proposedRepair: null };
  expect(findings.edges).toEqual([{ node: { id: `${operationId}.PAYMENT_DIFFERS`, ...node } }]);
  expect(await find({ merchantRef: operationId })).toEqual([paid]);
});

test('the patron sees that it was read', async () => {
  const { me } = await system.read<{ me: { accessLog: { edges: { node: object }[] } } }>(
    '{ me { accessLog(first: 50) { edges { node { kind } } } } }',
    ho,
  );
  expect(me.accessLog.edges.map(({ node }) => node)).toContainEqual({ kind: 'OPERATIONS_READ' });
});

test('every kind that is reconciled is found, and is in the schema', () => {
  expect([...paymentKinds].sort()).toEqual(Object.keys(recoveryOf({} as ClerkServices)).sort());
  const inSchema = parse(readSdl('charges')).definitions.flatMap((definition) =>
    definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'PaymentOperationKind'
      ? (definition.values ?? []).map(({ name }) => `${kindPrefix}${name.value}`)
      : [],
  );
  expect(inSchema.sort()).toEqual([...paymentKinds].sort());
});
