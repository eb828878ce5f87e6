import { type DocumentNode, type GraphQLSchema, OperationTypeNode, parse } from 'graphql';
import { inSpan } from '../../adapters/telemetry/spans.ts';
import type { Requirement } from '../access/guards.ts';
import type { Allowance } from '../access/rates/rate-limiter.ts';
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
import type { CacheStats } from '../weighted-cache.ts';
import { evaluateCost } from './cost/cost-expression.ts';
import { readCostDirectives } from './cost/directives.ts';
import { SlicingArgumentsError } from './cost/list-size.ts';
import { introspect } from './introspection.ts';
import { OperationCache } from './operation-cache.ts';
import { OperationReport } from './operation-report.ts';
import type { OperationVariant, PlannedOperation } from './operation-variant.ts';
import { type GraphQLResult, rateLimited } from './request.ts';

export interface EngineRequest {
  /** Parsed, and valid against `schema`. The same object again finds what was compiled for it before. */
  readonly document: DocumentNode;
  /**
   * The part of the engine's schema that the caller sees; by default all of it. Introspection shows it, and variables are
   * coerced by it. Everything else is done with the engine's schema: a plan is the same whoever asks.
   */
  readonly schema?: GraphQLSchema;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What this caller may not read, by `Type.field` or `Type`. It isn't fetched, and is null with this error. */
  readonly denied?: ReadonlyMap<string, Denial>;
  readonly fetch: FetchSubgraph;
  /** What the caller may have now. Null, or absent: everything. */
  readonly allowance?: Allowance | null;
  /** Filled while the operation is executed. */
  readonly report?: OperationReport;
}

/** Executes operations over a supergraph. */
export interface Engine {
  /** The API schema, which clients see. Documents are validated against it. */
  readonly schema: GraphQLSchema;
  /** What a caller must have to read a field, by `Type.field`. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  /** Errors of clients and of subgraphs are in the answer. Rejects only for a defect of the gateway. */
  execute(request: EngineRequest): Promise<GraphQLResult>;
  /** What the caches of operations and plans hold. */
  caches(): Readonly<Record<'operations' | 'plans', CacheStats>>;
}

export interface EngineOptions {
  /** By default `maxCost` is infinite and the rest are the default limits. */
  readonly limits?: Partial<Limits>;
  /** Called for each request whose operation can't be planned. The error has the operation without its literals. */
  readonly onPlanningError?: (error: PlanningError) => void;
  /** Told how long a request waited for the plan of its operation, in ms, and why it got none. */
  readonly onPlanned?: (ms: number, error: PlanningError | null) => void;
  /** From 0 to below 1, drawn for each request: decides progressive `@override`. Default: `Math.random`. */
  readonly random?: () => number;
}

interface EngineContext {
  readonly schema: GraphQLSchema;
  readonly operations: OperationCache;
  readonly maxCost: number;
  readonly maxIntrospectionValues: number;
  readonly maxAnswerBytes: number;
  readonly variableBounds: VariableBounds;
  readonly onPlanningError: (error: PlanningError) => void;
  readonly onPlanned: (ms: number, error: PlanningError | null) => void;
  readonly random: () => number;
}

/** @throws Error where `supergraphSdl` is not a supergraph that can be served. */
export function createEngine(
  supergraphSdl: string,
  {
    limits = {},
    onPlanningError = () => undefined,
    onPlanned = () => undefined,
    random = Math.random,
  }: EngineOptions = {},
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
  const operations = new OperationCache({ schema, types: typeConditionsOf(supergraph), planner, costs });
  const context: EngineContext = {
    schema,
    operations,
    maxCost,
    maxIntrospectionValues,
    maxAnswerBytes,
    variableBounds,
    onPlanningError,
    onPlanned,
    random,
  };
  return {
    schema,
    requirements: readRequirements(supergraphSdl, schema),
    execute: (request) => execute(request, context),
    caches: () => operations.stats,
  };
}

async function execute(request: EngineRequest, context: EngineContext): Promise<GraphQLResult> {
  const { operations, maxCost, maxIntrospectionValues, maxAnswerBytes, variableBounds } = context;
  const { document, operationName, variables: inputs = {}, denied = noDenials, fetch, allowance } = request;
  const { schema = context.schema, report = new OperationReport() } = request;
  const operation = operations.find(document, operationName);
  if (operation === undefined) {
    return rejection('BAD_USER_INPUT', unknownOperation(operationName));
  }
  const { cached, kind, variableDefinitions, literals } = operation;
  report.name = operation.name;
  report.type = kind;
  report.hash = cached.hash;
  if (kind === OperationTypeNode.SUBSCRIPTION) {
    return rejection('OPERATION_NOT_SUPPORTED', 'Subscriptions are not supported.');
  }
  const coerced = coerceVariables(variableDefinitions, inputs, schema, variableBounds);
  if (!coerced.ok) {
    return rejection('BAD_USER_INPUT', ...coerced.problems);
  }
  const variables = Object.assign(coerced.values, literals);
  const nullConditions = cached.conditions.filter((name) => variables[name] === null);
  if (nullConditions.length > 0) {
    return rejection(
      'BAD_USER_INPUT',
      ...nullConditions.map((name) => `Variable "$${name}" decides a condition and must not be null.`),
    );
  }
  let planned: PlannedOperation;
  let introspected: Record<string, unknown> = {};
  try {
    const variant = operations.variant(cached, variables, denied.keys(), context.random());
    const cost = evaluateCost(variant.cost, variables);
    report.estimatedCost = cost;
    if (cost > maxCost) {
      return tooCostly(cost, maxCost);
    }
    const wait = allowance?.admit({ kind, cost, isNew: variant.planned === undefined }) ?? 0;
    if (wait > 0) {
      return rateLimited(wait);
    }
    planned = variant.planned ?? (await plan(variant, report, context));
    report.steps = planned.compiled.steps;
    if (planned.introspection !== undefined) {
      introspected = await introspect(schema, planned.introspection, variables, maxIntrospectionValues);
    }
  } catch (error) {
    return rejectionFor(error);
  }
  return executePlan(planned.compiled, { variables, fetch, denied, introspected, maxBytes: maxAnswerBytes });
}

async function plan(
  variant: OperationVariant,
  report: OperationReport,
  { onPlanningError, onPlanned }: EngineContext,
): Promise<PlannedOperation> {
  const startedAt = performance.now();
  try {
    const planned = await inSpan({ name: 'graphql.plan' }, () => variant.plan());
    report.planningMs = performance.now() - startedAt;
    onPlanned(report.planningMs, null);
    return planned;
  } catch (error) {
    if (error instanceof PlanningError) {
      onPlanned(performance.now() - startedAt, error);
      onPlanningError(error);
    }
    throw error;
  }
}

/** The answer to an operation that can't be executed. Throws `error` again if the operation did not cause it. */
function rejectionFor(error: unknown): GraphQLResult {
  if (error instanceof PlanningError) {
    return rejection('PLANNING_FAILED', error.message);
  }
  if (error instanceof OperationTooLarge) {
    return rejection('OPERATION_TOO_LARGE', error.message);
  }
  if (error instanceof SlicingArgumentsError) {
    return rejection('BAD_USER_INPUT', error.message);
  }
  throw error;
}

/** The code and the `cost` extension are those of other gateways with IBM's cost directives. */
function tooCostly(estimated: number, max: number): GraphQLResult {
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

function rejection(code: string, ...messages: readonly string[]): GraphQLResult {
  return { errors: messages.map((message) => ({ message, extensions: { code } })) };
}
