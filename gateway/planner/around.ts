/**
 * What `router-query-planner` 0.0.38 does not do, done by the supergraph that it is given and by how its plans are read.
 * Decision 6 has the list.
 */
import { type DocumentNode, print } from 'graphql';
import { withoutAmbiguousProvides } from './ambiguous-provides.ts';
import { withSelections } from './bare-objects.ts';
import { interfaceObjectsLast, withoutLastMark } from './interface-objects-last.ts';
import { keysApart } from './keys-apart.ts';
import { type IsKnownBy, knownKeys } from './known-keys.ts';
import { ownFields } from './own-fields.ts';
import { replaceRequiredArguments } from './required-arguments.ts';
import { requireKeys } from './required-keys.ts';
import { separateConflicts } from './requirement-conflicts.ts';
import { requiringApart } from './requiring-apart.ts';
import { withoutTwin } from './twins.ts';

export { contextArgumentsIn } from './context-arguments.ts';
export { foreignFieldsIn } from './foreign-fields.ts';
export { rootFieldsApart } from './root-fields-apart.ts';

/** How plans are read that were made by another supergraph than the one that subgraphs were composed to. */
export interface PlanReading {
  /** The subgraph's own name. */
  subgraph(name: string): string;
  /** What the subgraph calls a field that a representation has. */
  field(name: string): string;
  /** The operation as the subgraph understands it, with the same keys in its answer. */
  operation(text: string): string;
  /** Whether a representation may have the field: a subgraph is sent nothing that its schema doesn't have. */
  isSent(subgraph: string, type: string, field: string): boolean;
  readonly isKnownBy: IsKnownBy;
  /** Whether the field is none of the supergraph's. */
  isAdded(field: string): boolean;
}

export interface AroundPlanner {
  /** What to plan by. */
  readonly supergraphSdl: string;
  /** What to plan by, one after the other, where that gives no plan. */
  readonly otherSupergraphSdls: readonly string[];
  readonly reading: PlanReading;
}

/** Throws where a directive has a set of fields that is none. */
export function aroundPlanner(supergraph: DocumentNode): AroundPlanner {
  const required = replaceRequiredArguments(withoutAmbiguousProvides(supergraph));
  const separated = keysApart(separateConflicts(required));
  const hasField = ownFields(supergraph);
  const selected = withSelections(supergraph);
  const subgraph = (name: string) => withoutTwin(withoutLastMark(name));
  return {
    supergraphSdl: print(interfaceObjectsLast(separated)),
    otherSupergraphSdls: [...requireKeys(separated), ...requiringApart(separated)].map((other) =>
      print(interfaceObjectsLast(other)),
    ),
    reading: {
      subgraph,
      field: required.nameOf,
      operation: (text) => selected(required.restore(text)),
      isSent: (name, type, field) =>
        withoutTwin(name) === name ||
        field === '__typename' ||
        hasField(subgraph(name), type, required.nameOf(field)),
      isKnownBy: knownKeys(supergraph),
      isAdded: required.isStandIn,
    },
  };
}
