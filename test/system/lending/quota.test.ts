/** The quota after a check-out: in its payload, in the next field of the same request, and in the next request. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoanQuota } from '../../../subgraphs/circulation/rules/loan-quota.ts';
import { type Answer, type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let staff: string;
beforeEach(async () => {
  system = await startSystem();
  staff = await system.token({ subject: 'staff', scope: 'circulation:write circulation:read patrons:read' });
});
afterEach(() => system[Symbol.asyncDispose]());

const patronId = 'P0000002';
const [libraryCard, smartCard] = ['21852000000033', '21852000000041'] as const;
const [one, another] = ['31852000000494', '31852000000502'] as const;

type Quota = Omit<LoanQuota, 'limit' | 'asOf'>;

const selection = 'used pending remaining byCredential { credential { libraryCardNumber } used }';
/** The quota with three loans on the library card, two on the smart identity card, and those added. */
const quota = (onLibraryCard: number, onSmartCard: number, pending = 0) => ({
  used: onLibraryCard + onSmartCard,
  pending,
  remaining: 10 - onLibraryCard - onSmartCard - pending,
  byCredential: [
    { credential: { libraryCardNumber: libraryCard }, used: onLibraryCard },
    { credential: { libraryCardNumber: smartCard }, used: onSmartCard },
  ],
});

/** Sorted by card, because card management has an order of its own. */
const inOrder = ({ byCredential, ...figures }: Quota): Quota => ({
  ...figures,
  byCredential: byCredential.toSorted(({ credential: a }, { credential: b }) =>
    a.libraryCardNumber < b.libraryCardNumber ? -1 : 1,
  ),
});

async function ask(query: string, variables: Record<string, unknown> = {}, token = staff) {
  const { body } = await system.ask(query, { token, variables });
  expect(body.errors).toBeUndefined();
  return body;
}

const checkOut = (reference: string, libraryCardNumber: string, itemNumber: string) => {
  const { smartId } = system.presentedCard(libraryCardNumber);
  const credential =
    smartId == null
      ? `libraryCardNumber: "${libraryCardNumber}"`
      : `smartId: { identityNumber: "${smartId.identityNumber}", dateOfIssue: "${smartId.dateOfIssue}" }`;
  return `checkOut(input: { reference: "${reference}", credential: { ${credential} }, itemNumber: "${itemNumber}" }) {
    operation { state } quota { ${selection} }
  }`;
};

const toldNow = async (): Promise<Quota> => {
  const body = await ask(`query ($id: ID!) { patron(id: $id) { loanQuota { ${selection} } } }`, {
    id: patronId,
  });
  return inOrder(rootField<{ loanQuota: Quota }>(body, 'patron').loanQuota);
};

interface Payload {
  readonly operation: { readonly state: string };
  readonly quota: Quota;
}

/** The operation's state, and the quota in its payload. */
function lent(body: Answer['body'], field = 'checkOut') {
  const { operation, quota: told } = rootField<Payload>(body, field);
  return { state: operation.state, quota: inOrder(told) };
}

test('two check-outs in one request each return the quota after them, and the next request has the same', async () => {
  const body = await ask(
    `mutation { first: ${checkOut('a', libraryCard, one)} second: ${checkOut('b', smartCard, another)} }`,
  );
  expect(lent(body, 'first')).toEqual({ state: 'DONE', quota: quota(4, 2) });
  expect(lent(body, 'second')).toEqual({ state: 'DONE', quota: quota(4, 3) });
  expect(await toldNow()).toEqual(quota(4, 3));
});

test('a check-out and its check-in in one request return the quota in between, and then as before', async () => {
  const body = await ask(`mutation {
    lent: ${checkOut('a', libraryCard, one)}
    checkIn(input: { reference: "b", itemNumber: "${one}" }) { operation { state } item { state } }
    again: ${checkOut('a', libraryCard, one)}
  }`);
  expect(lent(body, 'lent').quota).toEqual(quota(4, 2));
  expect(rootField(body, 'checkIn')).toEqual({ operation: { state: 'DONE' }, item: { state: 'AVAILABLE' } });
  expect(lent(body, 'again')).toEqual({ state: 'DONE', quota: quota(3, 2) });
  expect(await toldNow()).toEqual(quota(3, 2));
});

test('a check-out that circulation may not have received is pending on no card, and its place is not free', async () => {
  system.legacy.circ.faults.set([{ kind: 'reset-before', operations: ['CheckOut'] }]);
  const body = await ask(`mutation { ${checkOut('a', libraryCard, one)} }`);
  expect(lent(body)).toEqual({ state: 'UNSETTLED', quota: quota(3, 2, 1) });
  expect(await toldNow()).toEqual(quota(3, 2, 1));
  system.legacy.circ.faults.clear();
  const next = await ask(`mutation { ${checkOut('b', smartCard, another)} }`);
  expect(lent(next)).toEqual({ state: 'DONE', quota: quota(3, 3, 1) });
});

test('a check-out that was done and not answered counts once, on its card, before and after it is settled', async () => {
  system.legacy.circ.faults.set([
    { kind: 'reset-after', operations: ['CheckOut'] },
    { kind: 'busy', operations: ['FindByRef'] },
  ]);
  const body = await ask(`mutation { ${checkOut('a', libraryCard, one)} }`);
  expect(lent(body)).toEqual({ state: 'UNSETTLED', quota: quota(4, 2) });
  expect(await toldNow()).toEqual(quota(4, 2));
  system.legacy.circ.faults.clear();
  const stands = async () => (await ask('{ operation(reference: "a") { state } }')).data;
  await expect.poll(stands, { timeout: 25_000, interval: 250 }).toEqual({ operation: { state: 'DONE' } });
  expect(await toldNow()).toEqual(quota(4, 2));
}, 40_000);

test('R29: a station sees the figures, and not the cards that they belong to', async () => {
  const station = await system.token({ subject: 'station', scope: 'station' });
  const { body } = await system.ask(`mutation { ${checkOut('a', libraryCard, one)} }`, { token: station });
  expect(body.errors).toMatchObject([
    { path: ['checkOut', 'quota', 'byCredential'], extensions: { code: 'FORBIDDEN' } },
  ]);
  const { used, pending, remaining } = quota(4, 2);
  expect(body.data).toMatchObject({
    checkOut: { operation: { state: 'DONE' }, quota: { used, pending, remaining, byCredential: null } },
  });
  const figures = await ask(
    `mutation { ${checkOut('a', libraryCard, one).replace(selection, 'used pending remaining')} }`,
    {},
    station,
  );
  expect(rootField<Payload>(figures, 'checkOut').quota).toEqual({ used, pending, remaining });
});

test('a reference of 4 KB is no operation’s', async () => {
  const query = 'query ($reference: ID!) { operation(reference: $reference) { state } }';
  const { body } = await system.ask(query, { token: staff, variables: { reference: 'x'.repeat(4096) } });
  expect(body.errors).toMatchObject([{ path: ['operation'], extensions: { code: 'BAD_USER_INPUT' } }]);
});
