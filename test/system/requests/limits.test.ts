import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type Answer, rootField } from '../running-system.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const reader = callerForTests(system, { patronId: 'P0000001' });

/**
 * Fragments that each spread the next fragment twice. A document of a few hundred characters then has `2 ** levels`
 * leaves.
 */
function doubling(levels: number, leaf: string, type = 'Query'): string {
  const fragments = Array.from({ length: levels }, (_, level) => {
    const next = level === levels - 1 ? leaf : `...F${level + 1} ...F${level + 1}`;
    return `fragment F${level} on ${type} { ${next} }`;
  });
  return fragments.join(' ');
}

/** Fails the test unless the request is refused at once. Resolves to the error messages. */
async function refusedAtOnce(answer: Promise<Answer>) {
  const started = performance.now();
  const { status, body } = await answer;
  expect(performance.now() - started).toBeLessThan(2000);
  expect(status).toBe(400);
  return body.errors?.map(({ message }) => message).join(' ');
}

describe('a request of unbounded cost is refused', () => {
  test('fragments that double, by POST', async () => {
    const query = `{ ...F0 } ${doubling(40, 'items(title: "Walden") { title }')}`;
    await refusedAtOnce(system.ask(query));
  });

  test('fragments that double, by GET', async () => {
    const query = `{ ...F0 } ${doubling(40, '__typename')}`;
    const started = performance.now();
    const response = await fetch(`${system.url}/graphql?${new URLSearchParams({ query })}`);
    expect(response.status).toBeLessThan(500);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('deeply nested fields', async () => {
    const deep = `${'credentials { patron { '.repeat(17)} id ${'} }'.repeat(17)}`;
    expect(await refusedAtOnce(system.ask(`{ me { ${deep} } }`, reader))).toContain('12 fields deep');
    const fragment = `fragment Deep on Patron { ${'credentials { patron { '.repeat(6)} id ${'} }'.repeat(6)} }`;
    expect(await refusedAtOnce(system.ask(`{ me { ...Deep } } ${fragment}`, reader))).toContain('deep');
  });

  test('many root fields', async () => {
    const many = Array.from({ length: 21 }, (_, n) => `a${n}: items(title: "Walden") { title }`).join(' ');
    expect(await refusedAtOnce(system.ask(`{ ${many} }`))).toContain('20 root fields');
  });

  test('aliases', async () => {
    const many = Array.from({ length: 101 }, (_, n) => `a${n}: id`).join(' ');
    expect(await refusedAtOnce(system.ask(`{ me { ${many} } }`, reader))).toContain('100 aliases');
  });

  test('many directives', async () => {
    const many = 'id @skip(if: false) '.repeat(101);
    expect(await refusedAtOnce(system.ask(`{ me { ${many} } }`, reader))).toContain('100 directives');
  });

  test('a long list in the variables', async () => {
    const query = 'query ($state: [CredentialStatus!]) { me { credentials(status: $state) { status } } }';
    const variables = { state: Array.from({ length: 49_000 }, () => 1) };
    expect(await refusedAtOnce(system.ask(query, { ...reader, variables }))).toBe(
      'Variable "$state" has more than 1000 items.',
    );
  });

  test('nested lists, by their cost', async () => {
    const deep = `${'credentials { patron { '.repeat(5)} id ${'} }'.repeat(5)}`;
    const { status, body } = await system.ask(`{ me { ${deep} } }`, reader);
    expect(status).toBe(400);
    const cost = { estimated: expect.any(Number), max: 50_000 };
    expect(body.errors).toMatchObject([{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost } }]);
  });

  test('nested introspection', async () => {
    const wide = Array.from({ length: 20 }, (_, n) => `g${n}: fields { type { ...X } }`).join(' ');
    const inner = Array.from({ length: 20 }, (_, n) => `f${n}: name`).join(' ');
    const query = `{ __schema { types { ${wide} } } } fragment X on __Type { ${inner} }`;
    expect(await refusedAtOnce(system.ask(query))).toContain('400 fields of the schema');
  });

  test('GraphiQL’s introspection is allowed', async () => {
    const { status, body } = await system.ask(getIntrospectionQuery({ specifiedByUrl: true, oneOf: true }));
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
  });
});

test('a document with many variants is answered, whichever of them the cache keeps', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const query = `query(${names.map((name) => `$${name}: Boolean!`).join(' ')}) {
    ${names.map((name) => `${name}: items(title: "Walden", first: 1) @include(if: $${name}) { title }`).join(' ')}
  }`;
  for (let outcome = 0; outcome < 64; outcome++) {
    const variables = Object.fromEntries(names.map((name, bit) => [name, (outcome & (1 << bit)) !== 0]));
    const { body } = await system.ask(query, { variables });
    expect(Object.keys(body.data ?? {})).toEqual(names.filter((name) => variables[name]));
  }
});

test('one alias may have different arguments on different types', async () => {
  const token = await system.token({ scope: 'patrons:read credentials:read circulation:read' });
  const query = (library: number, smart: number) => `{ patron(id: "P0000001") { credentials {
    __typename
    ... on LibraryCard { patron { l: loans(first: ${library}) { edges { node { id } } } } }
    ... on SmartIdCard { patron { l: loans(first: ${smart}) { edges { node { id } } } } }
  } } }`;
  for (const [library, smart] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const { body } = await system.ask(query(library, smart), { token });
    expect(body.errors).toBeUndefined();
    const { credentials } = rootField<{
      credentials: { __typename: string; patron: { l: { edges: unknown[] } } }[];
    }>(body, 'patron');
    for (const { __typename, patron } of credentials) {
      expect(patron.l.edges).toHaveLength(__typename === 'LibraryCard' ? library : smart);
    }
  }
});

test('a null for a non-null argument is the caller’s error', async () => {
  const query = 'query($x: String = "ab") { items(title: $x) { title } }';
  const { body } = await system.ask(query, { variables: { x: null } });
  expect(body.data).toEqual({ items: null });
  expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(system.log.join('')).not.toContain('unforeseen');
});
