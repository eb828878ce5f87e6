import { expect, test } from 'vitest';
import seed from '../../../simulators/seed.json' with { type: 'json' };
import { rootField } from '../running-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const staff = callerForTests(system, { scope: 'patrons:read credentials:read circulation:read' });

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

/** The expected answer for a patron of the seed. It is computed from the seed without the product's code. */
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

test.each(seed.patrons)('R9, R16: $patronNo is as in the seed: $case', async (patron) => {
  const { status, body } = await system.ask(everything, { ...staff, variables: { id: patron.patronNo } });
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

test("a card's status in the graph's words", async () => {
  const statusesOf = async (id: string) => {
    const query = `{ patron(id: "${id}") { credentials { status } } }`;
    const { patron } = await system.read<{ patron: { credentials: { status: string }[] } }>(query, staff);
    return patron.credentials.map(({ status }) => status);
  };
  expect(await statusesOf('P0000017')).toEqual(['ACTIVE', 'REPLACED']);
  expect(await statusesOf('P0000014')).toEqual(['DISCONTINUED']);
  expect(await statusesOf('P0000015')).toEqual(['DISCONTINUED']);
  expect(await statusesOf('P0000010')).toEqual(['ACTIVE', 'SURRENDERED']);
  expect(await statusesOf('P0000008')).toEqual(['ACTIVE', 'LOST']);
});
