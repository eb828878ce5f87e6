import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { blockListOf } from '../../platform/lifecycle/network.ts';
import { choosePort } from '../../platform/ports/choose-port.ts';
import { builtPages } from '../../platform/static-pages/built-pages.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import { openServerTls } from '../../platform/tls/server.ts';
import { createHttpGraphClient } from '../graph/client.ts';
import { type GraphObserver, observedRelay } from '../graph/observed.ts';
import { createGraphPing } from '../graph/ping.ts';
import { createHttpGraphStreams } from '../graph/streams.ts';
import { openTokens } from '../graph/tokens.ts';
import type { EdgeLog } from '../server/create-server.ts';
import { openState } from '../server/open-state.ts';
import { readTheme } from '../theme/theme.ts';
import { areas } from './areas.ts';
import type { AreaConfig, StationConfig, WebConfig } from './config.ts';
import { maxGraphStreams } from './live/open-pages.ts';
import { startWebServer, type WebServer } from './server.ts';
import type { ServedArea } from './service.ts';
import { createRelyingParty } from './sign-in/relying-party.ts';
import { type StationOptions, stationTokens } from './station-options.ts';
import { terminalsAt } from './stations/sip2-servers.ts';

/**
 * Starts the server from its configuration. Resolves when it listens.
 * @throws Error whose message is for the person who started the process
 */
export async function startWeb(
  config: WebConfig,
  log: EdgeLog,
  observer: ServerObserver & GraphObserver = {},
): Promise<WebServer & { readonly origin: URL }> {
  await using resources = new AsyncDisposableStack();
  const { host, trustedProxies } = config;
  const theme = await readTheme(config.themeFile);
  const port = await choosePort(config);
  const origin = config.origin ?? new URL(`http://${host}:${port}`);
  const tls = openClientTls(config.graphTls, log);
  const client = resources.use(createHttpGraphClient(config.graphUrl, tls));
  const now = Date.now;
  const server = resources.use(
    await startWebServer({
      host,
      port,
      origin,
      terminals: config.sip2 === null ? () => null : terminalsAt(config.sip2),
      graph: observedRelay(client, observer),
      graphStreams: resources.use(createHttpGraphStreams(config.graphUrl, tls, maxGraphStreams)),
      graphPing: resources.use(createGraphPing(config.graphUrl, tls)),
      trustedProxies,
      log,
      now,
      areas: [...config.areas].map(([name, area]) => serveArea(areas[name], area, origin, now)),
      stations: config.stations === null ? null : await openStations(config.stations),
      state: await openState('web', config.secrets, config, log),
      pages: builtPages,
      theme,
      tls: openServerTls(config.tls, log),
      observer,
    }),
  );
  const running = resources.move();
  return { ...server, origin, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

export const serveArea = (
  area: ServedArea['area'],
  config: AreaConfig,
  origin: URL,
  now: () => number,
): ServedArea => ({
  area,
  consentsUrl:
    area.consentsPath === null
      ? null
      : new URL(`${config.issuer.href.replace(/\/$/, '')}${area.consentsPath}`),
  relyingParty: createRelyingParty({
    ...config,
    asksAgain: area.asksAgain,
    redirectUri: new URL(`${area.path}/callback`, origin),
    signedOutUri: new URL(`${area.path}/`, origin),
    now,
  }),
});

const openStations = async (config: StationConfig): Promise<StationOptions> => ({
  tokenFor: stationTokens(await openTokens(config, 'WEB_STATION_TOKEN_KEY_FILE')),
  addresses: config.addresses === null ? null : blockListOf(config.addresses),
});
