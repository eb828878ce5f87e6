/** What a caller can reach in the graph, from the queries and mutations that it may ask for, field by field. */
import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { type Access, type AccessByCoordinate, accessAt } from './access.ts';

/** What access depends on. Anonymous: not signed in, and the rest is empty. */
export interface CallerKind {
  readonly isSignedIn: boolean;
  /** Whether it is a patron who asks for what is their own. */
  readonly isPatron: boolean;
  readonly scopes: readonly string[];
}

/** Whether the caller may have a field: of any patron, or their own (`isPatron`). */
export function mayHave(access: Access, { isSignedIn, isPatron, scopes }: CallerKind): boolean {
  switch (access.kind) {
    case 'everybody':
      return true;
    case 'signed in':
      return isSignedIn;
    case 'limited':
      return (
        (access.own && isPatron) || [...access.scopes, ...access.withPin].some((one) => scopes.includes(one))
      );
  }
}

/** The fields of the graph, without those that clients don't see. */
export interface Graph {
  readonly roots: readonly string[];
  /** The coordinates of a type's fields; empty for a leaf. */
  fieldsOf(type: string): readonly string[];
  /** The types under whose names the objects of a field may be asked for; empty for a leaf. */
  typesBelow(coordinate: string): readonly string[];
  /** Whether an interface of its type has the field. */
  isInherited(coordinate: string): boolean;
}

export function readGraph(supergraph: string): Graph {
  const schema = buildASTSchema(parse(supergraph), { assumeValidSDL: true });
  const fields = new Map<string, readonly string[]>();
  const below = new Map<string, readonly string[]>();
  const inherited = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    const shown = shownFields(schema, type);
    fields.set(
      type.name,
      shown.map(({ name }) => `${type.name}.${name}`),
    );
    for (const field of shown) {
      const coordinate = `${type.name}.${field.name}`;
      below.set(coordinate, objectsOf(schema, getNamedType(field.type)));
      if (interfacesOf(type).some((one) => field.name in one.getFields())) {
        inherited.add(coordinate);
      }
    }
  }
  return {
    roots: ['Query', 'Mutation'],
    fieldsOf: (type) => fields.get(type) ?? [],
    typesBelow: (coordinate) => below.get(coordinate) ?? [],
    isInherited: (coordinate) => inherited.has(coordinate),
  };
}

/** The coordinates that a caller can reach. */
export function reachableFields(
  graph: Graph,
  access: AccessByCoordinate,
  caller: CallerKind,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const types = new Set(graph.roots);
  // Types that are added meanwhile are visited too.
  for (const type of types) {
    for (const coordinate of graph.fieldsOf(type)) {
      if (mayHave(accessAt(access, coordinate), caller)) {
        reached.add(coordinate);
        for (const below of graph.typesBelow(coordinate)) {
          types.add(below);
        }
      }
    }
  }
  return reached;
}

function shownFields(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
): readonly GraphQLField<unknown, unknown>[] {
  const inaccessible = schema.getDirective('inaccessible');
  if (inaccessible == null) {
    throw new Error('The supergraph has no @inaccessible.');
  }
  return isObjectType(type) || isInterfaceType(type)
    ? Object.values(type.getFields()).filter(
        ({ astNode }) => astNode == null || getDirectiveValues(inaccessible, astNode) === undefined,
      )
    : [];
}

const interfacesOf = (type: GraphQLNamedType): readonly GraphQLInterfaceType[] =>
  isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];

/** The type itself, those that implement it, and its interfaces: what they have is there, under either name. */
function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly string[] {
  const possible = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
  return isObjectType(type) || isInterfaceType(type)
    ? [type, ...possible, ...interfacesOf(type)].map(({ name }) => name)
    : [];
}
