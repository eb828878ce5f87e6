import { type FragmentDefinitionNode, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { ConditionValues, DeferDirectives } from '../../executor/index.ts';
import { CostEstimator, type CostRules } from './cost-estimator.ts';
import { type CostExpression, sum } from './cost-expression.ts';

/** The parts of a request on which an operation's cost depends, apart from its variables. */
export interface CostInput {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
  /** The `@defer` directives of the operation. Null if the answer is delivered as a whole. */
  readonly defer: DeferDirectives | null;
}

/** Added to the cost of every mutation. */
const mutationCost = 10;

/**
 * Estimates the cost of an operation: about the number of objects that its answer may have. A field costs (its weight +
 * its selection set) × the items in its list, plus its arguments and its `@requires`. Without `@cost`, an object weighs
 * 1 and a leaf 0. A mutation costs `mutationCost` more. All fragments are included, even if an object can match only
 * some. So the estimate is too low only if a list is longer than assumed. A deferred fragment costs 1 for each of its
 * objects, because the gateway looks the objects up again.
 *
 * Example: `{ me { name  credentials { status  type } } }` costs 11 if a list is assumed to have ten items. `me` costs
 * 1, the credentials cost 10 × 1, and the leaves cost nothing.
 *
 * @throws OperationTooLarge
 */
export function operationCost(
  { definition, fragments, conditions, defer }: CostInput,
  rules: CostRules,
): CostExpression {
  const root = rules.schema.getRootType(definition.operation);
  if (root == null) {
    throw new Error(`the schema has no ${definition.operation} type: the document was not validated`);
  }
  const estimator = new CostEstimator(rules, fragments, conditions, defer);
  const base = definition.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
  return sum([base, estimator.estimate([{ set: definition.selectionSet, type: root }])]);
}
