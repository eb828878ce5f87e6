/**
 * Random subscriptions over random supergraphs: each event equals the answer of one schema to the same query at that time.
 * Half of the supergraphs have subgraphs that are late, fail or answer with errors: then a difference is explained by an
 * error. Streams break off, can't be opened, and have more events than are read.
 *
 * `SEED=… SUPERGRAPHS=1` repeats one supergraph. `npm run fuzz:subscriptions` tries many.
 */
import {
  execute,
  type FormattedExecutionResult,
  type GraphQLSchema,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { noConditionalSubscriptionRule } from '../../../gateway/engine/documents/subscription-rules.ts';
import type { GraphQLResult } from '../../../gateway/engine/request.ts';
import type { StreamEvent } from '../../../gateway/engine/streams/stream.ts';
import { type Denial, SubgraphFailure } from '../../../gateway/executor/index.ts';
import { seed as anySeed, pick, randomFrom } from '../../support/random.ts';
import { type RandomSupergraph, randomSupergraph } from '../random-supergraphs/random-supergraph.ts';
import { sizes } from '../supergraphs/all.ts';
import { expectSame, explainedNulls } from '../support/compare.ts';
import { faulty, unexplained } from '../support/faults.ts';
import { type RandomQuery, randomSubscription } from '../support/random-query.ts';
import { FakeUpstream, nextOf, readerOf, subscribeTo } from './fake-upstream.ts';
import { withSubscriptions } from './with-subscriptions.ts';

/** By default, the test runs until its time is over. */
const isDefault = process.env.CASES === undefined && process.env.SUPERGRAPHS === undefined;
const timeMs = isDefault ? 5000 : Number.POSITIVE_INFINITY;
const cases = Number(process.env.CASES ?? 600);
const casesEach = 20;
const supergraphs = Number(process.env.SUPERGRAPHS ?? Math.ceil(cases / casesEach));
const seed = process.env.SEED === undefined && isDefault ? 1 : anySeed;

const seen = { streams: 0, events: 0, withErrors: 0, denied: 0, lagged: 0, lost: 0, refused: 0, tooLarge: 0 };

/** More events than wait for a reader who doesn't read. */
const burst = 150;

interface Case extends RandomQuery {
  /** The same selections as a query. */
  readonly asQuery: string;
  readonly percentage: number;
  readonly denied: ReadonlyMap<string, Denial>;
  readonly report: string;
}

/** Some of the fields that the caller may not read. Root fields have different coordinates in queries. */
function randomDenials(schema: GraphQLSchema, random: () => number): Case['denied'] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__') && !roots.includes(type)
      ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)
      : [],
  );
  return new Map(
    fields
      .filter(() => random() < 0.15)
      .map((coordinate) => [coordinate, { code: 'FORBIDDEN', message: coordinate }]),
  );
}

/** graphql-js throws at a root field with a condition, so this rule is checked first, as the gateway does. */
function isValid(schema: GraphQLSchema, { query }: RandomQuery): boolean {
  const document = parse(query);
  return (
    validate(schema, document, [noConditionalSubscriptionRule]).length === 0 &&
    validate(schema, document).length === 0
  );
}

/** The answer of one schema to the query, when the clock shows this time. */
async function plainAnswer(
  { monolith, begin, setTime }: RandomSupergraph,
  { asQuery, variables }: Case,
  time: number,
): Promise<FormattedExecutionResult> {
  begin();
  setTime(time);
  const document = parse(asQuery);
  return (await execute({
    ...monolith,
    document,
    variableValues: variables,
  })) as FormattedExecutionResult;
}

async function compareEvent(
  supergraph: RandomSupergraph,
  asked: Case,
  result: GraphQLResult,
  time: number,
  isFaulty: boolean,
): Promise<void> {
  const { world, monolith, begin, setTime, drawPercentage } = supergraph;
  const { asQuery, variables, denied, percentage, report } = asked;
  const shown = `${report}\nevent ${time}: ${JSON.stringify(result)}`;
  seen.events++;
  if (denied.size > 0) {
    // One schema knows no access rules. The gateway's own answer to the query is compared.
    seen.denied++;
    drawPercentage(percentage);
    setTime(time);
    const decide = async () => ({ kind: 'allowed', denied, labels: [] }) as const;
    const plain = await world.ask(asQuery, { variables, decide });
    expect(JSON.stringify(result.data), shown).toBe(JSON.stringify(plain.data));
    expect(explainedNulls(result as FormattedExecutionResult), shown).toEqual(
      explainedNulls(plain as FormattedExecutionResult),
    );
    return;
  }
  if (result.errors === undefined || !isFaulty) {
    begin();
    setTime(time);
    await expectSame(result, asQuery, variables, monolith, shown);
    return;
  }
  seen.withErrors++;
  expect(unexplained(result, await plainAnswer(supergraph, asked, time)), shown).toEqual([]);
}

async function tryStream(
  supergraph: RandomSupergraph,
  asked: Case,
  random: () => number,
  isFaulty: boolean,
): Promise<void> {
  const { world, drawPercentage, setTime, rejected } = supergraph;
  const { query, variables, percentage, denied, report } = asked;
  const upstream = new FakeUpstream();
  if (random() < 0.05) {
    upstream.failure = new SubgraphFailure('a', 'SUBGRAPH_UNAVAILABLE');
  }
  drawPercentage(percentage);
  const fetch = isFaulty && denied.size === 0 ? faulty(world.fetch, random) : world.fetch;
  const decide = async () => ({ kind: 'allowed', denied, labels: [] }) as const;
  const subscribed = await subscribeTo(world.engine, upstream, {
    query,
    variables,
    fetch,
    denied,
    ...(denied.size > 0 && { decide }),
  });
  if (subscribed.kind === 'refused') {
    const code = subscribed.result.errors?.[0]?.extensions?.code;
    expect(
      ['OPERATION_TOO_LARGE', upstream.failure === null ? '' : 'SUBGRAPH_UNAVAILABLE'],
      report,
    ).toContain(code);
    seen[code === 'OPERATION_TOO_LARGE' ? 'tooLarge' : 'refused']++;
    return;
  }
  seen.streams++;
  const reader = readerOf(subscribed);
  const [request] = upstream.requests;
  if (request === undefined) {
    throw new Error(`no stream was opened\n${report}`);
  }
  const makeEvent = async (time: number) => {
    setTime(time);
    return world.fetch(request);
  };
  const nextAt = async (time: number): Promise<void> => {
    upstream.next(await makeEvent(time));
    const event = await nextOf(reader);
    expect(event.kind, report).toBe('next');
    if (event.kind === 'next') {
      await compareEvent(supergraph, asked, event.result, time, isFaulty);
    }
  };
  for (let time = 1 + Math.floor(random() * 3); time > 0; time--) {
    await nextAt(time);
  }
  const drawn = random();
  if (drawn < 0.1) {
    const response = await makeEvent(7);
    for (let count = 0; count < burst; count++) {
      upstream.next(response);
    }
    upstream.listener.end(null);
    const events: StreamEvent[] = [];
    for await (const event of subscribed.events) {
      events.push(event);
    }
    const results = events.flatMap((event) => (event.kind === 'next' ? [event.result] : []));
    expect(
      events.map(({ kind }) => kind),
      report,
    ).toContain('lagged');
    expect(events.at(-1), report).toMatchObject({ kind: 'end', code: null });
    expect(results.length, report).toBeLessThan(burst);
    await compareEvent(supergraph, asked, results.at(-1) ?? {}, 7, isFaulty);
    seen.lagged++;
  } else if (drawn < 0.3) {
    upstream.listener.end(new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE'));
    expect(await nextOf(reader), report).toMatchObject({ kind: 'end', code: 'SUBGRAPH_UNAVAILABLE' });
    expect((await reader.next()).done, report).toBe(true);
    seen.lost++;
  } else if (drawn < 0.6) {
    await reader.return?.();
    expect(upstream.signals[0]?.aborted, report).toBe(true);
  } else {
    upstream.listener.end(null);
    expect(await nextOf(reader), report).toMatchObject({ kind: 'end', code: null });
  }
  expect(rejected, report).toEqual([]);
}

test('each event of a random subscription is the answer to its query', { timeout: 7_200_000 }, async () => {
  process.stdout.write(`random subscriptions: SEED=${seed} CASES=${cases} SUPERGRAPHS=${supergraphs}\n`);
  const end = performance.now() + timeMs;
  for (let tried = 0, composed = 0; composed < supergraphs && performance.now() < end; tried++) {
    const supergraph = randomSupergraph(seed + tried, {
      sdl: withSubscriptions,
      fetch: (inner) => inner,
      hasStreams: true,
    });
    if (supergraph === undefined || supergraph.world.engine.schema.getSubscriptionType() == null) {
      continue;
    }
    composed++;
    const random = randomFrom(supergraph.seed);
    const { schema } = supergraph.world.engine;
    for (let asked = 0; asked < casesEach && performance.now() < end; ) {
      const subscription = randomSubscription(schema, random, pick(random, sizes));
      if (subscription === undefined || !isValid(schema, subscription)) {
        continue;
      }
      const { query, variables } = subscription;
      const asQuery = query.replace(/^subscription/, 'query');
      const percentage = pick(random, [0, 20, 70, 99]);
      if (supergraph.satisfiability(percentage).missing(asQuery, variables) !== undefined) {
        asked += 0.5;
        continue;
      }
      asked++;
      const denied: Case['denied'] = random() < 0.25 ? randomDenials(schema, random) : new Map();
      const report = [
        `SEED=${supergraph.seed} SUPERGRAPHS=1`,
        query,
        JSON.stringify(variables),
        `${percentage} %, denied: ${[...denied.keys()]}`,
        ...Object.entries(supergraph.sdls).map(([name, sdl]) => `--- ${name}\n${sdl}`),
      ].join('\n');
      await tryStream(
        supergraph,
        { query, asQuery, variables, percentage, denied, report },
        random,
        supergraph.seed % 2 === 1,
      );
    }
  }
  process.stdout.write(`random subscriptions: ${JSON.stringify(seen)}\n`);
  expect(seen.events).toBeGreaterThan(seen.streams);
});
