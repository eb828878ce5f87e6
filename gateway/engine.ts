import {
  type DocumentNode,
  execute,
  type GraphQLFormattedError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
} from 'graphql';
import type { Requirement } from './auth/requirements.ts';
import {
  type CompiledOperation,
  type ConditionValues,
  coerceVariables,
  compileOperation,
  conditionVariablesOf,
  coordinatesIn,
  type Denial,
  executePlan,
  type FetchSubgraph,
  fragmentsOf,
  noDenials,
  OperationTooLarge,
  prepareOperation,
  type TypeConditions,
  typeConditionsOf,
} from './executor/index.ts';
import { Kept } from './kept.ts';
import { createPlanner, type Planner, PlanningError } from './planner.ts';
import { buildConsumerSchema, readRequirements } from './supergraph.ts';

export interface EngineRequest {
  /** Parsed, and valid against the engine's schema. What is compiled of it is kept for as long as the object is. */
  readonly document: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What this caller may not have, by `Type.field` or `Type`: not fetched, null in the answer, with this error. */
  readonly denied?: ReadonlyMap<string, Denial>;
  readonly fetch: FetchSubgraph;
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
  /** Never rejects for what a client or a subgraph did wrong. */
  execute(request: EngineRequest): Promise<EngineAnswer>;
}

interface Supergraph {
  readonly schema: GraphQLSchema;
  readonly types: TypeConditions;
  readonly planner: Planner;
  readonly kept: Kept;
}

/** A document's operation, with what every way of compiling it shares. */
interface KnownOperation {
  readonly definition: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly conditions: readonly string[];
  /** The coordinates that can deny something of the document. */
  readonly coordinates: ReadonlySet<string>;
  /** By what is denied and how the conditions come out. */
  readonly variants: Map<string, Promise<Variant>>;
}

/** An operation for one caller's rights and one outcome of its conditions. */
interface Variant {
  readonly compiled: CompiledOperation;
  /** Undefined where nothing is asked of the schema itself. */
  readonly introspection: DocumentNode | undefined;
  /** In characters of what was planned. */
  readonly weight: number;
}

/** Characters of planned documents that variants are kept of, over all operations. A variant takes some ninety times its text. */
const keptText = 1_000_000;

/** Throws where `supergraphSdl` is no supergraph. */
export function createEngine(supergraphSdl: string): Engine {
  const planner = createPlanner(supergraphSdl);
  const schema = buildConsumerSchema(planner.consumerSdl);
  const types = typeConditionsOf(parse(supergraphSdl, { noLocation: true }));
  const supergraph: Supergraph = { schema, types, planner, kept: new Kept(keptText) };
  // The host bounds the documents that it keeps; what is known of one goes with it.
  const known = new WeakMap<DocumentNode, Map<string | undefined, KnownOperation>>();
  const knownOperation = (document: DocumentNode, name: string | undefined): KnownOperation | undefined => {
    const operations = known.get(document) ?? new Map<string | undefined, KnownOperation>();
    known.set(document, operations);
    const before = operations.get(name);
    if (before !== undefined) {
      return before;
    }
    const operation = readOperation(document, name, schema);
    if (operation !== undefined) {
      operations.set(name, operation);
    }
    return operation;
  };
  return {
    schema,
    requirements: readRequirements(supergraphSdl, schema),
    execute: async (request) => {
      const operation = knownOperation(request.document, request.operationName);
      return operation === undefined
        ? refusal('BAD_USER_INPUT', unknownOperation(request.operationName))
        : executeOperation(operation, request, supergraph);
    },
  };
}

function readOperation(
  document: DocumentNode,
  name: string | undefined,
  schema: GraphQLSchema,
): KnownOperation | undefined {
  const definition = getOperationAST(document, name);
  return definition == null
    ? undefined
    : {
        definition,
        document,
        conditions: conditionVariablesOf(document),
        coordinates: coordinatesIn(document, schema),
        variants: new Map(),
      };
}

async function executeOperation(
  operation: KnownOperation,
  { variables: inputs = {}, denied = noDenials, fetch }: EngineRequest,
  supergraph: Supergraph,
): Promise<EngineAnswer> {
  const { definition } = operation;
  if (definition.operation === OperationTypeNode.SUBSCRIPTION) {
    return refusal('OPERATION_NOT_SUPPORTED', 'Subscriptions are not supported.');
  }
  const coerced = coerceVariables(definition.variableDefinitions ?? [], inputs, supergraph.schema);
  if (!coerced.ok) {
    return refusal('BAD_USER_INPUT', ...coerced.problems);
  }
  const { values: variables } = coerced;
  const undecided = operation.conditions.filter((name) => variables[name] === null);
  if (undecided.length > 0) {
    return refusal(
      'BAD_USER_INPUT',
      ...undecided.map((name) => `Variable "$${name}" decides a condition and must not be null.`),
    );
  }
  let variant: Variant;
  try {
    variant = await variantOf(operation, variables, denied, supergraph);
  } catch (error) {
    if (error instanceof PlanningError) {
      return refusal('PLANNING_FAILED', error.message);
    }
    if (error instanceof OperationTooLarge) {
      return refusal('OPERATION_TOO_LARGE', error.message);
    }
    throw error;
  }
  const introspected =
    variant.introspection === undefined
      ? {}
      : await introspect(supergraph.schema, variant.introspection, variables);
  return executePlan(variant.compiled, { variables, fetch, denied, introspected });
}

function variantOf(
  operation: KnownOperation,
  variables: Readonly<Record<string, unknown>>,
  denied: ReadonlyMap<string, Denial>,
  supergraph: Supergraph,
): Promise<Variant> {
  const { conditions, coordinates, variants } = operation;
  const outcome = conditions.map((name) => (variables[name] === true ? '+' : '-')).join('');
  const deniedHere = [...denied.keys()].filter((coordinate) => coordinates.has(coordinate)).sort();
  const key = `${outcome} ${deniedHere.join(' ')}`;
  const known = variants.get(key);
  if (known !== undefined) {
    supergraph.kept.touch(known);
    return known;
  }
  const values = new Map(conditions.map((name) => [name, variables[name] === true]));
  const variant = compileVariant(operation, values, new Set(deniedHere), supergraph);
  variants.set(key, variant);
  const forget = () => variants.delete(key);
  // Who waits for the variant hears of the failure; here it is only not kept.
  variant.then(({ weight }) => supergraph.kept.add(variant, weight, forget), forget);
  return variant;
}

async function compileVariant(
  { definition, document }: KnownOperation,
  conditions: ConditionValues,
  denied: ReadonlySet<string>,
  { schema, types, planner }: Supergraph,
): Promise<Variant> {
  const fragments = fragmentsOf(document.definitions);
  const from = { schema, fragments, conditions, denied };
  const rootType = rootTypeOf(schema, definition);
  const { documents, introspection } = prepareOperation(definition, rootType, from);
  const plans = await Promise.all(documents.map((planned) => planner.plan(planned)));
  return {
    weight: documents.reduce((sum, { length }) => sum + length, 100),
    compiled: compile(() => compileOperation(definition, rootType, plans, from, types)),
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
function compile(compiling: () => CompiledOperation): CompiledOperation {
  try {
    return compiling();
  } catch (error) {
    throw new PlanningError(error);
  }
}

/** Asks graphql-js of the schema itself: `introspection` has no other fields. */
async function introspect(
  schema: GraphQLSchema,
  introspection: DocumentNode,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { data, errors } = await execute({ schema, document: introspection, variableValues });
  if (errors !== undefined) {
    throw new Error('the schema does not answer introspection', { cause: errors[0] });
  }
  return data ?? {};
}

function rootTypeOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (type == null) {
    throw new Error(`the schema has no ${operation} type: the document was not validated`);
  }
  return type;
}

function unknownOperation(name: string | undefined): string {
  return name === undefined
    ? 'The document has several operations: name one in `operationName`.'
    : 'The document has no operation of that name.';
}

function refusal(code: string, ...messages: readonly string[]): EngineAnswer {
  return { errors: messages.map((message) => ({ message, extensions: { code } })) };
}
