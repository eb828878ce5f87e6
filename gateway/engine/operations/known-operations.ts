/** The operations that a gateway's clients use. A gateway passes them on to the process that replaces it. */
import { z } from 'zod';
import { incrementalFormats } from '../../executor/index.ts';

/** Bounds on the documents that a process passes on: their number, and the total of their characters. */
const maxKnownDocuments = 1000;
const maxKnownCharacters = 1_000_000;

const knownOperation = z.object({
  /** The operation's name. If it is null, the document has only this operation. */
  name: z.string().nullable(),
  /** The values of the variables in `@skip`, `@include` and `@defer`. */
  conditions: z.record(z.string(), z.boolean()),
  /** The coordinates in the operation that the caller was denied. */
  denied: z.array(z.string()),
  /** A number from 0 to below 100 that was drawn for a request. It decides each `@override(label: "percent(N)")`. */
  percentage: z.number(),
  /** The labels of the overrides that are on, except percentages. */
  labels: z.array(z.string()),
  /** The format of the answer in parts (`@defer`). Null if the answer was delivered as a whole. */
  format: z.enum(incrementalFormats).nullable(),
});

const knownDocument = z.object({
  query: z.string(),
  /** Whether a caller with a token sent the document. */
  authenticated: z.boolean(),
  /** Each entry is an operation of the document, with the values on which its plan depends. */
  operations: z.array(knownOperation),
});

export const knownDocuments = z.array(knownDocument);
export type KnownOperation = z.infer<typeof knownOperation>;
export type KnownDocument = z.infer<typeof knownDocument>;

/**
 * Creates the entry of a document that no client has sent yet. Its only operation is prepared for callers who may read
 * everything.
 */
export const unusedDocument = (query: string, authenticated: boolean): KnownDocument => ({
  query,
  authenticated,
  operations: [{ name: null, conditions: {}, denied: [], percentage: 0, labels: [], format: null }],
});

/** Returns the first documents that are together within both bounds. */
export function withinBounds(documents: readonly KnownDocument[]): readonly KnownDocument[] {
  let characters = 0;
  return documents.slice(0, maxKnownDocuments).filter(({ query }) => {
    characters += query.length;
    return characters <= maxKnownCharacters;
  });
}
