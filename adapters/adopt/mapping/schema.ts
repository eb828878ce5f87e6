/**
 * The mapping file: the parts of a system that enter the graph, and their names. `npm run adopt` drafts it, a person
 * edits it, and the skeletons are made from it.
 */
import { z } from 'zod';

/** How a value of the contract looks in the graph. */
export const valueKinds = [
  'text',
  'id',
  'int',
  'float',
  'boolean',
  'enum',
  'date',
  'date-time',
  'compact-date',
  'slashed-date',
  'stamp',
] as const;
export type ValueKind = (typeof valueKinds)[number];

const name = z.string().regex(/^[a-z][0-9A-Za-z]*$/, 'write a name such as `openingHours`');
const typeName = z.string().regex(/^[A-Z][0-9A-Za-z]*$/, 'write a name such as `OpeningHours`');
/** A path in a message: keys joined by dots, such as `Rooms.Room`. The empty path means the whole reply. */
const path = z.string();
const text = z.string().min(1, 'write a sentence');
const scopes = z.array(z.string());

const field = z.strictObject({ from: path.min(1), as: z.enum(valueKinds), description: text.optional() });
const argument = z.strictObject({ to: path.min(1), as: z.enum(valueKinds), description: text.optional() });

const type = z.strictObject({
  /** The name of the type in the generated tables. */
  from: z.string(),
  description: text,
  /** The field that identifies a record. The operation in `lookup` reads records by this field. */
  key: name.nullable(),
  lookup: z
    .strictObject({
      operation: z.string(),
      keys: path.min(1),
      rows: path,
      /** The maximum number of keys in one call. */
      limit: z.int().min(1).max(1000),
    })
    .nullable(),
  fields: z.record(name, field),
});

/**
 * `own`: whether patrons may read or change their own data. Without `own` and scopes, every caller with a token may
 * read the data. A change must have `own` or a scope.
 */
const access = { own: z.boolean(), scopes };

const query = z.union([
  z.strictObject({ byKey: typeName, description: text, scopes }),
  z.strictObject({
    operation: z.string(),
    description: text,
    rows: path,
    returns: typeName,
    list: z.boolean(),
    arguments: z.record(name, argument),
    scopes,
  }),
]);

const patronField = z.strictObject({
  operation: z.string(),
  description: text,
  /** The path of the patron numbers in the request. */
  keys: path.min(1),
  rows: path,
  /** Each row's member with the patron number. Null if a call is about one patron. */
  rowKey: z.string().nullable(),
  limit: z.int().min(1).max(1000),
  returns: typeName,
  list: z.boolean(),
  ...access,
});

const change = z.strictObject({
  operation: z.string(),
  description: text,
  /** The path of our reference in the request. */
  reference: path.min(1),
  /** The path of the patron number in the request. Null if the change is about no patron. */
  patron: path.min(1).nullable(),
  input: z.record(name, argument),
  /** The graph's type of the record in the reply. `row` is the path of the record in the reply. */
  returns: typeName,
  row: path,
  /** The read to call if a change got no answer. It finds the change's record by our reference. */
  afterTimeout: z.strictObject({ operation: z.string(), reference: path.min(1), row: path }),
  /** The number of seconds after which the system has either carried out a request or dropped it for good. */
  dropAfterSeconds: z.int().min(1).max(3600),
  ...access,
});

/** The meaning of a fault code: a reason for an `UpstreamError`, or a refusal. */
const meaning = z.union([
  z.enum(['busy', 'unauthorized', 'rejected', 'outcome-unknown']),
  z.strictObject({
    refused: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'write a reason such as `ROOM_TAKEN`'),
    message: text,
    chineseMessage: text.optional(),
  }),
]);

export const mappingSchema = z.strictObject({
  system: z.strictObject({
    /** The short name. The system's variables begin with it: `RMS_URL`. */
    id: z.string().regex(/^[a-z][a-z0-9]{1,15}$/, 'write a short name in lower case, such as `rms`'),
    /** The name of the subgraph, and of the folders of the adapter and the subgraph. */
    subgraph: z.string().regex(/^[a-z][a-z0-9]{1,15}$/, 'write a name in lower case, such as `rooms`'),
    name: text,
    chineseName: text,
    inSentence: text,
    wsdl: z.string(),
    port: z.string().nullable(),
    security: z.enum(['none', 'basic', 'username-token', 'username-token-text']),
    subgraphPort: z.int().min(1024).max(65_535),
    simulatorPort: z.int().min(1024).max(65_535),
  }),
  ping: z.strictObject({
    operation: z.string() /** Texts by the paths of the request. */,
    request: z.record(z.string(), z.string()),
  }),
  types: z.record(typeName, type),
  queries: z.record(name, query),
  patron: z.record(name, patronField),
  changes: z.record(name, change),
  faults: z
    .strictObject({ element: z.string(), code: path.min(1), codes: z.record(z.string(), meaning) })
    .nullable(),
  /** Operations that don't enter the graph, and why. */
  leftOut: z.record(z.string(), text),
});

export type Mapping = z.infer<typeof mappingSchema>;
export type MappedType = z.infer<typeof type>;
export type MappedField = z.infer<typeof field>;
export type MappedQuery = z.infer<typeof query>;
export type PatronField = z.infer<typeof patronField>;
export type MappedChange = z.infer<typeof change>;
export type FaultMeaning = z.infer<typeof meaning>;
