import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import seed from '../../../simulators/seed.json' with { type: 'json' };
import { type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let staff: string;
beforeAll(async () => {
  system = await startSystem();
  staff = await system.token({ scope: 'patrons:read credentials:read circulation:read' });
});
afterAll(() => system[Symbol.asyncDispose]());

const everything = `query Patron($id: ID!) {
  patron(id: $id) {
    id name { english chinese } status dateOfBirth
    libraryCardNumber
    all: credentials { libraryCardNumber status issuedOn closedOn __typename }
    inUse: credentials(status: [ACTIVE]) { libraryCardNumber }
    loanQuota { limit used pending remaining byCredential { credential { libraryCardNumber } used } }
    loans(first: 100) {
      totalCount
      edges { node { id item { itemNumber title } credential { libraryCardNumber } dueOn renewals } }
    }
  }
}`;

const statuses = { A: 'ACTIVE', S: 'SUSPENDED', C: 'CLOSED' } as Record<string, string>;
const isoDay = (day: string) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;

/** The seed's data of a patron in the graph's words, translated without the product's code. */
function expectedOf(patron: (typeof seed.patrons)[number]) {
  const cards = seed.cards.filter(({ patronNo }) => patronNo === patron.patronNo);
  const numbers = new Set(cards.map(({ cardNo }) => cardNo));
  const loans = seed.loans.filter(({ cardNo }) => numbers.has(cardNo));
  const inUse = cards.filter(({ status }) => status === 'ACT');
  const shown = inUse.find(({ type }) => type === 'LC') ?? inUse[0];
  return {
    id: patron.patronNo,
    name: { english: patron.engName, chinese: patron.chiName },
    status: statuses[patron.status],
    dateOfBirth: patron.dob,
    libraryCardNumber: shown?.cardNo ?? null,
    cards,
    inUse: inUse.map(({ cardNo }) => cardNo).sort(),
    used: loans.length,
    remaining: Math.max(0, 10 - loans.length),
    byCredential: Object.fromEntries(
      cards.map(({ cardNo }) => [cardNo, loans.filter((loan) => loan.cardNo === cardNo).length]),
    ),
    loans: loans
      .map((loan) => ({
        id: loan.loanNo,
        item: {
          itemNumber: loan.itemNo,
          title: seed.items.find(({ itemNo }) => itemNo === loan.itemNo)?.title,
        },
        credential: { libraryCardNumber: loan.cardNo },
        dueOn: isoDay(loan.dueOn),
        renewals: loan.renewals,
      }))
      .sort((a, b) => a.id.localeCompare(b.id)),
  };
}

interface PatronData {
  all: { libraryCardNumber: string; __typename: string; issuedOn: string; closedOn: string | null }[];
  inUse: { libraryCardNumber: string }[];
  loanQuota: {
    used: number;
    byCredential: { credential: { libraryCardNumber: string }; used: number }[];
  };
  loans: { totalCount: number; edges: { node: { id: string; dueOn: string } }[] };
}

test.each(seed.patrons)('$patronNo is as the seed says: $case', async (patron) => {
  const { status, body } = await system.ask(everything, { token: staff, variables: { id: patron.patronNo } });
  expect(body.errors).toBeUndefined();
  expect(status).toBe(200);
  const expected = expectedOf(patron);
  const data = rootField<PatronData>(body, 'patron');
  expect(data).toMatchObject({
    id: expected.id,
    name: expected.name,
    status: expected.status,
    dateOfBirth: expected.dateOfBirth,
    libraryCardNumber: expected.libraryCardNumber,
    loanQuota: { limit: 10, used: expected.used, pending: 0, remaining: expected.remaining },
  });
  expect(
    data.all.map(({ libraryCardNumber, __typename, issuedOn, closedOn }) => ({
      cardNo: libraryCardNumber,
      type: __typename === 'LibraryCard' ? 'LC' : 'SC',
      issuedOn,
      closedOn,
    })),
  ).toEqual(
    expect.arrayContaining(
      expected.cards.map(({ cardNo, type, issuedOn, closedOn }) => ({ cardNo, type, issuedOn, closedOn })),
    ),
  );
  expect(data.all).toHaveLength(expected.cards.length);
  expect(data.inUse.map(({ libraryCardNumber }) => libraryCardNumber).sort()).toEqual(expected.inUse);
  const byCredential = data.loanQuota.byCredential.map(({ credential, used }) => [
    credential.libraryCardNumber,
    used,
  ]);
  expect(Object.fromEntries(byCredential)).toEqual(expected.byCredential);
  const loans = data.loans.edges.map(({ node }) => node);
  expect(loans.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(expected.loans);
  expect(loans.map(({ dueOn }) => dueOn)).toEqual(loans.map(({ dueOn }) => dueOn).toSorted());
});

describe('the cases that the issue of one quota is about', () => {
  const quota = async (id: string) => {
    const { body } = await system.ask(everything, { token: staff, variables: { id } });
    return rootField<PatronData>(body, 'patron').loanQuota;
  };
  test('R9: ten of ten on two cards', async () => {
    expect(await quota('P0000001')).toMatchObject({ used: 10, remaining: 0 });
  });
  test('R9: thirteen lent at desks, and nothing goes negative', async () => {
    expect(await quota('P0000012')).toMatchObject({ used: 13, remaining: 0 });
  });
  test('R16: loans on a replaced card count', async () => {
    expect(await quota('P0000017')).toMatchObject({ used: 3, remaining: 7 });
  });
});

test("a card's status in the graph's words", async () => {
  const statusesOf = async (id: string) => {
    const { body } = await system.ask(
      '{ patron(id: "ID") { credentials { libraryCardNumber status } } }'.replace('ID', id),
      { token: staff },
    );
    const { credentials } = rootField<{ credentials: { status: string }[] }>(body, 'patron');
    return credentials.map(({ status }) => status);
  };
  expect(await statusesOf('P0000017')).toEqual(['ACTIVE', 'REPLACED']);
  expect(await statusesOf('P0000014')).toEqual(['DISCONTINUED']);
  expect(await statusesOf('P0000015')).toEqual(['DISCONTINUED']);
  expect(await statusesOf('P0000010')).toEqual(['ACTIVE', 'SURRENDERED']);
  expect(await statusesOf('P0000008')).toEqual(['ACTIVE', 'LOST']);
});
