/** The messages between the primary process and its workers, over the channel that `node:cluster` opens. */
import { z } from 'zod';

/** The questions for workers. `handover` asks for the data that a worker leaves for its successor. */
export const questions = ['alive', 'ready', 'metrics', 'handover'] as const;
export type Question = (typeof questions)[number];

/** The `signal` of a worker that stops because another one has taken its place. */
export const replacedSignal = 'replaced';

/**
 * The messages from a worker to the primary. The process that asks a question chooses its `id`. The answer has the same
 * `id`.
 */
export const toPrimary = z.discriminatedUnion('kind', [
  /** The worker listens. The primary prints `line` on standard output once for all workers. */
  z.object({ kind: z.literal('started'), line: z.string() }),
  /** The worker can't start, and is about to end. */
  z.object({ kind: z.literal('refused'), reason: z.string() }),
  /** Asks for the worker's input. */
  z.object({ kind: z.literal('inputWanted') }),
  /** Asks all other workers. */
  z.object({ kind: z.literal('ask'), id: z.number(), question: z.enum(questions) }),
  z.object({ kind: z.literal('answer'), id: z.number(), answer: z.unknown() }),
]);
export type ToPrimary = z.infer<typeof toPrimary>;

export const toWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stop'), signal: z.string() }),
  /**
   * The input to start with, and the handover: data that an earlier worker left for its successor. The handover is null
   * if there was no earlier worker.
   */
  z.object({ kind: z.literal('input'), input: z.unknown(), handover: z.unknown() }),
  /** Another input for a worker that runs. */
  z.object({ kind: z.literal('nextInput'), input: z.unknown() }),
  z.object({ kind: z.literal('question'), id: z.number(), question: z.enum(questions) }),
  /**
   * The answers of all other workers to a question of this worker. An answer is null if that worker didn't answer in
   * time.
   */
  z.object({ kind: z.literal('answers'), id: z.number(), answers: z.array(z.unknown()) }),
]);
export type ToWorker = z.infer<typeof toWorker>;
