import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import type { z } from 'zod';
import { createHttpGraphClient } from '../../edge/graph/client.ts';
import { type GraphObserver, observedRelay } from '../../edge/graph/observed.ts';
import { createHttpGraphStreams } from '../../edge/graph/streams.ts';
import { graphResource } from '../../edge/graph/tokens.ts';
import type { EdgeLog } from '../../edge/server/create-server.ts';
import { stateFileIn } from '../../edge/server/open-state.ts';
import { startExpiredRemoval } from '../../edge/server/remove-expired.ts';
import type { TerminalState } from '../../edge/server/terminal-state.ts';
import type { clientEntry } from '../../edge/sign-in/clients/schema.ts';
import type { Theme } from '../../edge/theme/theme.ts';
import { type AreaName, areas } from '../../edge/web/areas.ts';
import { maxGraphStreams } from '../../edge/web/live/open-pages.ts';
import { serveArea } from '../../edge/web/start.ts';
import { stationTokens } from '../../edge/web/station-options.ts';
import { webPages } from '../../edge/web/web-pages.ts';
import { scopesByAudience } from '../../gateway/audiences.ts';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { builtPages } from '../../platform/static-pages/built-pages.ts';
import { openSqliteState } from '../../store/shared-state/sqlite/sealed-state.ts';
import { readOrCreateKey } from '../key-file.ts';
import { developmentTokens } from './development-tokens.ts';

/** A client of sign-in, in the form of SIGN_IN_CLIENTS_FILE. */
export type PageClient = z.input<typeof clientEntry> & { readonly secret: string };

/** The pages as clients of sign-in. Each start makes new secrets, and only this process knows them. */
export function demonstrationPageClients(origin: URL): Readonly<Record<AreaName, PageClient>> {
  const clientOf = (area: AreaName) => ({
    redirectUris: [new URL(`${areas[area].path}/callback`, origin).href],
    postLogoutRedirectUris: [new URL(`${areas[area].path}/`, origin).href],
    backchannelLogoutUri: new URL(`${areas[area].path}/signed-out`, origin).href,
    secret: randomBytes(32).toString('base64url'),
    firstParty: true,
  });
  return {
    staff: {
      ...clientOf('staff'),
      id: 'demonstration-staff-dashboard',
      audience: 'staff',
      scopes: [...scopesByAudience.staff],
      name: { en: 'Staff Dashboard', 'zh-Hant': '職員工作台' },
    },
    reader: {
      ...clientOf('reader'),
      id: 'demonstration-my-library',
      audience: 'reader',
      name: { en: 'My Library', 'zh-Hant': '我的圖書館' },
    },
  };
}

interface EmbeddedPagesOptions {
  /** The origin of this process's one port. */
  readonly origin: URL;
  readonly issuer: URL;
  readonly clients: Readonly<Record<AreaName, PageClient>>;
  readonly theme: Theme;
  readonly dataDir: string;
  readonly log: EdgeLog;
  readonly observer: GraphObserver & ServerObserver;
  /** The terminals of this process's SIP2 server. */
  readonly terminals: () => readonly TerminalState[];
}

/** The pages of this process, as a plugin for the gateway's port. */
export interface EmbeddedPages extends AsyncDisposable {
  readonly plugin: FastifyPluginAsync;
}

const scopeOf: Readonly<Record<AreaName, string>> = {
  staff: scopesByAudience.staff.join(' '),
  reader: 'patron',
};

/** Opens pages that use the graph and the sign-in of this process. Their sessions are in `dataDir`. */
export async function openEmbeddedPages({
  origin,
  issuer,
  clients,
  theme,
  dataDir,
  log,
  observer,
  terminals,
}: EmbeddedPagesOptions): Promise<EmbeddedPages> {
  await using resources = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true });
  const secrets = [await readOrCreateKey(join(dataDir, 'web.key'))] as const;
  const state = resources.use(
    await openSqliteState({ owner: 'web', path: stateFileIn(dataDir, 'web'), secrets, holder: 'npm start' }),
  );
  resources.use(startExpiredRemoval(state, log));
  const graphUrl = new URL('/graphql', origin);
  const client = resources.use(createHttpGraphClient(graphUrl, null));
  const graphStreams = resources.use(createHttpGraphStreams(graphUrl, null, maxGraphStreams));
  const served = Object.values(areas).map((area) => {
    const { id: clientId, secret: clientSecret } = clients[area.name];
    const config = {
      issuer,
      clientId,
      clientSecret,
      scope: scopeOf[area.name],
      resource: graphResource,
    };
    return serveArea(area, config, origin, Date.now);
  });
  const stations = { tokenFor: stationTokens(await developmentTokens(dataDir)), addresses: null };
  const running = resources.move();
  return {
    plugin: webPages({
      origin,
      areas: served,
      stations,
      terminals,
      state,
      graph: observedRelay(client, observer),
      graphStreams,
      pages: builtPages,
      theme,
      observer,
      log,
      now: Date.now,
    }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
