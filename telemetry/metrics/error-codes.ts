import { LabelSet } from './label-set.ts';

/**
 * The codes of errors for which this program, or something behind it, is to blame; docs/guides/answers.md says what callers do
 * about each. Any other error is the client's, or says what the caller may not have. UPSTREAM_CANCELLED is neither: nobody waited any
 * more.
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
  'AUTHENTICATION_UNAVAILABLE',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'PLANNING_FAILED',
]);

export const isServerFault = (code: string): boolean => serverCodes.has(code);

/** Codes of our own are some fifty. Subgraphs of another graph may have others. */
const maxCodes = 100;

/** The labels of error codes. An error without a code is `_OTHER`. */
export const createCodeLabels = (): LabelSet => new LabelSet(maxCodes, /^[A-Z][A-Z_]{1,63}$/);

interface ErrorWithCode {
  readonly extensions?: unknown;
}

/** Each code once, however many errors have it. An error without a code has the empty one. */
export function codesOf(errors: readonly ErrorWithCode[]): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const { extensions } of errors) {
    const code = (extensions as { code?: unknown } | undefined)?.code;
    codes.add(typeof code === 'string' ? code : '');
  }
  return codes;
}
