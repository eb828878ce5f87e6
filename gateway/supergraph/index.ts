/** What the gateway reads out of a supergraph: the schema that clients see, and what a field asks of its caller. */
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

/** Names under which a supergraph keeps what is not for clients, as in `join__Graph`. */
const machinery = /^__|^(join|link|core|tag|inaccessible|authenticated|requiresScopes|policy|context|cost)__/;

/**
 * The schema that clients see, of the SDL that the planner makes for them. Directives that a supergraph composes go for
 * nothing there, whatever they are called. Throws where the schema is not valid.
 */
export function buildConsumerSchema(consumerSdl: string): GraphQLSchema {
  const { definitions } = parse(consumerSdl, { noLocation: true });
  const schema = buildASTSchema(
    {
      kind: Kind.DOCUMENT,
      definitions: definitions.filter((definition) => !machinery.test(nameOf(definition))),
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

/** The scalars of RFC 3339, by the names that our graph has for them, and what a value of theirs must be. */
const dateForms = new Map<string, (text: string) => boolean>([
  ['Date', isFullDate],
  ['DateTime', isDateTime],
]);

/** Custom scalars take anything by default. A date that is none is refused here, before any subgraph is asked. */
function checkDates(schema: GraphQLSchema): void {
  for (const [name, isValid] of dateForms) {
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
 * What `@authenticated`, `@requiresScopes` and `@policy` ask, by `Type.field`. What a type asks counts for its own fields and
 * for every field that gives it, and what the fields of implementing types ask counts for the interface's field too. Throws
 * where the supergraph has rules of security that this gateway does not know.
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
    const holders = isInterfaceType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
    for (const field of Object.values(type.getFields())) {
      const coordinates = [
        ...holders.map(({ name }) => `${name}.${field.name}`),
        ...(isObjectType(type) ? [type.name] : []),
        getNamedType(field.type).name,
      ];
      const asked = coordinates
        .map((coordinate) => declared.get(coordinate))
        .filter((requirement) => requirement !== undefined);
      if (asked.length > 0) {
        requirements.set(`${type.name}.${field.name}`, asked.reduce(both));
      }
    }
  }
  return requirements;
}

/** By `Type` and `Type.field`, as the SDL has them. */
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
  const has = (wanted: string) => directives.some(({ name }) => name.value === wanted);
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
    throw new Error('a scope in @requiresScopes is a string');
  }
  return String(value.value);
}

/** Both must hold: every way to meet the one joined with every way to meet the other. */
function both(one: Requirement, other: Requirement): Requirement {
  return {
    authenticated: one.authenticated || other.authenticated,
    policy: one.policy || other.policy,
    scopes:
      one.scopes.length === 0 || other.scopes.length === 0
        ? [...one.scopes, ...other.scopes]
        : one.scopes.flatMap((a) => other.scopes.map((b) => [...new Set([...a, ...b])])),
  };
}
