import Fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyServerOptions,
} from 'fastify';
import { conditionTimes, DependencyWatch } from '../../../adapters/lifecycle/dependency-watch.ts';
import { addDraining } from '../../../adapters/lifecycle/draining.ts';
import { addHealthRoutes, type Health } from '../../../adapters/lifecycle/health.ts';
import { requestIdHeader, requestIdOf } from '../../../adapters/lifecycle/request-id.ts';
import type { ServerTls } from '../../../adapters/tls/server.ts';
import { isLanguage, languageCookie } from '../pages/language.ts';
import type { PageFrame } from '../pages/layout.ts';
import { messagePage, startPage } from '../pages/messages.ts';
import { styleSheet } from '../pages/style.ts';
import type { TextName } from '../pages/texts.ts';
import { requireClients } from '../provider/create-provider.ts';
import { createService, placeOf, type SignInOptions, type SignInService } from '../service.ts';
import { pageHeaders } from './headers.ts';
import { addInteractionRoutes } from './interaction-routes.ts';
import { addPinRoutes } from './pin-routes.ts';
import { addProviderRoutes, createProviderPages } from './provider-routes.ts';
import { frameOf, isSameOrigin } from './requests.ts';

export interface AppOptions extends SignInOptions {
  /** Addresses and networks of proxies, whose `X-Forwarded-For` says where a request comes from. */
  readonly trustedProxies: readonly string[];
  /** Null: it serves http. */
  readonly tls: ServerTls | null;
  /** Aborts when the process is to stop. */
  readonly stopping: AbortSignal;
}

/** A form of ours has four fields. */
const maxBodyBytes = 8_192;
/** The graph is waited for 10 s. */
export const requestTimeoutMs = 15_000;
const htmlType = 'text/html; charset=utf-8';
const languageCookieSeconds = 365 * 24 * 60 * 60;

/** Creates the HTTP server with all its routes. The caller makes it listen, and closes it. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { issuer, log, stopping, tls } = options;
  const server: FastifyServerOptions = {
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    genReqId: requestIdOf,
    trustProxy: [...options.trustedProxies],
    ...(tls !== null && { https: tls.options }),
  };
  const app: FastifyInstance = Fastify(server);
  tls?.renewOn(app.server);
  const service = createService(options, createProviderPages(issuer.pathname));
  await requireClients(service.provider(), options.clients);
  addDraining(app, { stopping, requestTimeoutMs, log });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(pageHeaders()).header(requestIdHeader, request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, id: reqId } = request;
    // The route, and not the URL: that has codes and tokens in it.
    const details = { reqId, method, route: request.routeOptions.url ?? null, status: reply.statusCode };
    log.info({ ...details, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  addErrors(app, service);
  const watch = watchOf(service);
  app.addHook('onClose', async () => watch[Symbol.dispose]());
  addHealthRoutes(app, healthOf(watch), stopping);
  // Each in a scope of its own: the provider reads bodies itself.
  const provider: FastifyPluginAsync = async (scope) => addProviderRoutes(scope, service);
  const pages: FastifyPluginAsync = async (scope) => addPages(scope, service);
  await app.register(provider);
  await app.register(pages);
  return app;
}

function addErrors(app: FastifyInstance, { base, log }: SignInService): void {
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) {
      log.error({ reqId: request.id, ...placeOf(error) }, 'a request failed');
    }
    return sendMessage(reply, status, frameOf(request, base, null), 'FAILED');
  });
  app.setNotFoundHandler((request, reply) =>
    sendMessage(reply, 404, frameOf(request, base, null), 'NOT_FOUND'),
  );
}

const sendMessage = (reply: FastifyReply, status: number, frame: PageFrame, title: TextName) =>
  reply
    .code(status)
    .type(htmlType)
    .send(messagePage(frame, title, null));

const statusOf = (error: unknown): number =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;

function addPages(app: FastifyInstance, service: SignInService): void {
  const { base, issuer } = service;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  app.addHook('onRequest', async (_request, reply) => {
    reply.type(htmlType);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'GET' && !isSameOrigin(request, issuer)) {
      return reply.code(403).send(messagePage(frameOf(request, base, null), 'EXPIRED', 'EXPIRED_TEXT'));
    }
  });
  addInteractionRoutes(app, service);
  addPinRoutes(app, service);
  app.get(base, (request, reply) => reply.send(startPage(frameOf(request, base, base))));
  app.get(`${base}/style.css`, (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(styleSheet),
  );
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

/** Letters, digits and dashes below our own path: nothing that could lead elsewhere. */
const isOwnPath = (text: unknown, base: string): text is string =>
  typeof text === 'string' && text.startsWith(base) && /^(?:\/[\w-]+)*$/.test(text.slice(base.length));

function watchOf({ state }: SignInService): DependencyWatch {
  const check = async () => {
    await state.ping();
    return {};
  };
  return new DependencyWatch([{ name: 'state', check }], conditionTimes);
}

/** It is ready where its state can be read. Where the graph is away, it is away for all processes. */
const healthOf = (watch: DependencyWatch): Health => ({
  known: () => watch.start(),
  conditions: () => ({ state: !Object.values(watch.states()).includes('down') }),
  dependencies: () => watch.states(),
});
