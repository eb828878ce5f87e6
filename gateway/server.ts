import accepts from '@fastify/accepts';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import mercurius from 'mercurius';
import { authenticate, BearerError, type Issuer } from './auth/bearer.ts';
import type { Caller } from './auth/caller.ts';
import { createDenials } from './auth/requirements.ts';
import { clientGone, drainOnClose } from './connections.ts';
import { documentLimits } from './document-limits.ts';
import { createEngine } from './engine.ts';
import { addHealth, type Part } from './health.ts';
import {
  type GraphQLParameters,
  type GraphQLResult,
  HttpRefusal,
  negotiate,
  parseParameters,
  plainJson,
  refusalOf,
  statusOf,
} from './http.ts';
import { addIde } from './ide.ts';
import { keptDocuments, maxTokens, requestBodyLimit, requestTimeoutMs } from './limits.ts';
import { causeOf, withoutLiterals, withoutMessage } from './redact.ts';
import { servedByGet } from './safe-methods.ts';
import type { Transport } from './transport/transport.ts';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly issuer: Issuer;
  /** What must have been reached before the gateway is ready. */
  readonly parts: readonly Part[];
  readonly ide: boolean;
  readonly log: FastifyBaseLogger;
}

/** One request on its way through Mercurius. */
interface RunningRequest {
  readonly parameters: GraphQLParameters;
  readonly method: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  result?: GraphQLResult;
}

declare module 'mercurius' {
  interface MercuriusContext {
    readonly running: RunningRequest;
  }
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

/**
 * Mercurius parses, validates and keeps documents; its `preExecution` hook runs the plan, keeps its answer, and
 * leaves Mercurius a document of one `__typename` to execute.
 */
async function addGraphql(app: FastifyInstance, options: GatewayOptions): Promise<void> {
  const engine = createEngine(options.supergraphSdl);
  const denialsOf = createDenials(engine.requirements);
  await app.register(mercurius, {
    schema: engine.schema,
    routes: false,
    cache: keptDocuments,
    graphql: { parseOptions: { maxTokens } },
    validationRules: documentLimits,
  });
  app.graphql.addHook('preExecution', async (_schema, document, { running }) => {
    const { operationName } = running.parameters;
    if (running.method === 'GET' && !servedByGet(document, operationName)) {
      throw new HttpRefusal(405, 'METHOD_NOT_ALLOWED', 'GET serves `item` and `items` alone: use POST.');
    }
    running.result = await engine.execute({
      document,
      ...running.parameters,
      denied: denialsOf(running.caller),
      fetch: (request) => {
        const transport = options.transports.get(request.subgraph);
        if (transport === undefined) {
          throw new Error(`no transport to the subgraph ${request.subgraph}`);
        }
        return transport(request, running.caller, running.signal).catch((error) => {
          options.log.warn(
            { ...withoutMessage(error), ...causeOf(error) },
            `no answer from ${request.subgraph}`,
          );
          throw error;
        });
      },
    });
    return { document: answered(operationName) };
  });

  const run = async (running: RunningRequest): Promise<GraphQLResult> => {
    const { query, operationName } = running.parameters;
    try {
      // Variables stay with the engine: graphql-js quotes their values in its messages (R30).
      await app.graphql(query, { running }, undefined, operationName);
    } catch (error) {
      const invalid = (error as { errors?: readonly Error[] }).errors;
      if (invalid === undefined) {
        throw error;
      }
      return { errors: withoutLiterals(invalid, query, engine.schema) };
    }
    if (running.result === undefined) {
      throw new Error('Mercurius executed a document without its preExecution hook');
    }
    return running.result;
  };

  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
    url: '/graphql',
    handler: () => {
      throw new HttpRefusal(405, 'METHOD_NOT_ALLOWED', 'Use POST, or GET for `item` and `items`.');
    },
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      const mediaType = negotiate(request);
      const caller = await authenticate(request.headers.authorization, options.issuer);
      const result = await run({
        parameters: parseParameters(request),
        method: request.method,
        caller,
        signal: AbortSignal.any([clientGone(reply), AbortSignal.timeout(requestTimeoutMs)]),
      });
      return reply.code(statusOf(result, request)).type(mediaType).send(JSON.stringify(result));
    },
  });
}

/** The document that stands for one already answered. */
function answered(operationName: string | undefined): DocumentNode {
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    ...(operationName !== undefined && { name: { kind: Kind.NAME, value: operationName } }),
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
    },
  };
  return { kind: Kind.DOCUMENT, definitions: [operation] };
}

function fromBearer({ status, message }: BearerError): HttpRefusal {
  return new HttpRefusal(status, status === 401 ? 'UNAUTHENTICATED' : 'AUTHENTICATION_UNAVAILABLE', message);
}

function errorBody({ code, message }: HttpRefusal): GraphQLResult {
  return { errors: [{ message, extensions: { code } }] };
}
