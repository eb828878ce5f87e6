import type { AtomicType, AtomicValue, Primitive } from '../contract-types.ts';
import { readBase64, readHex, writeBase64, writeHex } from './binary.ts';
import { isDecimal, isWhole, readFloat, writeFloat } from './decimals.ts';
import { isDuration } from './durations.ts';
import { admits } from './facets.ts';
import { isMoment } from './moments.ts';
import { isUri } from './uris.ts';
import { collapse, isXmlText, normalized } from './xml-text.ts';

/** The namespaces of the prefixes that a text may use. */
export interface NameScope {
  /** The namespace of a prefix. Undefined if the prefix is not bound. In a document, the empty prefix is always bound. */
  namespaceOf(prefix: string): string | undefined;
}

/** Returns a prefix for a namespace. The prefix is then declared on the element whose text or attribute contains it. */
export type DeclarePrefix = (namespace: string) => string;

export const noScope: NameScope = { namespaceOf: () => undefined };

/** Parses the text of an element or attribute. Undefined if the text is not valid for the type. */
export function readAtomic(type: AtomicType, text: string, scope: NameScope): AtomicValue | undefined {
  const { primitive } = type;
  if (primitive === 'string') {
    const value = type.whiteSpace === 'preserve' ? text : normalized(text, type.whiteSpace);
    return admits(type, value, value) ? value : undefined;
  }
  const word = collapse(text);
  const value = parse(primitive, word, scope);
  return value !== undefined && admits(type, word, value) ? value : undefined;
}

function parse(primitive: Primitive, word: string, scope: NameScope): AtomicValue | undefined {
  switch (primitive) {
    case 'boolean':
      if (word === 'true' || word === '1') {
        return true;
      }
      return word === 'false' || word === '0' ? false : undefined;
    case 'int':
      // XML can't distinguish -0 from 0, so adding 0 turns -0 into 0.
      return isWhole(word) ? Number(word) + 0 : undefined;
    case 'long':
      return isWhole(word) ? BigInt(word.startsWith('+') ? word.slice(1) : word) : undefined;
    case 'float':
    case 'double':
      return readFloat(word);
    case 'hexBinary':
      return readHex(word);
    case 'base64Binary':
      return readBase64(word);
    case 'QName':
      return readQName(word, scope);
    default:
      return isText(primitive, word) ? word : undefined;
  }
}

/** The primitives whose values are their texts. */
type TextPrimitive = Exclude<
  Primitive,
  'boolean' | 'int' | 'long' | 'float' | 'double' | 'hexBinary' | 'base64Binary' | 'QName'
>;

function isText(primitive: TextPrimitive, word: string): boolean {
  switch (primitive) {
    case 'string':
      return true;
    case 'decimal':
      return isDecimal(word);
    case 'duration':
      return isDuration(word);
    case 'anyURI':
      return isUri(word);
    default:
      return isMoment(word, primitive);
  }
}

const qName = /^(?:([\p{L}_][\p{L}\p{M}\p{N}_.·-]*):)?([\p{L}_][\p{L}\p{M}\p{N}_.·-]*)$/u;

function readQName(word: string, scope: NameScope): string | undefined {
  const [, prefix = '', local] = qName.exec(word) ?? [];
  const uri = local === undefined ? undefined : scope.namespaceOf(prefix);
  return uri === undefined ? undefined : `{${uri}}${local}`;
}

/**
 * The text of a value, not escaped yet. Undefined if the value is not valid for the type, or if the receiver would read
 * the text as another value.
 */
export function writeAtomic(type: AtomicType, value: unknown, declare: DeclarePrefix): string | undefined {
  const { primitive } = type;
  if (primitive === 'string') {
    const isValid =
      typeof value === 'string' &&
      isXmlText(value) &&
      (type.whiteSpace === 'preserve' || normalized(value, type.whiteSpace) === value) &&
      admits(type, value, value);
    return isValid ? value : undefined;
  }
  const text = print(primitive, value, declare);
  return text !== undefined && isAtomic(value) && admits(type, text, value) ? text : undefined;
}

const isAtomic = (value: unknown): value is AtomicValue =>
  ['string', 'boolean', 'number', 'bigint'].includes(typeof value) || value instanceof Uint8Array;

function print(primitive: Primitive, value: unknown, declare: DeclarePrefix): string | undefined {
  switch (primitive) {
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'int':
      return typeof value === 'number' && Number.isInteger(value) ? String(value + 0) : undefined;
    case 'long':
      return typeof value === 'bigint' ? String(value) : undefined;
    case 'float':
    case 'double':
      return typeof value === 'number' ? writeFloat(value) : undefined;
    case 'hexBinary':
      return value instanceof Uint8Array ? writeHex(value) : undefined;
    case 'base64Binary':
      return value instanceof Uint8Array ? writeBase64(value) : undefined;
    case 'QName':
      return typeof value === 'string' ? printQName(value, declare) : undefined;
    default:
      return typeof value === 'string' &&
        collapse(value) === value &&
        isXmlText(value) &&
        isText(primitive, value)
        ? value
        : undefined;
  }
}

function printQName(value: string, declare: DeclarePrefix): string | undefined {
  const [, uri, local] = /^\{([^{}]*)\}([^{}]+)$/.exec(value) ?? [];
  if (
    uri === undefined ||
    local === undefined ||
    !isXmlText(uri) ||
    !qName.test(local) ||
    local.includes(':')
  ) {
    return undefined;
  }
  return uri === '' ? local : `${declare(uri)}:${local}`;
}
