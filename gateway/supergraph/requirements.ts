/** Reads the requirements that callers must meet to read the fields of a supergraph. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
} from 'graphql';
import type { NameLists, Requirement } from '../access/guards.ts';
import { type SecurityNames, securityNames } from './links.ts';
import { nameOf } from './names.ts';

/**
 * Returns the requirements of `@authenticated`, `@requiresScopes` and `@policy` on each field of an object type, by
 * `Type.field`. They combine the guards of the field, of its parent type and of its return type.
 *
 * ```graphql
 * type Query { me: Patron }
 * type Patron @authenticated { name: String  fines: Int @requiresScopes(scopes: [["fines:read"]]) }
 * ```
 * Here `Query.me` and `Patron.name` require a signed-in caller. `Patron.fines` also requires the scope `fines:read`.
 *
 * An object is guarded by its own type, even if it is reached through an interface. Composition gives an interface the
 * combined requirements of its types, which are more than each type requires. Older compositions allow a guard on the
 * interface alone: it applies to every type. In two cases the supergraph doesn't show the authors' intention:
 * - In an older composition, the interface's field and the field of one type may have the same guard. The guard then
 *   applies to that type alone, and the field stays open in the other types.
 * - Composition copies the guard of a whole implementing type (`type Secret implements Node @authenticated`) to the
 *   interface. Then every field that returns the interface (`Query.node: Node`) has this guard, for all returned types.
 */
export function readRequirements(
  supergraph: DocumentNode,
  schema: GraphQLSchema,
): ReadonlyMap<string, Requirement> {
  const declared = declaredRequirements(supergraph);
  if (declared.size === 0) {
    return new Map();
  }
  const ofInterfaces = interfaceRequirements(declared, schema);
  const requirements = new Map<string, Requirement>();
  for (const type of Object.values(schema.getTypeMap()).filter((each) => hasObjects(each, schema))) {
    for (const field of Object.values(type.getFields())) {
      const required = [
        ...[`${type.name}.${field.name}`, type.name, getNamedType(field.type).name].map((coordinate) =>
          declared.get(coordinate),
        ),
        ...type.getInterfaces().map(({ name }) => ofInterfaces.get(`${name}.${field.name}`)),
      ].filter((requirement) => requirement !== undefined);
      if (required.length > 0) {
        requirements.set(`${type.name}.${field.name}`, allOf(required));
      }
    }
  }
  return requirements;
}

/**
 * Returns whether the type is an object type, or an interface that no object type implements. Such an interface may
 * have objects, too, if it is an `@interfaceObject`.
 */
function hasObjects(
  type: GraphQLNamedType,
  schema: GraphQLSchema,
): type is GraphQLObjectType | GraphQLInterfaceType {
  return isObjectType(type) || (isInterfaceType(type) && schema.getPossibleTypes(type).length === 0);
}

/**
 * Returns the interfaces' own requirements by `Type.field`, without requirements that composition combined from the
 * object types.
 */
function interfaceRequirements(
  declared: ReadonlyMap<string, Requirement>,
  schema: GraphQLSchema,
): ReadonlyMap<string, Requirement> {
  const own = new Map<string, Requirement>();
  for (const type of Object.values(schema.getTypeMap()).filter(isInterfaceType)) {
    for (const name of Object.keys(type.getFields())) {
      const requirement = declared.get(`${type.name}.${name}`);
      if (requirement !== undefined) {
        const objects = schema.getPossibleTypes(type).map((object) => declared.get(`${object.name}.${name}`));
        const ofObjects = allOf(objects.filter((each) => each !== undefined));
        own.set(`${type.name}.${name}`, {
          authenticated: requirement.authenticated && !ofObjects.authenticated,
          policies: requirement.policies.filter((lists) => !isPutTogether(lists, ofObjects.policies)),
          scopes: requirement.scopes.filter((lists) => !isPutTogether(lists, ofObjects.scopes)),
        });
      }
    }
  }
  return own;
}

/**
 * Returns whether composition made `lists` by combining the lists of several types. This is so if each scope comes from
 * one of the types, and a caller who satisfies `lists` satisfies each type. Example: `[[a, c], [b]]` combines
 * `[[a], [b]]` and `[[b], [c]]`.
 */
function isPutTogether(lists: NameLists, listsOfTypes: readonly NameLists[]): boolean {
  const scopesOfTypes = new Set(listsOfTypes.flat(2));
  return (
    listsOfTypes.length > 0 &&
    lists.flat().every((scope) => scopesOfTypes.has(scope)) &&
    listsOfTypes.every((listsOfType) =>
      lists.every((list) => listsOfType.some((needed) => needed.every((scope) => list.includes(scope)))),
    )
  );
}

/** Returns the requirements as written in the SDL, by `Type` and `Type.field`. */
function declaredRequirements(supergraph: DocumentNode): Map<string, Requirement> {
  const names = securityNames(supergraph);
  const declared = new Map<string, Requirement>();
  const add = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    const requirement = requirementOf(directives ?? [], names);
    if (requirement !== null) {
      declared.set(coordinate, requirement);
    }
  };
  for (const definition of supergraph.definitions) {
    add(nameOf(definition), definition.kind === Kind.SCHEMA_DEFINITION ? [] : directivesOf(definition));
    if ('fields' in definition) {
      for (const field of definition.fields ?? []) {
        add(`${nameOf(definition)}.${field.name.value}`, field.directives);
      }
    }
  }
  return declared;
}

function directivesOf(definition: DefinitionNode): readonly ConstDirectiveNode[] {
  return 'directives' in definition ? ((definition.directives ?? []) as readonly ConstDirectiveNode[]) : [];
}

function requirementOf(directives: readonly ConstDirectiveNode[], names: SecurityNames): Requirement | null {
  const has = (directive: string) => directives.some(({ name }) => name.value === directive);
  const listsOf = (directive: string): NameLists =>
    directives
      .filter(({ name }) => name.value === directive)
      .flatMap(({ arguments: args }) => args ?? [])
      .flatMap(({ value }) => (value.kind === Kind.LIST ? value.values : []))
      .map((list) => (list.kind === Kind.LIST ? list.values : []).map(textOf));
  const authenticated = has(names.authenticated);
  const scopes = listsOf(names.requiresScopes);
  // `@policy` without lists denies everybody: there is no policy that a caller could meet.
  const policies = has(names.policy) ? [listsOf(names.policy)] : [];
  return authenticated || policies.length > 0 || scopes.length > 0
    ? { authenticated, policies, scopes: scopes.length > 0 ? [scopes] : [] }
    : null;
}

function textOf(value: { readonly kind: Kind; readonly value?: unknown }): string {
  if (value.kind !== Kind.STRING) {
    throw new Error('a scope in @requiresScopes and a policy in @policy must be a string');
  }
  return String(value.value);
}

/**
 * Combines requirements: a caller must meet each of them. The lists of scopes stay separate. If they were combined into
 * one list of alternatives, its length could double with each guard.
 */
function allOf(requirements: readonly Requirement[]): Requirement {
  return {
    authenticated: requirements.some(({ authenticated }) => authenticated),
    policies: requirements.flatMap(({ policies }) => policies),
    scopes: requirements.flatMap(({ scopes }) => scopes),
  };
}
