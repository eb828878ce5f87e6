import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { queueKeyOf } from '../../platform/priority/queue-key.ts';
import type { SubgraphName } from '../../platform/systems.ts';
import { type SoapCallTotals, withinRequest } from '../../platform/telemetry/request-scope.ts';
import { inSpan } from '../../platform/telemetry/spans.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { defaultLanguage } from '../library/language.ts';
import { parseNumbersIn } from '../library/typed-numbers.ts';
import type { ServiceObserver } from '../observer.ts';
import type { Caller } from './caller.ts';
import { type Asked, type ErrorLog, formatError } from './errors.ts';
import { requireFreshSignIns } from './fresh-sign-ins.ts';
import type { ClientQuery } from './loaders/once-per-query.ts';
import { DateScalar, DateTimeScalar } from './scalars.ts';
import { type SubgraphEvent, type SubgraphRequest, subscribeIn } from './streams/subscribe.ts';

/** Resolvers by type and field, in the form for `@apollo/subgraph`. */
type ResolverMap = NonNullable<
  Extract<
    Exclude<Parameters<typeof buildSubgraphSchema>[0], DocumentNode>[number],
    { typeDefs: unknown }
  >['resolvers']
>;

export type OperationType = 'query' | 'mutation';

/** A subgraph without its SDL. */
export interface SubgraphDefinition<Context extends object> {
  readonly name: SubgraphName;
  readonly resolvers: ResolverMap;
  /** Creates the loaders and all other objects that live as long as one request. */
  createContext(caller: Caller, signal: AbortSignal, operation: OperationType, query: ClientQuery): Context;
  /** Starts background work, such as the reconciler, for as long as the subgraph runs. */
  start?(): AsyncDisposable;
}

export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  /**
   * Further values for the gateway. The gateway shows the counts of SOAP calls only to operators. It sends the answer
   * to the client no earlier than `floorMs` after the operation began. Absent if no call was made and `floorMs` is 0.
   */
  readonly extensions?: { readonly soapCalls: readonly SoapCallTotals[]; readonly floorMs: number };
}

/** A running subgraph. It is called within this process or, through `http.ts`, from another one. */
export interface Subgraph extends AsyncDisposable {
  readonly name: SubgraphName;
  /**
   * Answers as GraphQL specifies. Failures are in `errors`. `query` identifies the client's query. By default, the
   * answer shares no loaders with other requests.
   */
  execute(
    request: SubgraphRequest,
    caller: Caller,
    signal: AbortSignal,
    query?: ClientQuery,
  ): Promise<SubgraphAnswer>;
  /** The answers to the events of a subscription. They end when the signal aborts. */
  subscribe(
    request: SubgraphRequest,
    caller: Caller,
    signal: AbortSignal,
  ): AsyncGenerator<SubgraphEvent<SubgraphAnswer>, void, void>;
}

/**
 * The facts about the request under way that error messages need. Apollo Server formats errors without the request's
 * context.
 */
const askedNow = new AsyncLocalStorage<Asked>();
const unknownAsked: Asked = { language: defaultLanguage, isMutation: false };

/** Starts Apollo Server with `schema/<name>.graphql`. Unexpected errors are logged in `log`. */
export async function startSubgraph<Context extends object>(
  definition: SubgraphDefinition<Context>,
  log: ErrorLog,
  observer: ServiceObserver = {},
): Promise<Subgraph> {
  const schema = buildSubgraphSchema([
    {
      typeDefs: readSchema(definition.name),
      resolvers: { ...definition.resolvers, Date: DateScalar, DateTime: DateTimeScalar },
    },
  ]);
  parseNumbersIn(schema);
  requireFreshSignIns(schema);
  const server = new ApolloServer<Context>({
    schema,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) =>
      formatError(formatted, error, askedNow.getStore() ?? unknownAsked, log),
    // Apollo Server would observe every field to compute a cache policy. Nobody reads the policy of these answers.
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled()],
    // The process itself handles signals.
    stopOnTerminationSignals: false,
  });
  await server.start();
  const answer = async (request: SubgraphRequest, contextValue: Context): Promise<SubgraphAnswer> => {
    const { body } = await server.executeOperation<SubgraphAnswer['data'] & object>(
      withoutUndefined({
        query: request.operation,
        variables: request.variables,
        operationName: request.operationName,
      }),
      { contextValue },
    );
    if (body.kind === 'incremental') {
      throw new Error('a subgraph never answers in parts');
    }
    const { data, errors } = body.singleResult;
    return { data, errors };
  };
  const background = definition.start?.();
  return {
    name: definition.name,
    async execute(request, caller, signal, query = null) {
      const startedAt = performance.now();
      const kind = kindOf(request.operation);
      const attributes = { 'graphql.operation.type': kind, 'patron_graph.subgraph': definition.name };
      const { requestId } = caller;
      const { result, ...notes } = await inSpan({ name: `${definition.name} ${kind}`, attributes }, () =>
        withinRequest({ requestId, caller: queueKeyOf(caller) }, () =>
          askedNow.run({ language: caller.language, isMutation: kind === 'mutation' }, () =>
            answer(request, definition.createContext(caller, signal, kind, query)),
          ),
        ),
      );
      observer.answered?.(definition.name, result.errors ?? null, performance.now() - startedAt);
      return notes.soapCalls.length === 0 && notes.floorMs === 0 ? result : { ...result, extensions: notes };
    },
    subscribe: subscribeTo(schema, definition, log),
    async [Symbol.asyncDispose]() {
      await background?.[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

/**
 * Answers subscriptions. Each event has its own context, and the call class `live`, so that calls for people at a desk
 * go first.
 */
function subscribeTo<Context extends object>(
  schema: GraphQLSchema,
  { name, createContext }: SubgraphDefinition<Context>,
  log: ErrorLog,
): Subgraph['subscribe'] {
  const attributes = { 'graphql.operation.type': 'subscription', 'patron_graph.subgraph': name };
  return (request, caller, signal) => {
    const asked = { language: caller.language, isMutation: false };
    const scope = { requestId: caller.requestId, caller: queueKeyOf(caller) };
    return subscribeIn(request, {
      schema,
      createContext: () => createContext({ ...caller, callClass: 'live' }, signal, 'query', null),
      run: async (work) =>
        await inSpan({ name: `${name} event`, attributes }, async () => {
          const { result } = await withinRequest(scope, () => askedNow.run(asked, work));
          return result;
        }),
      answerOf: (result) => withFormattedErrors(result, asked, log),
    });
  };
}

/** Formats the errors of an event's answer. For other operations, Apollo Server does this. */
function withFormattedErrors({ data, errors }: ExecutionResult, asked: Asked, log: ErrorLog): SubgraphAnswer {
  const formatted = errors?.map((error) => formatError(error.toJSON(), error, asked, log));
  return withoutUndefined({ data, errors: formatted });
}

/**
 * The kind of an operation. The gateway's documents begin with their only operation. If a mutation were mistaken for a
 * query, it would only get a lower call class, and perhaps another error message.
 */
const kindOf = (document: string): OperationType => (/^\s*mutation\b/.test(document) ? 'mutation' : 'query');

function readSchema(name: SubgraphName): DocumentNode {
  return parse(readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8'));
}
