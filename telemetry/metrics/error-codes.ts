import { LabelSet } from './label-set.ts';

/**
 * The codes of errors that this program or a system behind it has caused. docs/guides/answers.md says what callers do
 * about each code. All other errors have another cause: the client made a mistake, or is not allowed to have the data.
 * UPSTREAM_CANCELLED is nobody's fault: the client has disconnected.
 */
const serverCodes: ReadonlySet<string> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_OVERLOADED',
  'UPSTREAM_INVALID_RESPONSE',
  'UPSTREAM_REJECTED',
  'UPSTREAM_OUTCOME_UNKNOWN',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_INVALID_RESPONSE',
  'SUBGRAPH_ERROR',
  'JOURNAL_UNAVAILABLE',
  'FEED_NOT_FOLLOWED',
  'OPERATION_LOST',
  'AUTHENTICATION_UNAVAILABLE',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'PLANNING_FAILED',
]);

export const isServerFault = (code: string): boolean => serverCodes.has(code);

/**
 * The maximum number of codes with their own label. We have about fifty codes. Subgraphs of another graph may have
 * other codes.
 */
const maxCodes = 100;

/** The labels of error codes. An error without a code is `_OTHER`. */
export const createCodeLabels = (): LabelSet => new LabelSet(maxCodes, /^[A-Z][A-Z_]{1,63}$/);

interface ErrorWithCode {
  readonly extensions?: unknown;
}

/** The codes of the errors, each only once. An error without a code has the empty text. */
export function codesOf(errors: readonly ErrorWithCode[]): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const { extensions } of errors) {
    const code = (extensions as { code?: unknown } | undefined)?.code;
    codes.add(typeof code === 'string' ? code : '');
  }
  return codes;
}
