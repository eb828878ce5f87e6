import { type DocumentNode, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import { Bulkhead } from '../../platform/priority/bulkhead.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Caller } from '../access/caller.ts';
import type { Requirement } from '../access/guards.ts';
import { classFor } from '../access/operation-class.ts';
import {
  coerceVariables,
  type IncrementalFormat,
  noDenials,
  OperationTooLarge,
  type VariableBounds,
} from '../executor/index.ts';
import type { DecideOperation } from '../hooks/decide-operation.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { createPlanner, PlanningError } from '../planner/index.ts';
import { checkFeatures } from '../supergraph/links.ts';
import { type ParsedSdl, parsedSdl } from '../supergraph/parsed-sdl.ts';
import { readRequirements } from '../supergraph/requirements.ts';
import type { CountUsage } from '../usage/usage-counter.ts';
import { evaluateCost } from './cost/cost-expression.ts';
import { SlicingArgumentsError } from './cost/list-size.ts';
import { PreparationQueue } from './documents/preparation-queue.ts';
import { InFlight } from './in-flight.ts';
import { OperationReport } from './operation-report.ts';
import { maxTextLength, OperationCache } from './operations/operation-cache.ts';
import { createCompilationContext, type OperationVariant } from './operations/operation-variant.ts';
import { LongPlanning } from './planning/long-planning.ts';
import { type GraphQLResult, NoPlace, rateLimited } from './request.ts';
import { type RunContext, type RunRequest, runOperation, runShared, sharedKey } from './run-operation.ts';
import { SharedAnswers } from './shared-answers.ts';

export interface EngineRequest extends RunRequest {
  /** Parsed, and valid against `schema`. The engine caches compiled operations by this object. */
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** The format in which the client takes an answer in parts. Absent if it takes only a whole one. */
  readonly incremental?: IncrementalFormat | undefined;
  /** Default: a caller with a token. */
  readonly caller?: Pick<Caller, 'authenticated'>;
  /** A hook's decision about the operation. It replaces `denied`. Absent if there is no such hook. */
  readonly decide?: DecideOperation | undefined;
  /** Called with the operation, if its variables are valid. Absent if usage is not recorded. */
  readonly countUsage?: CountUsage | undefined;
  /** Filled while the operation is executed. */
  readonly report?: OperationReport;
}

/** Executes operations over a supergraph. Disposing of it ends its thread for long planning. */
export interface Engine extends AsyncDisposable {
  /** The API schema, which clients see. Documents are validated against it. */
  readonly schema: GraphQLSchema;
  /** The requirements that a caller must meet to read a field, by `Type.field`. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  /** The labels of progressive overrides that a hook decides: all without a percentage. */
  readonly overrideLabels: readonly string[];
  /**
   * Executes an operation. The result includes the errors of clients and of subgraphs. Rejects only if the gateway has
   * a defect.
   */
  execute(request: EngineRequest): Promise<GraphQLResult>;
  /** The cache of the operations of callers with or without a token. */
  operationsOf(caller: Pick<Caller, 'authenticated'>): OperationCache;
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

/** @throws Error if the SDL is not a supergraph that the gateway can serve. */
export function createEngine(
  supergraphSdl: string | ParsedSdl,
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
  const { text, document: supergraph } = parsedSdl(supergraphSdl);
  checkFeatures(supergraph);
  const {
    assumedListSize,
    maxCost,
    maxIntrospectionValues,
    maxAnswerBytes,
    maxConcurrentRequests,
    maxFields,
    maxVariableItems,
    maxVariableValues,
  } = { ...defaultLimits, maxCost: Number.POSITIVE_INFINITY, ...limits };
  const planner = createPlanner(supergraph);
  const compilation = createCompilationContext(supergraph, planner, { assumedListSize, maxFields });
  const { schema } = compilation;
  const cacheOf = (maxLength: number) =>
    new OperationCache(compilation, classOfFields ?? (() => 'lending'), maxLength);
  const withToken = cacheOf(maxTextLength);
  // If all operations have one class, one cache serves all callers.
  const operations = {
    withToken,
    anonymous: classOfFields === undefined ? withToken : cacheOf(maxTextLength / 4),
  };
  const longPlanning = new LongPlanning(text, observer);
  const answers = sharedAnswersMs === 0 ? null : new SharedAnswers(sharedAnswersMs);
  const context: EngineContext = {
    schema,
    operations,
    hasClasses: classOfFields !== undefined,
    bulkhead: new Bulkhead(maxConcurrentRequests),
    preparation,
    planning: new InFlight(),
    longPlanning,
    answers,
    maxCost,
    maxIntrospectionValues,
    maxAnswerBytes,
    variableBounds: { maxItems: maxVariableItems, maxValues: maxVariableValues },
    onPlanningError,
    observer,
    random,
  };
  return {
    schema,
    requirements: readRequirements(supergraph, schema),
    overrideLabels: planner.overrideLabels,
    execute: (request) => execute(request, context),
    operationsOf: ({ authenticated }) => (authenticated ? operations.withToken : operations.anonymous),
    caches: () =>
      answers === null ? statsOf(operations) : { ...statsOf(operations), answers: answers.stats },
    [Symbol.asyncDispose]: () => longPlanning[Symbol.asyncDispose](),
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
  const { document, operationName, variables: inputs = {}, allowance, decide } = request;
  const { schema = context.schema, report = new OperationReport(), caller = somebody } = request;
  const { incremental = null } = request;
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
  request.countUsage?.(operation, { document, variables: inputs, schema: context.schema });
  const variables = Object.assign(coerced.values, literals);
  const conditions =
    incremental === null ? cached.conditions : [...cached.conditions, ...(cached.deferConditions ?? [])];
  const nullConditions = conditions.filter((name) => variables[name] === null);
  if (nullConditions.length > 0) {
    return rejection(
      'BAD_USER_INPUT',
      ...nullConditions.map((name) => `Variable "$${name}" decides a condition and must not be null.`),
    );
  }
  const decided =
    decide === undefined
      ? null
      : await decide({
          name: operation.name,
          type: kind,
          hash: cached.hash,
          coordinates: cached.coordinates,
          variables,
        });
  if (decided?.kind === 'refused') {
    return rejection(decided.refusal.code, decided.refusal.message);
  }
  const decidedRequest = decided === null ? request : { ...request, denied: decided.denied };
  const { denied = noDenials } = decidedRequest;
  try {
    const asked = {
      variables,
      denied: denied.keys(),
      random: context.random(),
      labels: decided?.labels ?? noLabels,
      format: incremental,
    };
    const variant = operations.variant(cached, asked, callerKey);
    return await answer(kind, variant, variables, decidedRequest, report, context);
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

const noLabels: readonly string[] = [];

const somebody: Pick<Caller, 'authenticated'> = { authenticated: true };

/** Returns the answer to an operation that can't be executed. Throws `error` again if it is a defect of the gateway. */
function rejectionFor(error: unknown): GraphQLResult {
  if (error instanceof NoPlace) {
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
