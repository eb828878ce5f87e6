import { describe, expect, test } from 'vitest';
import { SubgraphFailure } from '../../../../gateway/executor/index.ts';
import { ask, patron, quota } from './canned.ts';

const timeout = {
  message: 'Cards did not answer.',
  extensions: { code: 'UPSTREAM_TIMEOUT', stacktrace: ['secret'] },
};

describe('errors of subgraphs', () => {
  test('an error has the path of the client, with aliases and indexes', async () => {
    expect(
      await ask('{ people: patrons { edges { one: node { call: name { english } } } } }', {
        patrons: {
          data: { patrons: { edges: [{ node: { name: { english: 'A' } } }, { node: { name: null } }] } },
          errors: [{ message: 'No English.', path: ['patrons', 'edges', 1, 'node', 'name', 'english'] }],
        },
      }),
    ).toEqual({
      data: { people: { edges: [{ one: { call: { english: 'A' } } }, { one: { call: null } }] } },
      errors: [
        {
          message: 'No English.',
          path: ['people', 'edges', 1, 'one', 'call', 'english'],
          extensions: { code: 'SUBGRAPH_ERROR', service: 'patrons' },
        },
      ],
    });
  });

  test('a field that requires a failed field is not requested, and is null with the same error', async () => {
    const answer = await ask('{ me { quota: loanQuota { remaining } credentials { status } } }', {
      credentials: {
        data: { me: { ...patron, cardNumbers: null, credentials: [{ status: 'ACTIVE' }] } },
        errors: [{ ...timeout, path: ['me', 'cardNumbers'] }],
      },
    });
    expect(answer).toEqual({
      data: { me: { quota: null, credentials: [{ status: 'ACTIVE' }] } },
      errors: [
        {
          message: 'Cards did not answer.',
          path: ['me', 'quota'],
          extensions: { code: 'UPSTREAM_TIMEOUT', service: 'credentials' },
        },
      ],
    });
  });

  test('each error has the name of its subgraph, no matter what the subgraph calls itself', async () => {
    const answer = await ask(
      '{ me { name { english } loanQuota { remaining } } patrons(first: 1) { totalCount } }',
      {
        patrons: {
          data: { me: { ...patron, name: { english: null } }, patrons: null },
          errors: [
            {
              message: 'No English.',
              path: ['me', 'name', 'english'],
              extensions: { service: 'other', code: 'X' },
            },
            { message: 'None.', path: ['patrons'] },
          ],
        },
        credentials: { data: { me: patron, _entities: [patron] } },
        circulation: new SubgraphFailure('circulation', 'SUBGRAPH_TIMEOUT'),
      },
    );
    expect(answer.errors?.map(({ path, extensions }) => [path?.join('.'), extensions])).toEqual([
      ['me.name.english', { code: 'X', service: 'patrons' }],
      ['me.loanQuota', { code: 'SUBGRAPH_TIMEOUT', service: 'circulation' }],
      ['patrons', { code: 'SUBGRAPH_ERROR', service: 'patrons' }],
    ]);
  });

  test('a required field that is null without an error is sent as null', async () => {
    const answer = await ask('{ me { loanQuota { remaining } } }', {
      credentials: { data: { me: { ...patron, cardNumbers: null } } },
      circulation: quota,
    });
    expect(answer).toEqual({ data: { me: { loanQuota: { remaining: 3 } } } });
  });

  test('a subgraph that can’t be reached nulls only its own fields', async () => {
    const answer = await ask('{ me { name { english } loanQuota { remaining } loans { totalCount } } }', {
      patrons: { data: { me: { ...patron, name: { english: 'A' } } } },
      credentials: { data: { me: patron, _entities: [patron] } },
      circulation: new SubgraphFailure('circulation', 'SUBGRAPH_UNAVAILABLE'),
    });
    expect(answer.data).toEqual({ me: { name: { english: 'A' }, loanQuota: null, loans: null } });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['me', 'loanQuota'], 'SUBGRAPH_UNAVAILABLE'],
      [['me', 'loans'], 'SUBGRAPH_UNAVAILABLE'],
    ]);
  });

  test('if one of two subgraphs with the same root field fails, the fields of the other stay', async () => {
    for (const broken of [
      new SubgraphFailure('patrons', 'SUBGRAPH_TIMEOUT'),
      {
        data: { me: null },
        errors: [{ message: 'Down.', path: ['me'], extensions: { code: 'SUBGRAPH_TIMEOUT' } }],
      },
      { data: null, errors: [{ message: 'Down.', extensions: { code: 'SUBGRAPH_TIMEOUT' } }] },
      { errors: [{ message: 'Down.', extensions: { code: 'SUBGRAPH_TIMEOUT' } }] },
    ]) {
      const answer = await ask('{ me { name { english } libraryCardNumber } }', {
        patrons: broken,
        credentials: { data: { me: { libraryCardNumber: 'C1' } } },
      });
      expect(answer.data).toEqual({ me: { name: null, libraryCardNumber: 'C1' } });
      expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
        [['me', 'name'], 'SUBGRAPH_TIMEOUT'],
      ]);
    }
  });

  test('an error about an entity is reported at every occurrence of the entity', async () => {
    const credential = { __typename: 'Credential', libraryCardNumber: 'C1' };
    const use = { credential, used: 1 };
    const answer = await ask('{ me { loanQuota { byCredential { credential { status } } } } }', {
      credentials: (operation) =>
        operation.includes('_entities')
          ? { data: { _entities: [null] }, errors: [{ message: 'Lost.', path: ['_entities', 0] }] }
          : { data: { me: patron } },
      circulation: { data: { _entities: [{ loanQuota: { byCredential: [use, use] } }] } },
    });
    expect(answer.errors?.map(({ path }) => path)).toEqual([
      ['me', 'loanQuota', 'byCredential', 0, 'credential', 'status'],
      ['me', 'loanQuota', 'byCredential', 1, 'credential', 'status'],
    ]);
  });

  test('an entity that the subgraph does not know is null without an error', async () => {
    expect(
      await ask('{ me { loanQuota { remaining } } }', {
        credentials: { data: { me: patron } },
        circulation: { data: { _entities: [null] } },
      }),
    ).toEqual({ data: { me: { loanQuota: null } } });
  });

  test('an error at a field that the client did not select is reported at the object', async () => {
    const answer = await ask('{ me { libraryCardNumber } }', {
      credentials: {
        data: { me: { libraryCardNumber: 'C1', other: null } },
        errors: [{ message: 'x', path: ['me', 'other', 'deep'] }],
      },
    });
    expect(answer.data).toEqual({ me: { libraryCardNumber: 'C1' } });
    expect(answer.errors?.map(({ message, path }) => [message, path])).toEqual([['x', ['me']]]);
  });

  test('a wrong number of entities is an invalid answer', async () => {
    const answer = await ask('{ me { loanQuota { remaining } } }', {
      credentials: { data: { me: patron } },
      circulation: { data: { _entities: [] } },
    });
    expect(answer.data).toEqual({ me: { loanQuota: null } });
    expect(answer.errors?.[0]?.extensions?.code).toBe('SUBGRAPH_INVALID_RESPONSE');
  });

  test('the same error at the same path is reported once', async () => {
    const error = { message: 'Twice.', path: ['me', 'libraryCardNumber'] };
    const answer = await ask('{ me { libraryCardNumber } }', {
      credentials: { data: { me: { libraryCardNumber: null } }, errors: [error, error] },
    });
    expect(answer.errors).toHaveLength(1);
  });
});
