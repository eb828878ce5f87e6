import {
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
} from 'graphql';
import type { Requirement } from '../access/guards.ts';
import {
  coerceVariables,
  type Denial,
  executePlan,
  type FetchSubgraph,
  noDenials,
  OperationTooLarge,
  typeConditionsOf,
  type VariableBounds,
} from '../executor/index.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { createPlanner, PlanningError } from '../planner/index.ts';
import { buildConsumerSchema, readRequirements } from '../supergraph/index.ts';
import { evaluateCost } from './cost/cost-expression.ts';
import { readCostDirectives } from './cost/directives.ts';
import { SlicingArgumentsError } from './cost/list-size.ts';
import { introspect } from './introspection.ts';
import { Operations } from './operation-cache.ts';
import type { Planned, Variant } from './operation-variant.ts';

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

export interface EngineOptions {
  /** By default an operation may cost what it likes, and the rest is as everywhere. */
  readonly limits?: Partial<Limits>;
  /** Hears of each operation that can't be planned; its literals are not in what the error tells. */
  readonly report?: (error: PlanningError) => void;
  /** From 0 to below 1, drawn for each request: some ask a subgraph that takes a field over little by little. */
  readonly random?: () => number;
}

interface Executing {
  readonly schema: GraphQLSchema;
  readonly operations: Operations;
  readonly maxCost: number;
  readonly maxIntrospectionValues: number;
  readonly maxAnswerBytes: number;
  readonly variableBounds: VariableBounds;
  readonly report: (error: PlanningError) => void;
  readonly random: () => number;
}

/** Throws where `supergraphSdl` is no supergraph. */
export function createEngine(
  supergraphSdl: string,
  { limits = {}, report = () => undefined, random = Math.random }: EngineOptions = {},
): Engine {
  const planner = createPlanner(supergraphSdl);
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const schema = buildConsumerSchema(planner.consumerSdl);
  const {
    assumedListSize,
    maxCost,
    maxIntrospectionValues,
    maxAnswerBytes,
    maxVariableItems,
    maxVariableValues,
  } = {
    ...defaultLimits,
    maxCost: Number.POSITIVE_INFINITY,
    ...limits,
  };
  const variableBounds = { maxItems: maxVariableItems, maxValues: maxVariableValues };
  const costs = { schema, assumedListSize, ...readCostDirectives(supergraph) };
  const operations = new Operations({ schema, types: typeConditionsOf(supergraph), planner, costs });
  const executing: Executing = {
    schema,
    operations,
    maxCost,
    maxIntrospectionValues,
    maxAnswerBytes,
    variableBounds,
    report,
    random,
  };
  return {
    schema,
    requirements: readRequirements(supergraphSdl, schema),
    execute: (request) => execute(request, executing),
  };
}

async function execute(
  { document, operationName, variables: inputs = {}, denied = noDenials, fetch }: EngineRequest,
  executing: Executing,
): Promise<EngineAnswer> {
  const { schema, operations, maxCost, maxIntrospectionValues, maxAnswerBytes, variableBounds } = executing;
  const operation = operations.find(document, operationName);
  if (operation === undefined) {
    return refusal('BAD_USER_INPUT', unknownOperation(operationName));
  }
  const { known, kind, variableDefinitions, literals } = operation;
  if (kind === OperationTypeNode.SUBSCRIPTION) {
    return refusal('OPERATION_NOT_SUPPORTED', 'Subscriptions are not supported.');
  }
  const coerced = coerceVariables(variableDefinitions, inputs, schema, variableBounds);
  if (!coerced.ok) {
    return refusal('BAD_USER_INPUT', ...coerced.problems);
  }
  const variables = Object.assign(coerced.values, literals);
  const undecided = known.conditions.filter((name) => variables[name] === null);
  if (undecided.length > 0) {
    return refusal(
      'BAD_USER_INPUT',
      ...undecided.map((name) => `Variable "$${name}" decides a condition and must not be null.`),
    );
  }
  let planned: Planned;
  let introspected: Record<string, unknown> = {};
  try {
    const variant = operations.variant(known, variables, denied.keys(), executing.random());
    const cost = evaluateCost(variant.cost, variables);
    if (cost > maxCost) {
      return tooCostly(cost, maxCost);
    }
    planned = variant.planned ?? (await plan(variant, executing));
    if (planned.introspection !== undefined) {
      introspected = await introspect(schema, planned.introspection, variables, maxIntrospectionValues);
    }
  } catch (error) {
    return refusalFor(error);
  }
  return executePlan(planned.compiled, { variables, fetch, denied, introspected, maxBytes: maxAnswerBytes });
}

async function plan(variant: Variant, { report }: Executing): Promise<Planned> {
  try {
    return await variant.plan();
  } catch (error) {
    if (error instanceof PlanningError) {
      report(error);
    }
    throw error;
  }
}

/** What a client is told of an operation that can't be executed. Throws what is no fault of the operation's. */
function refusalFor(error: unknown): EngineAnswer {
  if (error instanceof PlanningError) {
    return error.isOverload
      ? refusal('UNAVAILABLE', 'The gateway has too much to do: try again in a second.')
      : refusal('PLANNING_FAILED', error.message);
  }
  if (error instanceof OperationTooLarge) {
    return refusal('OPERATION_TOO_LARGE', error.message);
  }
  if (error instanceof SlicingArgumentsError) {
    return refusal('BAD_USER_INPUT', error.message);
  }
  throw error;
}

/** In the words of the gateways that reckon costs in this way. */
function tooCostly(estimated: number, max: number): EngineAnswer {
  const message = `The operation's estimated cost ${estimated} is more than the limit of ${max}.`;
  return {
    errors: [{ message, extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated, max } } }],
  };
}

function unknownOperation(name: string | undefined): string {
  return name === undefined
    ? 'The document has several operations: name one in `operationName`.'
    : 'The document has no operation of that name.';
}

function refusal(code: string, ...messages: readonly string[]): EngineAnswer {
  return { errors: messages.map((message) => ({ message, extensions: { code } })) };
}
