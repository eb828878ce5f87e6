/**
 * Mercurius hosts the engine: it parses, validates and keeps documents; its `preExecution` hook runs the plan, keeps the
 * answer, and leaves Mercurius a document of one `__typename` to execute. It sits in an app of its own that never
 * listens, so that one host can take over from another while a server runs.
 */
import Fastify, { type FastifyBaseLogger } from 'fastify';
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import mercurius from 'mercurius';
import type { Caller } from './auth/caller.ts';
import { createDenials } from './auth/requirements.ts';
import { documentLimits } from './document-limits.ts';
import { createEngine } from './engine.ts';
import type { FetchSubgraph } from './executor/index.ts';
import { type GraphQLParameters, type GraphQLResult, HttpRefusal } from './http.ts';
import { keptDocuments, type Limits } from './limits.ts';
import { causeOf, withoutLiterals, withoutMessage } from './redact.ts';
import { servedByGet } from './safe-methods.ts';
import type { Transport } from './transport/transport.ts';

export interface HostOptions {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly limits: Limits;
  /** The root fields that GET serves, and so may stand in a URL; null where GET serves every query. */
  readonly getFields: ReadonlySet<string> | null;
  readonly log: FastifyBaseLogger;
}

/** One request, and who asks. */
export interface HostedRequest {
  readonly parameters: GraphQLParameters;
  readonly method: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Answers a request. Rejects with an `HttpRefusal` for a GET that is not served. */
export type Answer = (request: HostedRequest) => Promise<GraphQLResult>;

export interface Host extends AsyncDisposable {
  readonly answer: Answer;
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

/** Rejects where the supergraph is none. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { limits, getFields, log } = options;
  const engine = createEngine(options.supergraphSdl, {
    limits,
    report: (error) =>
      log.error({ ...withoutMessage(error), ...causeOf(error) }, 'an operation can not be planned'),
  });
  const denialsOf = createDenials(engine.requirements);
  await using resources = new AsyncDisposableStack();
  const app = Fastify();
  resources.defer(() => app.close());
  await app.register(mercurius, {
    schema: engine.schema,
    routes: false,
    cache: keptDocuments,
    graphql: { parseOptions: { maxTokens: limits.maxTokens } },
    validationRules: [...documentLimits(limits)],
  });
  app.graphql.addHook('preExecution', async (_schema, document, { running }) => {
    const { method, parameters, caller } = running;
    if (method === 'GET' && !servedByGet(document, parameters.operationName, getFields)) {
      throw new HttpRefusal(
        405,
        'METHOD_NOT_ALLOWED',
        `GET serves ${servedName(getFields)} alone: use POST.`,
      );
    }
    running.result = await engine.execute({
      document,
      ...parameters,
      denied: denialsOf(caller),
      fetch: fetchFor(running, options),
    });
    return { document: answered(parameters.operationName) };
  });
  await app.ready();
  const hosting = resources.move();
  return {
    async answer(request) {
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
        return { errors: withoutLiterals(invalid, query, engine.schema, limits.maxTokens) };
      }
      if (running.result === undefined) {
        throw new Error('Mercurius executed a document without its preExecution hook');
      }
      return running.result;
    },
    [Symbol.asyncDispose]: () => hosting.disposeAsync(),
  };
}

function servedName(fields: ReadonlySet<string> | null): string {
  return fields === null ? 'queries' : [...fields].map((name) => `\`${name}\``).join(' and ');
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
