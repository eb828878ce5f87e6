import accepts from '@fastify/accepts';
import Fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { authenticate, BearerError, type Issuer } from './auth/bearer.ts';
import { clientGone, drainOnClose } from './connections.ts';
import { addHealth, type Part } from './health.ts';
import { type HostOptions, hostEngine } from './host.ts';
import {
  type GraphQLResult,
  HttpRefusal,
  negotiate,
  parseParameters,
  plainJson,
  refusalOf,
  statusOf,
} from './http.ts';
import { addIde } from './ide.ts';
import { requestBodyLimit, requestTimeoutMs } from './limits.ts';
import { withoutMessage } from './redact.ts';

export interface GatewayOptions extends HostOptions {
  readonly issuer: Issuer;
  /** What must have been reached before the gateway is ready. */
  readonly parts: readonly Part[];
  readonly ide: boolean;
}

/** Builds the gateway; the caller listens and closes. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: requestBodyLimit,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) =>
      (reply as FastifyReply)
        .code(400)
        .send(errorBody(new HttpRefusal(400, 'BAD_REQUEST', "The URL can't be read."))),
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => {
    const refusal = error instanceof BearerError ? fromBearer(error) : refusalOf(error);
    if (refusal.status >= 500) {
      request.log.error({ ...withoutMessage(error), code: refusal.code }, 'request failed');
    }
    if (refusal.status === 401) {
      reply.header('www-authenticate', 'Bearer');
    }
    if (refusal.status === 405) {
      reply.header('allow', 'POST');
    }
    return reply.code(refusal.status).type(plainJson).send(errorBody(refusal));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send(errorBody(new HttpRefusal(404, 'NOT_FOUND', 'There is nothing here: try /graphql.'))),
  );
  drainOnClose(app);
  // The route and never the URL: what stands in a query string may be a person's (R30).
  app.addHook('onResponse', async (request, reply) => {
    const ms = Math.round(reply.elapsedTime);
    request.log.info({
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms,
    });
  });
  await app.register(accepts);
  await addGraphql(app, options);
  addHealth(app, options.parts);
  if (options.ide) {
    addIde(app);
  }
  return app;
}

/** `/graphql`: POST, and GET for what may stand in a URL. */
async function addGraphql(app: FastifyInstance, options: GatewayOptions): Promise<void> {
  const answer = await hostEngine(app, options);
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      const mediaType = negotiate(request);
      const caller = await authenticate(request.headers.authorization, options.issuer);
      const result = await answer({
        parameters: parseParameters(request),
        method: request.method,
        caller,
        signal: AbortSignal.any([clientGone(reply), AbortSignal.timeout(requestTimeoutMs)]),
      });
      return reply.code(statusOf(result, request)).type(mediaType).send(JSON.stringify(result));
    },
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
    url: '/graphql',
    handler: () => {
      throw new HttpRefusal(405, 'METHOD_NOT_ALLOWED', 'Use POST, or GET for `item` and `items`.');
    },
  });
}

function fromBearer({ status, message }: BearerError): HttpRefusal {
  return new HttpRefusal(status, status === 401 ? 'UNAUTHENTICATED' : 'AUTHENTICATION_UNAVAILABLE', message);
}

function errorBody({ code, message }: HttpRefusal): GraphQLResult {
  return { errors: [{ message, extensions: { code } }] };
}
