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
import type { CostExpression } from './cost/cost-expression.ts';
import { type CostRules, operationCost } from './cost/operation-cost.ts';

/** What operations are compiled from. */
export interface Compiling {
  readonly schema: GraphQLSchema;
  readonly types: TypeConditions;
  readonly planner: Planner;
  readonly costs: CostRules;
}

/** An operation for one caller's rights and one outcome of its conditions. */
export interface VariantSource {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
  /** Coordinates that the caller may not have. */
  readonly denied: ReadonlySet<string>;
  /** Where the request is among a hundred: which fields it asks of the subgraphs that take them over. */
  readonly percentage: number;
}

export interface Planned {
  readonly compiled: CompiledOperation;
  /** Undefined where nothing is asked of the schema itself. */
  readonly introspection: DocumentNode | undefined;
}

export interface Variant {
  readonly cost: CostExpression;
  /** Undefined until it is planned. */
  readonly planned: Planned | undefined;
  /**
   * Plans it when first asked to: what costs too much never is. Rejects with `PlanningError` or `OperationTooLarge`, from
   * then on always, unless that may pass.
   */
  plan(): Promise<Planned>;
}

/** Throws `OperationTooLarge`. */
export function createVariant(source: VariantSource, compiling: Compiling): Variant {
  let planning: Promise<Planned> | undefined;
  let planned: Planned | undefined;
  const begin = async (): Promise<Planned> => {
    try {
      planned = await plan(source, compiling);
      return planned;
    } catch (error) {
      if (error instanceof PlanningError && error.mayPass) {
        planning = undefined;
      }
      throw error;
    }
  };
  return {
    cost: operationCost(source, compiling.costs),
    get planned() {
      return planned;
    },
    plan() {
      planning ??= begin();
      return planning;
    },
  };
}

async function plan(source: VariantSource, { schema, types, planner }: Compiling): Promise<Planned> {
  const { definition, fragments } = source;
  const from = { schema, types, ...source, keys: new DataKeys(planner.isTaken) };
  const rootType = rootTypeOf(schema, definition);
  const { documents, introspection } = prepareOperation(definition, rootType, from);
  const plans = await Promise.all(documents.map((planned) => planner.plan(planned, source.percentage)));
  return {
    compiled: compile(documents, () => compileOperation(definition, rootType, plans, from)),
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

/** A plan that is at odds with itself is as good as none. */
function compile(documents: readonly string[], compiling: () => CompiledOperation): CompiledOperation {
  try {
    return compiling();
  } catch (error) {
    throw new PlanningError(error, documents.join('\n'));
  }
}

function rootTypeOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (type == null) {
    throw new Error(`the schema has no ${operation} type: the document was not validated`);
  }
  return type;
}
