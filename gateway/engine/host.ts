/**
 * Mercurius hosts the engine. It parses and validates documents and caches them. Its `preExecution` hook runs the
 * engine and throws the answer, so Mercurius itself never executes. Mercurius is registered in a Fastify instance of its
 * own that never listens: a new supergraph gets a new host while the server keeps running.
 *
 * Each audience has such an instance, with the part of the schema that it sees. So a document that is valid for one audience
 * is never taken for valid for another, and no audience can evict another's documents.
 */
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import mercurius from 'mercurius';
import { audienceOf, type Caller } from '../access/caller.ts';
import type { ValidateDocument } from '../access/documents/trusted-documents.ts';
import { createDenials } from '../access/guards.ts';
import type { Allowance } from '../access/rates/rate-limiter.ts';
import { type ByAudience, forAllAudiences, resolveEachAudience } from '../audiences.ts';
import { type Limits, maxCachedDocuments } from '../limits.ts';
import type { PlanningError } from '../planner/index.ts';
import { buildConsumerSchema } from '../supergraph/index.ts';
import { readTaggedFields } from '../supergraph/tags.ts';
import type { Transport } from '../transport/transport.ts';
import type { CacheStats } from '../weighted-cache.ts';
import { createPublicFieldsCheck, type RefuseOverGet, refuseMutations } from './allowed-over-get.ts';
import { enforceDocumentLimits } from './document-limits.ts';
import { createEngine } from './engine.ts';
import { fetchSubgraphs, type ObserveFetch, reachSubgraphs } from './fetch-subgraphs.ts';
import { asksForSchema, introspectionDisabled } from './introspection.ts';
import { OperationReport } from './operation-report.ts';
import { createPlanningDiagnosis } from './planning-diagnosis.ts';
import { describeCause, describeError, redactErrors, withoutSuggestions } from './redact.ts';
import { type GraphQLParameters, type GraphQLResult, HttpError } from './request.ts';
import { maxErrors, validateDocument } from './validate-document.ts';

export interface HostOptions {
  readonly supergraphSdl: string;
  /** The API schema that each audience sees, a part of the supergraph's; null where everybody sees all of it. */
  readonly audienceSchemas: ByAudience<string> | null;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly limits: Limits;
  /**
   * The name of the `@tag` on the fields that are public. GET serves those alone, since a URL ends up in logs. Null where
   * GET serves every query.
   */
  readonly publicTag: string | null;
  /** Whether an audience may ask for the schema. */
  readonly introspection: ByAudience<boolean>;
  /** Told how long a request waited for the plan of its operation, in ms, and why it got none. */
  readonly onPlanned?: (ms: number, error: PlanningError | null) => void;
  readonly onFetched?: ObserveFetch;
  readonly log: FastifyBaseLogger;
}

/** One GraphQL request, and its caller. */
export interface GraphQLRequest {
  readonly parameters: GraphQLParameters;
  /** The HTTP method, in upper case. */
  readonly method: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** What the caller may have now. Null, or absent: everything. */
  readonly allowance?: Allowance | null;
  /** Filled while the request is answered. Absent where nobody wants to know. */
  readonly operation?: OperationReport;
}

/**
 * Answers a GraphQL request, errors included.
 * @throws HttpError 405, for a GET of an operation that GET doesn't serve.
 */
export type AnswerRequest = (request: GraphQLRequest) => Promise<GraphQLResult>;

export interface Host extends AsyncDisposable {
  readonly answer: AnswerRequest;
  /** Checks a document against the schema and the limits, without executing it: some audience must be able to send it. */
  readonly validate: ValidateDocument;
  /** What its caches hold, by name. */
  caches(): Readonly<Record<string, CacheStats>>;
}

declare module 'mercurius' {
  interface MercuriusContext {
    readonly request: GraphQLRequest;
    readonly report: OperationReport;
  }
}

/** Carries the answer out of Mercurius, by `throw`. Not an `Error`, since a stack trace would cost time for nothing. */
class ThrownAnswer {
  readonly result: GraphQLResult;

  constructor(result: GraphQLResult) {
    this.result = result;
  }
}

/**
 * Opens a supergraph. Disposing of the host closes its Fastify instances; transports stay open.
 * @throws Error where the supergraph can't be served.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const { limits, introspection, log } = options;
  const engine = createEngine(options.supergraphSdl, {
    limits,
    ...(options.onPlanned !== undefined && { onPlanned: options.onPlanned }),
    onPlanningError: (error) =>
      log.error(
        { ...describeError(error), ...describeCause(error), ...diagnosePlanning(error) },
        'an operation can not be planned',
      ),
  });
  const diagnosePlanning = createPlanningDiagnosis(engine.schema);
  const denialsOf = createDenials(engine.requirements);
  const refuseOverGet = createGetCheck(engine.schema, options);
  const fetching = { subgraphs: reachSubgraphs(options.transports), onFetched: options.onFetched, log };
  const execute: ExecuteDocument = async (document, schema, request, report) => {
    const { method, parameters, caller } = request;
    const refusal = method === 'GET' ? refuseOverGet(document, parameters.operationName) : null;
    if (refusal !== null) {
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', refusal);
    }
    return engine.execute({
      document,
      schema,
      ...parameters,
      denied: denialsOf(caller),
      allowance: request.allowance ?? null,
      report,
      fetch: fetchSubgraphs(request, report, fetching),
    });
  };
  await using resources = new AsyncDisposableStack();
  const open = async (schema: GraphQLSchema): Promise<View> => {
    const documents = await openMercurius(schema, execute, options);
    resources.defer(() => documents.close());
    return { schema, documents };
  };
  const { audienceSchemas } = options;
  const views =
    audienceSchemas === null
      ? forAllAudiences(await open(engine.schema))
      : await resolveEachAudience((audience) => open(buildConsumerSchema(audienceSchemas[audience])));
  const running = resources.move();
  return {
    async answer(request) {
      const { parameters, operation: report = new OperationReport() } = request;
      const { query, operationName } = parameters;
      const audience = audienceOf(request.caller);
      const { schema, documents } = views[audience];
      try {
        // Mercurius gets no variables: graphql-js would quote their values in its messages (R30).
        await documents.graphql(query, { request, report }, undefined, operationName);
      } catch (thrown) {
        if (thrown instanceof ThrownAnswer) {
          return thrown.result;
        }
        const errors = redactErrors(validationErrorsOf(thrown), query, schema, limits.maxTokens);
        return { errors: introspection[audience] ? errors : withoutSuggestions(errors) };
      }
      throw new Error('Mercurius executed a document without its preExecution hook');
    },
    validate(text) {
      const problems = validateDocument(text, engine.schema, limits);
      const isSeenWhole = ({ schema }: View) => validateDocument(text, schema, limits).length === 0;
      return problems.length > 0 || Object.values(views).some(isSeenWhole)
        ? problems
        : ['No audience sees all that it asks for.'];
    },
    caches: () => engine.caches(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What some callers see of the schema, and their documents. */
interface View {
  readonly schema: GraphQLSchema;
  readonly documents: FastifyInstance;
}

/** Executes a document that is valid against `schema`. @throws HttpError */
type ExecuteDocument = (
  document: DocumentNode,
  schema: GraphQLSchema,
  request: GraphQLRequest,
  report: OperationReport,
) => Promise<GraphQLResult>;

/** Opens Mercurius over one schema. Its `graphql` throws: a `ThrownAnswer`, an `HttpError`, or the errors of a document. */
async function openMercurius(
  schema: GraphQLSchema,
  execute: ExecuteDocument,
  { limits, introspection }: HostOptions,
): Promise<FastifyInstance> {
  const app = Fastify();
  await app.register(mercurius, {
    schema,
    routes: false,
    cache: maxCachedDocuments,
    graphql: { parseOptions: { maxTokens: limits.maxTokens }, validateOptions: { maxErrors } },
  });
  const introspecting = new WeakSet<DocumentNode>();
  app.graphql.addHook('preValidation', async (_schema, document, { request, report }) => {
    report.parsed();
    enforceDocumentLimits(document, request.parameters.query, schema, limits);
    if (asksForSchema(document)) {
      introspecting.add(document);
    }
  });
  app.graphql.addHook('preExecution', async (_schema, document, { request, report }) => {
    report.validated();
    if (introspecting.has(document) && !introspection[audienceOf(request.caller)]) {
      throw new ThrownAnswer(introspectionDisabled);
    }
    throw new ThrownAnswer(await execute(document, schema, request, report));
  });
  await app.ready();
  return app;
}

/** The errors of a document that Mercurius or the limits reject. Throws anything else again. */
function validationErrorsOf(thrown: unknown): readonly Error[] {
  const { errors } = thrown as { errors?: readonly Error[] };
  if (errors === undefined) {
    throw thrown;
  }
  return errors;
}

/** Logs a warning where no field has the tag: a misspelt name would refuse every GET without a word. */
function createGetCheck(
  schema: GraphQLSchema,
  { supergraphSdl, publicTag, log }: HostOptions,
): RefuseOverGet {
  if (publicTag === null) {
    return refuseMutations;
  }
  const publicFields = readTaggedFields(supergraphSdl, schema, publicTag);
  if (publicFields.size === 0) {
    log.warn(`no field has @tag(name: "${publicTag}"), so GET serves introspection alone`);
  }
  return createPublicFieldsCheck(schema, publicFields);
}
