import { z } from 'zod';
import { documentOf, type Section } from './sections.ts';

/** Sends a document to the graph with the reader's token. Null if the graph gave no usable answer in time. */
export type AskGraph = (
  document: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<GraphAnswer | null>;

const answerShape = z.object({
  data: z.object({ me: z.record(z.string(), z.unknown()).nullable() }).nullish(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).default([]),
        extensions: z.object({ code: z.string() }).optional(),
      }),
    )
    .default([]),
});
export type GraphAnswer = z.infer<typeof answerShape>;

/** Parses the body of an answer of the graph. Null if the body isn't valid. */
export function parseAnswer(body: string): GraphAnswer | null {
  try {
    return answerShape.parse(JSON.parse(body));
  } catch {
    return null;
  }
}

const connectionShape = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  edges: z.array(z.object({ node: z.unknown() })),
});

/**
 * A part of a section that could not be read. `field` is the part's path in `me`; null for everything that remains of the
 * section.
 */
export interface MissingPart {
  readonly field: string | null;
  readonly reason: string;
}

export interface SectionPart {
  readonly entries: readonly unknown[];
  readonly missing: readonly MissingPart[];
}

/** The number of entries in a page. Only one page is in memory at a time. */
export const entriesPerPage = 50;
/** The maximum number of entries of a section that are read. If there are more, the file mentions it. */
export const maxEntries = 10_000;

/** Reads a section page by page. `isOver` returns whether the time is up. */
export async function* readSection(
  section: Section,
  ask: AskGraph,
  isOver: () => boolean,
): AsyncGenerator<SectionPart> {
  const document = documentOf(section);
  const gone = (reason: string): SectionPart => ({ entries: [], missing: [{ field: null, reason }] });
  let after: string | null = null;
  for (let read = 0; read < maxEntries; read += entriesPerPage) {
    if (isOver()) {
      yield gone('TIME_IS_UP');
      return;
    }
    const variables = section.pagedField === null ? {} : { first: entriesPerPage, after };
    const answer = await ask(document, variables);
    if (answer === null) {
      yield gone('NO_ANSWER');
      return;
    }
    const page = pageOf(section, answer);
    yield page.part;
    if (page.next === null) {
      return;
    }
    after = page.next;
  }
  yield gone('TOO_MANY');
}

/** The error code for a requested field that the graph doesn't have. */
const noSuchField = 'GRAPHQL_VALIDATION_FAILED';

/** The page in an answer, and the cursor of the next page. `next` is null if nothing more can be read. */
function pageOf(
  { pagedField, isOptional = false }: Section,
  { data, errors }: GraphAnswer,
): { readonly part: SectionPart; readonly next: string | null } {
  const missing = errors.map(({ path, extensions }) => ({
    // The path of an error begins with `me`, which is left out here.
    field: path.length < 2 ? null : path.slice(1).join('.'),
    reason: extensions?.code ?? 'UNKNOWN',
  }));
  const me = data?.me ?? null;
  if (isOptional && missing.length > 0 && missing.every(({ reason }) => reason === noSuchField)) {
    return { part: { entries: [], missing: [] }, next: null };
  }
  if (me === null) {
    const part = {
      entries: [],
      missing: missing.length > 0 ? missing : [{ field: null, reason: 'UNKNOWN' }],
    };
    return { part, next: null };
  }
  if (pagedField === null) {
    return { part: { entries: entriesOf(me), missing: [...missing, ...otherRecordsOf(me)] }, next: null };
  }
  const connection = connectionShape.nullable().safeParse(me[pagedField]);
  if (!connection.success || connection.data === null) {
    const isTold = missing.length > 0;
    return {
      part: { entries: [], missing: isTold ? missing : [{ field: pagedField, reason: 'UNKNOWN' }] },
      next: null,
    };
  }
  const { edges, pageInfo } = connection.data;
  return {
    part: { entries: edges.map(({ node }) => node), missing },
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  };
}

/**
 * The entries of a section that is read in one request. If the section selects only a list, each element of the list is
 * one entry. If the section selects several fields, all fields together are one entry. A single field that is null
 * gives no entry.
 */
function entriesOf(me: Readonly<Record<string, unknown>>): readonly unknown[] {
  const values = Object.values(me);
  const [only] = values;
  if (values.length > 1) {
    return [me];
  }
  if (Array.isArray(only)) {
    return only;
  }
  return only == null ? [] : [only];
}

/**
 * The records that were merged into the reader's record. They are missing, because the graph shows readers only their
 * own record.
 */
function otherRecordsOf({ mergedFrom }: Readonly<Record<string, unknown>>): readonly MissingPart[] {
  const records = z
    .array(z.object({ id: z.string() }))
    .catch([])
    .parse(mergedFrom);
  return records.map(({ id }) => ({ field: `mergedFrom.${id}`, reason: 'ANOTHER_RECORD' }));
}
