import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify';
import { describeError } from '../../../platform/telemetry/describe-error.ts';
import { createEdgeServer, type EdgeServerOptions, statusOf } from '../../server/create-server.ts';
import { isOwnPath } from '../../server/own-path.ts';
import { isSameOrigin } from '../../server/same-origin.ts';
import { serveTheme } from '../../theme/serve-theme.ts';
import { retrySoonSeconds } from '../limited-tries.ts';
import { isLanguage, languageCookie } from '../pages/language.ts';
import type { PageFrame } from '../pages/layout.ts';
import { messagePage, startPage } from '../pages/messages.ts';
import { styleSheet } from '../pages/style.ts';
import type { TextName } from '../pages/texts.ts';
import { requireClients } from '../provider/client-metadata.ts';
import { isTemporary } from '../provider/errors.ts';
import { createService, type SignInOptions, type SignInService } from '../service.ts';
import { addConsentRoutes } from './consent-routes.ts';
import { pageHeaders } from './headers.ts';
import { addInteractionRoutes } from './interaction-routes.ts';
import { addPinRoutes } from './pin-routes.ts';
import { addPostedRequests, addProviderRoutes, createProviderPages } from './provider-routes.ts';
import { addFormParser, frameOf } from './requests.ts';

export interface AppOptions
  extends SignInOptions,
    Pick<EdgeServerOptions, 'trustedProxies' | 'tls' | 'stopping' | 'graphPing'> {}

/** The maximum size of a body, in bytes. Our largest form has four fields. */
const maxBodyBytes = 8_192;
/** Time for a request, in ms. It is longer than the 10 s in which the graph must answer. */
export const requestTimeoutMs = 15_000;
const htmlType = 'text/html; charset=utf-8';
const languageCookieSeconds = 365 * 24 * 60 * 60;

/** Creates the HTTP server with all its routes. The caller makes the server listen, and closes it. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = createEdgeServer({ ...options, bodyLimit: maxBodyBytes, requestTimeoutMs });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(pageHeaders());
  });
  const service = createService(
    options,
    createProviderPages({ base: options.issuer.pathname, theme: options.theme }),
  );
  app.addHook('preHandler', (request, _reply, done) => service.enterNetwork(request.ip, done));
  await requireClients(service.provider(), options.clients.current);
  addErrors(app, service);
  // Each group of routes is a plugin with body parsers of its own. The OpenID provider must read the bodies of its
  // requests itself, so the parsers must not apply to its routes.
  const provider: FastifyPluginAsync = async (scope) => addProviderRoutes(scope, service);
  const posted: FastifyPluginAsync = async (scope) => addPostedRequests(scope, service);
  const pages: FastifyPluginAsync = async (scope) => addPages(scope, service);
  await app.register(provider);
  await app.register(posted);
  await app.register(pages);
  return app;
}

function addErrors(app: FastifyInstance, service: SignInService): void {
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) {
      service.log.error({ reqId: request.id, ...describeError(error) }, 'a request failed');
    }
    if (isTemporary(status)) {
      reply.header('retry-after', String(retrySoonSeconds));
    }
    return sendMessage(reply, status, frameOf(request, service, null), 'FAILED');
  });
  app.setNotFoundHandler((request, reply) =>
    sendMessage(reply, 404, frameOf(request, service, null), 'NOT_FOUND'),
  );
}

const sendMessage = (reply: FastifyReply, status: number, frame: PageFrame, title: TextName) =>
  reply
    .code(status)
    .type(htmlType)
    .send(messagePage(frame, title, null));

function addPages(app: FastifyInstance, service: SignInService): void {
  const { base, issuer } = service;
  app.removeAllContentTypeParsers();
  addFormParser(app);
  app.addHook('onRequest', async (_request, reply) => {
    reply.type(htmlType);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'GET' && !isSameOrigin(request.headers, issuer.origin)) {
      return reply.code(403).send(messagePage(frameOf(request, service, null), 'EXPIRED', 'EXPIRED_TEXT'));
    }
  });
  addInteractionRoutes(app, service);
  addPinRoutes(app, service);
  addConsentRoutes(app, service);
  app.get(base, (request, reply) => reply.send(startPage(frameOf(request, service, base))));
  serveTheme(app, base, service.theme, styleSheet);
  app.get(`${base}/language`, (request, reply) => {
    const { to, back } = request.query as Readonly<Record<string, unknown>>;
    if (isLanguage(to)) {
      const secure = issuer.protocol === 'https:' ? '; Secure' : '';
      const cookie = `${languageCookie}=${to}; Path=${base}; Max-Age=${languageCookieSeconds}; SameSite=Lax; HttpOnly`;
      reply.header('set-cookie', `${cookie}${secure}`);
    }
    return reply.redirect(isOwnPath(back, base) ? back : base, 303);
  });
}
