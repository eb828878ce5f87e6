/**
 * The root fields of a mutation run one after the other, each with everything below it (GraphQL specification, section 6.2.2). A
 * subgraph runs those of one request in this order too. So neighbours that one subgraph resolves alone are one turn, and one
 * request.
 *
 * Before: `a`, `b` and `c` of *first*, where the objects of `b` are looked up in *second*, then `d` of *first*.
 * After: the turns `a b`, with the lookup, and `c d`.
 */
import { Kind } from 'graphql';
import type { Solution } from '../search/solution.ts';
import type { Supergraph } from '../supergraph/model.ts';

/** `solutions`: one for each root field, in order. */
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

/** Whether the subgraph of the first one is asked for nothing else, and may be asked for the second one in the same request. */
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
 * Whether a null of the field nulls other fields of the request only if it nulls them in the answer as well. It does not if the
 * type is non-null in this subgraph, and nullable in another one.
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
