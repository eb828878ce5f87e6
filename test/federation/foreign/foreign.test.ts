/**
 * Plans random operations over supergraphs of other projects. `FIXTURES=folder` names their folder. Every file
 * `*.graphql` in it or below it that has a `join__Graph` is a supergraph. All other files `*.graphql` have operations:
 * each operation is sent to the supergraphs of its folder for which it is valid. `CASES=…` sets the number of random
 * operations for each supergraph.
 *
 * The subgraphs answer with made-up values. Each request must be valid in its subgraph, and the answer must equal the
 * answer of one schema. An operation may have no plan only if federation's rules can't resolve one of its fields.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  buildSchema,
  type DocumentNode,
  isAbstractType,
  isEnumType,
  parse,
  printSchema,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { createEngine, type Engine } from '../../../gateway/engine/engine.ts';
import { pick, randomFrom, seed } from '../../support/random.ts';
import { Satisfiability } from '../satisfiability/satisfiability.ts';
import { sizes } from '../supergraphs/all.ts';
import { expectSame } from '../support/compare.ts';
import { type RandomQuery, randomMutation, randomQuery } from '../support/random-query.ts';
import { worldOf } from '../support/subgraphs.ts';
import { type Choices, mockedFetch, mockResolver } from './mocked.ts';
import { subgraphSdls } from './subgraph-sdls.ts';

/** Without a folder, our own supergraph is tried, so that the runner itself is tested. */
const folder = process.env.FIXTURES ?? new URL('../../../schema', import.meta.url).pathname;
const cases = Number(process.env.CASES ?? 20);

const files = globSync('**/*.graphql', { cwd: folder }).sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
const isSupergraph = (text: string) => /enum join__Graph\b/.test(text);
const supergraphs = files.filter((file) => isSupergraph(texts.get(file) ?? ''));

test('the folder has supergraphs', () => {
  process.stdout.write(`supergraphs in ${folder}: ${supergraphs.length}, SEED=${seed} CASES=${cases} each\n`);
  expect(supergraphs).not.toEqual([]);
});

test.each(supergraphs)('%s is answered like one schema', { timeout: 600_000 }, async (file) => {
  const text = texts.get(file) ?? '';
  const engine = engineOf(text);
  if (engine === undefined) {
    return;
  }
  const document = parse(text, { noLocation: true });
  const sdls = subgraphSdls(document);
  const choices = choicesOf(engine, document);
  const invalid: string[] = [];
  const fetch = mockedFetch(sdls, choices, (problem) => invalid.push(problem));
  const world = worldOf(engine, fetch);
  const check = new Satisfiability(sdls);
  const monolith = { schema: buildSchema(printSchema(engine.schema)), fieldResolver: mockResolver(choices) };
  const counts = { answered: 0, unsatisfiable: 0, rejected: 0 };
  for (const { query, variables } of operationsFor(file, engine)) {
    const answer = await world.ask(query, { variables });
    const report = [
      file,
      `SEED=${seed}`,
      query,
      JSON.stringify(variables),
      ...world.requests.map((each) => JSON.stringify(each)),
    ].join('\n');
    expect(invalid, report).toEqual([]);
    const code = answer.data === undefined ? answer.errors?.[0]?.extensions?.code : undefined;
    if (code === 'PLANNING_FAILED') {
      expect(check.missing(query, variables), `no plan, but it can be resolved\n${report}`).toBeDefined();
      counts.unsatisfiable++;
    } else if (code !== undefined) {
      counts.rejected++;
    } else {
      await expectSame(answer, query, variables, { ...monolith, rootValue: undefined }, report);
      counts.answered++;
    }
  }
  process.stdout.write(`${file}: ${JSON.stringify(counts)}\n`);
});

/** Undefined if the gateway refuses the supergraph. The reason is printed. */
function engineOf(supergraph: string): Engine | undefined {
  try {
    // No progressive override is on, unless it is on for everybody.
    return createEngine(supergraph, { random: () => 0.9999 });
  } catch (error) {
    process.stdout.write(`refused: ${error instanceof Error ? error.message : error}\n`);
    return undefined;
  }
}

/** The operations in the supergraph's folder that are valid for it, and random operations. */
function* operationsFor(file: string, { schema }: Engine): Generator<RandomQuery> {
  for (const [other, text] of texts) {
    if (dirname(other) === dirname(file) && !isSupergraph(text) && isValid(text, schema)) {
      yield { query: text, variables: {} };
    }
  }
  const random = randomFrom(seed);
  for (let made = 0, tried = 0; made < cases && tried < 20 * cases; tried++) {
    const write = random() < 0.2 ? randomMutation : randomQuery;
    const operation = write(schema, random, pick(random, sizes));
    if (operation !== undefined && isValid(operation.query, schema)) {
      made++;
      yield operation;
    }
  }
}

function isValid(text: string, schema: Engine['schema']): boolean {
  try {
    return validate(schema, parse(text)).length === 0;
  } catch {
    return false;
  }
}

/**
 * For each abstract type its first member, and for each enum its first value, that clients see and that every subgraph
 * with the type has.
 */
function choicesOf({ schema }: Engine, supergraph: DocumentNode): Choices {
  const graphs = Object.values(subgraphSdls(supergraph)).map((sdl) =>
    buildSchema(sdl, { assumeValidSDL: true }),
  );
  const inAll = (
    type: string,
    names: readonly string[],
    namesIn: (graph: Engine['schema']) => readonly string[] | undefined,
  ) =>
    names.find((name) =>
      graphs.every((graph) => graph.getType(type) === undefined || (namesIn(graph)?.includes(name) ?? true)),
    );
  const membersIn = (type: string) => (graph: Engine['schema']) => {
    const abstract = graph.getType(type);
    return isAbstractType(abstract) ? graph.getPossibleTypes(abstract).map(({ name }) => name) : undefined;
  };
  const valuesIn = (type: string) => (graph: Engine['schema']) => {
    const enumType = graph.getType(type);
    return isEnumType(enumType) ? enumType.getValues().map(({ name }) => name) : undefined;
  };
  return {
    memberOf: (type) => inAll(type, membersIn(type)(schema) ?? [], membersIn(type)),
    valueOf: (type) => inAll(type, valuesIn(type)(schema) ?? [], valuesIn(type)),
  };
}
