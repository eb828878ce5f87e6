import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { JournalUnavailable } from '../../adapters/journal/port.ts';
import { UpstreamError, type UpstreamReason } from '../../adapters/soap/port.ts';

/** What clients are told when a legacy system gave no usable answer. */
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

/** Where an error that nobody foresaw is written down. */
export interface ErrorLog {
  warn(details: Record<string, unknown>, message: string): void;
  error(details: Record<string, unknown>, message: string): void;
}

/**
 * The error as it leaves a subgraph: a code, a message that a person may read, the path. An unforeseen one is logged
 * by name and place, not by message, which could hold a person's data (R30), and says only that it happened.
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
    // Its message holds system, operation and reason, and no value.
    log.warn({ path: formatted.path }, original.message);
    return { message: `The ${original.system} system ${says}.`, ...path, extensions: { code } };
  }
  if (original instanceof JournalUnavailable) {
    log.error({ path: formatted.path }, original.message);
    const message =
      "The book of operations can't be reached: ask how the operation stands, or send it again as it is.";
    return { message, ...path, extensions: { code: 'JOURNAL_UNAVAILABLE' } };
  }
  const code = formatted.extensions?.code;
  if (original instanceof GraphQLError && typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
    return { message: withoutValue(formatted.message), ...path, extensions: { code } };
  }
  if (original instanceof GraphQLError && original.originalError === undefined) {
    // graphql-js itself: an argument that its variable made null, say. Its message may quote a value.
    return { message: 'An argument has an invalid value.', ...path, extensions: { code: 'BAD_USER_INPUT' } };
  }
  log.error({ ...place(original), path: formatted.path }, 'unforeseen error in a resolver');
  return { message: 'Something went wrong here.', ...path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** graphql-js puts a variable's value into its message: R30. */
function withoutValue(message: string): string {
  const variable = /^Variable "\$\w+"/.exec(message);
  return variable === null ? message : `${variable[0]} got an invalid value.`;
}

/** An error's name and stack frames, without its message. */
function place(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) {
    return { name: typeof error };
  }
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return { name: error.name, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
