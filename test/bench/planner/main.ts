/**
 * Compares the gateway's planner with `@graphql-hive/router-query-planner` over the same operations: requests, sequential
 * levels, and the time of an operation that is planned for the first time and again.
 *
 * `OPERATIONS=…` sets how many random operations each graph gets, `SEED=…` which.
 */
import { readFileSync } from 'node:fs';
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { parse, validate } from 'graphql';
import { typeConditionsOf } from '../../../gateway/executor/index.ts';
import { createPlanner } from '../../../gateway/planner/index.ts';
import { buildConsumerSchema } from '../../../gateway/supergraph/index.ts';
import { market } from '../../federation/market/market.ts';
import { randomQuery } from '../../federation/support/random-query.ts';
import { compose } from '../../federation/support/subgraphs.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { documentsOf } from './documents.ts';

const operations = Number(process.env.OPERATIONS ?? 400);

/** What a plan takes. */
interface Size {
  readonly requests: number;
  readonly depth: number;
}

interface Outcome extends Size {
  readonly coldMs: number;
  readonly warmMs: number;
}

/** A plan of either planner: only the nodes matter here. */
interface Node {
  readonly kind: string;
  readonly nodes?: readonly Node[];
  readonly node?: Node;
}

function sizeOf({ kind, nodes, node }: Node): Size {
  if (node !== undefined) {
    return sizeOf(node);
  }
  if (nodes === undefined) {
    return { requests: 1, depth: 1 };
  }
  const sizes = nodes.map(sizeOf);
  const requests = sizes.reduce((sum, size) => sum + size.requests, 0);
  const depths = sizes.map(({ depth }) => depth);
  const isSequence = kind.toLowerCase() === 'sequence';
  return {
    requests,
    depth: isSequence ? depths.reduce((sum, depth) => sum + depth, 0) : Math.max(0, ...depths),
  };
}

async function measure(plan: () => unknown): Promise<Outcome | undefined> {
  try {
    const start = performance.now();
    const node = (await plan()) as Node;
    const between = performance.now();
    await plan();
    return { ...sizeOf(node), coldMs: between - start, warmMs: performance.now() - between };
  } catch {
    return undefined;
  }
}

function percentile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2);
}

function report(name: string, outcomes: readonly (Outcome | undefined)[]): void {
  const planned = outcomes.filter((outcome) => outcome !== undefined);
  const total = (of: (outcome: Outcome) => number) => planned.reduce((sum, outcome) => sum + of(outcome), 0);
  const cold = planned.map(({ coldMs }) => coldMs);
  const warm = planned.map(({ warmMs }) => warmMs);
  const times = [0.5, 0.99, 1].map((share) => percentile(cold, share)).join(' / ');
  process.stdout.write(
    `  ${name.padEnd(6)} ${total(({ requests }) => requests)} requests, depth ${total(({ depth }) => depth)}, ` +
      `without a plan ${outcomes.length - planned.length}; ` +
      `first time p50/p99/max ${times} ms, again p50 ${percentile(warm, 0.5)} ms\n`,
  );
}

async function compare(name: string, sdl: string): Promise<void> {
  const start = performance.now();
  const own = createPlanner(sdl);
  const readMs = performance.now() - start;
  const rust = new QueryPlanner(sdl);
  const schema = buildConsumerSchema(own.consumerSdl);
  const types = typeConditionsOf(parse(sdl));
  const random = randomFrom(seed);
  const outcomes: { readonly own: Outcome | undefined; readonly rust: Outcome | undefined }[] = [];
  while (outcomes.length < operations) {
    const { query } = randomQuery(schema, random, { fields: 40, width: 4 });
    if (validate(schema, parse(query)).length === 0) {
      for (const document of documentsOf(query, { schema, types, isTaken: own.isTaken })) {
        outcomes.push({
          own: await measure(() => own.plan(document, 0)),
          rust: await measure(async () => (await rust.planAsync(document, null, new Set(), 0)).node),
        });
      }
    }
  }
  // Only what both can plan is compared.
  const both = outcomes.filter((outcome) => outcome.own !== undefined && outcome.rust !== undefined);
  const worse = both.filter(
    ({ own: ours, rust: theirs }) => (ours?.requests ?? 0) > (theirs?.requests ?? 0),
  ).length;
  const onlyOurs = outcomes.filter(
    (outcome) => outcome.rust === undefined && outcome.own !== undefined,
  ).length;
  process.stdout.write(
    `${name}: ${outcomes.length} operations, supergraph read in ${readMs.toFixed(0)} ms; ` +
      `${both.length} planned by both, ${onlyOurs} by ours alone; ours asks more in ${worse}\n`,
  );
  report(
    'ours',
    both.map((outcome) => outcome.own),
  );
  report(
    'theirs',
    both.map((outcome) => outcome.rust),
  );
}

process.stdout.write(`SEED=${seed} OPERATIONS=${operations}\n`);
await compare(
  'our graph',
  readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8'),
);
await compare('market', compose(market));
