/** The supergraphs with which the planners are compared. */
import { readFileSync } from 'node:fs';
import { market } from '../../federation/market/market.ts';
import { randomSupergraph } from '../../federation/random-supergraphs/random-supergraph.ts';
import { supergraphs } from '../../federation/supergraphs/all.ts';
import { compose } from '../../federation/support/subgraphs.ts';
import { randomFrom } from '../../support/random.ts';

export interface MeasuredGraph {
  readonly sdl: string;
  /** The graph's share of the operations in its row of the table. */
  readonly share: number;
}

/** The supergraphs of each row of the table. A row has one supergraph, or several of one kind. */
export function measuredGraphs(seed: number): Readonly<Record<string, () => readonly MeasuredGraph[]>> {
  const own = new URL('../../../schema/supergraph.graphql', import.meta.url);
  const small = Object.values(supergraphs);
  return {
    'our graph': () => [{ sdl: readFileSync(own, 'utf8'), share: 1 }],
    market: () => [{ sdl: compose(market), share: 1 }],
    'small supergraphs': () =>
      small.map(({ subgraphs }) => ({ sdl: compose(withSdl(subgraphs)), share: 1 / small.length })),
    'random supergraphs': () => [...randomGraphs(seed, 30)].map((sdl) => ({ sdl, share: 1 / 30 })),
    '40 subgraphs, 400 entities': () => [{ sdl: largeGraph(seed, 40, 400), share: 0.5 }],
  };
}

function withSdl(subgraphs: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(subgraphs).map(([name, sdl]) => [name, { sdl }]));
}

/** Random designs for which the composer proves that every field can be resolved, as in production. */
function* randomGraphs(seed: number, count: number): Generator<string> {
  let found = 0;
  for (let at = 0; found < count; at++) {
    const sdls = randomSupergraph(seed + at)?.sdls;
    const sdl = sdls && composed(sdls);
    if (sdl !== undefined) {
      found++;
      yield sdl;
    }
  }
}

function composed(sdls: Readonly<Record<string, string>>): string | undefined {
  try {
    return compose(withSdl(sdls));
  } catch {
    return undefined;
  }
}

/** Composes entities with the key `id`, each in one to four subgraphs, with fields that lead to other entities. */
function largeGraph(seed: number, subgraphCount: number, entityCount: number): string {
  const random = randomFrom(seed);
  const below = (end: number) => Math.floor(random() * end);
  const types = Array.from({ length: subgraphCount }, () => new Map<string, string[]>());
  const roots = Array.from({ length: subgraphCount }, () => [] as string[]);
  const need = (subgraph: number, entity: number): string[] => {
    const fields = types[subgraph]?.get(`E${entity}`) ?? [];
    types[subgraph]?.set(`E${entity}`, fields);
    return fields;
  };
  for (let entity = 0; entity < entityCount; entity++) {
    const count = 1 + below(4);
    for (let part = 0; part < count; part++) {
      const subgraph = below(subgraphCount);
      const other = below(entityCount);
      need(subgraph, other);
      need(subgraph, entity).push(
        `a${part}_${subgraph}: Int`,
        `b${part}_${subgraph}: String`,
        `to${part}_${subgraph}: ${part % 2 === 0 ? `E${other}` : `[E${other}!]`}`,
      );
      if (part === 0) {
        roots[subgraph]?.push(`e${entity}: E${entity}`);
      }
    }
  }
  return compose(
    Object.fromEntries(
      types.map((entities, subgraph) => [
        `s${subgraph}`,
        {
          sdl: [
            'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])',
            `type Query { ${(roots[subgraph] ?? []).join(' ') || `s${subgraph}: Int`} }`,
            ...[...entities].map(
              ([name, fields]) =>
                `type ${name} @key(fields: "id") { id: ID! ${[...new Set(fields)].join(' ')} }`,
            ),
          ].join('\n'),
        },
      ]),
    ),
    { isUnproved: true },
  );
}
