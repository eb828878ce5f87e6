import {
  type AtomicType,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type ListType,
  XSI,
} from '../contract/contract-types.ts';
import { readAtomic } from '../contract/simple-types.ts';
import { type ElementDecoder, isBlank } from './read-xml.ts';
import { UnexpectedXml } from './unexpected-xml.ts';
import type { Tag } from './xml-names.ts';

/** Receives the value of an element. A complex type gives an object, a list type an array, and a nil element null. */
export interface ValueReceiver {
  take(element: ElementDeclaration, value: unknown): void;
}

/**
 * Opens the decoder of a message's root element. The decoder builds the value while the document is scanned. It checks
 * order, occurrence, type, attributes and nil. An absent element has no key in the value. An element that may be
 * repeated is always an array.
 *
 *     <Loan><LoanNo>L1</LoanNo><Renewals> 2 </Renewals></Loan>  →  { LoanNo: 'L1', Renewals: 2 }
 *     two <Event>, of a type that allows any number             →  { Event: [{ … }, { … }] }
 *     no <Event>, of the same type                              →  { Event: [] }
 *     <closedOn xsi:nil="true"/>                                →  { closedOn: null }
 *
 * @throws {UnexpectedXml} The tag differs from the contract. The decoder's methods throw it if the content differs.
 */
export function openMessage(
  root: ElementDeclaration,
  tag: Tag,
  sink: (value: unknown) => void,
): ElementDecoder {
  return openElement(root, tag, 0, { take: (_root, value) => sink(value) }, new SimpleDecoder());
}

function openElement(
  element: ElementDeclaration,
  tag: Tag,
  index: number,
  owner: ValueReceiver,
  leaf: SimpleDecoder,
): ElementDecoder {
  if (isNil(element, tag)) {
    return new NilDecoder(element, index, owner);
  }
  const { type } = element;
  if (type.kind === 'complex') {
    return new ComplexDecoder(element, type, index, tag, owner, leaf);
  }
  readAttributes(element.name, [], tag, {});
  return leaf.begin(element, type, index, owner);
}

/** Ignores an element and everything in it. */
export function skipElement(name: string): ElementDecoder {
  const decoder: ElementDecoder = { name, index: 0, open: () => decoder, text: () => {}, close: () => {} };
  return decoder;
}

function isNil({ name, nillable }: ElementDeclaration, tag: Tag): boolean {
  for (const { uri, local, value } of tag.attributes) {
    if (uri !== XSI || local !== 'nil') {
      continue;
    }
    if (!nillable) {
      throw new UnexpectedXml(`${name} has xsi:nil, which the contract does not allow`);
    }
    const word = value.trim();
    if (!['true', '1', 'false', '0'].includes(word)) {
      throw new UnexpectedXml(`xsi:nil of ${name} is not a boolean`);
    }
    return word === 'true' || word === '1';
  }
  return false;
}

/** Puts the declared attributes into `target`. */
function readAttributes(
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
      throw new UnexpectedXml(`${owner} has an attribute that the contract does not have`);
    }
    const atomic = readAtomic(attribute.type, value);
    if (atomic === undefined) {
      throw new UnexpectedXml(`@${attribute.name} of ${owner} is not a ${attribute.type.name}`);
    }
    target[attribute.name] = atomic;
  }
  for (const { name, required } of declared) {
    if (required && !(name in target)) {
      throw new UnexpectedXml(`@${name} of ${owner} is missing`);
    }
  }
}

class NilDecoder implements ElementDecoder {
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

  open(): ElementDecoder {
    throw new UnexpectedXml('nil, but not empty');
  }

  text(text: string): void {
    if (text !== '') {
      throw new UnexpectedXml('nil, but not empty');
    }
  }

  close(): void {
    this.#owner.take(this.#element, null);
  }
}

/**
 * Decodes an element of a simple type. Such an element is never inside another one, so one decoder serves a whole
 * message. Most elements are of this kind, and a new object for each would be a third of the cost of decoding.
 */
class SimpleDecoder implements ElementDecoder {
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

  open(): ElementDecoder {
    throw new UnexpectedXml('an element inside text');
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
    return atomicValue(type, text);
  }
  const items = text.split(/[ \t\r\n]+/).filter((item) => item !== '');
  return items.map((item) => atomicValue(type.item, item));
}

function atomicValue(type: AtomicType, text: string): unknown {
  const value = readAtomic(type, text);
  if (value === undefined) {
    throw new UnexpectedXml(`not a ${type.name}`);
  }
  return value;
}

/**
 * Decodes the elements of a sequence or a choice. No two elements have the same name, so the tag alone shows which
 * element it is.
 */
class ComplexDecoder implements ElementDecoder, ValueReceiver {
  readonly name: string;
  readonly index: number;
  readonly #element: ElementDeclaration;
  readonly #type: ComplexType;
  readonly #owner: ValueReceiver;
  readonly #leaf: SimpleDecoder;
  readonly #value: Record<string, unknown> = {};
  /** The position of the current element in the sequence. */
  #position = 0;
  /**
   * In a sequence, the number of occurrences of the current element so far. In a choice, the number of elements so far.
   */
  #count = 0;

  constructor(
    element: ElementDeclaration,
    type: ComplexType,
    index: number,
    tag: Tag,
    owner: ValueReceiver,
    leaf: SimpleDecoder,
  ) {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#type = type;
    this.#owner = owner;
    this.#leaf = leaf;
    readAttributes(element.name, type.attributes, tag, this.#value);
  }

  open(tag: Tag): ElementDecoder {
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
      throw new UnexpectedXml('no element of the choice');
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
        throw new UnexpectedXml('an element that is not allowed here');
      }
      if (element.name === tag.local && element.namespace === tag.uri) {
        return element;
      }
      this.#leave();
    }
  }

  /** Moves on from the current element of the sequence. Throws if that element occurred too few times. */
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
      throw new UnexpectedXml('an element that is not allowed here');
    }
    return element;
  }
}
