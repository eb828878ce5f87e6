/** Runs an operation whose variant and variables are known: plans it, unless that is done, and fetches and projects its answer. */
import type { GraphQLSchema } from 'graphql';
import type { Bulkhead } from '../../platform/priority/bulkhead.ts';
import { inSpanBelow } from '../../platform/telemetry/spans.ts';
import type { Allowance } from '../access/rates/rate-limiter.ts';
import { type Denial, executePlan, type FetchSubgraph, noDenials } from '../executor/index.ts';
import type { GatewayObserver } from '../observer.ts';
import { PlanningError } from '../planner/index.ts';
import type { PreparationQueue } from './documents/preparation-queue.ts';
import type { InFlight } from './in-flight.ts';
import { type Introspected, introspect } from './introspection.ts';
import type { OperationReport } from './operation-report.ts';
import type { OperationVariant, PlannedOperation } from './operation-variant.ts';
import { type GraphQLResult, unavailable } from './request.ts';
import type { SharedAnswers } from './shared-answers.ts';

/** What is asked for everybody. */
interface SharedRequest {
  readonly language: string;
  /** Makes the function that asks subgraphs; it goes on when the caller leaves. */
  fetchForAll(): FetchSubgraph;
}

/** What a run needs of its request. */
export interface RunRequest {
  /**
   * The part of the engine's schema that the caller sees; by default all of it. Introspection shows it, and variables are
   * coerced by it. Everything else is done with the engine's schema: a plan is the same whoever asks.
   */
  readonly schema?: GraphQLSchema;
  /** What this caller may not read, by `Type.field` or `Type`. It isn't fetched, and is null with this error. */
  readonly denied?: ReadonlyMap<string, Denial>;
  readonly fetch: FetchSubgraph;
  /**
   * Where the answer may be one that others get, too: its language, and how to fetch it for nobody in particular. Null, or absent: it
   * is the caller's alone.
   */
  readonly shared?: SharedRequest | null;
  /** What the caller may have now. Null, or absent: everything. */
  readonly allowance?: Allowance | null;
}

/** What all runs over one supergraph share. */
export interface RunContext {
  readonly schema: GraphQLSchema;
  /** For the operations under way: each class has its share. None waits for a place. */
  readonly places: Bulkhead;
  readonly preparation: PreparationQueue;
  /** Operations that are being planned, or wait for it. */
  readonly planning: InFlight<OperationVariant, PlannedOperation>;
  /** Null where none are kept. */
  readonly answers: SharedAnswers | null;
  readonly maxIntrospectionValues: number;
  readonly maxAnswerBytes: number;
  readonly onPlanningError: (error: PlanningError) => void;
  readonly observer: GatewayObserver;
}

/**
 * The key of an answer that others may get, too; null where it is the caller's alone. What is more urgent than a search is asked
 * for itself: it must not wait for an answer that is under way for somebody less urgent.
 */
export function sharedKey(
  { shared }: RunRequest,
  { callClass }: OperationReport,
  { id }: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
): string | null {
  return shared == null || callClass !== 'anonymous'
    ? null
    : `${id} ${shared.language} ${JSON.stringify(variables)}`;
}

/** Runs for everybody who asks the same. It goes on when one of them leaves. */
export function runForAll(
  key: string,
  variant: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
  request: RunRequest,
  report: OperationReport,
  context: RunContext,
): Promise<GraphQLResult> {
  const { shared = null } = request;
  if (shared === null || context.answers === null) {
    return runInPlace(variant, variables, request, report, context);
  }
  return context.answers.join(key, () =>
    runInPlace(variant, variables, { ...request, fetch: shared.fetchForAll() }, report, context),
  );
}

/**
 * Plans the operation, unless that is done, and runs it, in a place of its class. Where none is free it is rejected: a queue that
 * grows is answered when its clients have given up.
 */
export async function runInPlace(
  variant: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
  request: RunRequest,
  report: OperationReport,
  context: RunContext,
): Promise<GraphQLResult> {
  const { fetch, denied = noDenials, schema = context.schema } = request;
  const { places, maxIntrospectionValues, maxAnswerBytes, observer } = context;
  const { callClass } = report;
  if (!places.tryEnter(callClass)) {
    observer.admissionRefused?.('execution', callClass);
    return unavailable('Too many requests are under way: try again in a second.');
  }
  try {
    const planned = variant.planned ?? (await planInTurn(variant, request, report, context));
    report.steps = planned.compiled.steps;
    const introspected =
      planned.introspection === undefined
        ? nothingIntrospected
        : await introspect(schema, planned.introspection, variables, maxIntrospectionValues);
    const args = { variables, fetch, denied, introspected: introspected.data, maxBytes: maxAnswerBytes };
    const result = await executePlan(planned.compiled, args);
    return introspected.errors.length === 0
      ? result
      : { data: result.data, errors: [...introspected.errors, ...(result.errors ?? [])] };
  } finally {
    places.leave(callClass);
  }
}

const nothingIntrospected: Introspected = { data: {}, errors: [] };

/**
 * Plans the operation when it is its turn; requests with the same operation wait for the first of them.
 * @throws NotPrepared where too many wait. PlanningError, OperationTooLarge
 */
function planInTurn(
  variant: OperationVariant,
  { allowance = null }: RunRequest,
  report: OperationReport,
  context: RunContext,
): Promise<PlannedOperation> {
  const preparing = { callClass: report.callClass, caller: allowance?.caller ?? null };
  return context.planning.join(variant, () =>
    context.preparation.prepare(preparing, () => plan(variant, report, context)),
  );
}

async function plan(
  variant: OperationVariant,
  report: OperationReport,
  { onPlanningError, observer }: RunContext,
): Promise<PlannedOperation> {
  const startedAt = performance.now();
  try {
    const planned = await inSpanBelow(report.traceContext, { name: 'graphql.plan' }, () => variant.plan());
    report.planningMs = performance.now() - startedAt;
    observer.planned?.('planned', report.planningMs);
    return planned;
  } catch (error) {
    if (error instanceof PlanningError) {
      observer.planned?.('failed', performance.now() - startedAt);
      onPlanningError(error);
    }
    throw error;
  }
}
