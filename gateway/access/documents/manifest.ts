import { hash } from 'node:crypto';
import { z } from 'zod';

export interface TrustedDocument {
  /** The id by which clients request the document. */
  readonly id: string;
  readonly text: string;
}

/** The maximum number of documents in one manifest. */
const maxDocumentsPerManifest = 5000;
/** The maximum number of characters of an id. A SHA-256 with its prefix has 71. */
const maxIdLength = 256;

const id = z.string().min(1).max(maxIdLength);
const text = z.string().min(1);

/** Source: https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({
      id,
      name: z.string(),
      type: z.enum(['query', 'mutation', 'subscription']),
      body: text,
    }),
  ),
});

/** The format of the Relay compiler (`persistConfig.file`) and of GraphQL Code Generator (`persistedDocuments`). */
const relayManifest = z.record(id, text);

/**
 * Reads a manifest in the format of Apollo or of Relay.
 *
 * Apollo: `{ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [{ "id": "ecf4…", "name": "Home",
 * "type": "query", "body": "query Home { me { id } }" }] }`. Relay: `{ "ecf4…": "query Home { me { id } }" }`.
 * @throws Error whose message says what is wrong, and quotes no document.
 */
export function parseManifest(json: string): readonly TrustedDocument[] {
  const value = parseJson(json);
  const isApollo = typeof value === 'object' && value !== null && 'operations' in value;
  const documents = isApollo
    ? parse(apolloManifest, value).operations.map((operation) => ({ id: operation.id, text: operation.body }))
    : Object.entries(parse(relayManifest, value)).map(([id, text]) => ({ id, text }));
  if (documents.length > maxDocumentsPerManifest) {
    throw new Error(`it has more than ${maxDocumentsPerManifest} documents`);
  }
  const textById = new Map<string, string>();
  for (const { id, text } of documents) {
    if ((textById.get(id) ?? text) !== text) {
      throw new Error(`the id ${id} stands for two documents`);
    }
    if (id.startsWith(sha256Prefix) && id !== sha256Id(text)) {
      throw new Error(`the id ${id} is not the SHA-256 of its document`);
    }
    textById.set(id, text);
  }
  return documents;
}

const sha256Prefix = 'sha256:';

/** Returns the identifier of a document in GraphQL over HTTP (appendix A): `sha256:` and the hash in hexadecimal. */
export function sha256Id(text: string): string {
  return sha256Prefix + hash('sha256', text, 'hex');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // A message of our own, because the parser's message would quote the text.
    throw new Error('it is not JSON');
  }
}

function parse<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const { success, data, error } = schema.safeParse(value);
  if (success) {
    return data;
  }
  const [issue] = error.issues;
  throw new Error(`${issue?.path.join('.') || 'the whole'} is not as the format has it: ${issue?.message}`);
}
