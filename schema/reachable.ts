/** Computes which fields a caller can reach in the graph, from the operations that the caller may use. */
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

/**
 * The properties of a caller on which access depends. For an anonymous caller, both flags are false and there are no
 * scopes.
 */
export interface CallerKind {
  readonly isSignedIn: boolean;
  /** Whether the caller is a patron who requests their own data. */
  readonly isPatron: boolean;
  readonly scopes: readonly string[];
}

/**
 * Returns whether the caller may have a field for some patron. This patron may be anybody, only the caller, or only the
 * reader whose card number and PIN the caller gives.
 */
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

/** The fields of the graph that clients can see. */
export interface Graph {
  readonly roots: readonly string[];
  /** Returns the coordinates of a type's fields. Empty for a leaf. */
  fieldsOf(type: string): readonly string[];
  /** Returns the types that a selection set of a field may name. Empty for a leaf. */
  typesBelow(coordinate: string): readonly string[];
  /** Returns whether a field also belongs to an interface that its type implements. */
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
    roots: ['Query', 'Mutation', 'Subscription'],
    fieldsOf: (type) => fields.get(type) ?? [],
    typesBelow: (coordinate) => below.get(coordinate) ?? [],
    isInherited: (coordinate) => inherited.has(coordinate),
  };
}

/** Returns the coordinates that a caller can reach. */
export function reachableFields(
  graph: Graph,
  access: AccessByCoordinate,
  caller: CallerKind,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const types = new Set(graph.roots);
  // The loop also visits types that are added while it runs.
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

/**
 * Returns the types that objects of a type may have: the type itself, the types that implement it, and its interfaces.
 * For `Node`, the types that implement it are left out: `Query.node` finds an object only for a caller who can reach
 * its type by another field.
 */
function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly string[] {
  const possible = isInterfaceType(type) && type.name !== 'Node' ? schema.getPossibleTypes(type) : [];
  return isObjectType(type) || isInterfaceType(type)
    ? [type, ...possible, ...interfacesOf(type)].map(({ name }) => name)
    : [];
}
