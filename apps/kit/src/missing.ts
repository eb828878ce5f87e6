/** Partial answers: which values are null because they could not be read, and what helps. */

/** An error as the graph answers it. */
export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What helps. `later`: to ask again in some seconds. `sign-in`: a newer token. `rights`: another scope. `input`: another value of
 * a person. `program`: the request is wrong, or the graph's operators must be told.
 */
export type Remedy = 'later' | 'sign-in' | 'rights' | 'input' | 'program';

const remedies: Readonly<Record<string, Remedy>> = {
  UPSTREAM_UNAVAILABLE: 'later',
  UPSTREAM_TIMEOUT: 'later',
  UPSTREAM_OVERLOADED: 'later',
  JOURNAL_UNAVAILABLE: 'later',
  SUBGRAPH_UNAVAILABLE: 'later',
  SUBGRAPH_TIMEOUT: 'later',
  SUBGRAPH_INVALID_RESPONSE: 'later',
  INDEX_NOT_READY: 'later',
  RATE_LIMITED: 'later',
  UNAVAILABLE: 'later',
  TOO_MANY_REQUESTS: 'later',
  PIN_LOCKED: 'later',
  UNAUTHENTICATED: 'sign-in',
  FORBIDDEN: 'rights',
  BAD_USER_INPUT: 'input',
  IDENTITY_NUMBER_INVALID: 'input',
  SMART_ID_NEEDED: 'input',
  INVALID: 'input',
  WRONG_NUMBER_OR_PIN: 'input',
};

/** A code that is not known here is for the operators. */
export const remedyFor = (code: string): Remedy => remedies[code] ?? 'program';

/** Codes of what is counted before a mutation begins. */
const tooMany: ReadonlySet<string> = new Set(['RATE_LIMITED', 'TOO_MANY_REQUESTS', 'PIN_LOCKED']);

/**
 * Whether it tells that a mutation was not begun. An error below the payload doesn't: by then the mutation has run. Neither does a
 * code that is not known here.
 */
export const isBeforeMutation = ({ path, code, remedy }: MissingValue): boolean =>
  path.length <= 1 && (['sign-in', 'rights', 'input'].includes(remedy) || tooMany.has(code));

/** A value that could not be read. */
export interface MissingValue {
  /** Where it would be in `data`; empty where nothing could be read. */
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly remedy: Remedy;
  /** For people, in the language of `Accept-Language`. */
  readonly message: string;
  /** How long to wait before asking again, in ms; null where the graph doesn't say. */
  readonly retryAfterMs: number | null;
}

/** What is missing in an answer: one for each of its errors. Null without an error means that there is no such value. */
export const missingValues = (errors: readonly AnsweredError[] = []): readonly MissingValue[] =>
  errors.map(({ message, path = [], extensions = {} }) => {
    const code = typeof extensions.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';
    const { retryAfterSeconds: seconds } = extensions;
    return {
      path,
      code,
      remedy: remedyFor(code),
      message,
      retryAfterMs: typeof seconds === 'number' ? seconds * 1000 : null,
    };
  });

/**
 * Why the value at a path could not be read: the error there, or above. Undefined where it was read, though it may be null.
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
