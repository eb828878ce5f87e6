import { clientVariableOf } from '../compile/keys.ts';
import type { JsonObject } from '../json.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { Failures } from './failures.ts';
import type { ProjectedField } from './project.ts';
import type { FetchSubgraph } from './subgraph.ts';

/** The objects of the merged data that stand in several places at once, and how each was projected last. */
export type SharedObjects = Map<JsonObject, Projected | null>;

export interface Projected {
  readonly fields: readonly ProjectedField[];
  readonly object: JsonObject;
  /** What it took of the answer's budget. */
  readonly bytes: number;
}

/** One execution of a plan: what it is given, and what it has gathered. */
export interface Run {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fetch: FetchSubgraph;
  readonly types: TypeConditions;
  /** The merged data, by the keys of the plan. */
  readonly data: JsonObject;
  readonly failures: Failures;
  readonly shared: SharedObjects;
}

/** Those of the client's variables that have a value, by the plan's names. */
export function variablesOf(names: readonly string[], run: Run): Record<string, unknown> {
  const used: Record<string, unknown> = {};
  for (const name of names) {
    const given = clientVariableOf(name);
    if (Object.hasOwn(run.variables, given)) {
      used[name] = run.variables[given];
    }
  }
  return used;
}
