/**
 * Subgraphs whose answers break their schemas do no harm. In every answer of the gateway, the data conforms to the
 * schema. Each error explains a null, or comes from a subgraph and is beside a value. Nothing is thrown, and nothing
 * hangs. The cases are random queries over the market. About half of the subgraphs' answers are mangled.
 */
import {
  type DocumentNode,
  execute,
  type GraphQLFormattedError,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import { expect, test } from 'vitest';
import type { FetchSubgraph } from '../../../gateway/executor/index.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { isExhaustive } from '../../support/sample.ts';
import { randomQuery } from '../support/random-query.ts';
import { createWorld } from '../support/subgraphs.ts';
import { mangleAnswer } from './mangle-answer.ts';
import { market } from './market.ts';

const world = createWorld(market);
const { schema } = world.engine;
const cases = Number(process.env.CASES ?? (isExhaustive ? 1500 : 300));
/** The time in ms after which a missing answer is treated as hanging. */
const hangMs = 10_000;

const typeKey = 'type__';

/** The query with the `__typename` of every object under the key `type__`. */
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

/**
 * Executes the query with graphql-js over the answer's data. If the data conforms to the schema, the result is the same
 * data.
 */
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

/** The value that the path leads to, or the null on the way. Undefined if the path leads nowhere. */
function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data;
  for (const key of path) {
    if (value === null) {
      return null;
    }
    value = Reflect.get(Object(value), key);
  }
  return value;
}

/**
 * Whether an error may be beside a value. Such an error comes from a subgraph, or says that a subgraph answered with a
 * wrong number of entities.
 */
function mayBeBesideValue({ message, extensions }: GraphQLFormattedError): boolean {
  return extensions?.code === 'SUBGRAPH_ERROR' || message.includes('as many entities');
}

async function withinTime<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${hangMs} ms`)), hangMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

test(`an answer keeps to the schema whatever subgraphs answer: ${cases} random queries`, {
  timeout: 600_000,
}, async () => {
  process.stdout.write(`mangled answers: SEED=${seed} CASES=${cases}\n`);
  const random = randomFrom(seed);
  const fetch: FetchSubgraph = async (request) => {
    const response = await world.fetch(request);
    return random() < 0.5 ? mangleAnswer(response, random) : response;
  };
  let queries = 0;
  let withErrors = 0;
  while (queries < cases) {
    const { query, variables } = randomQuery(schema, random);
    const document = withTypes(query);
    if (validate(schema, document).length > 0) {
      continue;
    }
    queries++;
    const report = `case ${queries} of SEED=${seed}\n${query}\n${JSON.stringify(variables)}`;
    const { data, errors = [] } = await withinTime(
      world.engine.execute({ document, variables, shared: null, allowance: null, fetch }),
    );
    withErrors += Number(errors.length > 0);
    expect(data, report).toBeDefined();
    for (const error of errors) {
      expect(typeof error.message, report).toBe('string');
      const value = valueAt(data, error.path ?? []);
      const isRight = mayBeBesideValue(error) ? value !== undefined : value === null;
      expect(isRight, `${report}\n${JSON.stringify(error)}`).toBe(true);
    }
    if (data !== null) {
      const again = await readBack(data, document, variables);
      expect(again.errors, report).toBeUndefined();
      expect(JSON.stringify(again.data), report).toBe(JSON.stringify(data));
    }
  }
  expect(withErrors).toBeGreaterThan(cases / 4);
});
