/** Runs an operation with its variables: plans it if it has no plan yet, fetches its data and projects the answer. */
import type { GraphQLSchema } from 'graphql';
import type { Bulkhead } from '../../platform/priority/bulkhead.ts';
import { inSpanBelow } from '../../platform/telemetry/spans.ts';
import type { Allowance } from '../access/rates/rate-limiter.ts';
import {
  type Denial,
  executeInParts,
  executePlan,
  type FetchSubgraph,
  noDenials,
} from '../executor/index.ts';
import type { GatewayObserver } from '../observer.ts';
import { PlanningError } from '../planner/index.ts';
import type { PreparationQueue } from './documents/preparation-queue.ts';
import type { InFlight } from './in-flight.ts';
import { type Introspected, introspect } from './introspection.ts';
import type { OperationReport } from './operation-report.ts';
import type { OperationVariant, PlanElsewhere, PlannedOperation } from './operations/operation-variant.ts';
import type { LongPlanning } from './planning/long-planning.ts';
import { type GraphQLResult, Overloaded, refusalFor } from './request.ts';
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
   * The part of the engine's schema that the caller's audience sees. Default: all of it. Introspection shows only this
   * part, and variables may only have its types. Plans use the engine's whole schema, so that audiences can share them.
   */
  readonly schema?: GraphQLSchema;
  /**
   * The coordinates that this caller may not read: `Type.field` or `Type`. A denied field isn't fetched. The field is
   * null, with the error of the denial.
   */
  readonly denied?: ReadonlyMap<string, Denial>;
  readonly fetch: FetchSubgraph;
  /**
   * Used to run the operation if its answer may be shared with everybody. Null if the answer is only for this caller.
   */
  readonly shared: SharedRequest | null;
  /** The caller's rate limits. Null if there are none. */
  readonly allowance: Allowance | null;
}

/** The data that all operations over one supergraph share while they run. */
export interface RunContext {
  readonly schema: GraphQLSchema;
  /**
   * Bounds the number of operations in progress: for each call class, and within it for each caller. An operation that
   * exceeds a bound is rejected at once.
   */
  readonly bulkhead: Bulkhead;
  readonly preparation: PreparationQueue;
  /** Operations that are being planned, or wait to be planned. */
  readonly planning: InFlight<OperationVariant, PlannedOperation>;
  readonly longPlanning: LongPlanning;
  /** Null if answers are not kept. */
  readonly answers: SharedAnswers | null;
  readonly maxIntrospectionValues: number;
  readonly maxAnswerBytes: number;
  readonly onPlanningError: (error: PlanningError) => void;
  readonly observer: GatewayObserver;
}

/**
 * Returns the key under which other callers find the shared answer. Null if the answer is only for this caller, or may
 * be delivered in parts. Also null if the call class is not `anonymous`, because an urgent request must not wait for a
 * less urgent one.
 */
export function sharedKey(
  { shared }: RunRequest,
  { callClass }: OperationReport,
  { id, isWhole }: OperationVariant,
  variables: Readonly<Record<string, unknown>>,
): string | null {
  return shared === null || !isWhole || callClass !== 'anonymous'
    ? null
    : `${id} ${shared.language} ${JSON.stringify(variables)}`;
}

/**
 * Runs an operation once for all callers who request the same at the same time. The run goes on when a caller
 * disconnects. Rejects with `Overloaded` if the gateway or the queue of a subgraph has too many requests.
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
  return context.answers.join(key, async () => {
    const ofAll = { ...request, fetch: shared.fetchForAll() };
    const result = await runOperation(variant, variables, ofAll, report, context);
    if (wasOverloaded(result)) {
      throw new Overloaded(result);
    }
    return result;
  });
}

/** Whether the operation failed because the gateway or the queue of a subgraph had too many requests. */
const wasOverloaded = ({ data, errors }: GraphQLResult): boolean =>
  data === undefined || errors?.some(({ extensions }) => extensions?.code === 'UPSTREAM_OVERLOADED') === true;

/**
 * Plans the operation if it has no plan yet, and runs it. The operation is rejected if too many operations of its call
 * class or of its caller are in progress. It doesn't wait, because most clients would give up before the end of a long
 * queue.
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
  const turn = { callClass, caller: request.allowance?.caller ?? null };
  const lack = bulkhead.take(turn);
  if (lack !== null) {
    observer.admissionRefused?.(lack === 'class' ? 'execution' : 'execution_of_caller', callClass);
    return refusalFor(lack, 'Too many requests are under way: try again in a second.');
  }
  let isInParts = false;
  const leave = () => bulkhead.leave(turn);
  try {
    const planned = variant.planned ?? (await planInTurn(variant, request, report, context));
    report.steps = planned.compiled.steps;
    const introspected =
      planned.introspection === undefined
        ? nothingIntrospected
        : await introspect(schema, planned.introspection, variables, maxIntrospectionValues);
    const args = { variables, fetch, denied, introspected: introspected.data, maxBytes: maxAnswerBytes };
    const { compiled } = planned;
    let result: GraphQLResult;
    if (compiled.deferred === null) {
      result = await executePlan(compiled, args);
    } else {
      const { initial, further, settled } = await executeInParts(compiled, compiled.deferred, args);
      result = further === null ? initial : { ...initial, further };
      isInParts = true;
      // The operation counts as in progress until the requests for its fragments with `@defer` have ended.
      void settled.then(leave);
    }
    return introspected.errors.length === 0
      ? result
      : { ...result, errors: [...introspected.errors, ...(result.errors ?? [])] };
  } finally {
    if (!isInParts) {
      leave();
    }
  }
}

const nothingIntrospected: Introspected = { data: {}, errors: [] };

/**
 * Waits in the queue for planning, and then plans the operation. Further requests with the same operation wait for the
 * first.
 * @throws Overloaded if too many requests wait
 * @throws PlanningError
 * @throws OperationTooLarge
 */
export function planInTurn(
  variant: OperationVariant,
  { allowance }: Pick<RunRequest, 'allowance'>,
  report: OperationReport,
  context: RunContext,
): Promise<PlannedOperation> {
  const turn = { callClass: report.callClass, caller: allowance?.caller ?? null };
  const { planning, preparation, longPlanning } = context;
  const elsewhere = longPlanning.for(turn);
  return planning.join(variant, async () => {
    // `prepare` would wait for a promise, so the promise is in an object. The next operation's turn then begins even if
    // the planning thread is still planning.
    const planned = await preparation.prepare(turn, () => ({
      promise: plan(variant, elsewhere, report, context),
    }));
    return planned.promise;
  });
}

async function plan(
  variant: OperationVariant,
  elsewhere: PlanElsewhere,
  report: OperationReport,
  { onPlanningError, observer }: RunContext,
): Promise<PlannedOperation> {
  const startedAt = performance.now();
  try {
    const planned = await inSpanBelow(report.traceContext, { name: 'graphql.plan' }, () =>
      variant.plan(elsewhere),
    );
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
