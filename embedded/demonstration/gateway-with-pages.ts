import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify';
import type { TerminalState } from '../../edge/server/terminal-state.ts';
import type { EmbeddedSignInConfig } from '../../edge/sign-in/config.ts';
import type { SignInObserver } from '../../edge/sign-in/observer.ts';
import { readTheme } from '../../edge/theme/theme.ts';
import type { GatewayConfig } from '../../gateway/config.ts';
import type { RunningGateway } from '../../gateway/http/running-gateway.ts';
import type { GatewayObserver } from '../../gateway/observer.ts';
import { type LocalSubgraphs, startGateway } from '../../gateway/start.ts';
import { choosePort } from '../../platform/ports/choose-port.ts';
import type { Outbox } from '../outbox.ts';
import { developmentTokens } from './development-tokens.ts';
import { demonstrationPageClients, openEmbeddedPages } from './pages.ts';
import { preparePartnerSample } from './partner-sample.ts';
import { startEmbeddedSignIn } from './sign-in.ts';

export interface GatewayWithPages extends RunningGateway {
  readonly signIn: URL;
  /** The e-book service of the demonstration. Null if it doesn't run. */
  readonly partnerSample: URL | null;
}

export interface EmbeddedObservers {
  readonly gateway: GatewayObserver;
  /** Observes sign-in and the pages. */
  readonly edges: SignInObserver;
}

/**
 * Starts the gateway and sign-in. They need each other: sign-in calls the graph, and the graph accepts the tokens of
 * sign-in. The pages of staff and readers are on the gateway's port. With `partnerSamplePort` an e-book service starts,
 * too, on its own port. `terminals` returns the terminals of SIP2, which starts later.
 */
export async function startGatewayWithPages(
  config: GatewayConfig,
  signInConfig: EmbeddedSignInConfig,
  local: LocalSubgraphs & { readonly outbox: Outbox | null },
  log: FastifyBaseLogger,
  observers: EmbeddedObservers,
  partnerSamplePort: number | null = null,
  terminals: () => readonly TerminalState[] = () => [],
): Promise<GatewayWithPages> {
  await using resources = new AsyncDisposableStack();
  const { dataDir } = config;
  const theme = await readTheme(signInConfig.themeFile);
  // Sign-in redirects to this port, so it must be known before the server listens.
  const port = await choosePort(config);
  const origin = originOf({ ...config, port });
  const clients = demonstrationPageClients(origin);
  const sample =
    partnerSamplePort === null
      ? null
      : await preparePartnerSample(partnerSamplePort, await developmentTokens(dataDir));
  const signInClients = [...Object.values(clients), ...(sample === null ? [] : [sample.client])];
  const signIn = resources.use(
    await startEmbeddedSignIn(signInConfig, theme, config, log, observers.edges, signInClients),
  );
  const pages = resources.use(
    await openEmbeddedPages({
      origin,
      issuer: signIn.url,
      clients,
      theme: { ...theme, programs: { ...signIn.programs, ...theme.programs } },
      dataDir,
      log,
      observer: observers.edges,
      terminals,
    }),
  );
  const plugins = [pages.plugin, sample?.plugin, local.outbox?.plugin].filter(
    (plugin) => plugin !== undefined,
  );
  const gateway = resources.use(
    await startGateway({ ...config, port }, local, log, {
      observer: observers.gateway,
      localIssuers: [signIn.issuer],
      pages: together(plugins),
    }),
  );
  signIn.connect(gateway.address);
  const ebooks =
    sample === null
      ? null
      : resources.use(await sample.start(signIn.url, new URL('/graphql', gateway.address)));
  const running = resources.move();
  return {
    ...gateway,
    signIn: signIn.url,
    partnerSample: ebooks?.url ?? null,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const together =
  (plugins: readonly FastifyPluginAsync[]): FastifyPluginAsync =>
  async (app) => {
    for (const plugin of plugins) {
      await app.register(plugin);
    }
  };

const everywhere = ['0.0.0.0', '::'];

/** The address for browsers on this machine. */
export function originOf({ host, port, tls }: Pick<GatewayConfig, 'host' | 'port' | 'tls'>): URL {
  const name = everywhere.includes(host) ? '127.0.0.1' : host;
  return new URL(`${tls === null ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`);
}
