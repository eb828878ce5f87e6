/**
 * Computes the part of the graph that each audience sees: the fields that its callers may have, and the types that
 * these fields need.
 */
import { filterSchema, pruneSchema } from '@graphql-tools/utils';
import {
  assertValidSchema,
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { type Audience, audiences, type ByAudience, scopesByAudience } from '../gateway/audiences.ts';
import { type AccessByCoordinate, accessAt, fieldsOf } from './access.ts';
import { type CallerKind, mayHave } from './reachable.ts';
import { readSdl, subgraphs } from './sdl.ts';

/** The audiences that a field's `@tag`s name, by the field's coordinate. Fields without such a tag are left out. */
export type AudienceTags = ReadonlyMap<string, ReadonlySet<Audience>>;

const withScopes = (scopes: readonly string[]): CallerKind => ({ isSignedIn: true, isPatron: false, scopes });

/** For each audience, the caller with the most rights. The audience sees what this caller may have. */
const callers: ByAudience<CallerKind> = {
  reader: { isSignedIn: true, isPatron: true, scopes: [] },
  partner: withScopes(scopesByAudience.partner),
  station: withScopes(scopesByAudience.station),
  telephone: withScopes(scopesByAudience.telephone),
  'sign-in': withScopes(scopesByAudience['sign-in']),
  staff: withScopes(scopesByAudience.staff),
  public: { isSignedIn: false, isPatron: false, scopes: [] },
};

/** Checks that each scope in the SDLs belongs to an audience. @throws Error */
function checkScopes(access: AccessByCoordinate): void {
  const known = new Set<string>(Object.values(scopesByAudience).flat());
  for (const [coordinate, one] of access) {
    const named = one.kind === 'limited' ? [...one.scopes, ...one.withPin] : [];
    const unknown = named.find((scope) => !known.has(scope));
    if (unknown !== undefined) {
      throw new Error(`${coordinate}: no audience has the scope ${unknown} (gateway/audiences.ts).`);
    }
  }
}

/**
 * Returns the tags of one SDL that name an audience.
 *
 * ```graphql
 * type Query { operation(reference: ID!): Operation @tag(name: "reader") @tag(name: "staff") }   # for readers and staff
 * ```
 */
export function audienceTagsIn({ definitions }: DocumentNode): AudienceTags {
  const tags = new Map<string, Set<Audience>>();
  for (const { coordinate, directives = [] } of definitions.flatMap(fieldsOf)) {
    const values = directives
      .filter(({ name }) => name.value === 'tag')
      .flatMap(({ arguments: given = [] }) => given.map(({ value }) => valueFromASTUntyped(value)));
    const named = audiences.filter((audience) => values.includes(audience));
    if (named.length > 0) {
      tags.set(coordinate, new Set(named));
    }
  }
  return tags;
}

/**
 * Returns the tags of all subgraphs' SDLs together, as composition joins them.
 * @throws Error as {@link checkScopes} and {@link checkTags} do.
 */
export function readAudienceTags(access: AccessByCoordinate): AudienceTags {
  const tags = new Map<string, ReadonlySet<Audience>>();
  for (const [coordinate, named] of subgraphs.flatMap((name) => [...audienceTagsIn(parse(readSdl(name)))])) {
    tags.set(coordinate, new Set([...(tags.get(coordinate) ?? []), ...named]));
  }
  checkScopes(access);
  checkTags(tags, access);
  return tags;
}

/** Checks the tags. @throws Error if a tag names an audience whose callers may not have the field. */
export function checkTags(tags: AudienceTags, access: AccessByCoordinate): void {
  for (const [coordinate, named] of tags) {
    const wrong = [...named].find((audience) => !mayHave(accessAt(access, coordinate), callers[audience]));
    if (wrong !== undefined) {
      throw new Error(`${coordinate}: the tag "${wrong}" is of an audience that may not have the field.`);
    }
  }
}

/**
 * Returns the API schema that an audience sees. A field must meet two conditions:
 * - By `access`, the audience's callers may have the field.
 * - The field's tags name the audience. A field without tags meets this condition.
 *
 * A type stays in the schema if one of these fields returns the type or takes it as an argument. An implementation of
 * `Operation`, such as `CheckOutOperation`, stays only with its mutation. An implementation of `Problem` or `Node`
 * stays only if one of these fields returns it. Enums keep all their values, because an answer may have any of them.
 *
 * ```graphql
 * type Query { item: Item  me: Patron @access(own: true)  operations: [Operation!] @access(scopes: ["circulation:read"]) }
 * ```
 * Here a reader sees `item` and `me`, staff see `item` and `operations`, and the public sees `item`.
 *
 * @throws Error if one of the schema's fields is in no subgraph, if an implementation of `Operation` has no mutation, or
 * if the result is not a valid schema.
 */
export function schemaFor(
  audience: Audience,
  api: GraphQLSchema,
  access: AccessByCoordinate,
  tags: AudienceTags,
): GraphQLSchema {
  const caller = callers[audience];
  const isShown = (type: string, field: string): boolean => {
    const coordinate = `${type}.${field}`;
    return mayHave(accessAt(access, coordinate), caller) && (tags.get(coordinate)?.has(audience) ?? true);
  };
  const mutations = mutationsByOperationType(api);
  const filtered = filterSchema({
    schema: api,
    typeFilter: (type) => {
      const mutation = mutations.get(type);
      return mutation === undefined || isShown('Mutation', mutation);
    },
    rootFieldFilter: isShown,
    fieldFilter: isShown,
    inputObjectFieldFilter: isShown,
  });
  const shown = pruneSchema(withoutUnreturned(pruneSchema(filtered)));
  assertValidSchema(shown);
  return shown;
}

/**
 * Returns the name of the mutation for each type of `Operation`, such as `checkOut` for `CheckOutOperation`. An
 * audience sees only the operations of its own mutations. Staff have all these mutations, and so they see the
 * operations of other callers too. Throws an Error if a type has no mutation.
 */
function mutationsByOperationType(api: GraphQLSchema): ReadonlyMap<string, string> {
  const operation = api.getType('Operation');
  const types = isInterfaceType(operation) ? api.getPossibleTypes(operation) : [];
  return new Map(
    types.map(({ name }) => {
      const mutation = name.charAt(0).toLowerCase() + name.slice(1, -'Operation'.length);
      if (api.getMutationType()?.getFields()[mutation] === undefined) {
        throw new Error(`${name} must be called after its mutation: there is no mutation ${mutation}.`);
      }
      return [name, mutation];
    }),
  );
}

/**
 * Removes the types of problems and of nodes that no field returns. `Operation.problems` returns the interface
 * `Problem`, and `Query.node` the interface `Node`. So pruning alone would keep the problems of other audiences'
 * mutations, and objects that this audience can't find.
 */
function withoutUnreturned(schema: GraphQLSchema): GraphQLSchema {
  const interfaces = ['Problem', 'Node'].map((name) => schema.getType(name)).filter(isInterfaceType);
  const returned = new Set(
    Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) => Object.values(type.getFields()).map((field) => getNamedType(field.type).name)),
  );
  const others = new Set(
    interfaces
      .flatMap((type) => schema.getPossibleTypes(type))
      .flatMap(({ name }) => (returned.has(name) ? [] : [name])),
  );
  return filterSchema({ schema, typeFilter: (name) => !others.has(name) });
}
