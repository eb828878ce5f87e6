/** Makes the tables of `contract-types.ts` for simple types. Generated modules call these functions. */
import type {
  AtomicType,
  AtomicValue,
  Bounds,
  ListType,
  Primitive,
  SchemaPattern,
  SimpleType,
  UnionType,
  WhiteSpace,
} from '../contract-types.ts';
import { compilePattern } from '../simple/pattern/compile-pattern.ts';
import { readSimple, simpleKey } from '../simple/simple-values.ts';

/**
 * The facets of a type, as its schema writes them. A value must match one of `patterns`. An enumerated qualified name
 * is `{namespace}local`.
 */
export interface Facets {
  readonly enumeration?: readonly string[];
  readonly patterns?: readonly string[];
  readonly whiteSpace?: WhiteSpace;
  readonly length?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minInclusive?: string | undefined;
  readonly maxInclusive?: string | undefined;
  readonly minExclusive?: string;
  readonly maxExclusive?: string;
  readonly totalDigits?: number;
  readonly fractionDigits?: number;
}

/** One of XML Schema's own types. */
export const primitive = (
  name: string,
  space: Primitive,
  whiteSpace: WhiteSpace,
  base: SimpleType | null,
): AtomicType => ({
  kind: 'atomic',
  name,
  base,
  enumeration: null,
  patterns: [],
  bounds: null,
  primitive: space,
  whiteSpace,
});

/**
 * A type with fewer values than its base.
 *
 * @throws {PatternError} A pattern is not one of XML Schema's.
 * @throws {RangeError} A facet contains a value that the base does not have.
 */
export function restriction<Type extends SimpleType>(name: string, base: Type, facets: Facets): Type {
  const restricted = { ...base, ...facetsOf(base, facets), name, base };
  return base.kind === 'atomic' && facets.whiteSpace !== undefined
    ? { ...restricted, whiteSpace: facets.whiteSpace }
    : restricted;
}

export const list = (name: string, item: ListType['item'], base: SimpleType | null = null): ListType => ({
  kind: 'list',
  name,
  base,
  enumeration: null,
  patterns: [],
  bounds: null,
  item,
});

export const union = (name: string, members: readonly SimpleType[]): UnionType => ({
  kind: 'union',
  name,
  base: null,
  enumeration: null,
  patterns: [],
  bounds: null,
  members,
});

function facetsOf(base: SimpleType, facets: Facets): Pick<SimpleType, 'enumeration' | 'patterns' | 'bounds'> {
  const { enumeration, patterns = [] } = facets;
  return {
    enumeration:
      enumeration === undefined
        ? base.enumeration
        : new Map(enumeration.map((text) => [simpleKey(base, enumeratedValue(base, text)), text])),
    patterns: patterns.length === 0 ? base.patterns : [...base.patterns, patternOf(patterns)],
    bounds: boundsOf(base, facets),
  };
}

function patternOf(alternatives: readonly string[]): SchemaPattern {
  const source = alternatives.join('|');
  return { source, regExp: compilePattern(source) };
}

function boundsOf(base: SimpleType, facets: Facets): Bounds | null {
  const inherited = base.bounds;
  const value = (text: string | undefined, before: AtomicValue | null | undefined): AtomicValue | null =>
    text === undefined ? (before ?? null) : boundOf(base, text);
  const bounds: Bounds = {
    minLength: facets.length ?? facets.minLength ?? inherited?.minLength ?? null,
    maxLength: facets.length ?? facets.maxLength ?? inherited?.maxLength ?? null,
    minInclusive: value(facets.minInclusive, inherited?.minInclusive),
    maxInclusive: value(facets.maxInclusive, inherited?.maxInclusive),
    minExclusive: value(facets.minExclusive, inherited?.minExclusive),
    maxExclusive: value(facets.maxExclusive, inherited?.maxExclusive),
    totalDigits: facets.totalDigits ?? inherited?.totalDigits ?? null,
    fractionDigits: facets.fractionDigits ?? inherited?.fractionDigits ?? null,
  };
  return Object.values(bounds).every((bound) => bound === null) ? null : bounds;
}

/**
 * Reads a bound, such as `maxInclusive`. It must be a value of the base type. The base's own enumeration, patterns and
 * bounds are ignored.
 */
function boundOf(base: SimpleType, text: string): AtomicValue {
  const value = readSimple({ ...base, enumeration: null, patterns: [], bounds: null }, text);
  if (value === undefined || Array.isArray(value)) {
    throw new RangeError(`${text} is not a value of ${base.name}`);
  }
  return value as AtomicValue;
}

/** Reads a value of an enumeration. A qualified name is given as `{namespace}local`. */
function enumeratedValue(base: SimpleType, text: string) {
  const [, uri, local] = /^\{(.*)\}([^}]*)$/.exec(text) ?? [];
  const value =
    uri === undefined ? readSimple(base, text) : readSimple(base, local ?? '', { namespaceOf: () => uri });
  if (value === undefined) {
    throw new RangeError(`${text} is not a value of ${base.name}`);
  }
  return value;
}
