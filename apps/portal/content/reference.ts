import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  buildSchema,
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';

const root = join(import.meta.dirname, '../../..');
const audiencesFolder = join(root, 'schema/audiences');

export interface Input {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** The default value of an argument as JSON; null if there is none. Always null for the fields of inputs. */
  readonly defaultValue: string | null;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly args: readonly Input[];
  /**
   * The callers that may select the field, in words. Null if every caller that may read the object may also read the
   * field.
   */
  readonly access: string | null;
  /** The field's weight, in the units of the cost limit; null for the default weight. */
  readonly cost: string | null;
  /** The reason why the field is deprecated. Null if it is not deprecated. */
  readonly deprecated: string | null;
}

export interface NamedType {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union' | 'enum' | 'input' | 'scalar';
  readonly description: string;
  readonly fields: readonly Field[];
  readonly values: readonly { readonly name: string; readonly description: string }[];
  /** For an object, its interfaces. For a union, its members. For an interface, the objects that implement it. */
  readonly related: readonly string[];
}

export interface Reference {
  readonly audience: string;
  readonly types: readonly NamedType[];
}

/** What the directives in the subgraphs' SDLs say about a type or field. The client schemas lack these directives. */
interface Notes {
  readonly access: string | null;
  readonly cost: string | null;
}

const argumentsOf = (directive: ConstDirectiveNode): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );

const list = (scopes: unknown): string => (Array.isArray(scopes) ? scopes.flat().join(', ') : '');

function accessOf(directives: readonly ConstDirectiveNode[]): string | null {
  const found = (name: string) => directives.find((directive) => directive.name.value === name);
  const access = found('access');
  if (access !== undefined) {
    const { own = false, scopes = [], withPin = [] } = argumentsOf(access);
    const ways = [
      own === true ? 'the reader whose it is' : '',
      list(scopes) === '' ? '' : `with ${list(scopes)}: of anybody`,
      list(withPin) === '' ? '' : `with ${list(withPin)}: of the reader whose number and PIN are given`,
    ];
    return ways.filter((way) => way !== '').join('; ');
  }
  const scopes = found('requiresScopes');
  if (scopes !== undefined) {
    return `with ${list(argumentsOf(scopes).scopes)}`;
  }
  return found('authenticated') === undefined ? null : 'everybody who is signed in';
}

function readNotes(): ReadonlyMap<string, Notes> {
  const notes = new Map<string, Notes>();
  const sdls = globSync('*.graphql', { cwd: join(root, 'schema') }).filter(
    (file) => file !== 'supergraph.graphql',
  );
  for (const file of sdls) {
    const { definitions } = parse(readFileSync(join(root, 'schema', file), 'utf8'));
    for (const definition of definitions) {
      if (!('fields' in definition) || definition.fields === undefined) {
        continue;
      }
      for (const { name, directives = [], kind } of definition.fields) {
        const isExternal = directives.some((directive) => directive.name.value === 'external');
        if (kind === Kind.FIELD_DEFINITION && !isExternal) {
          const cost = directives.find((directive) => directive.name.value === 'cost');
          notes.set(`${definition.name.value}.${name.value}`, {
            access: accessOf(directives),
            cost: cost === undefined ? null : String(argumentsOf(cost).weight),
          });
        }
      }
    }
  }
  return notes;
}

const inputOf = (
  { name, type, description }: GraphQLArgument | GraphQLInputField,
  defaultValue: string | null,
): Input => ({ name, type: String(type), description: description ?? '', defaultValue });

const defaultOf = ({ defaultValue }: GraphQLArgument | GraphQLInputField): string | null =>
  defaultValue === undefined ? null : JSON.stringify(defaultValue);

function fieldOf(
  typeName: string,
  { name, type, description, args, deprecationReason }: GraphQLField<unknown, unknown>,
  notes: ReadonlyMap<string, Notes>,
): Field {
  const { access = null, cost = null } = notes.get(`${typeName}.${name}`) ?? {};
  return {
    name,
    type: String(type),
    description: description ?? '',
    access,
    cost,
    args: args.map((argument) => inputOf(argument, defaultOf(argument))),
    deprecated: deprecationReason ?? null,
  };
}

const kindOf = (type: GraphQLNamedType): NamedType['kind'] =>
  isObjectType(type)
    ? 'object'
    : isInterfaceType(type)
      ? 'interface'
      : isUnionType(type)
        ? 'union'
        : isEnumType(type)
          ? 'enum'
          : isInputObjectType(type)
            ? 'input'
            : 'scalar';

/** The sort key of a type. The root types come first, then all other types by name. */
const order = ({ name }: GraphQLNamedType): string =>
  `${['Query', 'Mutation', 'Subscription'].indexOf(name) + 1 || 4}${name}`;

function referenceOf(audience: string, notes: ReadonlyMap<string, Notes>): Reference {
  const schema = buildSchema(readFileSync(join(audiencesFolder, `${audience}.graphql`), 'utf8'));
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !(isScalarType(type) && isSpecifiedScalarType(type)))
    .sort((a, b) => order(a).localeCompare(order(b)));
  return {
    audience,
    types: types.map((type): NamedType => {
      const hasFields = isObjectType(type) || isInterfaceType(type);
      return {
        name: type.name,
        kind: kindOf(type),
        description: type.description ?? '',
        fields: hasFields
          ? Object.values(type.getFields()).map((field) => fieldOf(type.name, field, notes))
          : isInputObjectType(type)
            ? Object.values(type.getFields()).map((field) => ({
                ...inputOf(field, null),
                args: [],
                access: null,
                cost: null,
                deprecated: field.deprecationReason ?? null,
              }))
            : [],
        values: isEnumType(type)
          ? type.getValues().map(({ name, description }) => ({ name, description: description ?? '' }))
          : [],
        related:
          isInterfaceType(type) || isUnionType(type)
            ? schema.getPossibleTypes(type).map(({ name }) => name)
            : isObjectType(type)
              ? type.getInterfaces().map(({ name }) => name)
              : [],
      };
    }),
  };
}

export function readReferences(): readonly Reference[] {
  const notes = readNotes();
  const audiences = globSync('*.graphql', { cwd: audiencesFolder }).map((file) => basename(file, '.graphql'));
  return audiences.sort().map((audience) => referenceOf(audience, notes));
}
