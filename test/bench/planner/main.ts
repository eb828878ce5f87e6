/**
 * Compares the gateway's planner with `@graphql-hive/router-query-planner` over the same operations. It counts requests
 * and sequential levels, and measures the CPU time of an operation's first and second plan. README.md explains the
 * cases in which our plans have more requests.
 *
 * `OPERATIONS=…` sets the number of random operations for each graph in the printed table (the last graph has half as
 * many), and `SEED=…` their seed. `SHOW=1` prints each operation for which our plan has more requests, with both plans.
 */
import { parse, validate } from 'graphql';
import { typeConditionsOf } from '../../../gateway/executor/index.ts';
import { createPlanner } from '../../../gateway/planner/index.ts';
import { buildConsumerSchema } from '../../../gateway/supergraph/index.ts';
import { randomQuery } from '../../federation/support/random-query.ts';
import { randomFrom } from '../../support/random.ts';
import { documentsOf } from './documents.ts';
import { type MeasuredGraph, measuredGraphs } from './graphs.ts';
import { type PlannedOnce, planWithOwn, RustPlanner } from './planners.ts';

const seed = Number(process.env.SEED ?? 1);
const operations = Number(process.env.OPERATIONS ?? 400);
const isShowing = process.env.SHOW !== undefined;

interface Compared {
  readonly document: string;
  readonly own: PlannedOnce | undefined;
  readonly rust: PlannedOnce | undefined;
}

/** Plans random operations over one supergraph with both planners. */
async function compareOver({ sdl, share }: MeasuredGraph, row: Row): Promise<void> {
  const start = performance.now();
  const own = createPlanner(sdl);
  row.readMs = Math.max(row.readMs, performance.now() - start);
  const rust = new RustPlanner(sdl);
  const schema = buildConsumerSchema(own.consumerSchema);
  const types = typeConditionsOf(parse(sdl));
  const random = randomFrom(seed);
  for (let left = Math.ceil(operations * share); left > 0; ) {
    const { query } = randomQuery(schema, random, { fields: 40, width: 4 });
    if (validate(schema, parse(query)).length === 0) {
      for (const document of documentsOf(query, { schema, types, isTaken: own.isTaken })) {
        left--;
        row.compared.push({ document, own: planWithOwn(own, document), rust: await rust.plan(document) });
      }
    }
  }
  row.crashes += rust.crashes;
  row.timeouts += rust.timeouts;
  rust.stop();
}

interface Row {
  readonly compared: Compared[];
  /** The longest time to read one of the row's supergraphs, in ms. */
  readMs: number;
  crashes: number;
  timeouts: number;
}

function percentiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return [0.5, 0.99, 1]
    .map((share) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toPrecision(2),
    )
    .map(Number)
    .join(' / ');
}

function report(name: string, { compared, readMs, crashes, timeouts }: Row): void {
  // Only operations that both planners can plan are compared.
  const both = compared.flatMap(({ document, own, rust }) =>
    own === undefined || rust === undefined ? [] : [{ document, own, rust }],
  );
  const more = both.filter(({ own, rust }) => own.requests > rust.requests);
  const less = both.filter(({ own, rust }) => own.requests < rust.requests);
  const column = (of: (each: (typeof both)[number]) => PlannedOnce) => {
    const planned = both.map(of);
    return [
      planned.reduce((sum, { requests }) => sum + requests, 0),
      planned.reduce((sum, { depth }) => sum + depth, 0),
      percentiles(planned.map(({ coldMs }) => coldMs)),
      percentiles(planned.map(({ warmMs }) => warmMs)),
    ];
  };
  const withoutPlan = (of: (each: Compared) => PlannedOnce | undefined) =>
    compared.filter((each) => of(each) === undefined).length;
  const rows = [
    ['ours', ...column(({ own }) => own), withoutPlan(({ own }) => own)],
    ['Rust', ...column(({ rust }) => rust), `${withoutPlan(({ rust }) => rust)}${ends(crashes, timeouts)}`],
  ];
  for (const [planner, ...values] of rows) {
    print(`| ${name} | ${planner} | ${values.join(' | ')} |`);
  }
  const deeper = more.filter(({ own, rust }) => own.depth >= rust.depth).length;
  print(
    `| | | ${both.length} of ${compared.length} operations planned by both; ours asks less in ${less.length}, more in ` +
      `${more.length} (in ${more.length - deeper} of them with fewer levels); read in ${readMs.toFixed(0)} ms | | | | |`,
  );
  for (const { document, own, rust } of isShowing ? more : []) {
    print(
      `\n${document}\n--- ours, ${own.depth} levels\n${own.text}\n--- Rust, ${rust.depth} levels\n${rust.text}\n`,
    );
  }
}

function ends(crashes: number, timeouts: number): string {
  return crashes + timeouts === 0 ? '' : ` (${crashes} ended its process, ${timeouts} took over 10 s)`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

print(`SEED=${seed} OPERATIONS=${operations}; CPU time in ms: p50 / p99 / longest\n`);
print('| graph | planner | requests | levels | first time | again | without a plan |');
print('|---|---|---|---|---|---|---|');
for (const [name, graphs] of Object.entries(measuredGraphs(seed))) {
  const row: Row = { compared: [], readMs: 0, crashes: 0, timeouts: 0 };
  for (const graph of graphs()) {
    await compareOver(graph, row);
  }
  report(name, row);
}
