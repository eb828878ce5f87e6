/** Makes the tables of `contract-types.ts` for elements and complex types. Generated modules call these functions. */
import type {
  AnyType,
  AttributeDeclaration,
  ComplexType,
  Content,
  ElementDeclaration,
  Group,
  NamespaceConstraint,
  Particle,
  SchemaType,
  SimpleType,
  ValueConstraint,
  Wildcard,
} from '../contract-types.ts';

interface TypeOptions {
  readonly base?: SchemaType;
  readonly abstract?: boolean;
  readonly polymorphic?: boolean;
  readonly anyAttribute?: NamespaceConstraint;
}

const complex = (
  name: string,
  content: Content,
  attributes: readonly AttributeDeclaration[],
  { base, abstract = false, polymorphic = false, anyAttribute }: TypeOptions = {},
): ComplexType => ({
  kind: 'complex',
  name,
  content,
  attributes,
  anyAttribute: anyAttribute ?? null,
  base: base ?? null,
  isAbstract: abstract,
  isPolymorphic: polymorphic,
});

/** A type whose elements come in their order. */
export const sequence = (
  name: string,
  elements: readonly (ElementDeclaration | Wildcard)[],
  attributes: readonly AttributeDeclaration[] = [],
  options?: TypeOptions,
): ComplexType => complex(name, { kind: 'sequence', elements }, attributes, options);

/** A type with exactly one of its elements. */
export const choice = (
  name: string,
  elements: readonly ElementDeclaration[],
  attributes: readonly AttributeDeclaration[] = [],
  options?: TypeOptions,
): ComplexType => complex(name, { kind: 'choice', elements }, attributes, options);

/** A type with nested groups. */
export const grouped = (
  name: string,
  group: Group,
  attributes: readonly AttributeDeclaration[] = [],
  options?: TypeOptions,
): ComplexType => complex(name, { kind: 'group', group }, attributes, options);

/** A type with a text and attributes. */
export const text = (
  name: string,
  type: SimpleType,
  attributes: readonly AttributeDeclaration[] = [],
  options?: TypeOptions,
): ComplexType => complex(name, { kind: 'simple', type }, attributes, options);

/** A type with text and elements mixed. */
export const mixed = (
  name: string,
  attributes: readonly AttributeDeclaration[] = [],
  options?: TypeOptions,
): ComplexType => complex(name, { kind: 'mixed' }, attributes, options);

/** A complex type without content, for a type that refers to itself. `complete` adds the content later. */
export const declared = (name: string): ComplexType => sequence(name, []);

export function complete(type: ComplexType, content: ComplexType): void {
  Object.assign(type, content);
}

/** `xsd:anyType`. */
export const anyType: AnyType = { kind: 'any', name: 'anyType' };

interface AttributeOptions {
  readonly required?: boolean;
  readonly namespace?: string;
  readonly key?: string;
  readonly default?: string;
  readonly fixed?: string;
}

/** By default an attribute is unqualified and may be left out. */
export const attribute = (
  name: string,
  type: SimpleType,
  { required = false, namespace = '', key = name, ...values }: AttributeOptions = {},
): AttributeDeclaration => ({ key, name, namespace, type, required, constraint: constraintOf(values) });

interface Occurrence {
  readonly minOccurs?: number;
  readonly maxOccurs?: number;
}

interface ElementOptions extends Occurrence {
  readonly nillable?: boolean;
  readonly key?: string;
  readonly default?: string;
  readonly fixed?: string;
}

/** By default an element occurs exactly once, and is not nillable. */
export const element = (
  name: string,
  namespace: string,
  type: SchemaType,
  { nillable = false, minOccurs = 1, maxOccurs = 1, key = name, ...values }: ElementOptions = {},
): ElementDeclaration => ({
  kind: 'element',
  key,
  name,
  namespace,
  type,
  nillable,
  minOccurs,
  maxOccurs,
  constraint: constraintOf(values),
});

function constraintOf(values: {
  readonly default?: string;
  readonly fixed?: string;
}): ValueConstraint | null {
  if (values.fixed !== undefined) {
    return { kind: 'fixed', text: values.fixed };
  }
  return values.default === undefined ? null : { kind: 'default', text: values.default };
}

/** `xsd:any`. */
export const wildcard = (
  key: string,
  allowed: NamespaceConstraint,
  { minOccurs = 1, maxOccurs = 1 }: Occurrence = {},
): Wildcard => ({ kind: 'wildcard', key, name: '', namespace: '', allowed, minOccurs, maxOccurs });

/** A group inside a type or another group. It has a key if it can come more than once. */
export const group = (
  compositor: Group['compositor'],
  particles: readonly Particle[],
  { minOccurs = 1, maxOccurs = 1, key }: Occurrence & { readonly key?: string } = {},
): Group => ({ kind: 'group', compositor, key: key ?? null, particles, minOccurs, maxOccurs });

export const only = (...namespaces: readonly string[]): NamespaceConstraint => ({ kind: 'only', namespaces });
export const except = (...namespaces: readonly string[]): NamespaceConstraint => ({
  kind: 'except',
  namespaces,
});
