/** What the primary process of a machine and its workers say to each other, over the channel that `node:cluster` opens. */
import { z } from 'zod';

/** What every worker can be asked: whether its event loop turns, whether it can serve, and what it has measured. */
export const questions = ['alive', 'ready', 'metrics'] as const;
export type Question = (typeof questions)[number];

/** `id` is the asker's, and comes back with the answer. */
export const toPrimary = z.discriminatedUnion('kind', [
  /** It listens. `line` is for standard output, where the primary prints it once for all workers. */
  z.object({ kind: z.literal('started'), line: z.string() }),
  /** Ask all other workers. */
  z.object({ kind: z.literal('ask'), id: z.number(), question: z.enum(questions) }),
  z.object({ kind: z.literal('answer'), id: z.number(), answer: z.unknown() }),
]);
export type ToPrimary = z.infer<typeof toPrimary>;

export const toWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stop'), signal: z.string() }),
  z.object({ kind: z.literal('question'), id: z.number(), question: z.enum(questions) }),
  /** Of each other worker that listens; null where it didn't answer in time. */
  z.object({ kind: z.literal('answers'), id: z.number(), answers: z.array(z.unknown()) }),
]);
export type ToWorker = z.infer<typeof toWorker>;
