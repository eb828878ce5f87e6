import { readFile } from 'node:fs/promises';
import type { FastifyBaseLogger } from 'fastify';
import { issuerAt } from './access/bearer.ts';
import { openDevelopmentIssuer } from './access/development.ts';
import type { GatewayConfig, SubgraphName } from './config.ts';
import { createHost } from './engine/host.ts';
import type { Part } from './http/health.ts';
import { listen, type RunningGateway } from './http/listen.ts';
import { createGateway } from './http/server.ts';
import { createHttpSubgraph } from './transport/http.ts';
import type { Transport } from './transport/transport.ts';

/** What may stand in a URL, and so in logs and caches: the catalogue, nothing of a person (R30). */
const publicFields = new Set(['item', 'items']);

const defaultQuery = `# The patron who is signed in, with every card and the one quota that the cards share.
# Under "Headers": { "authorization": "Bearer TOKEN" }. \`npm run --silent token -- --patron P0000001\` prints one.
query Me {
  me {
    name { english chinese }
    status
    libraryCardNumber
    credentials { libraryCardNumber status }
    loanQuota { limit used remaining }
    loans(first: 10) { edges { node { item { title } dueOn overdue } } }
  }
}
`;

/** What runs in this process beside the gateway. */
export interface LocalParts {
  readonly transports: ReadonlyMap<SubgraphName, Transport>;
  readonly parts: readonly Part[];
  /** Whether all systems behind are simulators that were started with it: then every patron is made up. */
  readonly overSimulators: boolean;
}

/** Starts the gateway over its local subgraphs and those that `config` says are elsewhere. Resolves once it listens. */
export async function startGateway(
  config: GatewayConfig,
  local: LocalParts,
  log: FastifyBaseLogger,
): Promise<RunningGateway> {
  await using resources = new AsyncDisposableStack();
  requireIssuer(config, local);
  const transports = new Map<string, Transport>(local.transports);
  const parts = [...local.parts];
  for (const [name, url] of config.subgraphs) {
    if (config.subgraphSecret === null) {
      throw new Error('SUBGRAPH_SECRET is wanted where a subgraph runs in another process');
    }
    const subgraph = resources.use(createHttpSubgraph(name, url, config.subgraphSecret, config.limits));
    transports.set(name, subgraph.transport);
    parts.push({ name: `${name} subgraph`, check: subgraph.health });
  }
  const host = resources.use(
    await createHost({
      supergraphSdl: await readFile(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'),
      transports,
      limits: config.limits,
      getFields: publicFields,
      log,
    }),
  );
  const app = await createGateway({
    answer: host.answer,
    limits: config.limits,
    issuer: config.jwks === null ? await openDevelopmentIssuer(config.dataDir) : issuerAt(config.jwks),
    forwardedHeaders: [],
    parts: () => parts,
    ide: config.production ? null : { title: 'patron-graph', defaultQuery },
    log,
  });
  resources.defer(() => app.close());
  const address = await listen(app, config);
  const running = resources.move();
  return { address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/**
 * Whoever can read DATA_DIR can make any token of the development issuer's: it is for made-up patrons, or for who says that
 * they want it. Throws where neither is so, and no other issuer is named.
 */
export function requireIssuer(
  { jwks, allowDevelopmentIssuer }: GatewayConfig,
  { overSimulators }: Pick<LocalParts, 'overSimulators'>,
): void {
  if (jwks !== null || overSimulators || allowDevelopmentIssuer) {
    return;
  }
  throw new Error(
    'JWKS_URL, JWT_ISSUER and JWT_AUDIENCE are wanted where patrons are not made up. For development, ALLOW_DEVELOPMENT_ISSUER=1 has this machine make tokens.',
  );
}
