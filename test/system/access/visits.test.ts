/**
 * R29, decision 54: a station reaches a patron only while the patron's visit lasts, and only by a card that the patron
 * has shown.
 */
import { expect, test } from 'vitest';
import { missesPerIdentityNumber } from '../../../subgraphs/operations/visits/count-smart-id.ts';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const station = callerForTests(system, { subject: 'station-1', clientId: 'station-1', scope: 'station' });
const otherStation = callerForTests(system, {
  subject: 'station-2',
  clientId: 'station-2',
  scope: 'station',
});

const [patronId, libraryCard, smartCard] = ['P0000002', '21852000000033', '21852000000041'] as const;
const fields = 'id name { given } status loanQuota { used } borrowing { allowed }';
const lee = {
  name: { given: 'Siu Ming' },
  status: 'ACTIVE',
  loanQuota: { used: 5 },
  borrowing: { allowed: true },
};

interface Shown {
  readonly credential: { readonly patron: { readonly id: string } | null };
}

async function show(libraryCardNumber: string): Promise<Shown['credential']['patron']> {
  const { body } = await system.ask(
    `query ($number: ID!) { credential(libraryCardNumber: $number) { patron { ${fields} } } }`,
    { ...station, variables: { number: libraryCardNumber } },
  );
  expect(body.errors).toBeUndefined();
  return (body.data as unknown as Shown).credential.patron;
}

const findPatron = (id: string, caller = station) =>
  system.ask(`query ($id: ID!) { patron(id: $id) { ${fields} } }`, { ...caller, variables: { id } });

test('a station that tries patron numbers one after another is told nothing, not even which there are', async () => {
  for (const number of ['P0000001', 'P0000002', 'P9999999']) {
    const { body } = await findPatron(number);
    expect(body.data).toEqual({ patron: null });
    expect(codesIn(body)).toEqual(['FORBIDDEN']);
  }
});

test('a shown card leads to its patron, whose number the station is not told', async () => {
  const patron = await show(libraryCard);
  expect(patron).toMatchObject(lee);
  expect(patron?.id).not.toContain(patronId);
});

test('what the station was told leads to the patron again, and at another station to nobody', async () => {
  const id = (await show(libraryCard))?.id ?? '';
  const again = await findPatron(id);
  expect(again.body.errors).toBeUndefined();
  // The id is the same as before, so asking again does not prolong the visit.
  expect(again.body.data).toEqual({ patron: { id, ...lee } });
  const elsewhere = await findPatron(id, otherStation);
  expect(elsewhere.body.data).toEqual({ patron: null });
  expect(codesIn(elsewhere.body)).toEqual(['FORBIDDEN']);
});

test('the number of a smart identity card leads to nobody, and with its PIN to its patron', async () => {
  expect(await show(smartCard)).toBeNull();
  const askByPin = (pin: string) =>
    system.ask(`query ($reader: CardAndPin!) { readerPatron(reader: $reader) { ${fields} } }`, {
      ...station,
      variables: { reader: { libraryCardNumber: smartCard, pin } },
    });
  const wrong = await askByPin('9999');
  expect(wrong.body.data).toEqual({ readerPatron: null });
  expect(codesIn(wrong.body)).toEqual(['WRONG_NUMBER_OR_PIN']);
  const right = await askByPin('1234');
  expect(right.body.data).toMatchObject({ readerPatron: lee });
});

test('a loan tells a station nothing of the card that it is on but the number', async () => {
  const { body } = await system.ask(
    `query ($reader: CardAndPin!) {
      readerLoans(reader: $reader, first: 1) { edges { node { credential { patron { name { given } } } } } }
    }`,
    { ...station, variables: { reader: { libraryCardNumber: libraryCard, pin: '1234' } } },
  );
  expect(body.errors).toBeUndefined();
  expect(body.data).toEqual({ readerLoans: { edges: [{ node: { credential: { patron: null } } }] } });
});

test('the payload of a check-out leads to the patron whose card was shown', async () => {
  const lent = { credential: { libraryCardNumber: libraryCard }, itemNumber: '31852000000494' };
  const { patron } = await system.change<{ patron: { id: string } }>(
    'checkOut',
    `patron { ${fields} }`,
    lent,
    station,
  );
  expect(patron).toMatchObject({ ...lee, loanQuota: { used: 6 } });
  expect(patron.id).not.toContain(patronId);
});

const guessing = callerForTests(system, { subject: 'station-3', clientId: 'station-3', scope: 'station' });

/** The date of issue is the given number of days after the first smart identity cards. */
const readCard = (days: number) => ({
  identityNumber: 'A123456(3)',
  dateOfIssue: new Date(Date.UTC(2018, 10, 26 + days)).toISOString().slice(0, 10),
});

test('a station that tries one date of issue after another is stopped, by queries and check-outs together', async () => {
  const query = (days: number) =>
    system.ask(
      'query ($presented: SmartIdPresented!) { smartId(presented: $presented) { libraryCardNumber } }',
      {
        ...guessing,
        variables: { presented: readCard(days) },
      },
    );
  const lend = (days: number) => {
    const reference = `guess ${days}`;
    const input = { reference, credential: { smartId: readCard(days) }, itemNumber: '31852000000494' };
    return system.mutate('checkOut', 'operation { state } problems { code }', input, guessing);
  };
  for (let days = 0; days < missesPerIdentityNumber; days += 2) {
    expect((await query(days)).body).toEqual({ data: { smartId: null } });
    expect(codesIn((await lend(days + 1)).body)).toEqual([]);
  }
  for (const { body } of [await query(100), await lend(100)]) {
    expect(codesIn(body)).toEqual(['RATE_LIMITED']);
    expect(body.errors?.[0]?.extensions).toMatchObject({ mayRetryAt: expect.any(String) });
  }
});
