/**
 * Answers requests over one supergraph: finds their documents, and runs the engine. When the supergraph changes, the
 * server creates a new host.
 *
 * If audiences see different parts of the schema, each audience has its own cache of the documents that are valid for
 * it. So a document of one audience is not accepted from another, and no audience can evict another's documents.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { addStats, type CacheStats } from '../../platform/caches/weighted-cache.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import { queueKeyOf } from '../../platform/priority/queue-key.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { anonymous, audienceOf, type Caller } from '../access/caller.ts';
import type { ValidateDocument } from '../access/documents/trusted-documents.ts';
import { createDenials } from '../access/guards.ts';
import type { Allowance } from '../access/rates/rate-limiter.ts';
import { type ByAudience, forAllAudiences, resolveEachAudience } from '../audiences.ts';
import { createDecisions } from '../hooks/decide-operation.ts';
import type { RequestHooks } from '../hooks/request-hooks.ts';
import type { Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { buildConsumerSchema } from '../supergraph/index.ts';
import { type ParsedSdl, parsedSdl } from '../supergraph/parsed-sdl.ts';
import { readTaggedFields } from '../supergraph/tags.ts';
import type { StreamTransport } from '../transport/streams/stream-transport.ts';
import type { Transport } from '../transport/transport.ts';
import type { CountUsage } from '../usage/usage-counter.ts';
import { createPublicFieldsCheck, type RefuseOverGet, refuseMutations } from './allowed-over-get.ts';
import { PreparationQueue, type WaitingByClass } from './documents/preparation-queue.ts';
import { openDocuments, type ValidDocument, type ValidDocuments } from './documents/valid-documents.ts';
import { validateDocument } from './documents/validate-document.ts';
import { createEngine } from './engine.ts';
import { fetchSubgraphs, reachSubgraphs } from './fetch-subgraphs.ts';
import { introspectionDisabled } from './introspection.ts';
import { OperationReport } from './operation-report.ts';
import { type KnownDocument, withinBounds } from './operations/known-operations.ts';
import { createPlanningDiagnosis } from './planning-diagnosis.ts';
import { redactErrors } from './redact.ts';
import {
  type GraphQLParameters,
  type GraphQLResult,
  HttpError,
  type IncrementalFormat,
  Overloaded,
} from './request.ts';
import { openingFor } from './streams/open-upstream.ts';
import type { Subscribed } from './streams/stream.ts';

const noStreams: ReadonlyMap<string, StreamTransport> = new Map();

export interface HostOptions {
  readonly supergraphSdl: string | ParsedSdl;
  /**
   * The part of the supergraph's API schema that each audience sees. Callers with the rights of several audiences see
   * the whole API schema. Null if all callers see the whole.
   */
  readonly audienceSchemas: ByAudience<string> | null;
  readonly transports: ReadonlyMap<string, Transport>;
  /** The subgraphs that serve subscriptions. If there are none, clients see no subscriptions. Default: none. */
  readonly streams?: ReadonlyMap<string, StreamTransport>;
  /**
   * The subgraphs whose streams begin with the current state. A client that joined such a stream later would miss the
   * current state, so clients don't share one. Default: none.
   */
  readonly unsharedStreams?: ReadonlySet<string>;
  readonly limits: Limits;
  /** The name of the `@tag` of public fields. GET serves only these fields. Null if GET serves every query. */
  readonly publicTag: string | null;
  /** How long to keep answers that have only public fields, in ms. Default: 0, not at all. Needs a `publicTag`. */
  readonly sharedAnswersMs?: number;
  readonly introspection: ByAudience<boolean>;
  /** Returns an operation's call class (its urgency) from its coordinates. If absent, all operations have one class. */
  readonly classOfFields?: (coordinates: Iterable<string>) => CallClass;
  readonly observer?: GatewayObserver;
  readonly log: FastifyBaseLogger;
}

export interface GraphQLRequest {
  readonly parameters: GraphQLParameters;
  /** The HTTP method, in upper case. */
  readonly method: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** The caller's rate limits. Null if there are none. */
  readonly allowance: Allowance | null;
  /** The hooks of the request. Absent if there are none. */
  readonly hooks?: RequestHooks | undefined;
  /** Counts the operation for the request's client. Absent if usage is not recorded. */
  readonly countUsage?: CountUsage | undefined;
  /** The format for an answer in parts (`@defer`) that the client accepts. Absent if it accepts only a whole answer. */
  readonly incremental?: IncrementalFormat | undefined;
  /** Filled while the request is answered. Absent if no report is needed. */
  readonly operation?: OperationReport;
}

/**
 * Answers a GraphQL request. Errors are part of the answer.
 * @throws HttpError 405 for a GET of an operation that GET doesn't serve.
 */
export type AnswerRequest = (request: GraphQLRequest) => Promise<GraphQLResult>;

/**
 * Opens a subscription's stream of events. Errors are part of the result. The stream ends when `signal` aborts. The
 * signal of the request itself, which may have a deadline, is not used.
 */
export type SubscribeRequest = (request: GraphQLRequest, signal: AbortSignal) => Promise<Subscribed>;

export interface Host extends AsyncDisposable {
  readonly answer: AnswerRequest;
  readonly subscribe: SubscribeRequest;
  /** Ends all streams, and asks their clients to reconnect. */
  endStreams(): void;
  /**
   * Checks a document against the schema and the limits, without executing it. At least one audience must see all
   * fields of the document.
   */
  readonly validate: ValidateDocument;
  /** Returns the cached documents of callers who see the whole schema. Documents of callers with a token come first. */
  known(): readonly KnownDocument[];
  /**
   * Validates and plans documents before clients send them, until `signal` aborts. Returns the number of prepared
   * documents. Skips a document that is no longer valid or has no plan. Call this before the host answers requests.
   */
  prepare(documents: readonly KnownDocument[], signal: AbortSignal): Promise<number>;
  /** Returns the statistics of the host's caches, by the name of the cache. */
  caches(): Readonly<Record<string, CacheStats>>;
  /** Returns the number of requests that wait to read a new document or to plan a new operation, by call class. */
  waiting(): WaitingByClass;
}

/**
 * Opens a supergraph. Disposing of the host closes its Fastify instances. The transports stay open.
 * @throws Error if the gateway can't serve the supergraph.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const { limits, introspection, log, classOfFields, sharedAnswersMs = 0, observer = {} } = options;
  const { streams = noStreams, unsharedStreams = new Set() } = options;
  const hasStreams = streams.size > 0;
  const keepsAnswers = sharedAnswersMs > 0 && options.publicTag !== null;
  const hasClasses = classOfFields !== undefined;
  const preparation = new PreparationQueue(observer);
  const supergraph = parsedSdl(options.supergraphSdl);
  const engine = createEngine(supergraph, {
    limits,
    classOfFields,
    preparation,
    observer,
    sharedAnswersMs: keepsAnswers ? sharedAnswersMs : 0,
    hasStreams,
    onPlanningError: (error) =>
      log.error({ ...describeError(error), ...diagnosePlanning(error) }, 'an operation can not be planned'),
  });
  const diagnosePlanning = createPlanningDiagnosis(engine.schema);
  const denialsOf = createDenials(engine.requirements);
  const { requirements, overrideLabels } = engine;
  const decisionsFor = createDecisions({ requirements, overrideLabels, denialsOf });
  const refuseOverGet = createGetCheck(supergraph.document, engine.schema, options);
  const fetching = { subgraphs: reachSubgraphs(options.transports), observer, log };
  await using resources = new AsyncDisposableStack();
  resources.use(engine);
  const open = async (schema: GraphQLSchema): Promise<ValidDocuments> =>
    resources.use(await openDocuments(schema, limits, preparation));
  const { audienceSchemas } = options;
  const wholeGraph = await open(engine.schema);
  const views =
    audienceSchemas === null
      ? forAllAudiences(wholeGraph)
      : await resolveEachAudience((audience) =>
          open(buildConsumerSchema(audienceSchemas[audience], hasStreams)),
        );

  const documentsFor = ({ audience }: Caller): ValidDocuments =>
    audience === null ? wholeGraph : views[audience];

  const read = (
    documents: ValidDocuments,
    { parameters, caller: { authenticated }, allowance }: GraphQLRequest,
    report: OperationReport,
  ): Promise<ValidDocument> => {
    const { query, operationName } = parameters;
    const callClass = hasClasses ? classOfText(query, authenticated) : 'lending';
    const sender = { authenticated, caller: allowance?.caller ?? null, callClass };
    return documents.read(query, operationName, sender, report);
  };

  /** Finds the valid document of a request, or the answer that says why there is none. */
  const documentOf = async (
    documents: ValidDocuments,
    request: GraphQLRequest,
    report: OperationReport,
  ): Promise<ValidDocument | GraphQLResult> => {
    try {
      const document = await read(documents, request, report);
      report.validated();
      return document;
    } catch (thrown) {
      if (thrown instanceof Overloaded) {
        return thrown.result;
      }
      const { query } = request.parameters;
      const { maxTokens } = limits;
      const mayIntrospect = introspection[audienceOf(request.caller)];
      const errors = validationErrorsOf(thrown);
      return { errors: redactErrors(errors, query, documents.schema, { maxTokens, mayIntrospect }) };
    }
  };

  const execute = (
    { document, asksForSchema }: ValidDocument,
    { schema }: ValidDocuments,
    request: GraphQLRequest,
    report: OperationReport,
  ): GraphQLResult | Promise<GraphQLResult> => {
    const { method, parameters, caller, allowance, hooks, countUsage, incremental } = request;
    if (asksForSchema && !introspection[audienceOf(caller)]) {
      return introspectionDisabled;
    }
    const refusal =
      method === 'GET' || keepsAnswers ? refuseOverGet(document, parameters.operationName) : null;
    if (refusal !== null && method === 'GET') {
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', refusal);
    }
    // If GET may serve the operation, its fields are public, and the answer may be shared. But a hook may decide
    // differently for each caller.
    const isShared =
      keepsAnswers && refusal === null && !asksForSchema && !report.isExplained && hooks === undefined;
    return engine.execute({
      document,
      schema,
      ...parameters,
      incremental,
      denied: denialsOf(caller),
      caller,
      allowance,
      countUsage,
      report,
      fetch: fetchSubgraphs(request, report, fetching),
      decide: hooks?.decidesOperations === true ? decisionsFor(hooks, caller) : undefined,
      shared: isShared ? forAll(caller, report) : null,
    });
  };

  /**
   * Returns what is needed to run an operation once for everybody. Subgraphs get an anonymous caller with the language
   * and the request id of `asker`. In the queues for subgraphs, the operation's requests count as those of `asker`.
   */
  const forAll = (asker: Caller, report: OperationReport) => ({
    language: asker.language,
    fetchForAll() {
      const { language, requestId } = asker;
      const caller = { ...anonymous, language, requestId, address: queueKeyOf(asker) };
      const signal = AbortSignal.timeout(limits.requestTimeoutMs);
      return fetchSubgraphs({ caller, signal }, report, fetching);
    },
  });

  const running = resources.move();
  return {
    async answer(request) {
      const { parameters, caller, allowance, operation: report = new OperationReport() } = request;
      const documents = documentsFor(caller);
      const kept = documents.find(parameters.query, caller.authenticated, allowance?.caller ?? null);
      if (kept !== undefined) {
        return await execute(kept, documents, request, report);
      }
      const document = await documentOf(documents, request, report);
      return 'document' in document ? await execute(document, documents, request, report) : document;
    },
    async subscribe(request, signal) {
      const { parameters, caller, allowance, hooks, operation: report = new OperationReport() } = request;
      const documents = documentsFor(caller);
      const document =
        documents.find(parameters.query, caller.authenticated, allowance?.caller ?? null) ??
        (await documentOf(documents, request, report));
      if (!('document' in document)) {
        return { kind: 'refused', result: document };
      }
      return engine.subscribe(
        {
          ...parameters,
          document: document.document,
          schema: documents.schema,
          denied: denialsOf(caller),
          caller,
          allowance,
          countUsage: request.countUsage,
          report,
          decide: hooks?.decidesOperations === true ? decisionsFor(hooks, caller) : undefined,
          ...openingFor(request, { streams, unsharedStreams, observer, log }),
          fetchForEvent: (ofEvent, until) =>
            fetchSubgraphs({ caller, signal: until, hooks }, ofEvent, fetching),
        },
        signal,
      );
    },
    endStreams: engine.endStreams,
    validate(text) {
      const problems = validateDocument(text, engine.schema, limits);
      const isSeenWhole = ({ schema }: ValidDocuments) => validateDocument(text, schema, limits).length === 0;
      return problems.length > 0 || Object.values(views).some(isSeenWhole)
        ? problems
        : ['No audience sees all that it asks for.'];
    },
    known: () =>
      withinBounds(
        wholeGraph.kept().map(({ query, document, authenticated }) => ({
          query,
          authenticated,
          operations: [...engine.operationsOf({ authenticated }).known(document)],
        })),
      ),
    async prepare(documents, signal) {
      let prepared = 0;
      for (const { query, authenticated, operations } of documents) {
        if (signal.aborted) {
          break;
        }
        const sender = { authenticated, caller: null, callClass: 'lending' } as const;
        const name = operations[0]?.name ?? undefined;
        try {
          const { document } = await wholeGraph.read(query, name, sender, new OperationReport());
          for (const operation of operations) {
            await engine.operationsOf(sender).prepare(document, operation);
          }
          prepared += 1;
        } catch {
          // The document is skipped. If a client sends it later, the client gets the error.
        }
      }
      return prepared;
    },
    caches: () => ({ ...engine.caches(), ...statsOf(new Set([wholeGraph, ...Object.values(views)])) }),
    waiting: () => preparation.waiting(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * Guesses the call class (the urgency) of a document that is not parsed yet. The document waits to be parsed in this
 * class. A guess that is too urgent does no harm.
 */
function classOfText(query: string, authenticated: boolean): CallClass {
  if (!authenticated) {
    return 'anonymous';
  }
  return /^[\s,]*mutation\b/.test(query) ? 'lending' : 'reader';
}

/** Adds up the statistics of all audiences' caches. */
function statsOf(views: Iterable<ValidDocuments>): Readonly<Record<string, CacheStats>> {
  const sums: Record<string, CacheStats> = {};
  for (const view of views) {
    for (const [name, stats] of Object.entries(view.stats())) {
      const sum = sums[name];
      sums[name] = sum === undefined ? stats : addStats(sum, stats);
    }
  }
  return sums;
}

/** Returns the errors of a document that Mercurius or the limits reject. Throws any other error again. */
function validationErrorsOf(thrown: unknown): readonly Error[] {
  const { errors } = thrown as { errors?: readonly Error[] };
  if (errors === undefined) {
    throw thrown;
  }
  return errors;
}

/**
 * Creates the check for GET. Logs a warning if no field has the tag. The tag is then probably misspelt, and GET would
 * serve only introspection.
 */
function createGetCheck(
  supergraph: DocumentNode,
  schema: GraphQLSchema,
  { publicTag, log }: HostOptions,
): RefuseOverGet {
  if (publicTag === null) {
    return refuseMutations;
  }
  const publicFields = readTaggedFields(supergraph, schema, publicTag);
  if (publicFields.size === 0) {
    log.warn(`no field has @tag(name: "${publicTag}"), so GET serves introspection alone`);
  }
  return createPublicFieldsCheck(schema, publicFields);
}
