import type { FastifyBaseLogger } from 'fastify';
import type { SharedInput } from '../../platform/lifecycle/supervise-workers.ts';
import { checkSupergraph } from './check-supergraph.ts';
import { readableAgain, type SupergraphSource, unusable } from './sources/source.ts';

/**
 * The longest supergraph that a running worker opens itself, in characters. Building it blocks the event loop for less
 * than 50 ms. A longer supergraph is built in new processes.
 */
export const maxCharactersWithoutRestart = 40_000;

/**
 * Reads a supergraph in the primary process, for the workers. When the source changes later, a short supergraph is sent
 * to the running workers. A longer one is built by new workers, while the old workers serve. Then the new workers
 * replace the old ones. If the new supergraph can't be used, the log says why, and the current supergraph stays.
 * @throws Error if the supergraph can't be read. The message is for the person who starts the process.
 */
export async function handOutSupergraph(
  source: SupergraphSource,
  log: FastifyBaseLogger,
): Promise<SharedInput> {
  const opening = new AbortController();
  const opened = await source
    .open(opening.signal)
    .catch((error: unknown) => Promise.reject(unusable(source, error)));
  const keepCurrent = (reason: string) => log.error(`${reason} The one before stays.`);
  const unreadable = (error: unknown) => keepCurrent(unusable(source, error).message);
  return {
    first: opened.text,
    watch: (workers, signal) =>
      opened.watch(
        {
          unreadable,
          readable: () => log.info(readableAgain(source)),
          async changed(text) {
            if (text.length <= maxCharactersWithoutRestart) {
              await checkSupergraph(text).then(() => workers.send(text), unreadable);
              return;
            }
            const startedAt = performance.now();
            const refusal = await workers.replaceAll(text);
            if (refusal === null) {
              const ms = Math.round(performance.now() - startedAt);
              log.info({ ms }, `${source.title.replace('The', 'the')} took over, in new processes`);
            } else {
              keepCurrent(refusal);
            }
          },
        },
        signal,
      ),
  };
}
