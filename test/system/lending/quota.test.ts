/** The quota after a check-out: in the payload, in the next field of the same request, and in the next request. */
import { expect, test } from 'vitest';
import type { LoanQuota } from '../../../subgraphs/circulation/rules/loan-quota.ts';
import { type Answer, rootField } from '../running-system.ts';
import { type Caller, callerForEachTest, systemForEachTest } from '../system-for-tests.ts';

const system = systemForEachTest(undefined, {}, { showsWholeGraph: true });
const staff = callerForEachTest(system, {
  subject: 'staff',
  scope: 'circulation:write circulation:read patrons:read',
});

const patronId = 'P0000002';
const [libraryCard, smartCard] = ['21852000000033', '21852000000041'] as const;
const [one, another] = ['31852000000494', '31852000000502'] as const;

type Quota = Omit<LoanQuota, 'limit' | 'asOf'>;

const selection = 'used pending remaining byCredential { credential { libraryCardNumber } used }';
/** The expected quota for these numbers of loans on each card. */
const quota = (onLibraryCard: number, onSmartCard: number, pending = 0) => ({
  used: onLibraryCard + onSmartCard,
  pending,
  remaining: 10 - onLibraryCard - onSmartCard - pending,
  byCredential: [
    { credential: { libraryCardNumber: libraryCard }, used: onLibraryCard },
    { credential: { libraryCardNumber: smartCard }, used: onSmartCard },
  ],
});

/** The quota with its cards in order of their numbers, because card management has an order of its own. */
const inOrder = ({ byCredential, ...figures }: Quota): Quota => ({
  ...figures,
  byCredential: byCredential.toSorted(({ credential: a }, { credential: b }) =>
    a.libraryCardNumber < b.libraryCardNumber ? -1 : 1,
  ),
});

async function ask(query: string, variables: object = {}, caller: Caller = staff) {
  const { body } = await system.ask(query, { ...caller, variables });
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

test('a check-out that circulation may not have received is pending, on no card, and keeps its place', async () => {
  system.legacy.circ.faults.set([{ kind: 'reset-before', operations: ['CheckOut'] }]);
  const body = await ask(`mutation { ${checkOut('a', libraryCard, one)} }`);
  expect(lent(body)).toEqual({ state: 'UNSETTLED', quota: quota(3, 2, 1) });
  expect(await toldNow()).toEqual(quota(3, 2, 1));
  system.legacy.circ.faults.clear();
  const next = await ask(`mutation { ${checkOut('b', smartCard, another)} }`);
  expect(lent(next)).toEqual({ state: 'DONE', quota: quota(3, 3, 1) });
});

test('a check-out that was done but not answered counts once, on its card, before and after it is settled', async () => {
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

test('R29: a station sees the figures without the cards', async () => {
  const station = { token: await system.token({ subject: 'station', scope: 'station' }) };
  const { body } = await system.ask(`mutation { ${checkOut('a', libraryCard, one)} }`, station);
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

test('a reference of 4 KB is BAD_USER_INPUT', async () => {
  const query = 'query ($reference: ID!) { operation(reference: $reference) { state } }';
  const { body } = await system.ask(query, { ...staff, variables: { reference: 'x'.repeat(4096) } });
  expect(body.errors).toMatchObject([{ path: ['operation'], extensions: { code: 'BAD_USER_INPUT' } }]);
});
