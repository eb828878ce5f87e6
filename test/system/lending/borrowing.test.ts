/** Whether a reader may borrow, and why not: `Patron.borrowing`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let staff: string;
beforeAll(async () => {
  system = await startSystem();
  staff = await system.token({ subject: 'staff', scope: 'circulation:read circulation:write patrons:read' });
});
afterAll(() => system[Symbol.asyncDispose]());

interface Borrowing {
  readonly allowed: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

const ask = (patronId: string, token = staff): Promise<Answer> =>
  system.ask(
    'query ($id: ID!) { patron(id: $id) { loanQuota { remaining } borrowing { allowed reasons { code message } } } }',
    { token, variables: { id: patronId } },
  );

async function reasonsOf(patronId: string, token = staff): Promise<readonly string[]> {
  const { body } = await ask(patronId, token);
  expect(body.errors).toBeUndefined();
  const { borrowing } = rootField<{ borrowing: Borrowing }>(body, 'patron');
  expect(borrowing.allowed).toBe(borrowing.reasons.length === 0);
  for (const { message } of borrowing.reasons) {
    expect(message).toMatch(/^[A-Z][^:]+: [^:]+\.$/);
  }
  return borrowing.reasons.map(({ code }) => code);
}

describe('of the readers of the seed', () => {
  test.each([
    ['five items out on two cards', 'P0000002', []],
    ['ten items out', 'P0000001', ['QUOTA_REACHED']],
    ['thirteen items out, lent at desks', 'P0000012', ['QUOTA_REACHED']],
    ['suspended (R15)', 'P0000013', ['PATRON_NOT_ACTIVE']],
    ['closed, with no card left', 'P0000014', ['PATRON_NOT_ACTIVE', 'NO_CARD_IN_USE']],
    ['service discontinued, and no other card', 'P0000015', ['NO_CARD_IN_USE']],
    ['one card lost, the other in use (R20)', 'P0000008', []],
    ['library card replaced', 'P0000017', []],
  ])('%s', async (_case, patronId, reasons) => {
    expect(await reasonsOf(patronId)).toEqual(reasons);
  });
});

test('R29: the reader and a station are told too; a clerk without circulation is not', async () => {
  const own = await system.token({ subject: 'P0000002', patronId: 'P0000002' });
  expect(await reasonsOf('P0000002', own)).toEqual([]);
  expect(await reasonsOf('P0000013', await system.token({ scope: 'station' }))).toEqual([
    'PATRON_NOT_ACTIVE',
  ]);
  const { body } = await ask('P0000002', await system.token({ scope: 'patrons:read' }));
  expect(body.data).toMatchObject({ patron: { borrowing: null } });
  expect(body.errors).toContainEqual(
    expect.objectContaining({
      path: ['patron', 'borrowing'],
      extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
    }),
  );
});

describe('R26: what is unknown', () => {
  test.each([
    ['standing', 'prs', 'GetPatrons'],
    ['cards', 'cms', 'GetCardsByPatron'],
    ['loans', 'circ', 'GetLoans'],
  ] as const)('%s that can’t be read never look like leave to borrow', async (_what, name, operation) => {
    const { faults } = system.legacy[name];
    faults.set([{ kind: 'busy', operations: [operation] }]);
    const query =
      '{ credential(libraryCardNumber: "21852000000033") { patron { borrowing { allowed reasons { code } } } } }';
    const token = await system.token({ scope: 'credentials:read circulation:read' });
    const { body } = await system.ask(query, { token });
    faults.clear();
    expect(body.data).toEqual({ credential: { patron: { borrowing: null } } });
    const codes = body.errors?.map(({ extensions }) => extensions.code) ?? [];
    expect(codes).toContain('UPSTREAM_UNAVAILABLE');
  });

  test('a check-out that is not settled holds the last place: PLACE_PENDING', async () => {
    // Nine are out: one of the ten is returned, and lent again without an answer.
    const { body } = await system.ask(
      `mutation { checkIn(input: { reference: "back", itemNumber: "31852000000015" }) { operation { state } } }`,
      { token: staff },
    );
    expect(body.errors).toBeUndefined();
    expect(await reasonsOf('P0000001')).toEqual([]);
    const { faults } = system.legacy.circ;
    faults.set([{ kind: 'reset-before', operations: ['CheckOut'] }]);
    await system.ask(
      `mutation { checkOut(input: {
        reference: "lost", credential: { libraryCardNumber: "21852000000017" }, itemNumber: "31852000000494"
      }) { operation { state } } }`,
      { token: staff },
    );
    faults.clear();
    expect(await reasonsOf('P0000001')).toEqual(['PLACE_PENDING']);
  });
});
