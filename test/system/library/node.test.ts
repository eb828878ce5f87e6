/** `Query.node` returns an object by its id, to every caller who may read it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openJournalOf } from '../journal-of.ts';
import { startSystem } from '../running-system.ts';

const now = new Date('2026-11-24T12:00:00+08:00');
const system = openedForTests(() => startSystem(now, {}, { buildsIndex: true }), 40_000);
const journal = openedForTests(() => openJournalOf(system));
const tokens = { reader: '', circulation: '', applications: '', cards: '', repairs: '' };
beforeAll(async () => {
  tokens.reader = await system.token({ patronId: 'P0000002' });
  tokens.circulation = await system.token({ scope: 'circulation:read' });
  tokens.applications = await system.token({ scope: 'applications:decide' });
  tokens.cards = await system.token({ scope: 'credentials:read' });
  tokens.repairs = await system.token({ subject: 'repairs', scope: 'operations:repair' });
});

async function find(who: keyof typeof tokens, id: string, more = ''): Promise<unknown> {
  const { body } = await system.ask(`{ node(id: "${id}") { __typename id ${more} } }`, {
    token: tokens[who],
  });
  expect(body.errors).toBeUndefined();
  return (body.data as { readonly node: unknown }).node;
}

describe('node', () => {
  test.each<[keyof typeof tokens, string, string]>([
    ['reader', 'P0000002', 'Patron'],
    ['reader', 'L00000014', 'Loan'],
    ['reader', 'H0000001', 'Hold'],
    ['reader', '31852000000494', 'Item'],
    ['circulation', 'P0000001', 'Patron'],
    ['circulation', 'L00000001', 'Loan'],
    ['circulation', 'H0000002', 'Hold'],
    ['applications', 'A0000001', 'Application'],
    ['cards', 'R0000001', 'LossReport'],
  ])('tells %s by the id %s of a %s', async (who, id, __typename) => {
    expect(await find(who, id)).toEqual({ __typename, id });
  });

  test.each<[keyof typeof tokens, string, string]>([
    ['reader', 'of another patron', 'P0000001'],
    ['reader', 'of another patron’s loan', 'L00000001'],
    ['reader', 'of another patron’s reservation', 'H0000002'],
    ['reader', 'of another patron’s application', 'A0000001'],
    ['circulation', 'of an application', 'A0000001'],
    ['circulation', 'of a loss report', 'R0000001'],
    ['cards', 'of a loss report that nobody made', 'R9999999'],
    ['applications', 'of a loan', 'L00000001'],
    ['circulation', 'of a patron whom the library does not know', 'P9999999'],
    ['circulation', 'of a loan that has ended', 'L99999999'],
    ['applications', 'of an application that nobody made', 'A9999999'],
    ['circulation', 'of a copy with a wrong check digit', '31852000000495'],
    ['circulation', 'of a finding, without the scope for findings', '7hQz02PLmnAbCdEfGhIjKl.DONE_TWICE'],
    ['circulation', 'of no type', 'x'],
    ['circulation', 'that is empty', ''],
  ])('tells %s nothing by an id %s', async (who, _what, id) => {
    expect(await find(who, id)).toBeNull();
  });

  test.each(['patrons:read', 'credentials:read', 'circulation:read', 'applications:decide', 'identity:read'])(
    'and `patron` find a patron with the same scopes of staff: %s',
    async (scope) => {
      // With a scope of a second audience, the token sees the whole graph.
      const token = await system.token({ scope: `${scope} telephone` });
      const ask = async (field: 'node' | 'patron') =>
        (await system.ask(`{ found: ${field}(id: "P0000001") { id } }`, { token })).body.data;
      expect(await ask('node')).toEqual(await ask('patron'));
    },
  );

  test('has the fields of all systems', async () => {
    const patron = '... on Patron { name { given } libraryCardNumber loans(first: 1) { totalCount } }';
    expect(await find('reader', 'P0000002', patron)).toMatchObject({
      name: { given: 'Siu Ming' },
      libraryCardNumber: '21852000000033',
      loans: { totalCount: 5 },
    });
    expect(await find('applications', 'A0000001', '... on Application { status }')).toMatchObject({
      status: 'RECEIVED',
    });
  });

  test('tells every finding that a list has', async () => {
    // The ids of findings are digests. Of twenty, some contain `-` or `_`.
    const recorded = Array.from({ length: 20 }, (_, n) => ({
      kind: 'IDENTITY_DIFFERS' as const,
      patronId: 'P0000003',
      evidence: {
        libraryCardNumber: String(21852000000058 + n),
        patronStatus: 'ACTIVE' as const,
        cardState: 'ACTIVE' as const,
        event: null,
        loans: [],
      },
    }));
    await journal.recordPatronFindings(recorded);
    const { body } = await system.ask('{ findings(first: 20) { edges { node { id } } } }', {
      token: tokens.repairs,
    });
    const { edges } = (
      body.data as { readonly findings: { readonly edges: { readonly node: { readonly id: string } }[] } }
    ).findings;
    const ids = edges.map(({ node }) => node.id);
    expect(ids).toHaveLength(20);
    for (const id of ids) {
      expect(await find('repairs', id)).toEqual({ __typename: 'Finding', id });
    }
  });

  test('is asked by nobody without a token', async () => {
    const { status } = await system.ask('{ node(id: "31852000000494") { id } }');
    expect(status).toBe(400);
  });
});
