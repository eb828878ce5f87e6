/**
 * Mercurius hosts the engine: it parses, validates and keeps documents; its `preExecution` hook runs the plan, keeps the
 * answer, and leaves Mercurius a document of one `__typename` to execute.
 */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import mercurius from 'mercurius';
import type { Caller } from './auth/caller.ts';
import { createDenials } from './auth/requirements.ts';
import { documentLimits } from './document-limits.ts';
import { createEngine } from './engine.ts';
import type { FetchSubgraph } from './executor/index.ts';
import { type GraphQLParameters, type GraphQLResult, HttpRefusal } from './http.ts';
import { keptDocuments, maxTokens } from './limits.ts';
import { causeOf, withoutLiterals, withoutMessage } from './redact.ts';
import { servedByGet } from './safe-methods.ts';
import type { Transport } from './transport/transport.ts';

export interface HostOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: FastifyBaseLogger;
}

/** One request, and who asks. */
export interface HostedRequest {
  readonly parameters: GraphQLParameters;
  readonly method: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** A request on its way through Mercurius. */
interface Running extends HostedRequest {
  result?: GraphQLResult;
}

declare module 'mercurius' {
  interface MercuriusContext {
    readonly running: Running;
  }
}

/** Makes `app` the engine's host. What it returns answers a request; it rejects with an `HttpRefusal` for a GET that is not served. */
export async function hostEngine(
  app: FastifyInstance,
  options: HostOptions,
): Promise<(request: HostedRequest) => Promise<GraphQLResult>> {
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
    const { method, parameters, caller } = running;
    if (method === 'GET' && !servedByGet(document, parameters.operationName)) {
      throw new HttpRefusal(405, 'METHOD_NOT_ALLOWED', 'GET serves `item` and `items` alone: use POST.');
    }
    running.result = await engine.execute({
      document,
      ...parameters,
      denied: denialsOf(caller),
      fetch: fetchFor(running, options),
    });
    return { document: answered(parameters.operationName) };
  });

  return async (request) => {
    const running: Running = { ...request };
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
}

/** Reaches subgraphs for one request; one that gives no answer is logged. */
function fetchFor({ caller, signal }: HostedRequest, { transports, log }: HostOptions): FetchSubgraph {
  return async (request) => {
    const transport = transports.get(request.subgraph);
    if (transport === undefined) {
      throw new Error(`no transport to the subgraph ${request.subgraph}`);
    }
    try {
      return await transport(request, caller, signal);
    } catch (error) {
      log.warn({ ...withoutMessage(error), ...causeOf(error) }, `no answer from ${request.subgraph}`);
      throw error;
    }
  };
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
