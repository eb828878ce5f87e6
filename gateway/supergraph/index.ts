/** What the gateway reads from a supergraph: the API schema, which clients see, and what fields require of a caller. */
import {
  assertValidSchema,
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  Kind,
  parse,
} from 'graphql';
import type { Requirement } from '../access/guards.ts';
import { type SecurityNames, securityNames } from './links.ts';

/** Names of definitions that are not for clients, such as `join__Graph`. */
const internalName =
  /^__|^(join|link|core|tag|inaccessible|authenticated|requiresScopes|policy|context|cost)__/;

/**
 * Builds an API schema, which clients see: from the SDL of `gateway/planner/supergraph/api-schema.ts`, or of a part of it. The
 * definitions that `@link` brings are left out. The directives of a supergraph have no effect in it, whatever their names.
 * @throws Error where the schema is not valid.
 */
export function buildConsumerSchema(consumerSdl: string): GraphQLSchema {
  const { definitions } = parse(consumerSdl, { noLocation: true });
  const schema = buildASTSchema(
    {
      kind: Kind.DOCUMENT,
      definitions: definitions.filter((definition) => !internalName.test(nameOf(definition))),
    },
    { assumeValidSDL: true },
  );
  assertValidSchema(schema);
  checkDates(schema);
  return schema;
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : '';
}

/** The scalars of RFC 3339, by their names in our graph, and the check of a value. */
const dateChecks = new Map<string, (text: string) => boolean>([
  ['Date', isFullDate],
  ['DateTime', isDateTime],
]);

/** Rejects malformed dates before any subgraph is called: graphql-js accepts every value of a custom scalar. */
function checkDates(schema: GraphQLSchema): void {
  for (const [name, isValid] of dateChecks) {
    const scalar = schema.getType(name);
    if (isScalarType(scalar) && scalar.specifiedByURL?.includes('/rfc3339') === true) {
      scalar.parseValue = (value) => {
        if (typeof value === 'string' && isValid(value)) {
          return value;
        }
        throw new GraphQLError(`${name} is not of the form of RFC 3339.`);
      };
      const { parseValue } = scalar;
      scalar.parseLiteral = (node) => parseValue(node.kind === Kind.STRING ? node.value : undefined);
    }
  }
}

function isFullDate(text: string): boolean {
  const day = /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const form = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i.exec(text);
  return form?.[1] !== undefined && isFullDate(form[1]) && !Number.isNaN(Date.parse(text));
}

/**
 * What `@authenticated`, `@requiresScopes` and `@policy` require, by `Type.field`. A field has its own requirements,
 * those of its parent type and those of its return type. A field of an interface also has those of the implementing
 * types.
 *
 * ```graphql
 * type Query { me: Patron }
 * type Patron @authenticated { name: String  fines: Int @requiresScopes(scopes: [["fines:read"]]) }
 * ```
 * Here `Query.me` and `Patron.name` require a signed-in caller; `Patron.fines` requires the scope `fines:read` as well.
 *
 * @throws Error where the supergraph links a security feature that this gateway does not know.
 */
export function readRequirements(
  supergraphSdl: string,
  schema: GraphQLSchema,
): ReadonlyMap<string, Requirement> {
  const declared = declaredRequirements(parse(supergraphSdl, { noLocation: true }));
  const requirements = new Map<string, Requirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) {
      continue;
    }
    const parentTypes = isInterfaceType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
    for (const field of Object.values(type.getFields())) {
      const coordinates = [
        ...parentTypes.map(({ name }) => `${name}.${field.name}`),
        ...(isObjectType(type) ? [type.name] : []),
        getNamedType(field.type).name,
      ];
      const declaredHere = coordinates
        .map((coordinate) => declared.get(coordinate))
        .filter((requirement) => requirement !== undefined);
      if (declaredHere.length > 0) {
        requirements.set(`${type.name}.${field.name}`, declaredHere.reduce(combineRequirements));
      }
    }
  }
  return requirements;
}

/** The requirements as written in the SDL, by `Type` and `Type.field`. */
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
        add(`${nameOf(definition)}.${field.name.value}`, field.directives as readonly ConstDirectiveNode[]);
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
  const scopes = directives
    .filter(({ name }) => name.value === names.requiresScopes)
    .flatMap(({ arguments: args }) => args ?? [])
    .flatMap(({ value }) => (value.kind === Kind.LIST ? value.values : []))
    .map((list) => (list.kind === Kind.LIST ? list.values : []).map(textOf));
  const authenticated = has(names.authenticated);
  const policy = has(names.policy);
  return authenticated || policy || scopes.length > 0 ? { authenticated, policy, scopes } : null;
}

function textOf(value: { readonly kind: Kind; readonly value?: unknown }): string {
  if (value.kind !== Kind.STRING) {
    throw new Error('a scope in @requiresScopes must be a string');
  }
  return String(value.value);
}

/** Both must hold: `[[a], [b]]` and `[[c]]` become `[[a, c], [b, c]]`. */
function combineRequirements(left: Requirement, right: Requirement): Requirement {
  return {
    authenticated: left.authenticated || right.authenticated,
    policy: left.policy || right.policy,
    scopes:
      left.scopes.length === 0 || right.scopes.length === 0
        ? [...left.scopes, ...right.scopes]
        : left.scopes.flatMap((a) => right.scopes.map((b) => [...new Set([...a, ...b])])),
  };
}
