import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import { z } from 'zod';
import { callerHeader, verifyCaller } from './caller.ts';
import type { Subgraph } from './serve.ts';

export interface SubgraphHttpOptions {
  /** Shared with the gateway, which signs who asks. */
  readonly secret: Uint8Array;
  readonly log: FastifyBaseLogger;
  /** The legacy system's name, and how to see whether it answers. */
  readonly system: { readonly name: string; ping(signal: AbortSignal): Promise<void> };
}

/** Bytes. A page of a hundred patrons' representations takes a tenth of it. */
const bodyLimit = 1024 * 1024;
/** For a request to come in, in milliseconds; Node has several clocks, and would look at them twice a minute only. */
const socketTimeouts = {
  http: { headersTimeout: 5000, connectionsCheckingInterval: 1000 },
  requestTimeout: 10_000,
} as const;
/** Milliseconds within which a legacy system counts as up; less than the gateway waits for this subgraph. */
const pingTimeoutMs = 2000;

const graphqlRequest = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** An answer is for the gateway alone and kept nowhere, and is what its content type says. */
const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * The subgraph over HTTP: `POST /graphql` for the gateway alone, `GET /health/live` and `/health/ready`. A request
 * whose caller header does not hold for this subgraph and this body is answered 401 and goes no further.
 */
export function createSubgraphServer(subgraph: Subgraph, options: SubgraphHttpOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    ...socketTimeouts,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error, _request, reply) =>
      (reply as FastifyReply)
        .code(400)
        .headers(answerHeaders)
        .send(failure('BAD_REQUEST', "The URL can't be read.")),
  });
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
  // The header vouches for the bytes, so they are kept as they came.
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

/** Ready once the legacy system has been reached; from then on a system that is down is only named. */
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

/** Aborts when the client goes away before its answer; Fastify's own signal looks at the request, which ends earlier. */
function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      gone.abort();
    }
  });
  return gone.signal;
}

/** Milliseconds for requests under way once the server closes; what is left of the five seconds is for the rest. */
const drainTimeoutMs = 3500;

/** A server that closes answers what is under way, and says on each answer that the connection ends with it. */
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
