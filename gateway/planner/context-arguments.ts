import type { DocumentNode } from 'graphql';
import { type FindField, findFieldIn } from './find-field.ts';

/**
 * Finds a field in a plan whose arguments come from a context (`@fromContext`). router-query-planner 0.0.38 asks for such a
 * field as if it had no arguments, and the answer would be wrong without a word.
 */
export function contextArgumentsIn(supergraph: DocumentNode): FindField {
  return findFieldIn(supergraph, (directives) =>
    directives.some(({ arguments: given = [] }) =>
      given.some(({ name }) => name.value === 'contextArguments'),
    ),
  );
}
