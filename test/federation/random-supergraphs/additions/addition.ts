/**
 * Additions to a random design. They are made when everything else is decided. Additions have a random generator of
 * their own, so they don't change the rest of a seed's design.
 */
import type { DataObject } from '../../supergraphs/supergraph.ts';
import type { Placement } from '../placement.ts';
import type { GraphTypes } from '../types.ts';

export interface Addition {
  /** More fields of a type in a subgraph, with keys of the form `subgraph type`. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** More definitions, by subgraph. A subgraph that the design does not have is added. */
  readonly definitions: ReadonlyMap<string, string>;
  addData(data: RandomData): void;
}

/** The data of a supergraph, to which an addition adds its own. */
export interface RandomData {
  /** The values of root fields, or functions that return them. */
  readonly root: Record<string, unknown>;
  /** More objects that can be looked up by a key. */
  readonly entities: DataObject[];
  /** The entities that a subgraph does not know, by subgraph. */
  readonly unknown: Record<string, readonly DataObject[]>;
  readonly clock: Clock;
  objectsOf(type: string): readonly Record<string, unknown>[];
  /** A random value for a field in one subgraph. `type` is the field's type, as in SDL. */
  value(type: string, subgraph: string): unknown;
  nextNumber(): number;
}

/** Counts the mutations of one operation. */
export interface Clock {
  time: number;
}

/** The parts of a design that an addition may use. */
export interface DesignSoFar {
  readonly graphTypes: GraphTypes;
  readonly placement: Placement;
  /** The subgraphs that have fields of their own types. */
  readonly owners: readonly string[];
}

/** Makes the `fields` of an addition, with keys of the form `subgraph type`. */
export function fieldsOf(
  ...entries: readonly (readonly [subgraph: string, type: string, fields: readonly string[]])[]
): Addition['fields'] {
  return new Map(entries.map(([subgraph, type, fields]) => [`${subgraph} ${type}`, fields]));
}
