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
  prepareOperation,
  type TypeConditions,
} from '../executor/index.ts';
import { type Planner, PlanningError } from '../planner/index.ts';
import type { CostRules } from './cost/cost-estimator.ts';
import type { CostExpression } from './cost/cost-expression.ts';
import { operationCost } from './cost/operation-cost.ts';

/** Everything that the operations of one supergraph share for compilation. */
export interface CompilationContext {
  readonly schema: GraphQLSchema;
  readonly types: TypeConditions;
  readonly planner: Planner;
  readonly costs: CostRules;
  /** The largest number of fields of an operation, with its fragments expanded. */
  readonly maxFields: number;
}

/** An operation, and everything in a request on which its plan depends. */
export interface VariantSource {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
  /** Coordinates in the operation that the caller may not read. */
  readonly denied: ReadonlySet<string>;
  /** From 0 to below 100, drawn for the request. An `@override(label: "percent(N)")` is on if N is greater. */
  readonly percentage: number;
}

export interface PlannedOperation {
  readonly compiled: CompiledOperation;
  /** The introspection fields of the operation, as a separate document. Undefined if it has none. */
  readonly introspection: DocumentNode | undefined;
}

/** An operation for one set of denials, one set of condition values, and one outcome of the progressive overrides. */
export interface OperationVariant {
  /** Unique in this process. */
  readonly id: number;
  readonly cost: CostExpression;
  /** Undefined until planning has ended. */
  readonly planned: PlannedOperation | undefined;
  /**
   * Plans the operation at the first call. Further calls return the same promise, which may have been rejected.
   * Planning is separate from creation, so that an operation that costs too much is not planned.
   * @throws PlanningError
   * @throws OperationTooLarge
   */
  plan(): Promise<PlannedOperation>;
}

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
  const begin = async (): Promise<PlannedOperation> => {
    planned = plan(source, context);
    return planned;
  };
  lastId += 1;
  return {
    id: lastId,
    cost: operationCost(source, context.costs),
    get planned() {
      return planned;
    },
    plan() {
      planning ??= begin();
      return planning;
    },
  };
}

let lastId = 0;

function plan(
  source: VariantSource,
  { schema, types, planner, maxFields }: CompilationContext,
): PlannedOperation {
  const { definition, fragments } = source;
  const compilation = { schema, types, maxFields, ...source, keys: new DataKeys(planner.isTaken) };
  const rootType = rootTypeOf(schema, definition);
  const { document, introspection } = prepareOperation(definition, rootType, compilation);
  const planned = document === null ? null : planner.plan(document, source.percentage);
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
