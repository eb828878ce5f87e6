/** Sends the request of a way (see ways.ts) to a subgraph, and reports for each field whether it was refused. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { z } from 'zod';
import type { Caller } from '../../../../gateway/access/caller.ts';
import type { SubgraphName } from '../../../../platform/systems.ts';
import { readSdl } from '../../../../schema/sdl.ts';
import type { RunningSystem } from '../../running-system.ts';
import type { Way } from './ways.ts';

/** The outcome of one field for a caller. */
export interface Verdict {
  /** Type and field, for example `Patron.name`. */
  readonly coordinate: string;
  /** Whether the field is the first field of its request. */
  readonly isRoot: boolean;
  readonly isRefused: boolean;
}

/** The depth of the selections. A query reaches a patron's loans, and a payload reaches the fields of its objects. */
const maxDepth = { query: 4, mutation: 2 } as const;

/**
 * Fields that are null without an error if the caller may not read them, because an error would reveal that there is a
 * value. The requests of ways.ts ask for these fields only if there is a value.
 */
const hidden = new Set([
  'Query.me',
  'Query.application',
  'SubmitApplicationPayload.application',
  'Patron.cardNumbers',
  'Patron.hasCardInUse',
]);

/** Whether the coordinate belongs to an object type. All fields of an answer do, and none belongs to an interface. */
export const isObjectField = (subgraph: SubgraphName, coordinate: string): boolean =>
  isObjectType(schemaOf(subgraph).getType(coordinate.replace(/\..*/, '')));

const schemas = new Map<SubgraphName, GraphQLSchema>();

function schemaOf(subgraph: SubgraphName): GraphQLSchema {
  const schema = schemas.get(subgraph) ?? buildSubgraphSchema(parse(readSdl(subgraph)));
  schemas.set(subgraph, schema);
  return schema;
}

export async function verdictsOn(
  way: Way,
  caller: Caller,
  system: RunningSystem,
): Promise<readonly Verdict[]> {
  const { document, kind } = operationOf(way);
  const { data, refused } = await askSubgraph(system, way.subgraph, document, caller);
  const [definition] = parse(document).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error('an operation has one definition');
  }
  const root = kind === 'query' ? 'Query' : 'Mutation';
  return verdictsIn(definition.selectionSet, { __typename: root, ...data }, [], refused);
}

/**
 * Asks a subgraph without the gateway. `refused` has the paths that the caller may not read.
 * @throws Error if the answer has any other error.
 */
export async function askSubgraph(
  { subgraphs }: RunningSystem,
  subgraph: SubgraphName,
  document: string,
  caller: Caller,
): Promise<{ readonly data: Readonly<Record<string, unknown>>; readonly refused: ReadonlySet<string> }> {
  const kind = document.startsWith('mutation') ? 'mutation' : 'query';
  const request = { subgraph, operation: document, kind, variables: {} } as const;
  const signal = AbortSignal.timeout(20_000);
  const response = await subgraphs.get(subgraph)?.(request, caller, signal, 'reader', null, null);
  const { data, errors } = answer.parse(response);
  const refusals = errors.filter(({ extensions }) =>
    ['FORBIDDEN', 'UNAUTHENTICATED', 'FRESH_SIGN_IN_NEEDED'].includes(extensions.code),
  );
  if (data == null || refusals.length < errors.length) {
    throw new Error(`${document} fails: ${JSON.stringify({ data, errors })}`);
  }
  return { data, refused: new Set(refusals.map(({ path }) => path.join('.'))) };
}

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).default([]),
        extensions: z.object({ code: z.string() }),
      }),
    )
    .default([]),
});

/** The outcomes of an object's fields, and of the fields of all objects below it. */
function verdictsIn(
  { selections }: SelectionSetNode,
  object: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  refused: ReadonlySet<string>,
): readonly Verdict[] {
  return selections.flatMap((selection): readonly Verdict[] => {
    if (selection.kind !== Kind.FIELD) {
      const isOfIt =
        selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition?.name.value === object.__typename;
      return isOfIt ? verdictsIn(selection.selectionSet, object, path, refused) : [];
    }
    const name = selection.name.value;
    const coordinate = `${String(object.__typename)}.${name}`;
    const key = selection.alias?.value ?? name;
    const here = [...path, key];
    const value = object[key];
    const isRefused = refused.has(here.join('.')) || (hidden.has(coordinate) && value === null);
    return [
      { coordinate, isRoot: path.length === 0, isRefused },
      ...objectsIn(value, here).flatMap(([below, at]) =>
        selection.selectionSet === undefined ? [] : verdictsIn(selection.selectionSet, below, at, refused),
      ),
    ];
  });
}

type At = readonly (string | number)[];

function objectsIn(value: unknown, path: At): readonly (readonly [Readonly<Record<string, unknown>>, At])[] {
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => objectsIn(one, [...path, index]));
  }
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  return object.success ? [[object.data, path]] : [];
}

function operationOf({ subgraph, field, entity, depth }: Way): {
  readonly document: string;
  readonly kind: 'query' | 'mutation';
} {
  const schema = schemaOf(subgraph);
  const [name = ''] = /^\w+/.exec(field()) ?? [];
  const mutations = schema.getRootType(OperationTypeNode.MUTATION)?.getFields() ?? {};
  const kind = name in mutations ? 'mutation' : 'query';
  const root = kind === 'mutation' ? mutations[name] : schema.getQueryType()?.getFields()[name];
  const type = entity === undefined ? root && getNamedType(root.type) : schema.getType(entity);
  if (type === undefined) {
    throw new Error(`${subgraph} has no ${name}`);
  }
  const below = selectionOf(schema, type, depth ?? maxDepth[kind]) ?? '';
  const selection = entity === undefined ? below : `{ __typename ... on ${entity} ${below} }`;
  return { document: `${kind} { ${field()} ${selection} }`, kind };
}

/**
 * A selection of all fields without required arguments in this subgraph, down to `depth`. Null for a type without such
 * fields.
 */
function selectionOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string | null {
  if (isLeafType(type)) {
    return '';
  }
  if (depth === 0) {
    return null;
  }
  if (isAbstractType(type)) {
    const possible = schema.getPossibleTypes(type);
    return `{ __typename ${possible.map((one) => `... on ${one.name} ${selectionOf(schema, one, depth)}`).join(' ')} }`;
  }
  if (!isObjectType(type)) {
    return null;
  }
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const isExternal = field.astNode?.directives?.some(({ name }) => name.value === 'external') === true;
    const below =
      isExternal || field.args.some(isRequiredArgument)
        ? null
        : selectionOf(schema, getNamedType(field.type), depth - 1);
    // One key can't have values of several types, such as the `reason` of two types of problems.
    const key = isLeafType(getNamedType(field.type)) ? `${type.name}_${field.name}: ` : '';
    return below === null ? [] : [`${key}${field.name} ${below}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}
