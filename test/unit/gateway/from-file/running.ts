import { pino } from 'pino';
import { readServerConfig } from '../../../../gateway/config.ts';
import { noConfiguration, parseConfiguration } from '../../../../gateway/configuration/read-configuration.ts';
import type { GatewayConfiguration, SharedSettings } from '../../../../gateway/configuration/types.ts';
import { fileSource } from '../../../../gateway/from-file/sources/file.ts';
import type { SupergraphSource } from '../../../../gateway/from-file/sources/source.ts';
import { startSupergraph } from '../../../../gateway/from-file/start.ts';
import type { Limits } from '../../../../gateway/limits.ts';
import type { GatewayObserver } from '../../../../gateway/observer.ts';
import type { World } from './supergraph-fixture.ts';

export interface AnswerBody {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

/** A gateway in this process. It serves the supergraph of a world, or of another source. */
export interface RunningGateway extends AsyncDisposable {
  readonly url: string;
  readonly log: string[];
  post(body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  ask(query: string, variables?: object): Promise<{ status: number; body: AnswerBody }>;
  /** Resolves once the log has a line that matches. */
  logged(pattern: RegExp): Promise<void>;
}

/** The rules that propagate these headers to all subgraphs. */
export const propagating = (...names: readonly string[]): SharedSettings => ({
  headers: { request: names.map((name) => ({ propagate: name })) },
});

/** `limits` replace those of the environment, some of which no variable sets. */
export async function startOver(
  world: Pick<World, 'file'> | SupergraphSource,
  env: NodeJS.ProcessEnv = {},
  configuration: GatewayConfiguration = {},
  observer: GatewayObserver = {},
  limits: Partial<Limits> = {},
): Promise<RunningGateway> {
  const log: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => log.push(line) });
  const config = readServerConfig({ PORT: '0', ...env });
  const gateway = await startSupergraph(
    { ...config, limits: { ...config.limits, ...limits } },
    {
      source: 'file' in world ? fileSource(world.file) : world,
      configuration: parseConfiguration(configuration, '', noConfiguration.locationOf),
    },
    logger,
    observer,
  );
  const url = `${gateway.address}/graphql`;
  const post: RunningGateway['post'] = (body, headers = {}, signal) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal !== undefined && { signal }),
    });
  return {
    url,
    log,
    post,
    async ask(query, variables) {
      const response = await post({ query, variables });
      return { status: response.status, body: (await response.json()) as AnswerBody };
    },
    async logged(pattern) {
      while (!log.some((line) => pattern.test(line))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}
