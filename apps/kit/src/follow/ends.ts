/** Why a stream has ended. */
import { GraphError } from '../graph.ts';
import type { ReadAnewReason } from './options.ts';

/** An error of the caller's own code, which ends the following. */
export class HandlerFailed extends Error {}

/** Runs the caller's own code. */
export async function ofCaller<Value>(run: () => Value): Promise<Awaited<Value>> {
  try {
    return await run();
  } catch (error) {
    throw new HandlerFailed('the caller’s code failed', { cause: error });
  }
}

export const codesOf = (error: unknown): readonly string[] =>
  error instanceof GraphError ? error.missing.map(({ code }) => code) : [];

export const readAnewReasonOf = (error: unknown): ReadAnewReason | null =>
  (['CURSOR_EXPIRED', 'CURSOR_INVALID', 'EVENTS_DROPPED'] as const).find((reason) =>
    codesOf(error).includes(reason),
  ) ?? null;

/** Ends that are no fault, after which the same stream is served at once. */
export const announced: ReadonlySet<string> = new Set(['STREAM_MOVED', 'SUPERGRAPH_CHANGED']);
