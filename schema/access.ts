/**
 * Reads from the subgraphs' SDLs which callers may have each field. The SDLs say this in two ways: with Federation's
 * directives `@authenticated` and `@requiresScopes`, and with our own `@access`.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { z } from 'zod';
import { readSdl, subgraphs } from './sdl.ts';

/** The callers who may have a field. */
export type Access =
  /** Everybody who may have the object to which the field belongs. For a field of a root type, this is every caller. */
  | { readonly kind: 'everybody' }
  /** Every caller with a token. */
  | { readonly kind: 'signed in' }
  | LimitedAccess;

export interface LimitedAccess {
  readonly kind: 'limited';
  /** Whether a patron may read the field of their own data without any scope. */
  readonly own: boolean;
  /** Each of these scopes gives access to the field of all patrons. */
  readonly scopes: readonly string[];
  /** Each of these scopes gives access to the field of the reader whose card number and PIN are given. */
  readonly withPin: readonly string[];
  /**
   * How recently a patron must have signed in to read the field of their own data, in seconds. Null if it doesn't matter.
   */
  readonly freshSeconds: number | null;
}

/** The access to each field by its coordinate, as in `Patron.name`. */
export type AccessByCoordinate = ReadonlyMap<string, Access>;

/**
 * Returns the access to every field and input field of one SDL, except `@external` ones.
 *
 * ```graphql
 * type Patron {
 *   id: ID!                                                               # everybody
 *   name: PersonName @access(own: true, scopes: ["patrons:read"])         # own, or patrons:read
 * }
 * type Query { patrons: [Patron!] @requiresScopes(scopes: [["patrons:read"]]) }   # patrons:read
 * ```
 *
 * @throws Error that names the coordinate, in four cases: the arguments of a directive are wrong, for example because
 * `@requiresScopes` requires two scopes together; `@access` and `@requiresScopes` name different callers; an object
 * limits a field in another way than its interface; a field with `@requiresFreshSignIn` has no `@access(own: true)`.
 */
export function accessIn(sdl: string): AccessByCoordinate {
  const { definitions } = parse(sdl);
  const access = new Map(
    definitions.flatMap((definition) =>
      fieldsOf(definition)
        .filter((field) => directive(field, 'external') === undefined)
        .map(({ coordinate, ...field }) => [coordinate, accessTo(coordinate, field)] as const),
    ),
  );
  for (const definition of definitions) {
    requireSameAsInterfaces(definition, access);
  }
  return access;
}

/**
 * Returns the access to every field of all subgraphs' SDLs together.
 * @throws Error as {@link accessIn} does, and if two subgraphs give the same field different access.
 */
export function readAccess(): AccessByCoordinate {
  const all = new Map<string, Access>();
  for (const subgraph of subgraphs) {
    for (const [coordinate, access] of accessIn(readSdl(subgraph))) {
      const other = all.get(coordinate);
      if (other !== undefined && !isSame(other, access)) {
        throw new Error(`${coordinate}: ${subgraph} and another subgraph differ over who may have it.`);
      }
      all.set(coordinate, access);
    }
  }
  return all;
}

/** Returns the access to a field. @throws Error if no subgraph has the field. */
export function accessAt(access: AccessByCoordinate, coordinate: string): Access {
  const found = access.get(coordinate);
  if (found === undefined) {
    throw new Error(`No subgraph has ${coordinate}: is schema/supergraph.graphql stale?`);
  }
  return found;
}

type Guarded = Pick<FieldDefinitionNode | InputValueDefinitionNode, 'directives'>;

/** Returns the fields and input fields of a definition. Empty if it has none. */
export function fieldsOf(definition: DefinitionNode): readonly (Guarded & { readonly coordinate: string })[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return (definition.fields ?? []).map(({ name, directives = [] }) => ({
        coordinate: `${definition.name.value}.${name.value}`,
        directives,
      }));
    default:
      return [];
  }
}

function accessTo(coordinate: string, field: Guarded): Access {
  const required = requiredScopes(coordinate, field);
  const declared = declaredAccess(coordinate, field);
  if (declared === null) {
    if (required !== null) {
      return { kind: 'limited', own: false, scopes: required, withPin: [], freshSeconds: null };
    }
    return { kind: directive(field, 'authenticated') === undefined ? 'everybody' : 'signed in' };
  }
  const named = new Set([...declared.scopes, ...declared.withPin]);
  if (required !== null && (declared.own || required.toSorted().join() !== [...named].sort().join())) {
    throw new Error(`${coordinate}: @access names other callers than @requiresScopes.`);
  }
  return declared;
}

const requiresScopes = z.object({ scopes: z.array(z.tuple([z.string()])) });
const declaresAccess = z.object({
  own: z.boolean().default(false),
  scopes: z.array(z.string()).default([]),
  withPin: z.array(z.string()).default([]),
});

const requiresFreshSignIn = z.object({ seconds: z.int().positive() });

/** Returns the scopes of `@requiresScopes`. A caller needs one of them. Null if the field has no such directive. */
function requiredScopes(coordinate: string, field: Guarded): readonly string[] | null {
  const read = argumentsOf(coordinate, directive(field, 'requiresScopes'), requiresScopes);
  return read === null ? null : read.scopes.map(([scope]) => scope);
}

function declaredAccess(coordinate: string, field: Guarded): LimitedAccess | null {
  const read = argumentsOf(coordinate, directive(field, 'access'), declaresAccess);
  const fresh = argumentsOf(coordinate, directive(field, 'requiresFreshSignIn'), requiresFreshSignIn);
  if (fresh !== null && read?.own !== true) {
    throw new Error(`${coordinate}: @requiresFreshSignIn is for what is a patron's own, by @access.`);
  }
  return read === null ? null : { kind: 'limited', ...read, freshSeconds: fresh?.seconds ?? null };
}

/** Checks that a field has the same access in an interface and in each implementing type: a query may use either. */
function requireSameAsInterfaces(definition: DefinitionNode, access: AccessByCoordinate): void {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) {
    return;
  }
  const type = definition.name.value;
  for (const { name } of definition.interfaces ?? []) {
    for (const field of definition.fields ?? []) {
      const inInterface = access.get(`${name.value}.${field.name.value}`);
      const inType = access.get(`${type}.${field.name.value}`);
      if (inInterface !== undefined && inType !== undefined && !isSame(inInterface, inType)) {
        throw new Error(`${type}.${field.name.value}: ${name.value} says otherwise who may have it.`);
      }
    }
  }
}

const isSame = (one: Access, other: Access): boolean => JSON.stringify(one) === JSON.stringify(other);

const directive = ({ directives = [] }: Guarded, name: string): ConstDirectiveNode | undefined =>
  directives.find((one) => one.name.value === name);

/**
 * Reads the arguments of a directive. Returns null if there is no directive.
 * @throws Error that names the coordinate, if the arguments don't match `form`
 */
function argumentsOf<Form>(
  coordinate: string,
  node: ConstDirectiveNode | undefined,
  form: z.ZodType<Form>,
): Form | null {
  if (node === undefined) {
    return null;
  }
  const values = (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]);
  const read = form.safeParse(Object.fromEntries(values));
  if (!read.success) {
    throw new Error(`${coordinate}: @${node.name.value} can't be read: ${z.prettifyError(read.error)}`);
  }
  return read.data;
}
