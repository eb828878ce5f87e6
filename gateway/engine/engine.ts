import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import { Bulkhead } from '../../platform/priority/bulkhead.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Caller } from '../access/caller.ts';
import type { Requirement } from '../access/guards.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { createPlanner, type PlanningError } from '../planner/index.ts';
import { checkFeatures } from '../supergraph/links.ts';
import { type ParsedSdl, parsedSdl } from '../supergraph/parsed-sdl.ts';
import { readRequirements } from '../supergraph/requirements.ts';
import {
  type AskedOperation,
  chooseVariant,
  decideOn,
  type EngineRequest,
  readOperation,
  rejection,
  rejectionFor,
  tooCostly,
} from './asked-operation.ts';
import { evaluateCost } from './cost/cost-expression.ts';
import { PreparationQueue } from './documents/preparation-queue.ts';
import { InFlight } from './in-flight.ts';
import { openCaches, statsOf } from './operations/caches-by-caller.ts';
import type { OperationCache } from './operations/operation-cache.ts';
import { createCompilationContext, type OperationVariant } from './operations/operation-variant.ts';
import { LongPlanning } from './planning/long-planning.ts';
import { type GraphQLResult, rateLimited } from './request.ts';
import { runOperation, runShared, sharedKey } from './run-operation.ts';
import { SharedAnswers } from './shared-answers.ts';
import { SharedStreams } from './streams/shared-streams.ts';
import type { Subscribed } from './streams/stream.ts';
import { type StreamContext, type StreamRequest, subscribe } from './streams/subscribe.ts';

export type { EngineRequest } from './asked-operation.ts';

/** Executes operations over a supergraph. Disposing of it ends its streams, and its thread for long planning. */
export interface Engine extends AsyncDisposable {
  /** The API schema, which clients see. Documents are validated against it. */
  readonly schema: GraphQLSchema;
  /** The requirements that a caller must meet to read a field, by `Type.field`. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  /** The labels of the progressive overrides that a hook switches on or off: all labels except percentages. */
  readonly overrideLabels: readonly string[];
  /**
   * Executes an operation. The result includes the errors of clients and of subgraphs. Rejects only if the gateway has
   * a defect.
   */
  execute(request: EngineRequest): Promise<GraphQLResult>;
  /** Opens a subscription's stream of events. Rejects only if the gateway has a defect. */
  subscribe(request: StreamRequest, signal: AbortSignal): Promise<Subscribed>;
  /** Ends all streams, and asks their clients to reconnect. */
  endStreams(): void;
  /** Returns the cache of operations for this caller. Callers with and without a token have separate caches. */
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
   * Returns the call class of an operation whose fields have these coordinates (`Type.field`). Without this function,
   * all operations have one class.
   */
  readonly classOfFields?: ((coordinates: Iterable<string>) => CallClass) | undefined;
  readonly observer?: GatewayObserver;
  /** The queue of operations that have no plan yet. */
  readonly preparation?: PreparationQueue;
  /** How long to keep answers that are the same for everybody, in ms. Default: 0, which keeps none. */
  readonly sharedAnswersMs?: number;
  /**
   * Whether the gateway can request subscriptions from at least one subgraph. If false, clients see no subscriptions.
   * Default: false.
   */
  readonly hasStreams?: boolean;
  /**
   * Draws a number from 0 to below 1 for each request. The number decides progressive `@override`s. Default:
   * `Math.random`.
   */
  readonly random?: () => number;
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
    hasStreams = false,
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
    requestTimeoutMs,
  } = { ...defaultLimits, maxCost: Number.POSITIVE_INFINITY, ...limits };
  const planner = createPlanner(supergraph);
  const known = { assumedListSize, maxFields, hasStreams };
  const compilation = createCompilationContext(supergraph, planner, known);
  const { schema } = compilation;
  const operations = openCaches(compilation, classOfFields);
  const longPlanning = new LongPlanning(text, observer);
  const answers = sharedAnswersMs === 0 ? null : new SharedAnswers(sharedAnswersMs);
  const context: StreamContext = {
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
    streams: new SharedStreams(random),
    maxEventMs: requestTimeoutMs,
  };
  return {
    schema,
    requirements: readRequirements(supergraph, schema),
    overrideLabels: planner.overrideLabels,
    execute: (request) => execute(request, context),
    subscribe: (request, signal) => subscribe(request, signal, context),
    endStreams: () => context.streams.endAll(),
    operationsOf: ({ authenticated }) => (authenticated ? operations.withToken : operations.anonymous),
    caches: () =>
      answers === null ? statsOf(operations) : { ...statsOf(operations), answers: answers.stats },
    [Symbol.asyncDispose]() {
      context.streams.endAll();
      return longPlanning[Symbol.asyncDispose]();
    },
  };
}

async function execute(request: EngineRequest, context: StreamContext): Promise<GraphQLResult> {
  const read = readOperation(request, context, { isStream: false });
  if (read.kind === 'refused') {
    return read.result;
  }
  const { asked } = read;
  const deciding = decideOn(request, asked);
  // The value is awaited only if it is a promise, because `await` costs a microtask.
  const decided = deciding === null ? null : await deciding;
  if (decided?.kind === 'refused') {
    return rejection(decided.refusal.code, decided.refusal.message);
  }
  try {
    const variant = chooseVariant(request, decided, asked, context);
    const decidedRequest = decided === null ? request : { ...request, denied: decided.denied };
    return await answer(variant, asked, decidedRequest, context);
  } catch (error) {
    return rejectionFor(error);
  }
}

/**
 * Answers an operation whose variables are valid, from the cache of answers or by running it. Refuses an operation that
 * costs too much, or for which the caller's rate is exhausted.
 */
function answer(
  variant: OperationVariant,
  { operation, variables, report }: AskedOperation,
  request: EngineRequest,
  context: StreamContext,
): GraphQLResult | Promise<GraphQLResult> {
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
      kind: operation.kind === OperationTypeNode.MUTATION ? 'mutation' : 'query',
      callClass: report.callClass,
      // A cached answer costs the minimum, because no other system has to work for it.
      cost: kept === undefined ? cost : 1,
      isParsed: report.parsingMs !== null,
      // Only the request that plans a new operation pays for the planning. Other requests that wait for the plan don't.
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
