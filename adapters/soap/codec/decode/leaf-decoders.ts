/** The decoders of elements for which the contract declares no child elements. */
import type {
  ComplexType,
  ElementDeclaration,
  SimpleType,
  ValueConstraint,
  XmlTree,
} from '../../contract/contract-types.ts';
import type { Leaf } from '../../contract/particles.ts';
import { isFixed, readSimple } from '../../contract/simple/simple-values.ts';
import { type ElementDecoder, isBlank } from '../read-xml.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';
import { attributesOf, readAttributes } from './attributes.ts';
import type { DecodeRules, ValueReceiver } from './message-decoder.ts';
import { includedText } from './xop.ts';

/** Ignores an element and everything in it. */
export function skipElement(name: string): ElementDecoder {
  const decoder: ElementDecoder = { name, index: 0, open: () => decoder, text: () => {}, close: () => {} };
  return decoder;
}

/** Decodes a nil element. Its value is null, or an object with `$nil` if it has attributes. */
export class NilDecoder implements ElementDecoder {
  readonly name: string;
  readonly index: number;
  readonly #element: ElementDeclaration;
  readonly #owner: ValueReceiver;
  readonly #value: Record<string, unknown> | null;

  constructor(
    element: ElementDeclaration,
    type: ElementDeclaration['type'],
    index: number,
    tag: Tag,
    owner: ValueReceiver,
    rules: DecodeRules,
  ) {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#owner = owner;
    const attributes = {};
    if (type.kind !== 'any') {
      readAttributes(element.name, attributesOf(type), tag, attributes, rules);
    }
    this.#value = Object.keys(attributes).length === 0 ? null : { $nil: true, ...attributes };
  }

  open(): ElementDecoder {
    throw new UnexpectedXml('nil, but not empty');
  }

  text(text: string): void {
    if (text !== '') {
      throw new UnexpectedXml('nil, but not empty');
    }
  }

  close(): void {
    this.#owner.take(this.#element, this.#value);
  }
}

/**
 * Decodes the elements of simple types. Such an element contains no elements, so only one is open at a time, and one
 * decoder serves a whole message. A new object for each element would be a third of the cost of decoding.
 */
export class SimpleDecoder implements ElementDecoder {
  readonly #rules: DecodeRules;
  name = '';
  index = 0;
  #element: ElementDeclaration | null = null;
  #type: SimpleType | null = null;
  #tag: Tag | null = null;
  #owner: ValueReceiver | null = null;
  #text = '';

  constructor(rules: DecodeRules) {
    this.#rules = rules;
  }

  begin(element: ElementDeclaration, type: SimpleType, index: number, tag: Tag, owner: ValueReceiver): this {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#type = type;
    this.#tag = tag;
    this.#owner = owner;
    this.#text = '';
    return this;
  }

  open(tag: Tag): ElementDecoder {
    this.#text += includedText(this.#type, tag, this.#rules);
    return skipElement('Include');
  }

  text(text: string): void {
    this.#text += text;
  }

  close(): void {
    if (this.#element !== null && this.#type !== null && this.#tag !== null) {
      const value = textValue(this.#type, this.#text, this.#tag, this.#element.constraint);
      this.#owner?.take(this.#element, value);
    }
  }
}

function textValue(type: SimpleType, text: string, tag: Tag, constraint: ValueConstraint | null): unknown {
  const value = readSimple(type, text === '' && constraint !== null ? constraint.text : text, tag.scope);
  if (value === undefined) {
    throw new UnexpectedXml(`not a ${type.name}`);
  }
  if (constraint?.kind === 'fixed' && !isFixed(type, value, constraint.text)) {
    throw new UnexpectedXml('not the value that the contract fixes');
  }
  return value;
}

/** Decodes an element with a text and attributes: `{ $value, … }`. */
export class TextDecoder implements ElementDecoder {
  readonly name: string;
  readonly index: number;
  readonly #element: ElementDeclaration;
  readonly #type: SimpleType;
  readonly #tag: Tag;
  readonly #owner: ValueReceiver;
  readonly #value: Record<string, unknown>;
  readonly #rules: DecodeRules;
  #text = '';

  constructor(
    element: ElementDeclaration,
    type: ComplexType,
    text: SimpleType,
    index: number,
    tag: Tag,
    owner: ValueReceiver,
    rules: DecodeRules,
    value: Record<string, unknown>,
  ) {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#type = text;
    this.#tag = tag;
    this.#owner = owner;
    this.#value = value;
    this.#rules = rules;
    readAttributes(element.name, type, tag, value, rules);
  }

  open(tag: Tag): ElementDecoder {
    this.#text += includedText(this.#type, tag, this.#rules);
    return skipElement('Include');
  }

  text(text: string): void {
    this.#text += text;
  }

  close(): void {
    this.#value.$value = textValue(this.#type, this.#text, this.#tag, this.#element.constraint);
    this.#owner.take(this.#element, this.#value);
  }
}

/** Makes a tree of an element and everything in it. */
export function treeDecoder(tag: Tag, index: number, sink: (tree: XmlTree) => void): ElementDecoder {
  const children: (XmlTree | string)[] = [];
  return {
    name: 'element',
    index,
    open: (child) => treeDecoder(child, 0, (tree) => children.push(tree)),
    text: (text) => appendText(children, text),
    close: () => sink({ name: expandedName(tag), attributes: attributeTexts(tag), children }),
  };
}

const expandedName = ({ uri, local }: { readonly uri: string; readonly local: string }): string =>
  uri === '' ? local : `{${uri}}${local}`;

const attributeTexts = ({ attributes }: Tag): Record<string, string> =>
  Object.fromEntries(attributes.map((attribute) => [expandedName(attribute), attribute.value]));

/** The text of one element may come in several pieces. */
function appendText(children: (XmlTree | string)[], text: string): void {
  const last = children.at(-1);
  if (typeof last === 'string') {
    children[children.length - 1] = last + text;
  } else if (text !== '') {
    children.push(text);
  }
}

/**
 * Decodes an element with mixed content. `$content` has its texts and child elements. Other keys have its attributes.
 */
export function mixedDecoder(
  element: ElementDeclaration,
  type: ComplexType,
  index: number,
  tag: Tag,
  owner: ValueReceiver,
  rules: DecodeRules,
  value: Record<string, unknown>,
): ElementDecoder {
  readAttributes(element.name, type, tag, value, rules);
  const children: (XmlTree | string)[] = [];
  value.$content = children;
  return {
    name: element.name,
    index,
    open: (child) => treeDecoder(child, 0, (tree) => children.push(tree)),
    text: (text) => appendText(children, text),
    close: () => owner.take(element, value),
  };
}

/** Decodes an element as a tree, for a wildcard or an element of `xsd:anyType`. The tree is passed to `owner`. */
export const treeLeaf = (leaf: Leaf, index: number, tag: Tag, owner: ValueReceiver): ElementDecoder =>
  treeDecoder(tag, index, (tree) => owner.take(leaf, tree));

export function blankOnly(text: string): void {
  if (!isBlank(text)) {
    throw new UnexpectedXml('text between elements');
  }
}
