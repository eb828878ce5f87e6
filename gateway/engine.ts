import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Requirement } from './auth/requirements.ts';
import { type Denial, executePlan, type FetchSubgraph, type QueryPlan, Shape } from './executor/index.ts';
import {
  conditionVariables,
  findDenials,
  planKey,
  planVariable,
  type Settled,
  settleConditions,
  toPlannable,
} from './operation.ts';
import { createPlanner, type Planner } from './planner.ts';
import { buildConsumerSchema, readRequirements } from './supergraph.ts';
import { coerceVariables } from './variables.ts';

export interface EngineRequest {
  /** Parsed, and valid against the engine's schema. The same object for the same document: what is compiled stays with it. */
  readonly document: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The fields that this caller may not have, by `Type.field`; the same map for the same caller's rights. */
  readonly denied?: ReadonlyMap<string, Denial>;
  readonly fetch: FetchSubgraph;
  readonly signal?: AbortSignal;
}

/** `data` is absent where the request was not executed. */
export interface EngineAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** Executes operations over a supergraph. */
export interface Engine {
  /** What clients may see; documents are validated against it. */
  readonly schema: GraphQLSchema;
  /** What a field asks of its caller, by `Type.field`. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  /** Answers with data and errors, whatever the client asked and the subgraphs did. */
  execute(request: EngineRequest): Promise<EngineAnswer>;
}

/** An operation made ready once: for one set of denials and one outcome of its conditions. */
interface Compiled {
  readonly shape: Shape;
  readonly plans: readonly QueryPlan[];
  readonly settled: Settled;
}

interface KnownDocument {
  /** The variables that decide its conditions. */
  readonly conditions: readonly string[];
  /** By what is denied, then by operation and outcome of the conditions. */
  readonly compiled: WeakMap<object, Map<string, Promise<Compiled>>>;
}

/** Outcomes of conditions kept for one document; more are compiled each time. */
const keptOutcomes = 64;
const nothingDenied: ReadonlyMap<string, Denial> = new Map();

/** Throws where `supergraphSdl` is no supergraph. */
export function createEngine(supergraphSdl: string): Engine {
  const planner = createPlanner(supergraphSdl);
  const schema = buildConsumerSchema(planner.consumerSdl);
  // Documents are kept by the host, within its bounds; what is known of one goes with it.
  const known = new WeakMap<DocumentNode, KnownDocument>();

  const compile = (
    { document, denied = nothingDenied }: EngineRequest,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Compiled> => {
    const { conditions, compiled } = known.get(document) ?? knowDocument(document);
    const outcomes = compiled.get(denied) ?? new Map<string, Promise<Compiled>>();
    compiled.set(denied, outcomes);
    const outcome = conditions.map((name) => (variables[name] === true ? 1 : 0)).join('');
    const key = `${operation.name?.value ?? ''} ${outcome}`;
    const before = outcomes.get(key);
    if (before !== undefined) {
      return before;
    }
    const compiling = compileOperation(
      settleConditions(document, operation, variables),
      denied,
      schema,
      planner,
    );
    if (outcomes.size < keptOutcomes) {
      outcomes.set(key, compiling);
      // A plan that failed is tried again.
      compiling.catch(() => outcomes.delete(key));
    }
    return compiling;
  };

  const knowDocument = (document: DocumentNode): KnownDocument => {
    const fresh: KnownDocument = { conditions: conditionVariables(document), compiled: new WeakMap() };
    known.set(document, fresh);
    return fresh;
  };

  return {
    schema,
    requirements: readRequirements(supergraphSdl, schema),
    async execute(request) {
      const operation = getOperationAST(request.document, request.operationName);
      if (operation == null) {
        return refusal(
          'BAD_USER_INPUT',
          request.operationName === undefined
            ? 'The document has several operations: name one in `operationName`.'
            : 'The document has no operation of that name.',
        );
      }
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
        return refusal('OPERATION_NOT_SUPPORTED', 'Subscriptions are not served.');
      }
      const coerced = coerceVariables(schema, operation, request.variables ?? {});
      if ('errors' in coerced) {
        return coerced;
      }
      const compiled = await compile(request, operation, coerced.values);
      return executePlan({
        schema,
        rootType: rootTypeOf(schema, operation),
        plans: compiled.plans,
        shape: compiled.shape,
        variables: forPlans(operation, request.variables ?? {}),
        introspected: introspect(schema, compiled, request.variables ?? {}),
        fetch: request.fetch,
      });
    },
  };
}

async function compileOperation(
  settled: Settled,
  denied: ReadonlyMap<string, Denial>,
  schema: GraphQLSchema,
  planner: Planner,
): Promise<Compiled> {
  const denials = denied.size === 0 ? new Map<FieldNode, Denial>() : findDenials(settled, schema, denied);
  const source = { schema, fragments: settled.fragments, denials, keyOf: planKey };
  const shape = new Shape(source, [settled.operation.selectionSet]);
  const plans: QueryPlan[] = [];
  for (const part of inOrder(settled, shape, rootTypeOf(schema, settled.operation))) {
    const plannable = toPlannable(part, schema, denials);
    if (plannable !== null) {
      plans.push(await planner.plan(plannable));
    }
  }
  return { shape, plans, settled };
}

/**
 * Root mutations one after the other, each with all that it leads to (section 6.2.2 of the specification): a plan for
 * all would put a later one beside an earlier one's entity fetches. A query is one.
 */
function inOrder(settled: Settled, shape: Shape, rootType: GraphQLObjectType): Settled[] {
  const { operation } = settled;
  if (operation.operation !== OperationTypeNode.MUTATION) {
    return [settled];
  }
  return shape.fieldsOf(rootType).map(({ nodes }) => ({
    ...settled,
    operation: { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } },
  }));
}

/** Values as the client gave them: a subgraph coerces its own. What was not given, the plan has a default for. */
function forPlans(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(given, name)).map((name) => [planVariable(name), given[name]]),
  );
}

/** What the operation asks of the schema itself, by response key; graphql-js answers it. */
function introspect(
  schema: GraphQLSchema,
  { shape, settled: { operation, fragments } }: Compiled,
  variableValues: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const asked = shape.fieldsOf(rootTypeOf(schema, operation)).filter(({ introspective }) => introspective);
  if (asked.length === 0) {
    return {};
  }
  const selections = asked.flatMap(({ nodes }) => nodes);
  const selectionSet = { kind: Kind.SELECTION_SET, selections } as const;
  const { data } = executeSync({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }, ...fragments.values()] },
    variableValues,
  });
  return data ?? {};
}

function rootTypeOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (type == null) {
    throw new Error(`the schema has no ${operation} type: the document was not validated`);
  }
  return type;
}

function refusal(code: string, message: string): EngineAnswer {
  return { errors: [{ message, extensions: { code } }] };
}
