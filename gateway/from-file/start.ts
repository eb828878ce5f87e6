import type { FastifyBaseLogger } from 'fastify';
import { issuerAt } from '../access/bearer.ts';
import type { ServerConfig } from '../config.ts';
import { listen, type RunningGateway } from '../http/listen.ts';
import { createGateway } from '../http/server.ts';
import { checkSupergraph } from './check.ts';
import { Live } from './live.ts';
import { openServing, type Serving } from './serving.ts';
import { readVersion, type Version, watch } from './watch.ts';

export interface SupergraphOptions {
  /** The supergraph's file. */
  readonly file: string;
  /** Names of headers, in lower case, that go on to subgraphs as they came. */
  readonly forwardedHeaders: readonly string[];
  readonly shareInFlight: boolean;
}

/**
 * Serves the supergraph in a file, and the next one once the file has another. Resolves once it listens; rejects with a
 * sentence for whoever started it where the file holds none.
 */
export async function startSupergraph(
  config: ServerConfig,
  { file, forwardedHeaders, shareInFlight }: SupergraphOptions,
  log: FastifyBaseLogger,
): Promise<RunningGateway> {
  await using resources = new AsyncDisposableStack();
  const open = (sdl: string) => openChecked(sdl, () => openServing(sdl, { ...config, shareInFlight, log }));
  const first = await firstVersion(file);
  const live = resources.use(
    new Live(await open(first.text).catch((error) => Promise.reject(refused(file, error)))),
  );
  const app = await createGateway({
    answer: live.answer,
    limits: config.limits,
    issuer: config.jwks === null ? null : issuerAt(config.jwks),
    forwardedHeaders,
    parts: () => live.parts(),
    ide: config.production ? null : { title: 'GraphQL', defaultQuery: '{ __typename }\n' },
    log,
  });
  resources.defer(() => app.close());
  const address = await listen(app, config);
  const ended = new AbortController();
  const watching = watch(file, first, takeOver(file, live, open, log), ended.signal);
  resources.defer(() => {
    ended.abort();
    return watching;
  });
  const running = resources.move();
  return { address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** What becomes of a file that was written. */
function takeOver(file: string, live: Live, open: (sdl: string) => Promise<Serving>, log: FastifyBaseLogger) {
  const stays = (error: unknown) => log.error(`${refused(file, error).message} The one before stays.`);
  return {
    unreadable: stays,
    async changed(sdl: string) {
      try {
        const next = await open(sdl);
        live
          .replace(next)
          .catch((error: unknown) => log.error(error, 'the supergraph before could not be closed'));
        log.info(`the supergraph in ${file} took over`);
      } catch (error) {
        stays(error);
      }
    },
  };
}

async function openChecked(sdl: string, open: () => Promise<Serving>): Promise<Serving> {
  await checkSupergraph(sdl);
  return open();
}

async function firstVersion(file: string): Promise<Version> {
  try {
    return await readVersion(file);
  } catch (error) {
    throw refused(file, error);
  }
}

function refused(file: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`The supergraph in ${file} can't be used: ${reason.replace(/\.?$/, '.')}`);
}
