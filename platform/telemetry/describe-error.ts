import { withoutUndefined } from '../without-undefined.ts';

/**
 * The number of stack frames in a log line. It is enough to find the faulty code, even if a library called our code.
 */
const maxFrames = 8;

/**
 * The parts of an unexpected error that a log may have: its name, its code, its innermost stack frames, and the same
 * parts of its cause. The message is left out, because it may quote a person's data (R30).
 * test/house/errors-in-logs.test.ts finds code that logs errors in another way.
 *
 *     { name: 'TypeError', frames: ['at answer (/app/edge/web/server.ts:54:7)', …],
 *       cause: { name: 'Error', code: 'ECONNREFUSED', frames: […] } }
 */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  const cause = error instanceof Error ? error.cause : undefined;
  return withoutUndefined({
    ...describeOne(error),
    cause: cause === undefined ? undefined : describeOne(cause),
  });
}

/** The name of an error's class. It is enough in the log of an expected failure. */
export const nameOfError = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

function describeOne(error: unknown): object {
  const name = nameOfError(error);
  if (!(error instanceof Error)) {
    return { name };
  }
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return withoutUndefined({
    name,
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    frames: frames.slice(0, maxFrames).map((line) => line.trim()),
  });
}
