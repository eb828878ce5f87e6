import { buildSchema, printSchema } from 'graphql';
import { createEngine } from '../../../gateway/engine/engine.ts';
import type { FetchSubgraph, SubgraphRequest } from '../../../gateway/executor/index.ts';
import { compose, fetchFrom, type Subgraph, type World, worldOf } from '../cases/subgraphs.ts';
import type { Monolith } from '../market/compare.ts';
import { randomOf } from '../market/random.ts';
import { subgraphsOf } from '../supergraphs/graph.ts';
import { randomDesign } from './design.ts';
import { Dice } from './dice.ts';
import { randomObjects } from './objects.ts';
import { writeSdls } from './sdl.ts';

export interface RandomSupergraph {
  readonly seed: number;
  readonly sdls: Readonly<Record<string, string>>;
  readonly world: World;
  readonly monolith: Monolith;
  /** The names of the fields that require something. */
  readonly requiring: readonly string[];
  /** The requests that subgraphs did not execute, with what they said: there are to be none. */
  readonly refused: readonly string[];
}

/** Undefined where what the seed makes does not compose, or has no data. */
export function randomSupergraph(seed: number): RandomSupergraph | undefined {
  const design = randomDesign(seed);
  const objects = randomObjects(design, new Dice(seed + 1));
  if (objects === undefined) {
    return undefined;
  }
  const sdls = writeSdls(design);
  const subgraphs = subgraphsOf({ subgraphs: sdls, ...objects });
  const supergraph = composed(subgraphs);
  if (supergraph === undefined) {
    return undefined;
  }
  const refused: string[] = [];
  const engine = createEngine(supergraph, { random: randomOf(seed) });
  return {
    seed,
    sdls,
    world: worldOf(engine, telling(fetchFrom(subgraphs), refused)),
    monolith: { schema: buildSchema(printSchema(engine.schema)), rootValue: objects.root },
    requiring: design.requiring.map(({ field }) => field.name),
    refused,
  };
}

/** Undefined where they do not compose, as about half of what chance makes does not. */
function composed(subgraphs: Readonly<Record<string, Subgraph>>): string | undefined {
  try {
    return compose(subgraphs);
  } catch {
    return undefined;
  }
}

/** Of all lookups of a request. */
function representationsIn({ variables = {} }: SubgraphRequest): readonly { readonly id?: unknown }[] {
  return Object.values(variables).flatMap((value) => (Array.isArray(value) ? value : []));
}

/** Adds to `refused` each request that was not executed, or that a stricter subgraph would not execute. */
function telling(fetch: FetchSubgraph, refused: string[]): FetchSubgraph {
  return async (request) => {
    const tell = (why: string) =>
      refused.push(`${request.subgraph} ${request.operation} ${JSON.stringify(request.variables)}: ${why}`);
    if (representationsIn(request).some(({ id }) => id === null)) {
      tell('a reference with null in its key');
    }
    const answer = await fetch(request).catch((error: unknown) => {
      tell(String(error));
      throw error;
    });
    if (answer.data === undefined) {
      tell(JSON.stringify(answer.errors));
    }
    return answer;
  };
}
