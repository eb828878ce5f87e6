/**
 * Mercurius parses and validates documents, in a Fastify instance of its own that never listens. Our executor runs the
 * operation: the `preExecution` hook takes the document from Mercurius, and gives it `{ __typename }` to execute
 * instead. Valid documents are cached here, so that no caller evicts the documents of others.
 */
import Fastify from 'fastify';
import { type DocumentNode, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql';
import mercurius from 'mercurius';
import { FairCache } from '../../../platform/caches/fair-cache.ts';
import type { CacheStats } from '../../../platform/caches/weighted-cache.ts';
import type { Turn } from '../../../platform/priority/bulkhead.ts';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import { type Limits, maxDocumentCharacters } from '../../limits.ts';
import { InFlight } from '../in-flight.ts';
import { asksForSchema } from '../introspection.ts';
import type { OperationReport } from '../operation-report.ts';
import { enforceDocumentLimits } from './document-limits.ts';
import type { PreparationQueue } from './preparation-queue.ts';
import { maxErrors } from './validate-document.ts';

export interface ValidDocument {
  readonly document: DocumentNode;
  /** Whether the document selects `__schema` or `__type`. */
  readonly asksForSchema: boolean;
}

export interface DocumentSender extends Turn {
  readonly authenticated: boolean;
}

/** The valid documents of one schema. */
export interface ValidDocuments extends AsyncDisposable {
  readonly schema: GraphQLSchema;
  /** Returns the document with this text if it is cached. */
  find(query: string, authenticated: boolean, caller: string | null): ValidDocument | undefined;
  /**
   * Reads a document that is not cached, when its turn in the `PreparationQueue` comes. Further requests with the same
   * document wait for the first.
   * @throws Overloaded if too many requests wait.
   * @throws an error of Mercurius whose `errors` say what is wrong with the document.
   */
  read(
    query: string,
    operationName: string | undefined,
    sender: DocumentSender,
    report: OperationReport,
  ): Promise<ValidDocument>;
  /** Returns the cached documents, the most used documents first. */
  kept(): readonly KeptDocument[];
  stats(): Readonly<Record<string, CacheStats>>;
}

interface KeptDocument extends ValidDocument {
  readonly query: string;
  /** True: in the cache for callers with a token. False: in the cache for anonymous callers. */
  readonly authenticated: boolean;
}

/** The context of a request for Mercurius's hooks. */
interface DocumentContext {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly report: OperationReport;
  /** Null until the document is valid. */
  validDocument: DocumentNode | null;
}

declare module 'mercurius' {
  interface MercuriusContext extends DocumentContext {}
}

/**
 * `query { __typename }`, with the operation name that Mercurius is asked to execute. Every schema has a query type, so
 * the query is always valid.
 */
const typenameQuery = (operationName: string | undefined): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    withoutUndefined({
      kind: Kind.OPERATION_DEFINITION,
      operation: OperationTypeNode.QUERY,
      name: operationName === undefined ? undefined : ({ kind: Kind.NAME, value: operationName } as const),
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
      },
    }),
  ],
});

export async function openDocuments(
  schema: GraphQLSchema,
  limits: Limits,
  preparation: PreparationQueue,
): Promise<ValidDocuments> {
  const app = Fastify();
  await app.register(mercurius, {
    schema,
    routes: false,
    cache: false,
    graphql: { parseOptions: { maxTokens: limits.maxTokens }, validateOptions: { maxErrors } },
  });
  app.graphql.addHook('preValidation', async (_schema, document, { query, report }) => {
    report.parsed();
    enforceDocumentLimits(document, query, schema, limits);
  });
  app.graphql.addHook('preExecution', async (_schema, document, context) => {
    context.validDocument = document;
    return { document: typenameQuery(context.operationName) };
  });
  await app.ready();
  const kept = {
    withToken: new FairCache<string, ValidDocument>(maxDocumentCharacters),
    anonymous: new FairCache<string, ValidDocument>(maxDocumentCharacters / 4),
  };
  const reading = {
    withToken: new InFlight<string, ValidDocument>(),
    anonymous: new InFlight<string, ValidDocument>(),
  };
  const whose = (authenticated: boolean) => (authenticated ? 'withToken' : 'anonymous');
  const validate = async (
    query: string,
    operationName: string | undefined,
    report: OperationReport,
  ): Promise<DocumentNode> => {
    const context: DocumentContext = { query, operationName, report, validDocument: null };
    // Mercurius gets no variables, because graphql-js would quote their values in its messages (R30).
    await app.graphql(query, context, undefined, operationName);
    if (context.validDocument === null) {
      throw new Error('Mercurius executed a document without its preExecution hook');
    }
    return context.validDocument;
  };
  return {
    schema,
    find: (query, authenticated, caller) => kept[whose(authenticated)].get(query, caller),
    read(query, operationName, sender, report) {
      const cache = kept[whose(sender.authenticated)];
      return reading[whose(sender.authenticated)].join(query, () =>
        preparation.prepare(sender, async () => {
          const document = await validate(query, operationName, report);
          const valid = { document, asksForSchema: asksForSchema(document) };
          cache.set(query, valid, sender.caller, { weight: query.length });
          return valid;
        }),
      );
    },
    kept: () =>
      [true, false].flatMap((authenticated) =>
        kept[whose(authenticated)]
          .mostUsed()
          .map(([query, document]) => ({ query, authenticated, ...document })),
      ),
    stats: () => ({ documents: kept.withToken.stats, anonymousDocuments: kept.anonymous.stats }),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
