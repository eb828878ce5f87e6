import { readFile } from 'node:fs/promises';
import type { FastifyBaseLogger } from 'fastify';
import { createRemoteJWKSet } from 'jose';
import type { Issuer } from './auth/bearer.ts';
import { openDevelopmentIssuer } from './auth/development.ts';
import type { GatewayConfig, SubgraphName } from './config.ts';
import type { Part } from './health.ts';
import { createGateway } from './server.ts';
import { createHttpSubgraph } from './transport/http.ts';
import type { Transport } from './transport/transport.ts';

/** What runs in this process beside the gateway. */
export interface LocalParts {
  readonly transports: ReadonlyMap<SubgraphName, Transport>;
  readonly parts: readonly Part[];
}

/** Starts the gateway over its local subgraphs and those that `config` says are elsewhere. Resolves once it listens. */
export async function startGateway(
  config: GatewayConfig,
  local: LocalParts,
  log: FastifyBaseLogger,
): Promise<AsyncDisposable & { readonly address: string }> {
  await using resources = new AsyncDisposableStack();
  const transports = new Map<string, Transport>(local.transports);
  const parts = [...local.parts];
  for (const [name, url] of config.subgraphs) {
    if (config.subgraphSecret === null) {
      throw new Error('SUBGRAPH_SECRET is wanted where a subgraph runs in another process');
    }
    const subgraph = resources.use(createHttpSubgraph(name, url, config.subgraphSecret));
    transports.set(name, subgraph.transport);
    parts.push({ name: `${name} subgraph`, check: subgraph.health });
  }
  const app = await createGateway({
    supergraphSdl: await readFile(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'),
    transports,
    issuer: await openIssuer(config),
    parts,
    ide: !config.production,
    log,
  });
  resources.defer(() => app.close());
  const address = await app.listen({ host: config.host, port: config.port }).catch((error) => {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`PORT ${config.port} is taken at ${config.host}: set another.`)
      : error;
  });
  const running = resources.move();
  return { address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function openIssuer({ jwt, dataDir }: GatewayConfig): Promise<Issuer> | Issuer {
  return jwt.kind === 'development'
    ? openDevelopmentIssuer(dataDir)
    : { keys: createRemoteJWKSet(jwt.url), issuer: jwt.issuer, audience: jwt.audience };
}
