import { GraphError } from '../graph.ts';
import type { ReadAnewReason } from './options.ts';

/** An error in the caller's own code. This error makes `follow` reject. */
export class HandlerFailed extends Error {}

/** Runs the caller's own code, and resolves to its result. If the code fails, rejects with `HandlerFailed`. */
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

/** The graph ends a stream with these codes although nothing failed. The stream can be opened again at once. */
export const announced: ReadonlySet<string> = new Set(['STREAM_MOVED', 'SUPERGRAPH_CHANGED']);
