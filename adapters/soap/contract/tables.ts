/** Makes the tables of `contract-types.ts`. `read-wsdl.ts` calls these functions, and so do the generated modules. */
import type {
  AtomicType,
  AttributeDeclaration,
  ComplexType,
  ElementDeclaration,
  ListType,
  Primitive,
  SchemaType,
} from './contract-types.ts';

/**
 * `enumeration` has the allowed values. Each of the `patterns` must match the whole value. Without these options every
 * value is allowed.
 */
export const atomic = (
  name: string,
  primitive: Primitive,
  { enumeration = [], patterns = [] }: { enumeration?: readonly string[]; patterns?: readonly string[] } = {},
): AtomicType => ({
  kind: 'atomic',
  name,
  primitive,
  enumeration: enumeration.length === 0 ? null : new Set(enumeration),
  patterns: patterns.map((source) => ({ source, regExp: new RegExp(`^(?:${source})$`, 'u') })),
});

/** XML Schema's own types. */
export const primitives: Readonly<Record<Primitive, AtomicType>> = {
  string: atomic('string', 'string'),
  boolean: atomic('boolean', 'boolean'),
  int: atomic('int', 'int'),
  long: atomic('long', 'long'),
  dateTime: atomic('dateTime', 'dateTime'),
};

export const list = (name: string, item: AtomicType): ListType => ({ kind: 'list', name, item });

const complex =
  (compositor: ComplexType['compositor']) =>
  (
    name: string | null,
    elements: readonly ElementDeclaration[],
    attributes: readonly AttributeDeclaration[] = [],
  ): ComplexType => ({ kind: 'complex', name, compositor, elements, attributes });

/** A type whose elements come in their order. */
export const sequence = complex('sequence');
/** A type with exactly one of its elements. */
export const choice = complex('choice');

export const attribute = (name: string, type: AtomicType, required: boolean): AttributeDeclaration => ({
  name,
  type,
  required,
});

/** By default an element occurs exactly once, and is not nillable. */
export const element = (
  name: string,
  namespace: string,
  type: SchemaType,
  {
    nillable = false,
    minOccurs = 1,
    maxOccurs = 1,
  }: { nillable?: boolean; minOccurs?: number; maxOccurs?: number } = {},
): ElementDeclaration => ({ name, namespace, type, nillable, minOccurs, maxOccurs });
