import { type DocumentNode, execute, Kind, parse, type SelectionSetNode, validate, visit } from 'graphql';
import { expect, test } from 'vitest';
import type { FetchSubgraph } from '../../../gateway/executor/index.ts';
import { createWorld } from '../cases/subgraphs.ts';
import { mangle } from './mangle.ts';
import { market } from './market.ts';
import { randomOf, seed } from './random.ts';
import { randomQuery } from './random-query.ts';

const world = createWorld(market);
const { schema } = world.engine;
const cases = Number(process.env.CASES ?? 1500);
/** Milliseconds after which an answer counts as none. */
const hangMs = 10_000;

const typeKey = 'type__';

/** The query, where every object also says under a key of its own of which type it is. */
function withTypes(query: string): DocumentNode {
  const type: SelectionSetNode['selections'][number] = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: typeKey },
    name: { kind: Kind.NAME, value: '__typename' },
  };
  return visit(parse(query), {
    SelectionSet: (node) => ({ ...node, selections: [type, ...node.selections] }),
  });
}

/** The data read by graphql-js as if its resolvers had given it: the same again where it keeps to the schema. */
async function readBack(data: unknown, document: DocumentNode, variableValues: Record<string, unknown>) {
  return execute({
    schema,
    document,
    variableValues,
    rootValue: data,
    fieldResolver: (source, _args, _context, { path }) => source[path.key],
    typeResolver: (source) => source[typeKey],
  });
}

/** Whether a path comes to a null on its way. */
function leadsToNull(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const key of path) {
    if (value === null) {
      return true;
    }
    value = Reflect.get(Object(value), key);
  }
  return value === null;
}

async function withinTime<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), hangMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

test(`${cases} queries over subgraphs that answer against their schemas`, { timeout: 600_000 }, async () => {
  process.stdout.write(`mangled answers: SEED=${seed} CASES=${cases}\n`);
  const random = randomOf(seed);
  const fetch: FetchSubgraph = async (request) => {
    const response = await world.fetch(request);
    return random() < 0.5 ? mangle(response, random) : response;
  };
  let asked = 0;
  let withErrors = 0;
  while (asked < cases) {
    const { query, variables } = randomQuery(schema, random);
    const document = withTypes(query);
    if (validate(schema, document).length > 0) {
      continue;
    }
    asked++;
    const told = `case ${asked} of SEED=${seed}\n${query}\n${JSON.stringify(variables)}`;
    const { data, errors = [] } = await withinTime(world.engine.execute({ document, variables, fetch }));
    withErrors += Number(errors.length > 0);
    expect(data, told).toBeDefined();
    for (const error of errors) {
      expect(typeof error.message, told).toBe('string');
      expect(leadsToNull(data, error.path ?? []), `${told}\n${JSON.stringify(error)}`).toBe(true);
    }
    if (data !== null) {
      const again = await readBack(data, document, variables);
      expect(again.errors, told).toBeUndefined();
      expect(JSON.stringify(again.data), told).toBe(JSON.stringify(data));
    }
  }
  expect(withErrors).toBeGreaterThan(cases / 4);
});
