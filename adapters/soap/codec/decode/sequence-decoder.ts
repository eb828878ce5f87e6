import {
  type AtomicValue,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
} from '../../contract/contract-types.ts';
import { allows, type Leaf, matches, nameOf } from '../../contract/particles.ts';
import { readAtomic } from '../../contract/simple/atomic-values.ts';
import { type ElementDecoder, isBlank } from '../read-xml.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';
import { readAttributes } from './attributes.ts';
import { skipElement } from './leaf-decoders.ts';
import type { MessageDecoder, ValueReceiver } from './message-decoder.ts';

/** Decodes the elements of a sequence or choice without nested groups. Nearly all types have such content. */
export class SequenceDecoder implements ElementDecoder, ValueReceiver {
  readonly name: string;
  readonly index: number;
  readonly #element: ElementDeclaration;
  readonly #isChoice: boolean;
  readonly #leaves: readonly Leaf[];
  readonly #message: MessageDecoder;
  readonly #owner: ValueReceiver;
  readonly #value: Record<string, unknown>;
  #position = 0;
  /**
   * In a sequence, how often the current element has occurred. In a choice, how many elements have occurred in total.
   */
  #count = 0;

  constructor(
    element: ElementDeclaration,
    type: ComplexType,
    leaves: readonly Leaf[],
    index: number,
    tag: Tag,
    owner: ValueReceiver,
    message: MessageDecoder,
    value: Record<string, unknown>,
  ) {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#isChoice = type.content.kind === 'choice';
    this.#leaves = leaves;
    this.#owner = owner;
    this.#message = message;
    this.#value = value;
    readAttributes(element.name, type, tag, value, message.rules);
  }

  open(tag: Tag): ElementDecoder {
    const leaf = this.#leafOf(tag);
    return leaf === null ? skipElement('element') : this.#openLeaf(leaf, tag);
  }

  leaf(tag: Tag, text: string): ElementDecoder | null {
    const leaf = this.#leafOf(tag);
    if (leaf === null) {
      return null;
    }
    const value = plainValue(leaf, text, tag);
    if (value === undefined) {
      // The element needs its own decoder: for example, its type is not atomic, or its text is not valid. That decoder
      // reads the text again, so that an error names the element.
      return this.#openLeaf(leaf, tag);
    }
    this.take(leaf, value);
    return null;
  }

  take(leaf: Leaf, value: unknown): void {
    if (isRepeated(leaf)) {
      this.#itemsOf(leaf).push(value);
    } else {
      this.#value[leaf.key] = value;
    }
  }

  text(text: string): void {
    if (!isBlank(text)) {
      throw new UnexpectedXml('text between elements');
    }
  }

  close(): void {
    if (!this.#isChoice) {
      while (this.#position < this.#leaves.length) {
        this.#leave();
      }
    } else if (this.#count === 0) {
      throw new UnexpectedXml('no element of the choice');
    }
    this.#owner.take(this.#element, this.#value);
  }

  #openLeaf(leaf: Leaf, tag: Tag): ElementDecoder {
    return this.#message.openLeaf(leaf, tag, isRepeated(leaf) ? this.#count : 0, this);
  }

  /**
   * The tag's element in the contract. Null for an element that is skipped. Throws if the element is not allowed here.
   */
  #leafOf(tag: Tag): Leaf | null {
    if (
      this.#message.rules.unknownElements === 'skipped' &&
      !this.#leaves.some((leaf) => matches(leaf, tag))
    ) {
      return null;
    }
    const leaf = this.#isChoice ? this.#choose(tag) : this.#next(tag);
    this.#count += 1;
    if (this.#count > leaf.maxOccurs) {
      throw new UnexpectedXml(`more than ${leaf.maxOccurs} ${nameOf(leaf)}`);
    }
    return leaf;
  }

  #itemsOf({ key }: Leaf): unknown[] {
    this.#value[key] ??= [];
    return this.#value[key] as unknown[];
  }

  #next(tag: Tag): Leaf {
    for (;;) {
      const leaf = this.#leaves[this.#position];
      if (leaf === undefined) {
        throw new UnexpectedXml('an element that is not allowed here');
      }
      if (leaf.name === tag.local && leaf.namespace === tag.uri) {
        // If the element has reached `maxOccurs`, the tag may belong to a later element of the sequence with the same
        // name.
        if (this.#count < leaf.maxOccurs || !this.#isNext(tag)) {
          return leaf;
        }
      } else if (leaf.kind === 'wildcard' && allows(leaf.allowed, tag.uri) && this.#count < leaf.maxOccurs) {
        return leaf;
      }
      this.#leave();
    }
  }

  /** Whether a later element of the sequence has this name, and only optional elements are in between. */
  #isNext(tag: Tag): boolean {
    for (let position = this.#position + 1; position < this.#leaves.length; position += 1) {
      const leaf = this.#leaves[position];
      if (leaf === undefined || matches(leaf, tag)) {
        return leaf !== undefined;
      }
      if (leaf.minOccurs > 0) {
        return false;
      }
    }
    return false;
  }

  /** Moves on from the current element of the sequence. Throws if that element occurred too few times. */
  #leave(): void {
    const leaf = this.#leaves[this.#position];
    if (leaf !== undefined) {
      if (this.#count < leaf.minOccurs) {
        throw new UnexpectedXml(`${nameOf(leaf)} is missing`);
      }
      if (isRepeated(leaf)) {
        this.#itemsOf(leaf);
      }
    }
    this.#position += 1;
    this.#count = 0;
  }

  #choose(tag: Tag): Leaf {
    const leaf = this.#leaves.find((candidate) => matches(candidate, tag));
    if (leaf === undefined || this.#count > 0) {
      throw new UnexpectedXml('an element that is not allowed here');
    }
    return leaf;
  }
}

/**
 * The value of an atomic element without a default or fixed value. Undefined for any other element, and for a text that
 * is not valid.
 */
function plainValue(leaf: Leaf, text: string, { scope }: Tag): AtomicValue | undefined {
  return leaf.kind === 'element' && leaf.constraint === null && leaf.type.kind === 'atomic'
    ? readAtomic(leaf.type, text, scope)
    : undefined;
}
