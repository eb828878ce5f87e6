/** Executes subscriptions (GraphQL, section 6.2.3). Apollo Server does not execute them. */
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';

/** The value that the `subscribe` function of a root field yields: the source for the root field's resolver. */
export interface SourceEvent {
  /** The position after this event, from which the caller can continue. */
  readonly cursor: string;
}

/** The resolver for a root field of `Subscription` whose value is the event itself. */
export const eventItself = (event: SourceEvent): SourceEvent => event;

export interface SubgraphEvent<Answer> {
  readonly answer: Answer;
  /** Null for an error that ends the stream. */
  readonly cursor: string | null;
}

/** A request of the gateway. `operationName` may be left out, because a document has one operation. */
export interface SubgraphRequest {
  readonly operation: string;
  readonly operationName?: string | undefined;
  readonly variables: Record<string, unknown>;
}

/** The functions that a subscription needs from its subgraph. */
export interface StreamSurroundings<Answer> {
  readonly schema: GraphQLSchema;
  /** Creates the context that the resolvers of one event share. So each event reads its own data. */
  createContext(): object;
  /** Runs the work of one event, or of opening the stream, with the caller's request id, queue and language. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Makes the answer of a result, with errors as clients get them. */
  answerOf(result: ExecutionResult): Answer;
}

/**
 * The answers to the events of a subscription, in order. A subscription that is refused, or whose source fails, ends
 * with an answer that has the error. The source is read only as fast as the answers are taken.
 */
export async function* subscribeIn<Answer>(
  { operation, operationName, variables }: SubgraphRequest,
  { schema, createContext, run, answerOf }: StreamSurroundings<Answer>,
): AsyncGenerator<SubgraphEvent<Answer>, void, void> {
  const document = documentIn(operation, schema);
  if (!('kind' in document)) {
    yield { answer: answerOf({ errors: document }), cursor: null };
    return;
  }
  const request = { schema, document, variableValues: variables, operationName: operationName ?? null };
  const source = await run(() => createSourceEventStream({ ...request, contextValue: createContext() }));
  if (!(Symbol.asyncIterator in source)) {
    yield { answer: answerOf(source), cursor: null };
    return;
  }
  const events = source as AsyncIterable<SourceEvent>;
  try {
    for await (const event of events) {
      const result = await run(async () =>
        execute({ ...request, rootValue: event, contextValue: createContext() }),
      );
      yield { answer: answerOf(result), cursor: event.cursor };
    }
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error('the source failed');
    const located =
      error instanceof GraphQLError
        ? error
        : new GraphQLError(message, { originalError: error instanceof Error ? error : null });
    yield { answer: answerOf({ errors: [located] }), cursor: null };
  }
}

/** The valid document, or its errors. The gateway sends only valid documents, unless it has another schema. */
function documentIn(operation: string, schema: GraphQLSchema): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(operation);
    const errors = validate(schema, document);
    return errors.length === 0 ? document : errors.map(notValid);
  } catch (error) {
    if (error instanceof GraphQLError) {
      return [notValid(error)];
    }
    throw error;
  }
}

const notValid = ({ message }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
