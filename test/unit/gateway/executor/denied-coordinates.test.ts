import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { worldOf } from '../../../federation/support/subgraphs.ts';
import { ask, canned, engine } from './canned.ts';

describe('a field that the caller may not have', () => {
  const denial = { code: 'FORBIDDEN', message: 'No.' } as const;
  const denied = (...coordinates: string[]) => ({
    denied: new Map(coordinates.map((coordinate) => [coordinate, denial])),
  });

  test('is not requested, and is null with an error on each of its objects', async () => {
    const operations: string[] = [];
    const answer = await ask(
      '{ patrons { edges { node { status secret: contact { email } } } } }',
      {
        patrons: (operation) => {
          operations.push(operation);
          return {
            data: { patrons: { edges: [{ node: { status: 'ACTIVE' } }, { node: { status: 'CLOSED' } }] } },
          };
        },
      },
      denied('Patron.contact'),
    );
    expect(operations.join()).not.toContain('contact');
    expect(answer).toEqual({
      data: {
        patrons: {
          edges: [{ node: { status: 'ACTIVE', secret: null } }, { node: { status: 'CLOSED', secret: null } }],
        },
      },
      errors: [0, 1].map((index) => ({
        message: 'No.',
        path: ['patrons', 'edges', index, 'node', 'secret'],
        extensions: { code: 'FORBIDDEN' },
      })),
    });
  });

  test('needs no subgraph if the operation has no other field', async () => {
    expect(await ask('{ me { status } }', {}, denied('Query.me'))).toEqual({
      data: { me: null },
      errors: [{ message: 'No.', path: ['me'], extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('is denied through an interface too, but only on objects of its type', async () => {
    const answer = await ask(
      '{ me { credentials { status issuedOn } } }',
      {
        credentials: (operation) => {
          expect(operation).not.toMatch(/SmartIdCard ?\{[^}]*status/);
          return {
            data: {
              me: {
                credentials: [
                  { __typename: 'LibraryCard', status: 'ACTIVE', issuedOn: '2024-01-01' },
                  { __typename: 'SmartIdCard', issuedOn: '2024-01-01' },
                ],
              },
            },
          };
        },
      },
      denied('SmartIdCard.status'),
    );
    expect(answer.data).toEqual({
      me: {
        credentials: [
          { status: 'ACTIVE', issuedOn: '2024-01-01' },
          { status: null, issuedOn: '2024-01-01' },
        ],
      },
    });
    expect(answer.errors?.map(({ path }) => path)).toEqual([['me', 'credentials', 1, 'status']]);
  });

  test('is denied on every implementing type if it is a field of an interface', async () => {
    const answer = await ask(
      '{ me { credentials { libraryCardNumber ... on LibraryCard { status } } } }',
      {
        credentials: {
          data: { me: { credentials: [{ __typename: 'LibraryCard', libraryCardNumber: 'C1' }] } },
        },
      },
      denied('Credential.status'),
    );
    expect(answer.data).toEqual({ me: { credentials: [{ libraryCardNumber: 'C1', status: null }] } });
    expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  test('is answered to the next caller of the same document, who may have it', async () => {
    const world = worldOf(engine, canned({ credentials: { data: { me: { libraryCardNumber: 'C1' } } } }));
    const document = parse('{ me { libraryCardNumber } }');
    const request = { document, shared: null, allowance: null, fetch: world.fetch };
    expect(await engine.execute(request)).toEqual({ data: { me: { libraryCardNumber: 'C1' } } });
    const answer = await engine.execute({ ...request, ...denied('Patron.libraryCardNumber') });
    expect(answer.data).toEqual({ me: { libraryCardNumber: null } });
    expect(await engine.execute(request)).toEqual({ data: { me: { libraryCardNumber: 'C1' } } });
  });
});
