import type { Caller } from '../access/caller.ts';
import type { Denial, DenialsOf, Requirement } from '../access/guards.ts';
import type { HookOperation } from './hooks.ts';
import { operationFor, type Refusal, type RequestHooks } from './request-hooks.ts';

/** An operation of a client before it is planned. */
export interface OperationToDecide extends HookOperation {
  /** The coordinates in the operation: `Type.field` and `Type`. All requests with the operation share this object. */
  readonly coordinates: ReadonlySet<string>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The operation with variables in place of literals, as far as possible. */
  readonly text: string;
}

export type OperationDecided =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'allowed';
      readonly denied: ReadonlyMap<string, Denial>;
      /** The override labels that are on. */
      readonly labels: readonly string[];
    };

/** Calls the hook `operation` for an operation. */
export type DecideOperation = (operation: OperationToDecide) => Promise<OperationDecided>;

/** The parts of a supergraph about which the hook `operation` decides. */
export interface DecidedParts {
  readonly requirements: ReadonlyMap<string, Requirement>;
  readonly overrideLabels: readonly string[];
  readonly denialsOf: DenialsOf;
}

/**
 * Prepares the decisions about a supergraph's operations. The result is called once for each request.
 *
 * Before: `{ me { salary } }`, where `Employee.salary` has `@policy(policies: [["hr"], ["own"]])`.
 * After: the hook is asked about `hr` and `own`. If it returns neither, `Employee.salary` is denied.
 */
export function createDecisions({
  requirements,
  overrideLabels,
  denialsOf,
}: DecidedParts): (hooks: RequestHooks, caller: Caller) => DecideOperation {
  const policiesByCoordinates = new WeakMap<ReadonlySet<string>, readonly string[]>();
  const policiesOf = (coordinates: ReadonlySet<string>): readonly string[] => {
    const policies = policiesByCoordinates.get(coordinates) ?? requiredPolicies(coordinates, requirements);
    policiesByCoordinates.set(coordinates, policies);
    return policies;
  };
  return (hooks, caller) => async (operation) => {
    const required = policiesOf(operation.coordinates);
    const event = {
      operation: operationFor(operation),
      policies: [...required],
      labels: [...overrideLabels],
      variables: operation.variables,
    };
    const { refusal, policies, labels } = await hooks.decideOperation(event, operation.text);
    if (refusal !== null) {
      return { kind: 'refused', refusal };
    }
    const met = new Set(required.filter((policy) => policies.includes(policy)));
    return { kind: 'allowed', denied: denialsOf(caller, met), labels };
  };
}

function requiredPolicies(
  coordinates: ReadonlySet<string>,
  requirements: ReadonlyMap<string, Requirement>,
): readonly string[] {
  const policies = new Set<string>();
  for (const coordinate of coordinates) {
    for (const policy of requirements.get(coordinate)?.policies.flat(2) ?? []) {
      policies.add(policy);
    }
  }
  return [...policies].sort();
}
