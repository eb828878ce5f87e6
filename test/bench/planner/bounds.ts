/**
 * Measures the planner against its bounds. The exit code is 1 if one of them is exceeded:
 * - Any operation within the gateway's limits takes less than 100 ms, including operations that are made to be hard
 *   (`shapes.ts`).
 * - 99 of 100 random operations take less than 20 ms the first time, over our own graph and the supergraphs of the
 *   tests.
 * - After 2,000 distinct operations, 8,000 more add at most 4 MB to the heap.
 * - A supergraph of 3 MB is read in less than a second.
 *
 * Times are CPU times of the planning thread after a warm-up. They exclude other processes, and V8's work on other
 * threads.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse, validate } from 'graphql';
import { validateDocument } from '../../../gateway/engine/documents/validate-document.ts';
import { typeConditionsOf } from '../../../gateway/executor/index.ts';
import { defaultLimits } from '../../../gateway/limits.ts';
import { createPlanner, type Planner } from '../../../gateway/planner/index.ts';
import { buildConsumerSchema } from '../../../gateway/supergraph/index.ts';
import { market } from '../../federation/market/market.ts';
import { supergraphs } from '../../federation/supergraphs/all.ts';
import { subgraphsOf } from '../../federation/supergraphs/supergraph.ts';
import { randomQuery } from '../../federation/support/random-query.ts';
import { compose } from '../../federation/support/subgraphs.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { type DocumentContext, documentsOf } from './documents.ts';
import { largeSupergraph } from './large-supergraph.ts';
import { shapes } from './shapes.ts';

const maxMs = 100;
const maxP99Ms = 20;
const maxReadMs = 1_000;
/** The maximum growth of the heap by 8,000 more operations, in MB. */
const maxGrowthMb = 4;
const repetitions = 5;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function cpuMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Prints a figure and its bound. */
function report(name: string, value: number, bound: number, unit: string): void {
  const isOver = value > bound;
  process.stdout.write(`${isOver ? 'OVER ' : 'ok   '} ${name}: ${value.toFixed(1)} of ${bound} ${unit}\n`);
  if (isOver) {
    process.exitCode = 1;
  }
}

interface Graph extends DocumentContext {
  readonly planner: Planner;
}

function graphOf(sdl: string): Graph {
  const planner = createPlanner(sdl);
  const schema = buildConsumerSchema(planner.consumerSchema);
  return { planner, schema, types: typeConditionsOf(parse(sdl)), isTaken: planner.isTaken };
}

/** An endless sequence of documents, made from random queries. */
function* randomDocuments(graph: Graph, random: () => number): Generator<string> {
  for (;;) {
    const { query } = randomQuery(graph.schema, random, { fields: 40, width: 4 });
    if (validate(graph.schema, parse(query)).length === 0) {
      yield* documentsOf(query, graph);
    }
  }
}

/** The times of the first plans of random documents, including documents that have no plan. */
function timesOf(graph: Graph, count: number, random: () => number): readonly number[] {
  const times: number[] = [];
  for (const document of randomDocuments(graph, random)) {
    times.push(cpuMs(() => planOrRefuse(graph.planner, document)));
    if (times.length === count) {
      break;
    }
  }
  return times;
}

function planOrRefuse(planner: Planner, document: string): void {
  try {
    planner.plan(document, 0);
  } catch {
    // Some random queries over the supergraphs of the tests have no plan. The planner also needs time to find this
    // out.
  }
}

function measureOperations(ours: Graph, random: () => number): void {
  timesOf(ours, 300, random);
  const own = timesOf(ours, 1_000, random);
  const small = Object.values(supergraphs).flatMap((graph) =>
    timesOf(graphOf(compose(subgraphsOf(graph))), 40, random),
  );
  const times = [...own, ...timesOf(graphOf(compose(market)), 600, random), ...small];
  report(`${times.length} random operations, p99`, percentile(times, 0.99), maxP99Ms, 'ms');
  report('the longest of them', percentile(times, 1), maxMs, 'ms');
}

function measureShapes(): void {
  for (const { name, supergraph, query } of shapes) {
    const sdl = supergraph();
    const { schema } = graphOf(sdl);
    const [reason] = validateDocument(query, schema, defaultLimits);
    if (reason !== undefined) {
      throw new Error(`${name}: ${reason}`);
    }
    const times = Array.from({ length: repetitions }, () => {
      const planner = createPlanner(sdl);
      return cpuMs(() => planner.plan(query, 0));
    });
    report(name, percentile(times, 0.5), maxMs, 'ms');
  }
}

function measureMemory(ours: Graph, random: () => number): void {
  const plan = (count: number): number => {
    timesOf(ours, count, random);
    collectGarbage();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const before = plan(2_000);
  report('10,000 distinct operations, heap they add', plan(8_000) - before, maxGrowthMb, 'MB');
}

function measureLargeSupergraph(random: () => number): void {
  const sdl = largeSupergraph();
  const megabytes = (sdl.length / 2 ** 20).toFixed(1);
  const readMs = percentile(
    Array.from({ length: repetitions }, () => cpuMs(() => createPlanner(sdl))),
    0.5,
  );
  report(`reading a supergraph of ${megabytes} MB`, readMs, maxReadMs, 'ms');
  const times = timesOf(graphOf(sdl), 200, random);
  report('200 random operations over it, the longest', percentile(times, 1), maxMs, 'ms');
}

process.stdout.write(`SEED=${seed}\n`);
const ours = graphOf(readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8'));
const random = randomFrom(seed);
measureOperations(ours, random);
measureShapes();
measureMemory(ours, random);
measureLargeSupergraph(random);
