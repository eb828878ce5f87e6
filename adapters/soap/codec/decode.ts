import {
  type AtomicType,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type ListType,
  XSI,
} from '../contract/schema.ts';
import { readAtomic } from '../contract/simple-types.ts';
import { UnexpectedXml } from './markup.ts';
import { type ElementReader, isBlank } from './read-xml.ts';
import type { Tag } from './xml-names.ts';

/** Who opened an element, and takes its value: an object for a complex type, an array for a list, null for nil. */
export interface ValueReceiver {
  take(element: ElementDeclaration, value: unknown): void;
}

/**
 * Opens the reading of a message's root. Checks order, occurrence, type, attributes and nil; what is absent has no key, a
 * repeated element always is an array.
 */
export function openMessage(
  root: ElementDeclaration,
  tag: Tag,
  sink: (value: unknown) => void,
): ElementReader {
  return openElement(root, tag, 0, { take: (_root, value) => sink(value) }, new TextReader());
}

function openElement(
  element: ElementDeclaration,
  tag: Tag,
  index: number,
  owner: ValueReceiver,
  leaf: TextReader,
): ElementReader {
  if (isNil(element, tag)) {
    return new NilReader(element, index, owner);
  }
  const { type } = element;
  if (type.kind === 'complex') {
    return new ComplexReader(element, type, index, tag, owner, leaf);
  }
  attributesOf(element.name, [], tag, {});
  return leaf.begin(element, type, index, owner);
}

/** Any element and all below it, unread. */
export function skipElement(name: string): ElementReader {
  const reading: ElementReader = { name, index: 0, open: () => reading, text: () => {}, close: () => {} };
  return reading;
}

function isNil({ name, nillable }: ElementDeclaration, tag: Tag): boolean {
  for (const { uri, local, value } of tag.attributes) {
    if (uri !== XSI || local !== 'nil') {
      continue;
    }
    if (!nillable) {
      throw new UnexpectedXml(`${name} bears xsi:nil where the contract has none`);
    }
    const word = value.trim();
    if (!['true', '1', 'false', '0'].includes(word)) {
      throw new UnexpectedXml(`xsi:nil of ${name} is no boolean`);
    }
    return word === 'true' || word === '1';
  }
  return false;
}

/** Puts the attributes that are declared into `target`. */
function attributesOf(
  owner: string,
  declared: ComplexType['attributes'],
  tag: Tag,
  target: Record<string, unknown>,
): void {
  for (const { uri, local, value } of tag.attributes) {
    if (uri === XSI && (local === 'nil' || local.endsWith('chemaLocation'))) {
      continue;
    }
    const attribute = uri === '' ? declared.find(({ name }) => name === local) : undefined;
    if (attribute === undefined) {
      throw new UnexpectedXml(`${owner} bears an attribute that the contract does not know`);
    }
    const read = readAtomic(attribute.type, value);
    if (read === undefined) {
      throw new UnexpectedXml(`@${attribute.name} of ${owner} is no ${attribute.type.name}`);
    }
    target[attribute.name] = read;
  }
  for (const { name, required } of declared) {
    if (required && !(name in target)) {
      throw new UnexpectedXml(`${owner} lacks @${name}`);
    }
  }
}

class NilReader implements ElementReader {
  readonly name: string;
  readonly index: number;
  readonly #element: ElementDeclaration;
  readonly #owner: ValueReceiver;

  constructor(element: ElementDeclaration, index: number, owner: ValueReceiver) {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#owner = owner;
  }

  open(): ElementReader {
    throw new UnexpectedXml('nil, and not empty');
  }

  text(text: string): void {
    if (text !== '') {
      throw new UnexpectedXml('nil, and not empty');
    }
  }

  close(): void {
    this.#owner.take(this.#element, null);
  }
}

/**
 * An element of text. There is one reading for all of a message, as none can stand in another: most elements are such, and
 * an object for each would be a third of what decoding costs.
 */
class TextReader implements ElementReader {
  name = '';
  index = 0;
  #element: ElementDeclaration | null = null;
  #type: AtomicType | ListType | null = null;
  #owner: ValueReceiver | null = null;
  #text = '';

  begin(element: ElementDeclaration, type: AtomicType | ListType, index: number, owner: ValueReceiver): this {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#type = type;
    this.#owner = owner;
    this.#text = '';
    return this;
  }

  open(): ElementReader {
    throw new UnexpectedXml('an element where text belongs');
  }

  text(text: string): void {
    this.#text += text;
  }

  close(): void {
    if (this.#element !== null && this.#type !== null) {
      this.#owner?.take(this.#element, textValue(this.#type, this.#text));
    }
  }
}

function textValue(type: AtomicType | ListType, text: string): unknown {
  if (type.kind === 'atomic') {
    return required(type, text);
  }
  const items = text.split(/[ \t\r\n]+/).filter((item) => item !== '');
  return items.map((item) => required(type.item, item));
}

function required(type: AtomicType, text: string): unknown {
  const value = readAtomic(type, text);
  if (value === undefined) {
    throw new UnexpectedXml(`no ${type.name}`);
  }
  return value;
}

/** Walks the elements of a sequence or a choice; as no two are of a name, one step ahead tells all. */
class ComplexReader implements ElementReader, ValueReceiver {
  readonly name: string;
  readonly index: number;
  readonly #element: ElementDeclaration;
  readonly #type: ComplexType;
  readonly #owner: ValueReceiver;
  readonly #leaf: TextReader;
  readonly #value: Record<string, unknown> = {};
  /** Where in the sequence we are, and how many of that element there have been. */
  #position = 0;
  #count = 0;

  constructor(
    element: ElementDeclaration,
    type: ComplexType,
    index: number,
    tag: Tag,
    owner: ValueReceiver,
    leaf: TextReader,
  ) {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#type = type;
    this.#owner = owner;
    this.#leaf = leaf;
    attributesOf(element.name, type.attributes, tag, this.#value);
  }

  open(tag: Tag): ElementReader {
    const element = this.#type.compositor === 'sequence' ? this.#next(tag) : this.#choose(tag);
    this.#count += 1;
    if (this.#count > element.maxOccurs) {
      throw new UnexpectedXml(`more than ${element.maxOccurs} ${element.name}`);
    }
    const index = isRepeated(element) ? this.#count : 0;
    return openElement(element, tag, index, this, this.#leaf);
  }

  take(element: ElementDeclaration, value: unknown): void {
    if (isRepeated(element)) {
      this.#itemsOf(element).push(value);
    } else {
      this.#value[element.name] = value;
    }
  }

  text(text: string): void {
    if (!isBlank(text)) {
      throw new UnexpectedXml('text between elements');
    }
  }

  close(): void {
    if (this.#type.compositor === 'sequence') {
      while (this.#position < this.#type.elements.length) {
        this.#leave();
      }
    } else if (this.#count === 0) {
      throw new UnexpectedXml('none of the choice');
    }
    this.#owner.take(this.#element, this.#value);
  }

  #itemsOf({ name }: ElementDeclaration): unknown[] {
    this.#value[name] ??= [];
    return this.#value[name] as unknown[];
  }

  #next(tag: Tag): ElementDeclaration {
    for (;;) {
      const element = this.#type.elements[this.#position];
      if (element === undefined) {
        throw new UnexpectedXml('an element that does not belong here');
      }
      if (element.name === tag.local && element.namespace === tag.uri) {
        return element;
      }
      this.#leave();
    }
  }

  /** Done with the element at our position. */
  #leave(): void {
    const element = this.#type.elements[this.#position];
    if (element !== undefined) {
      if (this.#count < element.minOccurs) {
        throw new UnexpectedXml(`${element.name} is missing`);
      }
      if (isRepeated(element)) {
        this.#itemsOf(element);
      }
    }
    this.#position += 1;
    this.#count = 0;
  }

  #choose(tag: Tag): ElementDeclaration {
    const element = this.#type.elements.find(
      ({ name, namespace }) => name === tag.local && namespace === tag.uri,
    );
    if (element === undefined || this.#count > 0) {
      throw new UnexpectedXml('an element that does not belong here');
    }
    return element;
  }
}
