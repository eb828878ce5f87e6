/** `Patron.borrowing` tells whether a reader may borrow, and if not, why. */
import { describe, expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { type Answer, rootField } from '../running-system.ts';
import { type Caller, callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const staff = callerForTests(system, {
  subject: 'staff',
  scope: 'circulation:read circulation:write patrons:read',
});

interface Borrowing {
  readonly allowed: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

const ask = (patronId: string, caller: Caller = staff): Promise<Answer> =>
  system.ask(
    'query ($id: ID!) { patron(id: $id) { loanQuota { remaining } borrowing { allowed reasons { code message } } } }',
    { ...caller, variables: { id: patronId } },
  );

async function reasonsOf(patronId: string, caller: Caller = staff): Promise<readonly string[]> {
  const { body } = await ask(patronId, caller);
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

test('R29: the reader and a station see it too; a clerk without circulation scopes doesn’t', async () => {
  const callerWith = async (claims: object) => ({ token: await system.token(claims) });
  expect(await reasonsOf('P0000002', await callerWith({ patronId: 'P0000002' }))).toEqual([]);
  const shown = `{ credential(libraryCardNumber: "21852000000199") {
    patron { borrowing { reasons { code } } }
  } }`;
  const atStation = await system.ask(shown, await callerWith({ scope: 'station' }));
  expect(atStation.body).toEqual({
    data: { credential: { patron: { borrowing: { reasons: [{ code: 'PATRON_NOT_ACTIVE' }] } } } },
  });
  const { body } = await ask('P0000002', await callerWith({ scope: 'patrons:read' }));
  expect(body.data).toMatchObject({ patron: { borrowing: null } });
  expect(body.errors).toContainEqual(
    expect.objectContaining({
      path: ['patron', 'borrowing'],
      extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
    }),
  );
});

describe('R26: unknown data', () => {
  test.each([
    ['standing', 'prs', 'GetPatrons'],
    ['cards', 'cms', 'GetCardsByPatron'],
    ['loans', 'circ', 'GetLoans'],
  ] as const)(
    '%s that can’t be read never look like permission to borrow',
    async (_what, name, operation) => {
      const { faults } = system.legacy[name];
      faults.set([{ kind: 'busy', operations: [operation] }]);
      const query =
        '{ credential(libraryCardNumber: "21852000000033") { patron { borrowing { allowed reasons { code } } } } }';
      const token = await system.token({ scope: 'credentials:read circulation:read' });
      const { body } = await system.ask(query, { token });
      faults.clear();
      expect(body.data).toEqual({ credential: { patron: { borrowing: null } } });
      expect(codesIn(body)).toContain('UPSTREAM_UNAVAILABLE');
    },
  );

  test('an unsettled check-out holds the last place: PLACE_PENDING', async () => {
    // The patron returns one of ten items. Then a check-out gets no answer, because the connection is reset.
    await system.change('checkIn', 'operation { state }', { itemNumber: '31852000000015' }, staff);
    expect(await reasonsOf('P0000001')).toEqual([]);
    const { faults } = system.legacy.circ;
    faults.set([{ kind: 'reset-before', operations: ['CheckOut'] }]);
    const input = { credential: { libraryCardNumber: '21852000000017' }, itemNumber: '31852000000494' };
    await system.change('checkOut', 'operation { state }', input, staff);
    faults.clear();
    expect(await reasonsOf('P0000001')).toEqual(['PLACE_PENDING']);
  });
});
