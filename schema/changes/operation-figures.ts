import {
  type DocumentNode,
  GraphQLInt,
  getNullableType,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
  validate,
  valueFromAST,
  visit,
} from 'graphql';
import { evaluateCost, largest } from '../../gateway/engine/cost/cost-expression.ts';
import { SlicingArgumentsError } from '../../gateway/engine/cost/list-size.ts';
import {
  type CompilationContext,
  createCompilationContext,
  createOperationVariant,
  type OperationVariant,
} from '../../gateway/engine/operations/operation-variant.ts';
import { fragmentsOf, type PlanStep } from '../../gateway/executor/index.ts';
import { limitsOfOtherGraphs } from '../../gateway/limits.ts';
import { createPlanner } from '../../gateway/planner/index.ts';
import type { CheckedOperation } from './checked-operations.ts';

/** These directives are left out, so that all fields are requested at once. */
const withoutEffect = new Set(['skip', 'include', 'defer']);

/** The requests, the depth and the cost of an operation if all its fields are requested at once. */
export interface OperationFigures {
  /** The number of requests to subgraphs. */
  readonly requests: number;
  /** The number of requests in the longest chain of requests that wait for one another. */
  readonly depth: number;
  /** Null if the size of a list depends on which of several arguments a request has. */
  readonly cost: number | null;
}

/** The requests, depth and cost of an operation, or why it can't be run. */
export type Plan = { readonly figures: OperationFigures } | { readonly problem: string };

/** Plans operations over a supergraph. Progressive overrides are on. */
export type PlanOperation = (operation: CheckedOperation) => Promise<Plan>;

/** @throws Error if the SDL can't be parsed, or if the supergraph is not valid. */
export function plansOver(supergraphSdl: string): PlanOperation {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const options = { ...limitsOfOtherGraphs, hasStreams: true };
  const context = createCompilationContext(supergraph, createPlanner(supergraphSdl), options);
  return async ({ documentOver }) => {
    const document = documentOver(context.schema);
    const [invalid] = validate(context.schema, document, undefined, { maxErrors: 1 });
    if (invalid !== undefined) {
      return { problem: invalid.message };
    }
    try {
      return { figures: await figuresOf(document, context) };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  };
}

async function figuresOf(document: DocumentNode, context: CompilationContext): Promise<OperationFigures> {
  const unconditional = visit(document, {
    Directive: ({ name }) => (withoutEffect.has(name.value) ? null : undefined),
  });
  const definition = getOperationAST(unconditional);
  if (definition == null) {
    throw new Error('There is no operation.');
  }
  const variant = createOperationVariant(
    {
      definition,
      fragments: fragmentsOf(unconditional.definitions),
      conditions: new Map(),
      defer: null,
      denied: new Set(),
      percentage: 0,
      labels: context.planner.overrideLabels,
    },
    context,
  );
  const { compiled } = await variant.plan(null);
  return {
    requests: requestsOf(compiled.steps),
    depth: sumOf(compiled.steps.map(depthOf)),
    cost: costOf(variant, definition, context),
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const requestsOf = (steps: readonly PlanStep[]): number =>
  sumOf(steps.map((step) => ('steps' in step ? requestsOf(step.steps) : 1)));

function depthOf(step: PlanStep): number {
  if (!('steps' in step)) {
    return 1;
  }
  const depths = step.steps.map(depthOf);
  return step.kind === 'parallel' ? largest(depths) : sumOf(depths);
}

/**
 * The cost of an operation. A variable of type `Int` may be the size of a list, so it needs a value: its default value,
 * or else the assumed list size.
 */
function costOf(
  { cost }: OperationVariant,
  { variableDefinitions = [] }: OperationDefinitionNode,
  { schema, costs }: CompilationContext,
): number | null {
  const variables: Record<string, unknown> = {};
  for (const { variable, type, defaultValue } of variableDefinitions) {
    if (getNullableType(typeFromAST(schema, type)) === GraphQLInt) {
      variables[variable.name.value] =
        defaultValue === undefined ? costs.assumedListSize : valueFromAST(defaultValue, GraphQLInt);
    }
  }
  try {
    return evaluateCost(cost, variables);
  } catch (error) {
    if (error instanceof SlicingArgumentsError) {
      return null;
    }
    throw error;
  }
}
