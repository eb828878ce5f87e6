import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import {
  type CompiledOperation,
  type ConditionValues,
  compileOperation,
  DataKeys,
  type DeferDirectives,
  type PlanNode,
  prepareOperation,
  type TypeConditions,
  typeConditionsOf,
} from '../../executor/index.ts';
import type { Limits } from '../../limits.ts';
import { type PlanArguments, type Planner, PlanningError } from '../../planner/index.ts';
import { buildConsumerSchema } from '../../supergraph/index.ts';
import type { CostRules } from '../cost/cost-estimator.ts';
import type { CostExpression } from '../cost/cost-expression.ts';
import { readCostDirectives } from '../cost/directives.ts';
import { operationCost } from '../cost/operation-cost.ts';
import { readRequirementCosts } from '../cost/requirements.ts';

/** The parts of compilation that depend only on the supergraph. All its operations share them. */
export interface CompilationContext {
  readonly schema: GraphQLSchema;
  readonly types: TypeConditions;
  readonly planner: Planner;
  readonly costs: CostRules;
  /** The largest number of fields of an operation, with its fragments expanded. */
  readonly maxFields: number;
}

/** @throws Error if the API schema is not valid. */
export function createCompilationContext(
  supergraph: DocumentNode,
  planner: Planner,
  {
    assumedListSize,
    maxFields,
    hasStreams,
  }: Pick<Limits, 'assumedListSize' | 'maxFields'> & { readonly hasStreams?: boolean },
): CompilationContext {
  const schema = buildConsumerSchema(planner.consumerSchema, hasStreams);
  const costRules = { assumedListSize, ...readCostDirectives(supergraph) };
  const requirementCosts = readRequirementCosts(supergraph, costRules);
  const costs = { ...costRules, schema, maxFields, requirementCosts };
  return { schema, types: typeConditionsOf(supergraph), planner, costs, maxFields };
}

/** An operation, and everything in a request on which its plan depends. */
export interface VariantSource {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
  /** The fragments with `@defer`. Null if the answer is delivered as a whole. */
  readonly defer: DeferDirectives | null;
  /** Coordinates in the operation that the caller may not read. */
  readonly denied: ReadonlySet<string>;
  /**
   * A random number from 0 to below 100, drawn for the request. An `@override(label: "percent(N)")` is on if N is
   * greater.
   */
  readonly percentage: number;
  /** The labels of the overrides that are on, except percentages. */
  readonly labels: readonly string[];
}

export interface PlannedOperation {
  readonly compiled: CompiledOperation;
  /** The introspection fields of the operation, as a separate document. Undefined if it has no such fields. */
  readonly introspection: DocumentNode | undefined;
}

/**
 * An operation as it is planned for all requests with the same denied coordinates, the same values of `@skip` and
 * `@include`, and the same active `@override`s.
 */
export interface OperationVariant {
  /** Unique in this process. */
  readonly id: number;
  readonly source: VariantSource;
  readonly cost: CostExpression;
  /** Whether the answer is always delivered as a whole. False if it may be delivered in parts. */
  readonly isWhole: boolean;
  /** Undefined until planning has ended. */
  readonly planned: PlannedOperation | undefined;
  /**
   * Plans the operation at the first call. Further calls return the same promise, which may have been rejected.
   * Planning is separate from creation, so that an operation that costs too much is not planned.
   *
   * The event loop is blocked until this method returns the promise. An operation that would block it for too long is
   * planned by `elsewhere`. If `elsewhere` is null, the operation is planned on this thread.
   * @throws PlanningError
   * @throws OperationTooLarge
   */
  plan(elsewhere: PlanElsewhere | null): Promise<PlannedOperation>;
}

/** Makes a plan without blocking the event loop. */
export type PlanElsewhere = (...args: PlanArguments) => Promise<PlanNode>;

/**
 * The longest time for planning an operation on this thread, in ms of CPU time. The event loop may be blocked for
 * 50 ms, so 30 ms are left for other work in the same iteration of the loop. 99 of 100 operations are planned in less
 * than 20 ms, even if V8 has not compiled the planner yet.
 */
const maxMsHere = 20;

/**
 * Computes the cost of an operation for one kind of request. `plan()` plans it later.
 *
 * Before: `query ($more: Boolean!) { me { id  email  loans @include(if: $more) { … } } }`. The caller may not read
 * `Patron.email`, and `$more` is false.
 * After: a plan of `{ me { id } }`. Every request with the same denials and the same `$more` uses it. If `$more` is
 * true, the operation has a second variant with its own plan.
 *
 * @throws OperationTooLarge
 */
export function createOperationVariant(source: VariantSource, context: CompilationContext): OperationVariant {
  let planning: Promise<PlannedOperation> | undefined;
  let planned: PlannedOperation | undefined;
  const begin = async (elsewhere: PlanElsewhere | null): Promise<PlannedOperation> => {
    planned = await planOrAtOnce(source, context, elsewhere);
    return planned;
  };
  lastId += 1;
  return {
    id: lastId,
    source,
    cost: operationCost(source, context.costs),
    isWhole: source.defer === null,
    get planned() {
      return planned;
    },
    plan(elsewhere) {
      planning ??= begin(elsewhere);
      return planning;
    },
  };
}

let lastId = 0;

/**
 * Plans the operation. If it can't be planned with its `@defer`s, they are ignored, and the answer is sent as a whole.
 */
async function planOrAtOnce(
  source: VariantSource,
  context: CompilationContext,
  elsewhere: PlanElsewhere | null,
): Promise<PlannedOperation> {
  try {
    return await plan(source, context, elsewhere);
  } catch (error) {
    if (source.defer === null || !(error instanceof PlanningError)) {
      throw error;
    }
    return await plan({ ...source, defer: null }, context, elsewhere);
  }
}

async function plan(
  source: VariantSource,
  { schema, types, planner, maxFields }: CompilationContext,
  elsewhere: PlanElsewhere | null,
): Promise<PlannedOperation> {
  const { definition, fragments } = source;
  const compilation = { schema, types, maxFields, ...source, keys: new DataKeys(planner.isTaken) };
  const rootType = rootTypeOf(schema, definition);
  const { document, introspection } = prepareOperation(definition, rootType, compilation);
  const planHere = (...args: PlanArguments) =>
    elsewhere === null
      ? planner.plan(...args)
      : (planner.planWithin(maxMsHere, ...args) ?? elsewhere(...args));
  const planned = document === null ? null : await planHere(document, source.percentage, source.labels);
  return {
    compiled: compileOrReject(document, () => compileOperation(definition, rootType, planned, compilation)),
    introspection:
      introspection.length === 0
        ? undefined
        : {
            kind: Kind.DOCUMENT,
            definitions: [
              { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections: introspection } },
              ...fragments.values(),
            ],
          },
  };
}

/** A plan that contradicts itself can't be compiled. The client gets the same error as if there were no plan. */
function compileOrReject(document: string | null, compile: () => CompiledOperation): CompiledOperation {
  try {
    return compile();
  } catch (error) {
    throw new PlanningError(error, document ?? '');
  }
}

function rootTypeOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (type == null) {
    throw new Error(`the schema has no ${operation} type: the document was not validated`);
  }
  return type;
}
