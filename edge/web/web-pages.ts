import { join } from 'node:path';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackName } from '../../platform/lifecycle/network.ts';
import { addStaticPage, isBuilt, strictPolicy } from '../../platform/static-pages/add-static-page.ts';
import { html } from '../server/html.ts';
import { serveTheme, themeLinks } from '../theme/serve-theme.ts';
import type { Theme } from '../theme/theme.ts';
import { areas } from './areas.ts';
import { addArea } from './http/add-area.ts';
import { answerError } from './http/answers.ts';
import { type AreaSessions, createAreaSessions } from './http/area-sessions.ts';
import { addLive } from './live/add-live.ts';
import { OpenPages } from './live/open-pages.ts';
import { manifestLink, serveManifest } from './manifest.ts';
import type { WebService } from './service.ts';
import { stationPath } from './station-options.ts';
import { addStations } from './stations/add-stations.ts';
import { addTerminalsRoute } from './stations/terminals-route.ts';
import { addSwitchOff } from './switch-off/add-switch-off.ts';

/**
 * The maximum size of a body, in bytes. Every operation that a page sends is smaller, with its variables. The graph has
 * its own limit.
 */
export const maxBodyBytes = 65_536;

const themePath = '/theme';

/** All pages for people, with their routes. They run in a server of their own, or in the gateway's server. */
export const webPages =
  (service: WebService): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    // The body stays as it was sent, because most bodies are operations, which the graph parses. A route that needs
    // values of the body parses it (`readBody`).
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: maxBodyBytes },
      (_request, body, done) => done(null, body),
    );
    app.addHook('onRequest', toOneLoopbackName(service.origin));
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    });
    serveTheme(app, themePath, service.theme);
    const openPages = new OpenPages();
    service.observer?.watchTable?.('page_streams', () => openPages.fill);
    app.addHook('preClose', async () => openPages.endAll());
    let staff: AreaSessions | null = null;
    for (const served of service.areas) {
      const sessions = createAreaSessions(service, served);
      if (served.area.name === 'staff') {
        staff = sessions;
        addTerminalsRoute(app, service, sessions);
      }
      await addArea(app, service, served, sessions);
      addLive(app, service, served, sessions, openPages);
      if (served.area.name === 'reader') {
        await addSwitchOff(app, service);
        serveManifest(app, served.area.path, service.theme, `${themePath}/mark`);
      }
      await addPage(app, service, served.area.path);
    }
    if (service.stations !== null) {
      await addStations(app, service, service.stations, staff);
      await addPage(app, service, stationPath);
    }
  };

async function addPage(app: FastifyInstance, { pages, theme, log }: WebService, path: string): Promise<void> {
  // Only the readers' page registers a service worker (`apps/reader/src/cards/kept-card.ts`). It uses a trusted type
  // for that, so its content security policy must allow this type.
  const hasServiceWorker = path === areas.reader.path;
  const page = {
    path,
    folder: join(pages, path),
    folders: ['assets'],
    files: hasServiceWorker ? ['service-worker.js'] : [],
    head: headOf(theme, path),
    contentSecurityPolicy: strictPolicy(hasServiceWorker ? 'service-worker' : undefined),
  };
  if (isBuilt(page)) {
    await addStaticPage(app, page);
  } else {
    log.warn({ path }, 'the page is not built: npm run build');
    for (const url of [path, `${path}/`]) {
      app.get(url, (_request, reply) => answerError(reply, 'NOT_BUILT'));
    }
  }
}

/**
 * The elements for the head of a page: the theme's links, and the names of the library and its programs for the page's
 * script. On the readers' page, also the link to the manifest.
 */
const headOf = ({ name, programs }: Theme, path: string): string => {
  const names = Object.entries(name).map(
    ([language, content]) => html`<meta name="library" lang="${language}" content="${content}">`,
  );
  // These elements give the names of the programs whose ids are in a log of accesses. Stations show no such log.
  const programNames = Object.entries(path === stationPath ? {} : programs).flatMap(([id, namesOfOne]) =>
    Object.entries(namesOfOne).map(
      ([language, content]) =>
        html`<meta name="program" data-id="${id}" lang="${language}" content="${content}">`,
    ),
  );
  const manifest = path === areas.reader.path ? manifestLink(path) : null;
  return html`${themeLinks(themePath)}${names}${programNames}${manifest}`.text;
};

/**
 * Redirects `GET` requests to the origin's own name. A machine has several loopback names, such as `localhost` and
 * `127.0.0.1`, and a browser keeps separate cookies for each. A sign-in must return to the name where it began.
 */
const toOneLoopbackName = (origin: URL) => async (request: FastifyRequest, reply: FastifyReply) => {
  const isOther =
    request.host !== origin.host && isLoopbackName(request.hostname) && isLoopbackName(origin.hostname);
  if (isOther && request.method === 'GET') {
    return reply.redirect(new URL(request.url, origin).href, 307);
  }
};
