/**
 * What `router-query-planner` 0.0.38 does not do, done by the supergraph that it is given and by how its plans are read.
 * Decision 6 has the list.
 */
import { type DocumentNode, print, visit } from 'graphql';
import { InventedNames } from '../executor/index.ts';
import { withoutAmbiguousProvides } from './ambiguous-provides.ts';
import { withSelections } from './bare-objects.ts';
import { type SeparatedOperation, separateFields } from './conflicting-fields.ts';
import type { FindField } from './find-field.ts';
import { interfaceObjectsLast } from './interface-objects-last.ts';
import { subgraphNames } from './join.ts';
import { keysApart } from './keys-apart.ts';
import { type KeysIn, knownKeys } from './known-keys.ts';
import { ownFields } from './own-fields.ts';
import {
  type RequiredArguments,
  replaceRequiredArguments,
  requiringArgumentsIn,
} from './required-arguments.ts';
import { requireKeys } from './required-keys.ts';
import { separateConflicts } from './requirement-conflicts.ts';
import { requiringApart } from './requiring-apart.ts';
import { PlannerSubgraphs } from './twins.ts';

export { contextArgumentsIn } from './context-arguments.ts';
export { foreignFieldsIn } from './foreign-fields.ts';
export { rootFieldsApart } from './root-fields-apart.ts';
export { spreadInterfaceFields } from './spread-interface-fields.ts';

/** How plans are read that were made by another supergraph than the one that subgraphs were composed to. */
export interface PlanReading {
  /** The subgraph's own name. */
  subgraph(name: string): string;
  /** What the subgraph calls a field that a representation has. */
  field(name: string): string;
  /** The operation as the subgraph understands it, with the same keys in its answer but for aliases. */
  operation(subgraph: string, text: string): SeparatedOperation;
  /** Whether a representation may have the field: a subgraph is sent nothing that its schema doesn't have. */
  isSent(subgraph: string, type: string, field: string): boolean;
  readonly keysIn: KeysIn;
}

/** A supergraph to plan by. */
export interface Way {
  readonly sdl: string;
  /** Finds a field that it may have planned wrongly. */
  readonly findWrong: FindField;
  /** Whether the planner may survive by it what it did not survive by an earlier one. */
  readonly isForPanics: boolean;
}

export interface AroundPlanner {
  /** In the order in which they are to be tried: the supergraph as it was composed comes first. */
  readonly ways: readonly Way[];
  readonly reading: PlanReading;
  /** Whether something of the supergraph, or of what is planned by, has the name. */
  isTaken(name: string): boolean;
}

/** Throws where a directive has a set of fields that is none. */
export function aroundPlanner(supergraph: DocumentNode): AroundPlanner {
  const taken = namesIn(supergraph);
  const names = new InventedNames((name) => taken.has(name));
  const subgraphs = new PlannerSubgraphs(names);
  const required = replaceRequiredArguments(supergraph, names);
  const hasField = ownFields(supergraph);
  const selected = withSelections(supergraph);
  const separated = separateFields(supergraph, (name) => names.has(name));
  const subgraph = (name: string) => subgraphs.ownName(name);
  return {
    ways: waysOf(supergraph, required, subgraphs),
    reading: {
      subgraph,
      field: required.nameOf,
      operation: (name, text) => separated(subgraph(name), selected(required.restore(text))),
      isSent: (name, type, field) =>
        !subgraphs.isTwin(name) ||
        field === '__typename' ||
        hasField(subgraph(name), type, required.nameOf(field)),
      keysIn: knownKeys(supergraph),
    },
    isTaken: (name) => names.has(name),
  };
}

/**
 * Each is a way around more of what the planner does not do than the one before, and none is without harm: what a rewritten
 * supergraph has no plan for, the one as it was composed may have. None of them twice.
 */
function waysOf(
  supergraph: DocumentNode,
  required: RequiredArguments,
  subgraphs: PlannerSubgraphs,
): readonly Way[] {
  const separated = separateConflicts(required, subgraphs);
  const unprovided = withoutAmbiguousProvides(separated);
  const apart = keysApart(unprovided, subgraphs);
  const rewritten = (document: DocumentNode, isForPanics: boolean): Way => ({
    sdl: print(interfaceObjectsLast(document, subgraphs)),
    findWrong: () => undefined,
    isForPanics,
  });
  const all = [
    { sdl: print(supergraph), findWrong: requiringArgumentsIn(supergraph), isForPanics: false },
    rewritten(separated, false),
    rewritten(unprovided, false),
    rewritten(apart, true),
    ...[...requireKeys(apart, subgraphs), ...requiringApart(apart, subgraphs)].map((document) =>
      rewritten(document, true),
    ),
  ];
  return [...Map.groupBy(all, ({ sdl }) => sdl).values()].flatMap(([first]) => first ?? []);
}

/** All names in a supergraph, those of its subgraphs too. */
function namesIn(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set(subgraphNames(supergraph).values());
  visit(supergraph, {
    Name: ({ value }) => {
      names.add(value);
    },
  });
  return names;
}
