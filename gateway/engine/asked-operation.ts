/**
 * The steps before an operation runs: find it, check its variables, let a hook decide, and choose its variant. A
 * variant is the operation for one set of denied fields, one set of values for `@skip` and `@include`, and one outcome
 * of the progressive overrides.
 */
import { type DocumentNode, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Caller } from '../access/caller.ts';
import { classFor } from '../access/operation-class.ts';
import {
  coerceVariables,
  type IncrementalFormat,
  noDenials,
  OperationTooLarge,
  type VariableBounds,
} from '../executor/index.ts';
import type { DecideOperation, OperationDecided } from '../hooks/decide-operation.ts';
import { PlanningError } from '../planner/index.ts';
import type { CountUsage } from '../usage/usage-counter.ts';
import { SlicingArgumentsError } from './cost/list-size.ts';
import { OperationReport } from './operation-report.ts';
import type { DocumentOperation } from './operations/cached-operation.ts';
import type { CachesByCaller } from './operations/caches-by-caller.ts';
import type { OperationCache } from './operations/operation-cache.ts';
import type { OperationVariant } from './operations/operation-variant.ts';
import { type GraphQLResult, Overloaded } from './request.ts';
import type { RunRequest } from './run-operation.ts';

export interface EngineRequest extends RunRequest {
  /** Parsed, and valid against `schema`. The engine caches compiled operations by this object. */
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** The format in which the client accepts an answer in parts. Absent if the client accepts only a whole answer. */
  readonly incremental?: IncrementalFormat | undefined;
  /** Default: a caller with a token. */
  readonly caller?: Pick<Caller, 'authenticated'>;
  /**
   * The hook that decides about the operation. If the hook allows it, the denied fields in its decision replace
   * `denied`. Absent without a hook.
   */
  readonly decide?: DecideOperation | undefined;
  /** Called with the operation, if its variables are valid. Absent if usage is not recorded. */
  readonly countUsage?: CountUsage | undefined;
  /** Filled while the operation is executed. */
  readonly report?: OperationReport;
}

export interface AskContext {
  readonly schema: GraphQLSchema;
  readonly operations: CachesByCaller;
  /** Whether operations have different call classes. */
  readonly hasClasses: boolean;
  readonly variableBounds: VariableBounds;
  readonly random: () => number;
}

/** An operation whose variables are valid. */
export interface AskedOperation {
  readonly operation: DocumentOperation;
  readonly operations: OperationCache;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly callerKey: string | null;
  readonly report: OperationReport;
}

/** The operation that a request names, or the answer that says why it can't be executed. */
export type Asked =
  | { readonly kind: 'asked'; readonly asked: AskedOperation }
  | { readonly kind: 'refused'; readonly result: GraphQLResult };

const refused = (code: string, ...messages: readonly string[]): Asked => ({
  kind: 'refused',
  result: rejection(code, ...messages),
});

/**
 * Finds the operation and coerces its variables. `isStream` says whether the client gets a stream of answers. A
 * subscription needs a stream, and no other operation may have one.
 */
export function readOperation(
  request: EngineRequest,
  context: AskContext,
  { isStream }: { readonly isStream: boolean },
): Asked {
  const { document, operationName, variables: inputs = {}, allowance } = request;
  const { schema = context.schema, report = new OperationReport(), caller = somebody } = request;
  const { incremental = null } = request;
  const callerKey = allowance?.caller ?? null;
  const operations = caller.authenticated ? context.operations.withToken : context.operations.anonymous;
  const operation = operations.find(document, operationName, callerKey);
  if (operation === undefined) {
    return refused('BAD_USER_INPUT', unknownOperation(operationName));
  }
  const { cached, kind, variableDefinitions, literals } = operation;
  report.name = operation.name;
  report.type = kind;
  report.hash = cached.hash;
  report.callClass = context.hasClasses ? classFor(caller, cached.callClass) : cached.callClass;
  if ((kind === OperationTypeNode.SUBSCRIPTION) !== isStream) {
    return refused('OPERATION_NOT_SUPPORTED', isStream ? 'This is no subscription.' : noStream(context));
  }
  const coerced = coerceVariables(variableDefinitions, inputs, schema, context.variableBounds);
  if (!coerced.ok) {
    return refused('BAD_USER_INPUT', ...coerced.problems);
  }
  request.countUsage?.(operation, { document, variables: inputs, schema: context.schema });
  const variables = Object.assign(coerced.values, literals);
  const conditions =
    incremental === null ? cached.conditions : [...cached.conditions, ...(cached.deferConditions ?? [])];
  const nullConditions = conditions.filter((name) => variables[name] === null);
  if (nullConditions.length > 0) {
    return refused(
      'BAD_USER_INPUT',
      ...nullConditions.map((name) => `Variable "$${name}" decides a condition and must not be null.`),
    );
  }
  return { kind: 'asked', asked: { operation, operations, variables, callerKey, report } };
}

const noStream = ({ schema }: AskContext): string =>
  schema.getSubscriptionType() == null
    ? 'Subscriptions are not supported.'
    : 'A subscription has many answers: ask for text/event-stream or multipart/mixed, or use a WebSocket.';

/** Asks the hook about the operation. Null without a hook. */
export function decideOn(
  { decide }: Pick<EngineRequest, 'decide'>,
  { operation, variables, report }: AskedOperation,
): Promise<OperationDecided> | null {
  if (decide === undefined) {
    return null;
  }
  const { cached, name, kind } = operation;
  const { hash, coordinates, text } = cached;
  return decide({ name, type: kind, hash, coordinates, variables, text }).then((decided) => {
    report.refusedWith = decided.kind === 'refused' ? decided.refusal.code : null;
    return decided;
  });
}

/** The decision of the hook, which has allowed the operation. Null without a hook. */
export type Allowed = Extract<OperationDecided, { readonly kind: 'allowed' }> | null;

/**
 * Chooses the variant of the operation for a request: by the denied fields, the conditions of `@skip` and `@include`,
 * and the progressive overrides.
 * @throws the errors that `rejectionFor` turns into answers
 */
export function chooseVariant(
  { denied = noDenials, incremental }: Pick<EngineRequest, 'denied' | 'incremental'>,
  allowed: Allowed,
  { operation, operations, variables, callerKey }: AskedOperation,
  { random }: AskContext,
): OperationVariant {
  const asked = {
    variables,
    denied: (allowed?.denied ?? denied).keys(),
    random: random(),
    labels: allowed?.labels ?? noLabels,
    format: incremental ?? null,
  };
  return operations.variant(operation.cached, asked, callerKey);
}

const noLabels: readonly string[] = [];

const somebody: Pick<Caller, 'authenticated'> = { authenticated: true };

/** Returns the answer to an operation that can't be executed. Throws `error` again if it is a defect of the gateway. */
export function rejectionFor(error: unknown): GraphQLResult {
  if (error instanceof Overloaded) {
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

/**
 * The answer to an operation that costs too much. Its code and its extension `cost` are the same as in other gateways
 * with IBM's cost directives.
 */
export function tooCostly(estimated: number, max: number): GraphQLResult {
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

export function rejection(code: string, ...messages: readonly string[]): GraphQLResult {
  return { errors: messages.map((message) => ({ message, extensions: { code } })) };
}
