import type { FragmentDefinitionNode, GraphQLObjectType, OperationDefinitionNode } from 'graphql';
import type { PlanNode } from '../plan.ts';
import type { ProjectedField } from '../projection.ts';
import type { TypeConditions } from '../type-conditions.ts';
import { compilePlan, type PlanStep } from './compile-plan.ts';
import { compileFields, type Projectable } from './compile-projection.ts';
import { joinFetches } from './join-fetches.ts';

/** An operation ready to run, for one set of conditions and denials. */
export interface CompiledOperation {
  /** Run one after the other. */
  readonly steps: readonly PlanStep[];
  readonly fields: readonly ProjectedField[];
  readonly types: TypeConditions;
}

/** `plans` are of the prepared documents, in their order. Throws where a plan is at odds with itself. */
export function compileOperation(
  operation: OperationDefinitionNode,
  rootType: GraphQLObjectType,
  plans: readonly PlanNode[],
  from: Projectable,
): CompiledOperation {
  const { types } = from;
  return {
    steps: plans.map((plan) => compilePlan(joinFetches(plan), types)),
    fields: compileFields(rootType, [operation.selectionSet], from),
    types,
  };
}

/** The fragments of a document, by name. */
export function fragmentsOf(
  definitions: readonly { readonly kind: string }[],
): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions
      .filter((definition): definition is FragmentDefinitionNode => definition.kind === 'FragmentDefinition')
      .map((fragment) => [fragment.name.value, fragment]),
  );
}
