import type { AttributeDeclaration, ComplexType } from '../../contract/contract-types.ts';
import { allows } from '../../contract/particles.ts';
import { isFixed } from '../../contract/simple/simple-values.ts';
import { risen, Unencodable } from './encode-error.ts';
import { escapeAttribute } from './escape.ts';
import { LocalPrefixes, type Prefixes } from './prefixes.ts';
import { simpleText } from './simple-content.ts';
import { attributeTexts, ownValue, splitExpanded } from './tree.ts';

type ObjectValue = Readonly<Record<string, unknown>>;

export interface Attributes {
  /** The keys of an object's properties that are written as attributes. */
  readonly keys: readonly string[];
  /**
   * Returns the attributes as text, each with a space before it. A value that is a qualified name needs a prefix. The
   * caller declares it if `prefixes` is given, else the returned text does.
   */
  readonly encode: (object: ObjectValue, prefixes?: LocalPrefixes) => string;
}

export function compileAttributes({ attributes, anyAttribute }: ComplexType, names: Prefixes): Attributes {
  const keys = attributes.map(({ key }) => key);
  if (attributes.length === 0 && anyAttribute === null) {
    return { keys, encode: () => '' };
  }
  const written = attributes.map((attribute) => ({
    attribute,
    name: names.nameOf(attribute.name, attribute.namespace),
  }));
  const encode = (object: ObjectValue, shared?: LocalPrefixes): string => {
    const prefixes = shared ?? new LocalPrefixes();
    let text = '';
    for (const { attribute, name } of written) {
      text += attributeText(attribute, name, ownValue(object, attribute.key), prefixes);
    }
    const others = anyAttribute === null ? undefined : ownValue(object, '$attributes');
    if (anyAttribute !== null && others !== undefined) {
      text += attributeTexts(others, (namespace) => allows(anyAttribute, namespace), prefixes);
      rejectDeclared(others, attributes);
    }
    return shared === undefined ? prefixes.declarations + text : text;
  };
  return { keys: anyAttribute === null ? keys : [...keys, '$attributes'], encode };
}

function attributeText(
  { name, type, required, constraint }: AttributeDeclaration,
  written: string,
  value: unknown,
  prefixes: LocalPrefixes,
): string {
  if (value === undefined && !required) {
    return '';
  }
  try {
    const text = simpleText(type, value, prefixes);
    if (constraint?.kind === 'fixed' && !isFixed(type, value, constraint.text)) {
      throw new Unencodable('expected the value that the contract fixes');
    }
    return ` ${written}="${escapeAttribute(text)}"`;
  } catch (error) {
    throw risen(error, `@${name}`);
  }
}

/** Rejects a declared attribute in `$attributes`, because such an attribute would be written twice. */
function rejectDeclared(others: unknown, attributes: readonly AttributeDeclaration[]): void {
  for (const key of Object.keys(others as object)) {
    const name = splitExpanded(key);
    if (attributes.some((declared) => declared.name === name?.local && declared.namespace === name.uri)) {
      throw new Unencodable('expected only attributes that the contract does not have');
    }
  }
}

/**
 * Returns a function that throws an `Unencodable` if an object has a key other than `allowed` and `$type`. Keys with
 * the value undefined are ignored.
 */
export function rejectUnknown(...allowed: readonly (readonly string[])[]): (object: ObjectValue) => void {
  const keys = new Set(allowed.flat());
  const message = `expected only ${[...keys].join(', ')}`;
  return (object) => {
    for (const key of Object.keys(object)) {
      if (object[key] !== undefined && !keys.has(key) && key !== '$type') {
        throw new Unencodable(message);
      }
    }
  };
}
