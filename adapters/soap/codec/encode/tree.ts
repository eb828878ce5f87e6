import { isXmlText } from '../../contract/simple/xml-text.ts';
import { splitName } from '../xml-names.ts';
import { Unencodable } from './encode-error.ts';
import { escapeAttribute, escapeText } from './escape.ts';
import { LocalPrefixes } from './prefixes.ts';

/** Deeper trees are refused, because a tree could contain itself. No real message is nearly as deep. */
const maxDepth = 64;

/** Splits `{namespace}local`, or a name without a namespace. Null if the text is neither. */
export function splitExpanded(name: unknown): { readonly uri: string; readonly local: string } | null {
  const [, uri = '', local = ''] = /^(?:\{([^{}]*)\})?([^{}]+)$/.exec(String(name)) ?? [];
  const split = splitName(local);
  return split === null || split.prefix !== '' || !isXmlText(uri) || typeof name !== 'string'
    ? null
    : { uri, local };
}

/**
 * The XML of an element that the contract doesn't describe. `allows` decides which namespaces the element may have.
 *
 * @throws {Unencodable} The value is no `XmlTree`, is too deep, is in a namespace not allowed, or has text that XML
 * can't carry.
 */
export function treeText(value: unknown, allows: (namespace: string) => boolean, depth = 1): string {
  const tree = objectOf(value);
  const name = splitExpanded(tree.name);
  if (name === null || depth > maxDepth || !allows(name.uri)) {
    throw new Unencodable('expected an element that the contract allows here');
  }
  const prefixes = new LocalPrefixes();
  const tag = name.uri === '' ? name.local : `${prefixes.declare(name.uri)}:${name.local}`;
  const attributes = attributeTexts(tree.attributes, () => true, prefixes);
  const children = contentText(tree.children, depth + 1);
  return `<${tag}${prefixes.declarations}${attributes}>${children}</${tag}>`;
}

/** The XML of trees and texts. Throws an `Unencodable`, like `treeText`. */
export function contentText(children: unknown, depth = 1): string {
  if (!Array.isArray(children)) {
    throw new Unencodable('expected an array of elements and texts');
  }
  return Array.from<unknown>(children)
    .map((child) => {
      if (typeof child !== 'string') {
        return treeText(child, () => true, depth);
      }
      if (!isXmlText(child)) {
        throw new Unencodable('expected a text that XML can carry');
      }
      return escapeText(child);
    })
    .join('');
}

/**
 * Attributes as text. The keys of `value` are expanded names. A key `xmlns` is left out. Throws an `Unencodable` for an
 * attribute that is not allowed, or that XML can't carry.
 */
export function attributeTexts(
  value: unknown,
  allows: (namespace: string) => boolean,
  prefixes: LocalPrefixes,
): string {
  return Object.entries(objectOf(value))
    .map(([key, text]) => {
      const name = splitExpanded(key);
      if (name === null || typeof text !== 'string' || !isXmlText(text) || !allows(name.uri)) {
        throw new Unencodable('expected attributes that the contract allows here');
      }
      if (name.uri === '') {
        return name.local === 'xmlns' ? '' : ` ${name.local}="${escapeAttribute(text)}"`;
      }
      const prefix = name.uri === XML ? 'xml' : prefixes.declare(name.uri);
      return ` ${prefix}:${name.local}="${escapeAttribute(text)}"`;
    })
    .join('');
}

const XML = 'http://www.w3.org/XML/1998/namespace';

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unencodable('expected an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** An own property of an object. Inherited properties are ignored. */
export const ownValue = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;
