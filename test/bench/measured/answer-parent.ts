/**
 * Lets a file that is preloaded into a measured process answer the messages of the measuring process. The workers of a
 * gateway also preload the file, and the primary asks them.
 */
import cluster, { type Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';

/** Node emits no `message` event for messages with such a command, so the supervisor doesn't see them. */
const command = 'NODE_MEASURE';

interface Asked {
  readonly cmd: typeof command;
  readonly content: unknown;
}

const isAsked = (message: unknown): message is Asked => (message as Partial<Asked> | null)?.cmd === command;

/**
 * @param answerTo Returns this process's answer.
 * @param sum Combines the answers of a primary and all its workers to a message into one.
 */
export function answerParent<Answer>(
  answerTo: (message: unknown) => Answer,
  sum: (ofPrimary: Answer, ofWorkers: readonly Answer[], message: unknown) => Answer,
): void {
  if (cluster.isWorker) {
    (process as EventEmitter).on('internalMessage', (message: unknown) => {
      if (isAsked(message)) {
        process.send?.({ cmd: command, content: answerTo(message.content) });
      }
    });
    return;
  }
  process.on('message', async (message) => {
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const own = answerTo(message);
    const ofWorkers = await Promise.all(workers.map((worker) => ask<Answer>(worker, message)));
    process.send?.(workers.length === 0 ? own : sum(own, ofWorkers, message));
  });
}

/** Rejects if the worker ends, for example because another one has replaced it. */
function ask<Answer>({ process: child }: Worker, content: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error('a measured worker has ended'));
    const listen = (message: unknown) => {
      if (isAsked(message)) {
        child.off('internalMessage', listen).off('exit', end);
        resolve(message.content as Answer);
      }
    };
    child.on('internalMessage', listen).once('exit', end);
    child.send({ cmd: command, content });
  });
}
