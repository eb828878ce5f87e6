import type { AtomicValue, ListType, SimpleType, UnionType } from '../contract-types.ts';
import { type DeclarePrefix, type NameScope, noScope, readAtomic, writeAtomic } from './atomic-values.ts';
import { valueKey } from './value-key.ts';
import { normalized, wordsOf } from './xml-text.ts';

/** The value of a simple type. The value of a list is always an array, even for one item or none. */
export type SimpleValue = AtomicValue | readonly AtomicValue[];

/** Parses the text of an element or attribute. Undefined if the text is not valid for the type. */
export function readSimple(
  type: SimpleType,
  text: string,
  scope: NameScope = noScope,
): SimpleValue | undefined {
  switch (type.kind) {
    case 'atomic':
      return readAtomic(type, text, scope);
    case 'list':
      return readList(type, text, scope);
    case 'union':
      return readUnion(type, text, scope)?.value;
    default:
      return type satisfies never;
  }
}

function readList(type: ListType, text: string, scope: NameScope): readonly AtomicValue[] | undefined {
  const words = wordsOf(text);
  const values: AtomicValue[] = [];
  for (const word of words) {
    const value = readItem(type.item, word, scope);
    if (value === undefined) {
      return undefined;
    }
    values.push(value);
  }
  return listAdmits(type, words.join(' '), values) ? values : undefined;
}

function readItem(item: ListType['item'], word: string, scope: NameScope): AtomicValue | undefined {
  const value = readSimple(item, word, scope);
  // An item is atomic: the contract's parser refuses lists of lists.
  return value === undefined || isList(value) ? undefined : value;
}

const isList = (value: SimpleValue): value is readonly AtomicValue[] => Array.isArray(value);

function listAdmits(type: ListType, text: string, values: readonly AtomicValue[]): boolean {
  const { enumeration, patterns, bounds } = type;
  return (
    (enumeration === null || enumeration.has(simpleKey(type, values))) &&
    patterns.every(({ regExp }) => regExp.test(text)) &&
    values.length >= (bounds?.minLength ?? 0) &&
    values.length <= (bounds?.maxLength ?? Number.POSITIVE_INFINITY)
  );
}

/** A union's value, and the union's member type that accepted it. */
interface MemberValue {
  readonly member: SimpleType;
  readonly value: SimpleValue;
}

function readUnion(type: UnionType, text: string, scope: NameScope): MemberValue | undefined {
  for (const member of type.members) {
    const value = readSimple(member, text, scope);
    if (value !== undefined) {
      return unionAdmits(type, normalizedFor(member, text), member, value) ? { member, value } : undefined;
    }
  }
  return undefined;
}

function unionAdmits(type: UnionType, text: string, member: SimpleType, value: SimpleValue): boolean {
  const { enumeration, patterns } = type;
  return (
    (enumeration === null || enumeration.has(simpleKey(member, value))) &&
    patterns.every(({ regExp }) => regExp.test(text))
  );
}

const normalizedFor = (type: SimpleType, text: string): string =>
  normalized(text, type.kind === 'atomic' ? type.whiteSpace : 'collapse');

/** The canonical text of a value: equal values of a type have the same text. */
export function simpleKey(type: SimpleType, value: SimpleValue): string {
  switch (type.kind) {
    case 'atomic':
      return isList(value) ? '' : valueKey(type.primitive, value);
    case 'list':
      return isList(value) ? value.map((item) => simpleKey(type.item, item)).join(' ') : '';
    case 'union': {
      const member = type.members.find((candidate) => writeSimple(candidate, value, () => 'p') !== undefined);
      return member === undefined ? '' : simpleKey(member, value);
    }
    default:
      return type satisfies never;
  }
}

/** The text of a value, not escaped yet. Undefined if the value is not valid for the type. */
export function writeSimple(type: SimpleType, value: unknown, declare: DeclarePrefix): string | undefined {
  switch (type.kind) {
    case 'atomic':
      return writeAtomic(type, value, declare);
    case 'list':
      return writeList(type, value, declare);
    case 'union':
      return writeUnion(type, value, declare);
    default:
      return type satisfies never;
  }
}

/**
 * The text of a list's item. Undefined if the value is not valid. Also undefined if the text is empty or contains white
 * space, because the receiver would then read no item or several.
 */
export function writeItem(
  item: ListType['item'],
  value: unknown,
  declare: DeclarePrefix,
): string | undefined {
  const text = writeSimple(item, value, declare);
  return text === '' || (text !== undefined && /[ \t\r\n]/.test(text)) ? undefined : text;
}

function writeList(type: ListType, value: unknown, declare: DeclarePrefix): string | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const words: string[] = [];
  // A hole in the array becomes an undefined item, which no type accepts.
  for (const item of Array.from<unknown>(value)) {
    const word = writeItem(type.item, item, declare);
    if (word === undefined) {
      return undefined;
    }
    words.push(word);
  }
  const text = words.join(' ');
  return listAdmits(type, text, value) ? text : undefined;
}

function writeUnion(type: UnionType, value: unknown, declare: DeclarePrefix): string | undefined {
  for (const member of type.members) {
    const text = writeSimple(member, value, declare);
    if (
      text !== undefined &&
      readsAs(type, member, text) &&
      unionAdmits(type, text, member, value as SimpleValue)
    ) {
      return text;
    }
  }
  return undefined;
}

/**
 * Whether a receiver reads the text as this member type: it is the union's first member type that accepts the text.
 * Always true for a type of qualified names.
 */
function readsAs(type: UnionType, member: SimpleType, text: string): boolean {
  const isQualified = (candidate: SimpleType): boolean =>
    candidate.kind === 'atomic' && candidate.primitive === 'QName';
  const first = type.members.find((candidate) => readSimple(candidate, text) !== undefined);
  return first === member || isQualified(member);
}

/** Whether the type has values whose texts need the declaration of a prefix. */
export function hasNames(type: SimpleType): boolean {
  switch (type.kind) {
    case 'atomic':
      return type.primitive === 'QName';
    case 'list':
      return hasNames(type.item);
    case 'union':
      return type.members.some(hasNames);
    default:
      return type satisfies never;
  }
}

/** Whether the value equals the fixed value of the contract. */
export function isFixed(type: SimpleType, value: unknown, fixed: string): boolean {
  const expected = readSimple(type, fixed);
  return (
    expected !== undefined &&
    writeSimple(type, value, () => 'p') !== undefined &&
    simpleKey(type, expected) === simpleKey(type, value as SimpleValue)
  );
}
