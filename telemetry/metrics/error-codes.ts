import { LabelSet } from './label-set.ts';

/**
 * Errors that this program has caused, or a system behind it; docs/guides/answers.md says what callers do about each. Other errors
 * are caused by the client, or refuse what the caller may not have. UPSTREAM_CANCELLED is nobody's fault: the client has left.
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

/** There are about fifty codes of our own. Subgraphs of another graph may have others. */
const maxCodes = 100;

/** The labels of error codes. An error without a code is `_OTHER`. */
export const createCodeLabels = (): LabelSet => new LabelSet(maxCodes, /^[A-Z][A-Z_]{1,63}$/);

interface ErrorWithCode {
  readonly extensions?: unknown;
}

/** Each code once, however many errors have it; the empty text for an error without a code. */
export function codesOf(errors: readonly ErrorWithCode[]): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const { extensions } of errors) {
    const code = (extensions as { code?: unknown } | undefined)?.code;
    codes.add(typeof code === 'string' ? code : '');
  }
  return codes;
}
