import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { worldOf } from '../../../federation/cases/subgraphs.ts';
import { ask, canned, engine } from './canned.ts';

describe('what a caller may not have', () => {
  const denial = { code: 'FORBIDDEN', message: 'No.' } as const;
  const denied = (...coordinates: string[]) => ({
    denied: new Map(coordinates.map((each) => [each, denial])),
  });

  test('is not asked for, and is null with the error wherever its object is', async () => {
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

  test('an operation of nothing else asks no subgraph', async () => {
    expect(await ask('{ me { status } }', {}, denied('Query.me'))).toEqual({
      data: { me: null },
      errors: [{ message: 'No.', path: ['me'], extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('a field of one type is denied through its interface too, on objects of that type alone', async () => {
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

  test('a field of an interface is denied on every type that implements it', async () => {
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

  test('the same document is answered anew for a caller with other rights', async () => {
    const world = worldOf(engine, canned({ credentials: { data: { me: { libraryCardNumber: 'C1' } } } }));
    const document = parse('{ me { libraryCardNumber } }');
    const { fetch } = world;
    expect(await engine.execute({ document, fetch })).toEqual({ data: { me: { libraryCardNumber: 'C1' } } });
    const answer = await engine.execute({ document, fetch, ...denied('Patron.libraryCardNumber') });
    expect(answer.data).toEqual({ me: { libraryCardNumber: null } });
    expect(await engine.execute({ document, fetch })).toEqual({ data: { me: { libraryCardNumber: 'C1' } } });
  });
});
