import type { FragmentDefinitionNode, GraphQLObjectType, OperationDefinitionNode } from 'graphql';
import type { DeferredBlocks } from '../deferred-block.ts';
import type { PlanNode } from '../plan.ts';
import type { PlanStep } from '../plan-steps.ts';
import type { ProjectedField } from '../run/answer/projection.ts';
import type { ClientPath } from '../run/answer/response-errors.ts';
import type { TypeConditions } from '../type-conditions.ts';
import { selectedAtOnce } from './collect-fields.ts';
import { compilePlan } from './compile-plan.ts';
import { type CompileContext, clientPathIn, compileFields } from './compile-projection.ts';
import { Blocks, blocksIn } from './defer/blocks.ts';

/**
 * An operation that is ready to run. It has one plan, for one set of values of `@skip` and `@include` and one set of
 * denied fields.
 */
export interface CompiledOperation {
  /** The steps, which run in sequence. Empty if there is nothing to fetch. */
  readonly steps: readonly PlanStep[];
  readonly fields: readonly ProjectedField[];
  /** Translates a path of keys in the merged data to a path of keys in the client's answer. */
  readonly clientPath: ClientPath;
  /** The fragments with `@defer` that are delivered later. Null if the answer is delivered as a whole. */
  readonly deferred: DeferredBlocks | null;
  readonly types: TypeConditions;
}

/** `plan` is null if there is nothing to plan. @throws Error if the plan contradicts itself */
export function compileOperation(
  operation: OperationDefinitionNode,
  rootType: GraphQLObjectType,
  plan: PlanNode | null,
  context: CompileContext,
): CompiledOperation {
  const { types, defer } = context;
  const nodes = plan === null || defer === null ? new Map<string, number>() : blocksIn(plan);
  const blocks = defer === null || nodes.size === 0 ? null : new Blocks(defer, nodes);
  const selected = { ...selectedAtOnce([operation.selectionSet]), blocks };
  const fields = compileFields(rootType, selected, context);
  return {
    steps: plan === null ? [] : [compilePlan(plan, types, blocks !== null)],
    fields,
    clientPath: clientPathIn(fields),
    deferred: blocks === null ? null : { format: blocks.format, nodes },
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
