import { withoutUndefined } from '../without-undefined.ts';

/** Frames of a stack that a log line has: enough to find the place, also where a library called us. */
const maxFrames = 8;

/**
 * What a log may hold of an unexpected error: its name, its code, its innermost stack frames, and the same of its cause. Never its
 * message, which may quote a person's data (R30). test/house/errors-in-logs.test.ts finds code that goes another way.
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

/** The name of an error's class, for a failure that is expected: its place would tell nothing. */
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
