import accepts from '@fastify/accepts';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { authenticate, BearerError, type Issuer } from '../access/bearer.ts';
import { anonymous, type Caller } from '../access/caller.ts';
import type { Answer } from '../engine/host.ts';
import { withoutMessage } from '../engine/redact.ts';
import { type GraphQLParameters, type GraphQLResult, HttpRefusal } from '../engine/request.ts';
import type { Limits } from '../limits.ts';
import { admitAtMost } from './admission.ts';
import { drainOnClose, socketTimeouts, untilAnswered } from './connections.ts';
import { addHealth, type Part } from './health.ts';
import { addIde, type IdeOptions } from './ide.ts';
import { negotiateLanguage } from './language.ts';
import { answerHeaders, negotiate, parseParameters, plainJson, refusalOf, statusOf } from './protocol.ts';

export interface GatewayOptions {
  readonly answer: Answer;
  readonly limits: Limits;
  /** Whose tokens are taken; null where everybody is anonymous. */
  readonly issuer: Issuer | null;
  /** Names of headers, in lower case, that go on to subgraphs as they came. */
  readonly forwardedHeaders: readonly string[];
  /** What must have been reached before the gateway is ready. */
  readonly parts: () => readonly Part[];
  readonly ide: IdeOptions | null;
  readonly log: FastifyBaseLogger;
}

/** Builds the gateway; the caller listens and closes. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.log,
    // A logger for each request costs more than what little is logged of one: lines that need it name the request.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.limits.maxBodyBytes,
    ...socketTimeouts(options.limits.requestTimeoutMs),
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) =>
      (reply as FastifyReply)
        .code(400)
        .headers(answerHeaders)
        .send(errorBody(new HttpRefusal(400, 'BAD_REQUEST', "The URL can't be read."))),
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send(errorBody(new HttpRefusal(404, 'NOT_FOUND', 'There is nothing here: try /graphql.'))),
  );
  drainOnClose(app);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(answerHeaders);
    done();
  });
  // The route and never the URL: what stands in a query string may be a person's (R30).
  app.addHook('onResponse', (request, reply, done) => {
    options.log.info({
      reqId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
    done();
  });
  await app.register(accepts);
  addGraphql(app, options);
  addHealth(app, options.parts);
  if (options.ide !== null) {
    addIde(app, options.ide);
  }
  return app;
}

/** `/graphql`: POST, and GET for what may stand in a URL. */
function addGraphql(app: FastifyInstance, options: GatewayOptions): void {
  const { answer, limits, issuer } = options;
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    ...admitAtMost(limits.maxConcurrentRequests),
    handler: async (request, reply) => {
      const mediaType = negotiate(request);
      const signedIn =
        issuer === null ? anonymous : await authenticate(request.headers.authorization, issuer);
      const language = negotiateLanguage(request);
      const caller = withForwarded({ ...signedIn, language }, request, options.forwardedHeaders);
      const asked = parseParameters(request, limits.maxBatch);
      const signal = untilAnswered(reply, limits.requestTimeoutMs);
      const one = (parameters: GraphQLParameters) =>
        answer({ parameters, method: request.method, caller, signal });
      reply.type(mediaType);
      if ('query' in asked) {
        const result = await one(asked);
        return withStatus(reply, statusOf(result, request)).send(JSON.stringify(result));
      }
      return reply.send(JSON.stringify(await Promise.all(asked.map(one))));
    },
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
    url: '/graphql',
    handler: () => {
      throw new HttpRefusal(405, 'METHOD_NOT_ALLOWED', 'Use POST, or GET for what it serves.');
    },
  });
}

function withForwarded(caller: Caller, { headers }: FastifyRequest, names: readonly string[]): Caller {
  if (names.length === 0) {
    return caller;
  }
  const forwarded: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') {
      forwarded[name] = value;
    }
  }
  return { ...caller, forwarded };
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = error instanceof BearerError ? fromBearer(error) : refusalOf(error);
  if (refusal.status >= 500 && !(error instanceof HttpRefusal)) {
    request.log.error({ reqId: request.id, ...withoutMessage(error), code: refusal.code }, 'request failed');
  }
  if (refusal.status === 401) {
    reply.header('www-authenticate', 'Bearer');
  }
  if (refusal.status === 405) {
    reply.header('allow', request.method === 'GET' ? 'POST' : 'GET, POST');
  }
  return withStatus(reply, refusal.status).type(plainJson).send(errorBody(refusal));
}

const retryAfterSeconds = 1;

/** A 503 says when to come again. */
function withStatus(reply: FastifyReply, status: number): FastifyReply {
  return status === 503 ? reply.code(status).header('retry-after', retryAfterSeconds) : reply.code(status);
}

function fromBearer({ status, message }: BearerError): HttpRefusal {
  return new HttpRefusal(status, status === 401 ? 'UNAUTHENTICATED' : 'AUTHENTICATION_UNAVAILABLE', message);
}

function errorBody({ code, message }: HttpRefusal): GraphQLResult {
  return { errors: [{ message, extensions: { code } }] };
}
