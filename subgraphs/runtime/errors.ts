import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { requestIds } from '../../platform/telemetry/request-scope.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import type { ServiceObserver } from '../observer.ts';

/** The error that clients get when a legacy system gave no usable answer. */
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

/** The same for a process, which also tells how far long work has come. */
export interface ProcessLog extends ErrorLog {
  info(details: Record<string, unknown>, message: string): void;
}

/** How every line begins that somebody must act on today: docs/runbook.md has them. */
const alarmPrefix = 'ALARM: ';

/** The same log, whose alarms are told to `observer`. So nobody can add an alarm to the log that wakes nobody. */
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

/** Whether a legacy system or the journal gave no answer. Its message names the system and the reason, and quotes no value. */
export const isUnavailable = (error: unknown): error is UpstreamError | StoreUnavailable =>
  error instanceof UpstreamError || error instanceof StoreUnavailable;

/**
 * Logs why work in the background failed. It is tried again. A system that gave no answer is a warning; any other error is logged
 * with the message `unforeseen`, and described without its own.
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
 * The error as it leaves a subgraph: a code, a message for people, and the path. An unforeseen error is logged, and clients learn
 * only that it happened.
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
    // Cancelled: the client left, or had no more time. The system did nothing wrong.
    if (original.reason !== 'cancelled') {
      // The message names system, operation and reason, and quotes no value.
      log.warn({ ...requestIds(), path: formatted.path }, original.message);
    }
    return { message: `The ${original.system} system ${says}.`, ...path, extensions: { code } };
  }
  if (original instanceof StoreUnavailable) {
    log.error({ ...requestIds(), path: formatted.path }, original.message);
    const message =
      "The journal of operations can't be reached: query the operation's state, or send the same request again.";
    return { message, ...path, extensions: { code: 'JOURNAL_UNAVAILABLE' } };
  }
  const { code, mayRetryAt } = formatted.extensions ?? {};
  if (original instanceof GraphQLError && typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
    // The time at which another attempt may succeed: with a locked PIN, say.
    const extensions = { code, mayRetryAt: typeof mayRetryAt === 'string' ? mayRetryAt : undefined };
    return { message: withoutValue(formatted.message), ...path, extensions };
  }
  if (original instanceof GraphQLError && original.originalError === undefined && isAboutArgument(original)) {
    // From graphql-js itself, for example an argument that its variable made null. Its message may quote a value.
    return { message: 'An argument has an invalid value.', ...path, extensions: { code: 'BAD_USER_INPUT' } };
  }
  log.error(
    { ...requestIds(), ...describeError(original), path: formatted.path },
    'unforeseen error in a resolver',
  );
  return { message: 'Something went wrong here.', ...path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/**
 * graphql-js names the argument that it could not coerce. Of a result that it could not serialize, such as an enum's value that
 * the schema doesn't have, it names no place in the document: that is our own fault.
 */
const isAboutArgument = ({ nodes }: GraphQLError): boolean => nodes !== undefined;

/** Removes the value that graphql-js quotes in messages about variables (R30). */
function withoutValue(message: string): string {
  const variable = /^Variable "\$\w+"/.exec(message);
  return variable === null ? message : `${variable[0]} got an invalid value.`;
}
