import { type DocumentNode, type GraphQLSchema, OperationTypeNode, parse } from 'graphql';
import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import { Bulkhead } from '../../platform/priority/bulkhead.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Caller } from '../access/caller.ts';
import type { Requirement } from '../access/guards.ts';
import { classFor } from '../access/operation-class.ts';
import {
  coerceVariables,
  noDenials,
  OperationTooLarge,
  typeConditionsOf,
  type VariableBounds,
} from '../executor/index.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { createPlanner, PlanningError } from '../planner/index.ts';
import { buildConsumerSchema } from '../supergraph/index.ts';
import { checkFeatures } from '../supergraph/links.ts';
import { readRequirements } from '../supergraph/requirements.ts';
import { evaluateCost } from './cost/cost-expression.ts';
import { readCostDirectives } from './cost/directives.ts';
import { SlicingArgumentsError } from './cost/list-size.ts';
import { readRequirementCosts } from './cost/requirements.ts';
import { NotPrepared, PreparationQueue } from './documents/preparation-queue.ts';
import { InFlight } from './in-flight.ts';
import { maxTextLength, OperationCache } from './operation-cache.ts';
import { OperationReport } from './operation-report.ts';
import type { OperationVariant } from './operation-variant.ts';
import { type GraphQLResult, rateLimited } from './request.ts';
import { type RunContext, type RunRequest, runOperation, runShared, sharedKey } from './run-operation.ts';
import { SharedAnswers } from './shared-answers.ts';

export interface EngineRequest extends RunRequest {
  /** Parsed, and valid against `schema`. The engine caches compiled operations by this object. */
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** Default: a caller with a token. */
  readonly caller?: Pick<Caller, 'authenticated'>;
  /** Filled while the operation is executed. */
  readonly report?: OperationReport;
}

/** Executes operations over a supergraph. */
export interface Engine {
  /** The API schema, which clients see. Documents are validated against it. */
  readonly schema: GraphQLSchema;
  /** The requirements that a caller must meet to read a field, by `Type.field`. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  /**
   * Executes an operation. The result includes the errors of clients and of subgraphs. Rejects only if the gateway has
   * a defect.
   */
  execute(request: EngineRequest): Promise<GraphQLResult>;
  /** Returns the statistics of the caches of operations and plans. */
  caches(): Readonly<Record<string, CacheStats>>;
}

export interface EngineOptions {
  /** By default, `maxCost` is infinite, and the other limits are `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** Called for each request whose operation can't be planned. The operation in the error has no literals. */
  readonly onPlanningError?: (error: PlanningError) => void;
  /**
   * Returns the call class of an operation with these coordinates. Without this function, all operations have one
   * class.
   */
  readonly classOfFields?: ((coordinates: Iterable<string>) => CallClass) | undefined;
  readonly observer?: GatewayObserver;
  /** The queue of operations that have no plan yet. */
  readonly preparation?: PreparationQueue;
  /** How long to keep answers that are the same for everybody, in ms. Default: 0, which keeps none. */
  readonly sharedAnswersMs?: number;
  /** Draws a number from 0 to below 1 for each request. It decides progressive `@override`s. Default: `Math.random`. */
  readonly random?: () => number;
}

interface EngineContext extends RunContext {
  readonly operations: CachesByCaller;
  /** Whether operations have different call classes. */
  readonly hasClasses: boolean;
  readonly maxCost: number;
  readonly variableBounds: VariableBounds;
  readonly random: () => number;
}

/** Callers without a token have a cache of their own, so that they can't evict the operations of others. */
interface CachesByCaller {
  readonly withToken: OperationCache;
  readonly anonymous: OperationCache;
}

/** @throws Error if `supergraphSdl` is not a supergraph that the gateway can serve. */
export function createEngine(
  supergraphSdl: string,
  {
    limits = {},
    onPlanningError = () => undefined,
    classOfFields,
    observer = {},
    preparation = new PreparationQueue(observer),
    sharedAnswersMs = 0,
    random = Math.random,
  }: EngineOptions = {},
): Engine {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  checkFeatures(supergraph);
  const planner = createPlanner(supergraphSdl);
  const schema = buildConsumerSchema(planner.consumerSdl);
  const {
    assumedListSize,
    maxCost,
    maxIntrospectionValues,
    maxAnswerBytes,
    maxConcurrentRequests,
    maxFields,
    maxVariableItems,
    maxVariableValues,
  } = {
    ...defaultLimits,
    maxCost: Number.POSITIVE_INFINITY,
    ...limits,
  };
  const variableBounds = { maxItems: maxVariableItems, maxValues: maxVariableValues };
  const costRules = { assumedListSize, ...readCostDirectives(supergraph) };
  const requirementCosts = readRequirementCosts(supergraph, costRules);
  const costs = { ...costRules, schema, maxFields, requirementCosts };
  const compilation = { schema, types: typeConditionsOf(supergraph), planner, costs, maxFields };
  const cacheOf = (maxLength: number) =>
    new OperationCache(compilation, classOfFields ?? (() => 'lending'), maxLength);
  const withToken = cacheOf(maxTextLength);
  // If all operations have one class, one cache serves all callers.
  const operations = {
    withToken,
    anonymous: classOfFields === undefined ? withToken : cacheOf(maxTextLength / 4),
  };
  const answers = sharedAnswersMs === 0 ? null : new SharedAnswers(sharedAnswersMs);
  const context: EngineContext = {
    schema,
    operations,
    hasClasses: classOfFields !== undefined,
    bulkhead: new Bulkhead(maxConcurrentRequests),
    preparation,
    planning: new InFlight(),
    answers,
    maxCost,
    maxIntrospectionValues,
    maxAnswerBytes,
    variableBounds,
    onPlanningError,
    observer,
    random,
  };
  return {
    schema,
    requirements: readRequirements(supergraphSdl, schema),
    execute: (request) => execute(request, context),
    caches: () =>
      answers === null ? statsOf(operations) : { ...statsOf(operations), answers: answers.stats },
  };
}

function statsOf({ withToken, anonymous }: CachesByCaller): Readonly<Record<string, CacheStats>> {
  if (withToken === anonymous) {
    return withToken.stats;
  }
  const { operations, plans } = anonymous.stats;
  return { ...withToken.stats, anonymousOperations: operations, anonymousPlans: plans };
}

async function execute(request: EngineRequest, context: EngineContext): Promise<GraphQLResult> {
  const { document, operationName, variables: inputs = {}, denied = noDenials, allowance } = request;
  const { schema = context.schema, report = new OperationReport(), caller = somebody } = request;
  const callerKey = allowance?.caller ?? null;
  const operations = caller.authenticated ? context.operations.withToken : context.operations.anonymous;
  const operation = operations.find(document, operationName, callerKey);
  if (operation === undefined) {
    return rejection('BAD_USER_INPUT', unknownOperation(operationName));
  }
  const { cached, kind, variableDefinitions, literals } = operation;
  report.name = operation.name;
  report.type = kind;
  report.hash = cached.hash;
  report.callClass = context.hasClasses ? classFor(caller, cached.callClass) : cached.callClass;
  if (kind === OperationTypeNode.SUBSCRIPTION) {
    return rejection('OPERATION_NOT_SUPPORTED', 'Subscriptions are not supported.');
  }
  const coerced = coerceVariables(variableDefinitions, inputs, schema, context.variableBounds);
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
  try {
    const variant = operations.variant(cached, variables, denied.keys(), context.random(), callerKey);
    return await answer(kind, variant, variables, request, report, context);
  } catch (error) {
    return rejectionFor(error);
  }
}

/** Answers an operation whose variables are valid, from the cache of answers or by running it. */
async function answer(
  kind: Exclude<OperationTypeNode, OperationTypeNode.SUBSCRIPTION>,
  variant: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
  request: EngineRequest,
  report: OperationReport,
  context: EngineContext,
): Promise<GraphQLResult> {
  const { maxCost, answers, planning } = context;
  const cost = evaluateCost(variant.cost, variables);
  report.estimatedCost = cost;
  if (cost > maxCost) {
    return tooCostly(cost, maxCost);
  }
  const key = answers === null ? null : sharedKey(request, report, variant, variables);
  const kept = key === null ? undefined : answers?.find(key);
  const waitMs =
    request.allowance?.admit({
      kind,
      callClass: report.callClass,
      // A cached answer needs no work of any other system.
      cost: kept === undefined ? cost : 1,
      isParsed: report.parsingMs !== null,
      // A caller who only waits for another request's plan doesn't pay for a new operation.
      isNew: variant.planned === undefined && !planning.has(variant),
    }) ?? 0;
  if (waitMs > 0) {
    return rateLimited(waitMs);
  }
  if (kept !== undefined) {
    report.ageMs = kept.ageMs;
    return kept.result;
  }
  return key === null
    ? runOperation(variant, variables, request, report, context)
    : runShared(key, variant, variables, request, report, context);
}

const somebody: Pick<Caller, 'authenticated'> = { authenticated: true };

/** Returns the answer to an operation that can't be executed. Throws `error` again if it is a defect of the gateway. */
function rejectionFor(error: unknown): GraphQLResult {
  if (error instanceof NotPrepared) {
    return error.result;
  }
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

/** The code and the `cost` extension are the same as in other gateways with IBM's cost directives. */
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
