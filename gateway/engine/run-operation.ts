/** Runs an operation with its variables: plans it if it has no plan yet, fetches its data and projects the answer. */
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

/** A request whose answer may be shared with everybody. */
interface SharedRequest {
  readonly language: string;
  /** Creates the function that calls subgraphs. The calls go on when the caller disconnects. */
  fetchForAll(): FetchSubgraph;
}

/** The parts of a request that are needed to run an operation. */
export interface RunRequest {
  /**
   * The part of the engine's schema that the caller's audience sees. Default: all of it. Introspection and the types of
   * variables follow this part. Plans use the engine's whole schema, so that audiences can share them.
   */
  readonly schema?: GraphQLSchema;
  /**
   * The coordinates that this caller may not read: `Type.field` or `Type`. A denied field isn't fetched. It is null,
   * with this error.
   */
  readonly denied?: ReadonlyMap<string, Denial>;
  readonly fetch: FetchSubgraph;
  /** The way to fetch an answer that may be shared. Null if the answer is only for this caller. */
  readonly shared: SharedRequest | null;
  /** The caller's rate limits. Null if there are none. */
  readonly allowance: Allowance | null;
}

/** The data that all runs over one supergraph share. */
export interface RunContext {
  readonly schema: GraphQLSchema;
  /**
   * Bounds the operations in progress. Each call class has a share. If the share of its class is full, an operation is
   * rejected and doesn't wait.
   */
  readonly bulkhead: Bulkhead;
  readonly preparation: PreparationQueue;
  /** Operations that are being planned, or wait to be planned. */
  readonly planning: InFlight<OperationVariant, PlannedOperation>;
  /** Null if answers are not kept. */
  readonly answers: SharedAnswers | null;
  readonly maxIntrospectionValues: number;
  readonly maxAnswerBytes: number;
  readonly onPlanningError: (error: PlanningError) => void;
  readonly observer: GatewayObserver;
}

/**
 * Returns the key of a shared answer. Null if the answer is only for this caller, or if its call class is not
 * `anonymous`: an urgent request must not wait for the answer to a less urgent one.
 */
export function sharedKey(
  { shared }: RunRequest,
  { callClass }: OperationReport,
  { id }: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
): string | null {
  return shared === null || callClass !== 'anonymous'
    ? null
    : `${id} ${shared.language} ${JSON.stringify(variables)}`;
}

/**
 * Runs an operation once for all callers who ask the same at the same time. The run goes on when a caller disconnects.
 */
export function runShared(
  key: string,
  variant: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
  request: RunRequest,
  report: OperationReport,
  context: RunContext,
): Promise<GraphQLResult> {
  const { shared } = request;
  if (shared === null || context.answers === null) {
    return runOperation(variant, variables, request, report, context);
  }
  return context.answers.join(key, () =>
    runOperation(variant, variables, { ...request, fetch: shared.fetchForAll() }, report, context),
  );
}

/**
 * Plans the operation if it has no plan yet, and runs it. If its class is full, the operation is rejected. It doesn't
 * wait, because by the end of a long queue most clients have given up.
 */
export async function runOperation(
  variant: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
  request: RunRequest,
  report: OperationReport,
  context: RunContext,
): Promise<GraphQLResult> {
  const { fetch, denied = noDenials, schema = context.schema } = request;
  const { bulkhead, maxIntrospectionValues, maxAnswerBytes, observer } = context;
  const { callClass } = report;
  if (!bulkhead.tryEnter(callClass)) {
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
    bulkhead.leave(callClass);
  }
}

const nothingIntrospected: Introspected = { data: {}, errors: [] };

/**
 * Plans the operation when its turn comes. Further requests with the same operation wait for the first.
 * @throws NotPrepared if too many requests wait
 * @throws PlanningError
 * @throws OperationTooLarge
 */
function planInTurn(
  variant: OperationVariant,
  { allowance }: RunRequest,
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
