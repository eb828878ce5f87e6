import { clientVariableOf } from '../compile/keys.ts';
import type { JsonObject } from '../json.ts';
import type { SharedObjects } from '../projection.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { Failures } from './failures.ts';
import type { FetchSubgraph } from './subgraph.ts';

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
