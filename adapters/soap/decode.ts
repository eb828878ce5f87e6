import {
  type AtomicType,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type ListType,
  XSI,
} from './schema.ts';
import { readAtomic } from './simple-types.ts';
import { isBlank, type Reading, type Tag, Unexpected } from './xml.ts';

const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** Takes what was read: an object for a complex type, an array for a list, null for nil. */
type Sink = (value: unknown) => void;

/**
 * Opens the reading of an element that the contract declares. Checks order, occurrence, type, attributes and nil; what
 * is absent has no key, a repeated element always is an array.
 */
export function openElement(declaration: ElementDeclaration, tag: Tag, index: number, sink: Sink): Reading {
  const { name, type } = declaration;
  const isBare = hasNoAttributes(tag);
  if (!isBare && isNil(declaration, tag)) return new NilReading(name, index, sink);
  if (type.kind === 'complex') return new ComplexReading(type, name, index, tag, sink);
  if (!isBare) attributesOf(name, [], tag, {});
  return new SimpleReading(type, name, index, sink);
}

/** Any element and all below it, unread. */
export function skipElement(name: string): Reading {
  const reading: Reading = { name, index: 0, open: () => reading, text: () => {}, close: () => {} };
  return reading;
}

/** Most elements have none; to ask so costs a tenth of listing them. */
function hasNoAttributes({ attributes }: Tag): boolean {
  for (const _name in attributes) return false;
  return true;
}

function isNil({ name, nillable }: ElementDeclaration, tag: Tag): boolean {
  for (const { uri, local, value } of Object.values(tag.attributes)) {
    if (uri !== XSI || local !== 'nil') continue;
    if (!nillable) throw new Unexpected(`${name} bears xsi:nil where the contract has none`);
    const word = value.trim();
    if (!['true', '1', 'false', '0'].includes(word)) throw new Unexpected(`xsi:nil of ${name} is no boolean`);
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
  for (const { uri, local, value } of Object.values(tag.attributes)) {
    if (uri === XMLNS || (uri === XSI && (local === 'nil' || local.endsWith('chemaLocation')))) continue;
    const attribute = uri === '' ? declared.find(({ name }) => name === local) : undefined;
    if (attribute === undefined)
      throw new Unexpected(`${owner} bears an attribute that the contract does not know`);
    const read = readAtomic(attribute.type, value);
    if (read === undefined)
      throw new Unexpected(`@${attribute.name} of ${owner} is no ${attribute.type.name}`);
    target[attribute.name] = read;
  }
  for (const { name, required } of declared) {
    if (required && !(name in target)) throw new Unexpected(`${owner} lacks @${name}`);
  }
}

class NilReading implements Reading {
  readonly name: string;
  readonly index: number;
  readonly #sink: Sink;

  constructor(name: string, index: number, sink: Sink) {
    this.name = name;
    this.index = index;
    this.#sink = sink;
  }

  open(): Reading {
    throw new Unexpected('nil, and not empty');
  }

  text(text: string): void {
    if (text !== '') throw new Unexpected('nil, and not empty');
  }

  close(): void {
    this.#sink(null);
  }
}

class SimpleReading implements Reading {
  readonly name: string;
  readonly index: number;
  readonly #type: AtomicType | ListType;
  readonly #sink: Sink;
  #text = '';

  constructor(type: AtomicType | ListType, name: string, index: number, sink: Sink) {
    this.name = name;
    this.index = index;
    this.#type = type;
    this.#sink = sink;
  }

  open(): Reading {
    throw new Unexpected('an element where text belongs');
  }

  text(text: string): void {
    this.#text += text;
  }

  close(): void {
    const type = this.#type;
    if (type.kind === 'atomic') {
      this.#sink(required(type, this.#text));
    } else {
      const items = this.#text.split(/[ \t\r\n]+/).filter((item) => item !== '');
      this.#sink(items.map((item) => required(type.item, item)));
    }
  }
}

function required(type: AtomicType, text: string): unknown {
  const value = readAtomic(type, text);
  if (value === undefined) throw new Unexpected(`no ${type.name}`);
  return value;
}

/** Walks the elements of a sequence or a choice; as no two are of a name, one step ahead tells all. */
class ComplexReading implements Reading {
  readonly name: string;
  readonly index: number;
  readonly #type: ComplexType;
  readonly #sink: Sink;
  readonly #value: Record<string, unknown> = {};
  /** Where in the sequence we are, and how many of that element there have been. */
  #position = 0;
  #count = 0;

  constructor(type: ComplexType, name: string, index: number, tag: Tag, sink: Sink) {
    this.name = name;
    this.index = index;
    this.#type = type;
    this.#sink = sink;
    attributesOf(name, type.attributes, tag, this.#value);
  }

  open(tag: Tag): Reading {
    const element = this.#type.compositor === 'sequence' ? this.#next(tag) : this.#choose(tag);
    this.#count += 1;
    if (this.#count > element.maxOccurs) {
      throw new Unexpected(`more than ${element.maxOccurs} ${element.name}`);
    }
    if (!isRepeated(element)) {
      return openElement(element, tag, 0, (value) => {
        this.#value[element.name] = value;
      });
    }
    this.#value[element.name] ??= [];
    const items = this.#value[element.name] as unknown[];
    return openElement(element, tag, this.#count, (value) => items.push(value));
  }

  text(text: string): void {
    if (!isBlank(text)) throw new Unexpected('text between elements');
  }

  close(): void {
    if (this.#type.compositor === 'sequence') {
      while (this.#position < this.#type.elements.length) this.#leave();
    } else if (this.#count === 0) {
      throw new Unexpected('none of the choice');
    }
    this.#sink(this.#value);
  }

  #next(tag: Tag): ElementDeclaration {
    for (;;) {
      const element = this.#type.elements[this.#position];
      if (element === undefined) throw new Unexpected('an element that does not belong here');
      if (element.name === tag.local && element.namespace === tag.uri) return element;
      this.#leave();
    }
  }

  /** Done with the element at our position. */
  #leave(): void {
    const element = this.#type.elements[this.#position];
    if (element !== undefined) {
      if (this.#count < element.minOccurs) throw new Unexpected(`${element.name} is missing`);
      if (isRepeated(element)) this.#value[element.name] ??= [];
    }
    this.#position += 1;
    this.#count = 0;
  }

  #choose(tag: Tag): ElementDeclaration {
    const element = this.#type.elements.find(
      ({ name, namespace }) => name === tag.local && namespace === tag.uri,
    );
    if (element === undefined || this.#count > 0)
      throw new Unexpected('an element that does not belong here');
    return element;
  }
}
