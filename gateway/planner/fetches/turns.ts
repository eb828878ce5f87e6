/**
 * Groups the root fields of a mutation into turns. Root fields run one after the other, each with everything below it
 * (GraphQL specification, section 6.2.2). A turn is a series of neighbouring root fields of one subgraph. They are sent
 * in one request, because the subgraph also runs them in order. Only the last field of a turn may need lookups, because
 * its lookups must end before the next field runs.
 *
 * Before: the fields `a`, `b`, `c` and `d` of *first*. The objects of `b` are looked up in *second*.
 * After: the turns `a b`, with the lookup, and `c d`.
 */
import { Kind } from 'graphql';
import type { Solution } from '../search/solution.ts';
import type { Supergraph } from '../supergraph/model.ts';

/** Returns the turns. `solutions` has a solution for each root field, in the order of the operation. */
export function turnsOf(
  solutions: readonly Solution[],
  supergraph: Supergraph,
): readonly (readonly Solution[])[] {
  const turns: Solution[][] = [];
  for (const solution of solutions) {
    const turn = turns.at(-1);
    if (turn?.every((before) => canShare(before, solution, supergraph)) === true) {
      turn.push(solution);
    } else {
      turns.push([solution]);
    }
  }
  return turns;
}

/**
 * Whether `second` can be in the same request as `first`: both are root fields of one subgraph, `first` needs no other
 * request, and a null of one field doesn't remove the other field.
 */
function canShare(first: Solution, second: Solution, supergraph: Supergraph): boolean {
  const subgraphs = new Set(
    [first, second].flatMap(({ lookups }) => lookups.map(({ subgraph }) => subgraph)),
  );
  return (
    first.requests.length === 1 &&
    subgraphs.size === 1 &&
    [first, second].every((solution) => nullsNoOthers(solution, supergraph))
  );
}

/**
 * Whether a null of the field removes the same fields in the request as in the answer. False if the field is non-null
 * in this subgraph and nullable in another subgraph: a null then also removes the other fields of the request.
 */
function nullsNoOthers({ resolved, lookups }: Solution, { subgraphs, roots }: Supergraph): boolean {
  return resolved.every(({ selection: { name }, source }) => {
    const isNonNull = lookups[source]?.type.fields.get(name)?.type.kind === Kind.NON_NULL_TYPE;
    const types = subgraphs.flatMap(
      (subgraph) => subgraph.types.get(roots.mutation ?? '')?.fields.get(name)?.type ?? [],
    );
    return !isNonNull || types.every(({ kind }) => kind === Kind.NON_NULL_TYPE);
  });
}
