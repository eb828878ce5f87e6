/**
 * Several mutations in each subgraph. Each mutation moves a clock forward. Some mutations return the clock, and one
 * subgraph resolves the clock's time. So the answer shows in which order the mutations ran, and which data was read
 * between them.
 */
import type { Rng } from '../rng.ts';
import { wrapped } from '../types.ts';
import { type Addition, type DesignSoFar, fieldsOf, type RandomData } from './addition.ts';

interface Mutation {
  readonly subgraph: string;
  readonly name: string;
  readonly type: string;
  readonly kind: 'time' | 'failure' | 'clock' | 'object';
}

export function mutations({ graphTypes, owners, placement }: DesignSoFar, rng: Rng): Addition | undefined {
  const { entities, values } = graphTypes;
  const all = rng.someOrOne(owners, 0.6).flatMap((subgraph): readonly Mutation[] => {
    const at = owners.indexOf(subgraph);
    const objects = rng.some([0, 1], 0.5).map((number) => {
      const named = rng.pick([...entities, ...entities, ...values]);
      placement.need(subgraph, named);
      return { subgraph, name: `m${at}object${number}`, type: wrapped(named, rng), kind: 'object' as const };
    });
    return [
      { subgraph, name: `m${at}time`, type: rng.pick(['Int', 'Int!']), kind: 'time' },
      { subgraph, name: `m${at}fails`, type: rng.pick(['Int', 'Int', 'Int!']), kind: 'failure' },
      { subgraph, name: `m${at}clock`, type: 'Clock', kind: 'clock' },
      ...objects,
    ];
  });
  const teller = rng.pick(owners);
  const bySubgraph = Map.groupBy(all, ({ subgraph }) => subgraph);
  const definitionIn = (subgraph: string) => {
    const own = (bySubgraph.get(subgraph) ?? []).map(({ name, type }) => `  ${name}(x: Int): ${type}`);
    const mutation = own.length === 0 ? [] : [`type Mutation {\n${own.join('\n')}\n}`];
    const clock =
      subgraph === teller
        ? 'type Clock @key(fields: "id") { id: ID! now: Int }'
        : 'type Clock @key(fields: "id", resolvable: false) { id: ID! }';
    return [...mutation, clock].join('\n');
  };
  return {
    fields: fieldsOf(),
    definitions: new Map(
      [...new Set([...bySubgraph.keys(), teller])].map((subgraph) => [subgraph, definitionIn(subgraph)]),
    ),
    addData(data: RandomData) {
      const { clock } = data;
      const object = { __typename: 'Clock', id: 'clock', now: () => clock.time };
      data.entities.push(object);
      for (const { subgraph, name, type, kind } of all) {
        const value = kind === 'object' ? data.value(type, subgraph) : object;
        data.root[name] = ({ x }: { readonly x?: number | null }) => {
          clock.time += 1 + (x ?? 0);
          if (kind === 'failure') {
            throw new Error(`${name} fails`);
          }
          return kind === 'time' ? clock.time : value;
        };
      }
    },
  };
}
