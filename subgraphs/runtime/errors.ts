import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { requestIds } from '../../platform/telemetry/request-scope.ts';
import { OperationLost, PlacesClosed, StoreUnavailable } from '../../store/store-unavailable.ts';
import type { ServiceObserver } from '../observer.ts';

/** The code and text that clients get for each reason why a legacy system gave no usable answer. */
const upstream = {
  timeout: { code: 'UPSTREAM_TIMEOUT', says: 'did not answer in time' },
  unreachable: { code: 'UPSTREAM_UNAVAILABLE', says: "can't be reached" },
  overloaded: { code: 'UPSTREAM_OVERLOADED', says: 'has too many requests waiting' },
  busy: { code: 'UPSTREAM_UNAVAILABLE', says: 'is busy or under maintenance' },
  'invalid-response': { code: 'UPSTREAM_INVALID_RESPONSE', says: 'gave an answer that makes no sense' },
  unauthorized: { code: 'UPSTREAM_UNAVAILABLE', says: 'does not let this service in' },
  rejected: { code: 'UPSTREAM_REJECTED', says: 'refused the request' },
  unencodable: { code: 'BAD_USER_INPUT', says: 'has no form for what was given' },
  cancelled: { code: 'UPSTREAM_CANCELLED', says: 'was not waited for' },
  'outcome-unknown': {
    code: 'UPSTREAM_OUTCOME_UNKNOWN',
    says: 'did not say whether it did what it was asked',
  },
} as const satisfies Record<UpstreamReason, { code: string; says: string }>;

/** The log of a subgraph. */
export interface ErrorLog {
  warn(details: Record<string, unknown>, message: string): void;
  error(details: Record<string, unknown>, message: string): void;
}

/** The log of a process. It also has lines about the progress of long work. */
export interface ProcessLog extends ErrorLog {
  info(details: Record<string, unknown>, message: string): void;
}

/** The prefix of every log line on which somebody must act on the same day. docs/runbook.md lists these lines. */
const alarmPrefix = 'ALARM: ';

/** A log whose alarms are also reported to `observer`. So an alarm can't be logged without notifying anybody. */
export const tellAlarms = (log: ProcessLog, observer: ServiceObserver): ProcessLog => ({
  info: (details, message) => log.info(details, message),
  warn: (details, message) => log.warn(details, message),
  error(details, message) {
    if (message.startsWith(alarmPrefix)) {
      observer.alarmed?.();
    }
    log.error(details, message);
  },
});

/**
 * Whether a legacy system or a database gave no usable answer. The error's message names the system and the reason, and
 * quotes no value.
 */
export const isUnavailable = (error: unknown): error is UpstreamError | StoreUnavailable =>
  error instanceof UpstreamError || error instanceof StoreUnavailable;

/**
 * Logs the failure of work in the background. The work is tried again. If a system gave no usable answer, the line
 * is a warning. Any other error is logged with the message `unforeseen`, and without its own message.
 */
export function reportFailure(
  log: ErrorLog,
  error: unknown,
  unforeseen: string,
  details: Readonly<Record<string, string>> = {},
): void {
  if (isUnavailable(error)) {
    log.warn(details, error.message);
  } else {
    log.error({ ...details, ...describeError(error) }, unforeseen);
  }
}

/**
 * Converts an error for clients: a code, a message for people, and the path. An unexpected error is logged, and clients
 * don't see its details.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  log: ErrorLog,
): GraphQLFormattedError {
  const path = formatted.path === undefined ? {} : { path: formatted.path };
  const original = unwrapResolverError(error);
  if (original instanceof UpstreamError) {
    const { code, says } = upstream[original.reason];
    // If the reason is `cancelled`, the client disconnected or had no more time. The system did nothing wrong.
    if (original.reason !== 'cancelled') {
      // The message names the system, the operation and the reason, and quotes no value.
      log.warn({ ...requestIds(), path: formatted.path }, original.message);
    }
    return { message: `The ${original.system} system ${says}.`, ...path, extensions: { code } };
  }
  if (original instanceof PlacesClosed) {
    log.warn({ ...requestIds(), path: formatted.path }, original.message);
    const message =
      "Nothing is lent or reserved until circulation's changes have been compared: send the same request again in a minute.";
    return { message, ...path, extensions: { code: 'FEED_NOT_FOLLOWED' } };
  }
  if (original instanceof OperationLost) {
    log.error({ ...requestIds(), path: formatted.path }, original.message);
    const message =
      'The journal has lost this operation, and it may have been done. Look at what it would have changed before you request it again.';
    return { message, ...path, extensions: { code: 'OPERATION_LOST' } };
  }
  if (original instanceof StoreUnavailable) {
    log.error({ ...requestIds(), path: formatted.path }, original.message);
    const message =
      "The journal of operations can't be reached: query the operation's state, or send the same request again.";
    return { message, ...path, extensions: { code: 'JOURNAL_UNAVAILABLE' } };
  }
  const { code, mayRetryAt } = formatted.extensions ?? {};
  if (original instanceof GraphQLError && typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
    // The time from which another attempt may succeed, for example after a PIN was locked.
    const extensions = { code, mayRetryAt: typeof mayRetryAt === 'string' ? mayRetryAt : undefined };
    return { message: withoutValue(formatted.message), ...path, extensions };
  }
  if (original instanceof GraphQLError && original.originalError === undefined && isAboutArgument(original)) {
    // The error is from graphql-js itself, for example about an argument whose variable is null. Its message may quote
    // a value.
    return { message: 'An argument has an invalid value.', ...path, extensions: { code: 'BAD_USER_INPUT' } };
  }
  log.error(
    { ...requestIds(), ...describeError(original), path: formatted.path },
    'unforeseen error in a resolver',
  );
  return { message: 'Something went wrong here.', ...path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/**
 * Whether graphql-js could not coerce an argument. The error then names a place in the document. If graphql-js could
 * not serialize a result, the error names no place. Such a result is a mistake of this program, for example an enum
 * value that the schema doesn't have.
 */
const isAboutArgument = ({ nodes }: GraphQLError): boolean => nodes !== undefined;

/** Removes the value that graphql-js quotes in messages about variables (R30). */
function withoutValue(message: string): string {
  const variable = /^Variable "\$\w+"/.exec(message);
  return variable === null ? message : `${variable[0]} got an invalid value.`;
}
