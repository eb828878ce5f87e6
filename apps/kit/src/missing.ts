/** Partial answers: the values that are null because they could not be read, and the remedy for each. */

export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The remedy for an error. `later`: send the request again after `MissingValue.retryAfterMs`, or in some seconds if it
 * is null. `sign-in`: get a newer token. `rights`: the caller needs another scope. `input`: a person must enter another
 * value. `program`: the request is wrong, or the graph has a fault that its operators must repair.
 */
export type Remedy = 'later' | 'sign-in' | 'rights' | 'input' | 'program';

const remedies: Readonly<Record<string, Remedy>> = {
  UPSTREAM_UNAVAILABLE: 'later',
  UPSTREAM_TIMEOUT: 'later',
  UPSTREAM_OVERLOADED: 'later',
  JOURNAL_UNAVAILABLE: 'later',
  FEED_NOT_FOLLOWED: 'later',
  SUBGRAPH_UNAVAILABLE: 'later',
  SUBGRAPH_TIMEOUT: 'later',
  SUBGRAPH_INVALID_RESPONSE: 'later',
  STREAM_MOVED: 'later',
  SUPERGRAPH_CHANGED: 'later',
  INDEX_NOT_READY: 'later',
  INDEX_BEHIND: 'later',
  RATE_LIMITED: 'later',
  UNAVAILABLE: 'later',
  TOO_MANY_REQUESTS: 'later',
  PIN_LOCKED: 'later',
  UNAUTHENTICATED: 'sign-in',
  FRESH_SIGN_IN_NEEDED: 'sign-in',
  FORBIDDEN: 'rights',
  BAD_USER_INPUT: 'input',
  IDENTITY_NUMBER_INVALID: 'input',
  SMART_ID_NEEDED: 'input',
  INVALID: 'input',
  WRONG_NUMBER_OR_PIN: 'input',
};

/** The remedy for an error code. An unknown code has the remedy `program`, because users can do nothing about it. */
export const remedyFor = (code: string): Remedy => remedies[code] ?? 'program';

/** Error codes of exceeded limits. These limits are checked before a mutation begins, so the mutation was not done. */
const tooMany: ReadonlySet<string> = new Set(['RATE_LIMITED', 'TOO_MANY_REQUESTS', 'PIN_LOCKED']);

/**
 * Whether the error proves that a mutation did not begin. An error with a path inside the mutation's payload proves
 * nothing, because the mutation must have run to return a payload. An unknown code proves nothing either.
 */
export const isBeforeMutation = ({ path, code, remedy }: MissingValue): boolean =>
  path.length <= 1 && (['sign-in', 'rights', 'input'].includes(remedy) || tooMany.has(code));

/** A value that could not be read. */
export interface MissingValue {
  /** The value's path in `data`; empty if nothing could be read. */
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly remedy: Remedy;
  /** A message for people, in the language of `Accept-Language`. */
  readonly message: string;
  /**
   * The time to wait before the next request, in ms. Null if the graph doesn't name one. The time can be long: a PIN
   * can stay locked for a day.
   */
  readonly retryAfterMs: number | null;
}

/**
 * The values that an answer lacks, one for each error in it. A null without an error means that the value doesn't
 * exist.
 *
 * Call this function as soon as the answer arrives. An error may contain a point in time (`mayRetryAt`), from which the
 * remaining delay is calculated.
 */
export const missingValues = (errors: readonly AnsweredError[] = []): readonly MissingValue[] =>
  errors.map(({ message, path = [], extensions = {} }) => {
    const code = typeof extensions.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';
    return { path, code, remedy: remedyFor(code), message, retryAfterMs: delayIn(extensions) };
  });

/**
 * The delay in an error's extensions, in ms. The graph sends the delay in seconds, in ms, or as the time at which it
 * ends.
 */
function delayIn({
  retryAfterSeconds,
  retryAfterMs,
  mayRetryAt,
}: Readonly<Record<string, unknown>>): number | null {
  if (typeof retryAfterSeconds === 'number') {
    return retryAfterSeconds * 1000;
  }
  if (typeof retryAfterMs === 'number') {
    return retryAfterMs;
  }
  const delayMs = typeof mayRetryAt === 'string' ? Date.parse(mayRetryAt) - Date.now() : Number.NaN;
  return Number.isNaN(delayMs) ? null : Math.max(0, delayMs);
}

/**
 * The reason why the value at a path could not be read: the error at that path or above it. Undefined if the value was
 * read, even if the value is null.
 *
 * ```ts
 * missingAt(missing, ['me', 'holds']); // an error at me.holds, or at me
 * ```
 */
export const missingAt = (
  missing: readonly MissingValue[],
  path: readonly (string | number)[],
): MissingValue | undefined =>
  missing.find((value) => value.path.every((segment, index) => segment === path[index]));
