/**
 * A supergraph with abstract types that have thousands of object types: an interface and a union. One subgraph has all
 * of these object types, and another subgraph adds a field to a third of them.
 */
import { federation2Link, type Graph } from '../../supergraphs/supergraph.ts';
import type { Rng } from '../rng.ts';

/** The number of object types. */
const crowdSize = 3_000;

export function crowd(rng: Rng): Graph {
  const types = Array.from({ length: crowdSize }, (_, at) => `C${at}`);
  const further = types.filter((_, at) => at % 3 === 0);
  const objects = Array.from({ length: 12 }, (_, at) => {
    const __typename = at % 2 === 0 ? rng.pick(further) : rng.pick(types);
    const label = ({ x }: { readonly x?: number | null }) => 100 * at + (x ?? 0);
    return { __typename, id: `${at}`, label, more: at };
  });
  return {
    subgraphs: {
      first: [
        federation2Link,
        'type Query { crowd: [Crowd] any: [Any] one: Crowd }',
        'interface Crowd { id: ID! label: Int }',
        `union Any = ${types.join(' | ')}`,
        ...types.map(
          (type) => `type ${type} implements Crowd @key(fields: "id") { id: ID! label(x: Int): Int }`,
        ),
      ].join('\n'),
      second: [
        federation2Link,
        ...further.map((type) => `type ${type} @key(fields: "id") { id: ID! more: Int }`),
      ].join('\n'),
    },
    entities: objects,
    root: { crowd: () => objects, any: () => [...objects, null], one: () => objects[0] },
  };
}
