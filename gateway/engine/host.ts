/**
 * Mercurius hosts the engine: it parses, validates and keeps documents; its `preExecution` hook runs the plan and throws the
 * answer, so that Mercurius executes nothing itself. It sits in an app of its own that never listens, so that one host can
 * take over from another while a server runs.
 */
import Fastify, { type FastifyBaseLogger } from 'fastify';
import mercurius from 'mercurius';
import type { Caller } from '../access/caller.ts';
import { createDenials } from '../access/guards.ts';
import type { FetchSubgraph } from '../executor/index.ts';
import { keptDocuments, type Limits } from '../limits.ts';
import type { Transport } from '../transport/transport.ts';
import { refuseEarly } from './document-limits.ts';
import { createEngine } from './engine.ts';
import { isGetOperation } from './get-operations.ts';
import { diagnosePlanning } from './planning-diagnosis.ts';
import { causeOf, withoutLiterals, withoutMessage } from './redact.ts';
import { type GraphQLParameters, type GraphQLResult, HttpRefusal } from './request.ts';

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

declare module 'mercurius' {
  interface MercuriusContext {
    readonly hosted: HostedRequest;
  }
}

/** Errors that are told of one document, nothing being looked at after them: finding the line of each takes time. */
const maxErrors = 10;

/** Thrown, but no error: nobody needs to know where it came from. */
class Answered {
  readonly result: GraphQLResult;

  constructor(result: GraphQLResult) {
    this.result = result;
  }
}

/** Rejects where the supergraph is none. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { limits, getFields, log } = options;
  const engine = createEngine(options.supergraphSdl, {
    limits,
    report: (error) =>
      log.error(
        { ...withoutMessage(error), ...causeOf(error), ...diagnosePlanning(error, engine.schema) },
        'an operation can not be planned',
      ),
  });
  const denialsOf = createDenials(engine.requirements);
  await using resources = new AsyncDisposableStack();
  const app = Fastify();
  resources.defer(() => app.close());
  await app.register(mercurius, {
    schema: engine.schema,
    routes: false,
    cache: keptDocuments,
    graphql: { parseOptions: { maxTokens: limits.maxTokens }, validateOptions: { maxErrors } },
  });
  app.graphql.addHook('preValidation', async (schema, document, { hosted }) => {
    refuseEarly(document, hosted.parameters.query, schema, limits);
  });
  app.graphql.addHook('preExecution', async (_schema, document, { hosted }) => {
    const { method, parameters, caller } = hosted;
    if (method === 'GET' && !isGetOperation(document, parameters.operationName, getFields)) {
      throw new HttpRefusal(
        405,
        'METHOD_NOT_ALLOWED',
        `GET serves ${servedName(getFields)} alone: use POST.`,
      );
    }
    const result = await engine.execute({
      document,
      ...parameters,
      denied: denialsOf(caller),
      fetch: fetchFor(hosted, options),
    });
    throw new Answered(result);
  });
  await app.ready();
  const hosting = resources.move();
  return {
    async answer(hosted) {
      const { query, operationName } = hosted.parameters;
      try {
        // Variables stay with the engine: graphql-js quotes their values in its messages (R30).
        await app.graphql(query, { hosted }, undefined, operationName);
      } catch (thrown) {
        if (thrown instanceof Answered) {
          return thrown.result;
        }
        const invalid = (thrown as { errors?: readonly Error[] }).errors;
        if (invalid === undefined) {
          throw thrown;
        }
        return { errors: withoutLiterals(invalid, query, engine.schema, limits.maxTokens) };
      }
      throw new Error('Mercurius executed a document without its preExecution hook');
    },
    [Symbol.asyncDispose]: () => hosting.disposeAsync(),
  };
}

function servedName(fields: ReadonlySet<string> | null): string {
  return fields === null ? 'queries' : [...fields].map((name) => `\`${name}\``).join(' and ');
}

/** Reaches subgraphs for one request; one that gives no answer is logged. */
function fetchFor({ caller, signal }: HostedRequest, { transports, log }: HostOptions): FetchSubgraph {
  return (request) => {
    const transport = transports.get(request.subgraph);
    if (transport === undefined) {
      throw new Error(`no transport to the subgraph ${request.subgraph}`);
    }
    return transport(request, caller, signal).catch((error: unknown) => {
      log.warn({ ...withoutMessage(error), ...causeOf(error) }, `no answer from ${request.subgraph}`);
      throw error;
    });
  };
}
