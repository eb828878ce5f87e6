import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import { z } from 'zod';
import type { ServerTls } from '../../tls/server.ts';
import { callerHeader, verifyCaller } from './caller.ts';
import type { Subgraph } from './serve.ts';

export interface SubgraphHttpOptions {
  /** Shared with the gateway, which signs the caller header with it. */
  readonly secret: Uint8Array;
  readonly log: FastifyBaseLogger;
  /** Null, or absent: it serves http. */
  readonly tls?: ServerTls | null;
  /** The legacy system's name, and a check whether it answers. */
  readonly system: { readonly name: string; ping(signal: AbortSignal): Promise<void> };
}

/** In bytes. A page of a hundred patrons' representations takes a tenth of it. */
const bodyLimit = 1024 * 1024;
/** How long a request may take to arrive, in ms. By default Node checks these timeouts only twice a minute. */
const headerTimeouts = { headersTimeout: 5000, connectionsCheckingInterval: 1000 } as const;
const requestTimeoutMs = 10_000;
/** A legacy system that answers within this many ms is up. Less than the gateway waits for this subgraph. */
const pingTimeoutMs = 2000;

const graphqlRequest = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** A response is for the gateway alone: it is not cached, and its content type is not guessed. */
const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * The subgraph over HTTP: `POST /graphql` for the gateway alone, `GET /health/live` and `/health/ready`. A request whose caller
 * header is not valid for this subgraph and this body is answered with 401 and not executed.
 */
export function createSubgraphServer(subgraph: Subgraph, options: SubgraphHttpOptions): FastifyInstance {
  const { tls = null } = options;
  const app = Fastify({
    loggerInstance: options.log,
    genReqId: requestIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    ...(tls === null ? { http: headerTimeouts } : { https: { ...headerTimeouts, ...tls.options } }),
    forceCloseConnections: 'idle',
    frameworkErrors: (_error, _request, reply) =>
      (reply as FastifyReply)
        .code(400)
        .headers(answerHeaders)
        .send(failure('BAD_REQUEST', "The URL can't be read.")),
  });
  tls?.renewOn(app.server);
  drainOnClose(app);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(answerHeaders);
  });
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    request.log.error({ name: (error as Error).name, status }, 'request failed');
    return reply.code(status).send(failure('BAD_REQUEST', "The request can't be served."));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(failure('NOT_FOUND', 'There is nothing here.')),
  );
  // The header signs the bytes of the body, so they are kept as they arrived.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/graphql', async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const header = z.string().safeParse(request.headers[callerHeader]);
    const caller = await verifyCaller(header.data ?? '', body, subgraph.name, options.secret).catch(
      (error: Error) => error,
    );
    if (caller instanceof Error) {
      request.log.warn({ name: caller.name }, 'refused a request without a valid caller header');
      return reply.code(401).send(failure('UNAUTHENTICATED', 'This subgraph answers its gateway alone.'));
    }
    const parsed = parseRequest(body);
    if (parsed === null) {
      return reply.code(400).send(failure('BAD_REQUEST', 'The body must be a GraphQL request as JSON.'));
    }
    const { query, operationName, variables } = parsed;
    return subgraph.execute(
      { operation: query, variables: variables ?? {}, ...(operationName != null && { operationName }) },
      caller,
      clientGone(reply),
    );
  });
  addHealth(app, options.system);
  return app;
}

/** The id that the gateway gave the client's request, so that one id finds the lines of both logs; else a new one. */
function requestIdOf({ headers }: IncomingMessage): string {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && /^[\w.-]{20,64}$/.test(sent) ? sent : randomUUID();
}

/** Ready once the legacy system has been reached. After that the subgraph stays ready, and reports a system that is down. */
function addHealth(app: FastifyInstance, system: SubgraphHttpOptions['system']): void {
  let reached = false;
  app.get('/health/live', () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const up = await system.ping(AbortSignal.timeout(pingTimeoutMs)).then(
      () => true,
      () => false,
    );
    reached ||= up;
    return reply
      .code(reached ? 200 : 503)
      .send({ ready: reached, parts: { [system.name]: up ? 'up' : 'down' } });
  });
}

function parseRequest(body: Buffer): z.infer<typeof graphqlRequest> | null {
  try {
    return graphqlRequest.parse(JSON.parse(body.toString()));
  } catch {
    return null;
  }
}

function failure(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

/** Aborts when the client disconnects before its response. Fastify's own signal watches the request, which ends earlier. */
function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      gone.abort();
    }
  });
  return gone.signal;
}

/** How long requests in progress may take once the server closes, in ms. The rest of the five seconds is for other resources. */
const drainTimeoutMs = 3500;

/** A closing server answers the requests in progress, with `connection: close` on each response. */
function drainOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs).unref();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) {
      reply.header('connection', 'close');
    }
  });
}
