import { buildSchema, type GraphQLSchema, printSchema } from 'graphql';
import { createEngine, type Engine } from '../../../gateway/engine/engine.ts';
import { type FetchSubgraph, noDenials, type SubgraphRequest } from '../../../gateway/executor/index.ts';
import type { DecideOperation } from '../../../gateway/hooks/decide-operation.ts';
import { Satisfiability } from '../satisfiability/satisfiability.ts';
import { otherLabelsBelow } from '../satisfiability/views.ts';
import { subgraphsOf } from '../supergraphs/supergraph.ts';
import type { Monolith } from '../support/compare.ts';
import { keepingObjects } from '../support/objects-above.ts';
import { plusDirectives } from '../support/plus-directive.ts';
import { compose, fetchFrom, type Subgraph, type World, worldOf } from '../support/subgraphs.ts';
import { emptyName } from './additions/empty-interfaces.ts';
import { randomDesign } from './design.ts';
import { randomObjects } from './objects.ts';
import { Rng } from './rng.ts';
import { writeSdls } from './sdl.ts';

/**
 * A random supergraph with its data. `world` is the gateway over its subgraphs. `monolith` is one schema to compare the
 * gateway with.
 */
export interface RandomSupergraph {
  readonly seed: number;
  readonly sdls: Readonly<Record<string, string>>;
  readonly world: World;
  readonly monolith: Monolith;
  /** The check that tells whether a query can have a plan, for requests that draw this percentage. */
  satisfiability(percentage: number): Satisfiability;
  /** Sets the percentage that the next request draws. It decides progressive overrides. */
  drawPercentage(percentage: number): void;
  /** Begins an operation, before which no mutation has run. */
  begin(): void;
  /** Sets the clock, as if this number of mutations had run. */
  setTime(time: number): void;
  /** The requests that a subgraph rejected, each with the subgraph's reason. There should be none. */
  readonly rejected: readonly string[];
}

/** Translates the SDL of subgraphs, and the values that the subgraphs send and receive. */
interface Translation {
  sdl(sdl: string): string;
  fetch(inner: FetchSubgraph): FetchSubgraph;
  /** Whether the engine answers subscriptions. Default: false. */
  readonly hasStreams?: boolean;
}

const asItIs: Translation = { sdl: (sdl) => sdl, fetch: (inner) => inner };

/** The supergraph of a seed; undefined if its design does not compose, or if there is no data for it. */
export function randomSupergraph(
  seed: number,
  translation: Translation = asItIs,
): RandomSupergraph | undefined {
  const design = randomDesign(seed);
  const objects = randomObjects(design, new Rng(seed + 1));
  if (objects === undefined) {
    return undefined;
  }
  const sdls = Object.fromEntries(
    Object.entries(writeSdls(design)).map(([name, sdl]) => [name, translation.sdl(sdl)]),
  );
  const subgraphs = subgraphsOf({ subgraphs: sdls, ...objects });
  const supergraph = composed(subgraphs);
  if (supergraph === undefined) {
    return undefined;
  }
  const rejected: string[] = [];
  let drawn = 0;
  const engine = withLabels(
    createEngine(supergraph, { random: () => drawn / 100, hasStreams: translation.hasStreams ?? false }),
    () => drawn,
  );
  const checks = new Map<number, Satisfiability>();
  return {
    seed,
    sdls,
    world: worldOf(engine, recordingRejections(translation.fetch(fetchFrom(subgraphs)), rejected)),
    monolith: {
      schema: monolithSchema(engine.schema),
      rootValue: objects.root,
      fieldResolver: (source, args, context, info) =>
        plusDirectives(keepingObjects(source, args, context, info), info),
    },
    rejected,
    begin: () => {
      objects.clock.time = 0;
    },
    setTime: (time) => {
      objects.clock.time = time;
    },
    drawPercentage: (percentage) => {
      drawn = percentage;
    },
    satisfiability: (percentage) => {
      const check = checks.get(percentage) ?? new Satisfiability(sdls, percentage);
      checks.set(percentage, check);
      return check;
    },
  };
}

/** An engine with a hook that switches the labels without a percentage on and off. */
function withLabels(engine: Engine, drawn: () => number): Engine {
  const decide: DecideOperation = async () => ({
    kind: 'allowed',
    denied: noDenials,
    labels: drawn() < otherLabelsBelow ? engine.overrideLabels : [],
  });
  return {
    ...engine,
    execute: (request) => engine.execute({ decide, ...request }),
    subscribe: (request, signal) => engine.subscribe({ decide, ...request }, signal),
  };
}

/** The clients' schema. An interface without object types has objects with its own name, as in answers of the gateway. */
function monolithSchema(schema: GraphQLSchema): GraphQLSchema {
  return buildSchema(printSchema(schema).replace(`interface ${emptyName} `, `type ${emptyName} `));
}

/** The supergraph; undefined if the subgraphs do not compose. Fields that can't be resolved are allowed. */
function composed(subgraphs: Readonly<Record<string, Subgraph>>): string | undefined {
  try {
    return compose(subgraphs, { isUnproved: true });
  } catch {
    return undefined;
  }
}

/** The representations in all lookups of a request. */
function representationsIn({ variables = {} }: SubgraphRequest): readonly { readonly id?: unknown }[] {
  return Object.values(variables).flatMap((value) => (Array.isArray(value) ? value : []));
}

/** Adds to `rejected` each request that failed, or that a stricter subgraph would reject. */
function recordingRejections(fetch: FetchSubgraph, rejected: string[]): FetchSubgraph {
  return async (request) => {
    const reject = (reason: string) =>
      rejected.push(
        `${request.subgraph} ${request.operation} ${JSON.stringify(request.variables)}: ${reason}`,
      );
    if (representationsIn(request).some(({ id }) => id === null)) {
      reject('a reference with null in its key');
    }
    const answer = await fetch(request).catch((error: unknown) => {
      reject(String(error));
      throw error;
    });
    if (answer.data === undefined) {
      reject(JSON.stringify(answer.errors));
    }
    return answer;
  };
}
