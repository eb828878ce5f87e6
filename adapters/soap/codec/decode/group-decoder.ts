import {
  type ComplexType,
  type ElementDeclaration,
  type Group,
  isRepeated,
} from '../../contract/contract-types.ts';
import { beginsWith, isLeaf, type Leaf, leavesOf, matches } from '../../contract/particles.ts';
import { type ElementDecoder, isBlank } from '../read-xml.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';
import { readAttributes } from './attributes.ts';
import { skipElement } from './leaf-decoders.ts';
import type { MessageDecoder, ValueReceiver } from './message-decoder.ts';
import { aroundOf, finish, finishContent, itemsOf, nextIn, type Round, roundOf } from './rounds.ts';

/**
 * Decodes the elements of nested groups: XML Schema's sequences, choices and `all` groups. A valid schema is
 * deterministic: the next element alone shows which member of which group it is. So a stack of open groups is enough,
 * and the decoder never goes back.
 *
 *     sequence( A, choice{0,∞}( B, sequence( C, D? ) ) )
 *     <A/><C/><D/><B/>  →  { A, $items: [ { C, D }, { B } ] }
 */
export class GroupDecoder implements ElementDecoder, ValueReceiver {
  readonly name: string;
  readonly index: number;
  readonly #element: ElementDeclaration;
  readonly #message: MessageDecoder;
  readonly #owner: ValueReceiver;
  readonly #value: Record<string, unknown>;
  readonly #rounds: Round[];
  /** The object that gets the value of the element that is being read. */
  #target: Record<string, unknown>;

  constructor(
    element: ElementDeclaration,
    type: ComplexType,
    group: Group,
    index: number,
    tag: Tag,
    owner: ValueReceiver,
    message: MessageDecoder,
    value: Record<string, unknown>,
  ) {
    this.name = element.name;
    this.index = index;
    this.#element = element;
    this.#owner = owner;
    this.#message = message;
    this.#value = value;
    this.#target = value;
    readAttributes(element.name, type, tag, value, message.rules);
    this.#rounds = [roundOf(aroundOf(group), value)];
  }

  open(tag: Tag): ElementDecoder {
    for (;;) {
      const round = this.#rounds.at(-1);
      if (round === undefined) {
        throw new UnexpectedXml('an element that is not allowed here');
      }
      if (this.#isSkipped(tag)) {
        return skipElement('element');
      }
      const next = nextIn(round, tag);
      if (next === null) {
        this.#endRound(round, tag);
      } else if (isLeaf(next)) {
        this.#target = round.target;
        return this.#message.openLeaf(next, tag, isRepeated(next) ? round.count : 0, this);
      } else {
        this.#enter(next, round.target);
      }
    }
  }

  take(leaf: Leaf, value: unknown): void {
    if (isRepeated(leaf)) {
      itemsOf(this.#target, leaf.key).push(value);
    } else {
      this.#target[leaf.key] = value;
    }
  }

  text(text: string): void {
    if (!isBlank(text)) {
      throw new UnexpectedXml('text between elements');
    }
  }

  close(): void {
    for (let round = this.#rounds.pop(); round !== undefined; round = this.#rounds.pop()) {
      finish(round);
      this.#markRead(this.#rounds.at(-1));
    }
    this.#owner.take(this.#element, this.#value);
  }

  #isSkipped(tag: Tag): boolean {
    const outermost = this.#rounds[0];
    return (
      this.#message.rules.unknownElements === 'skipped' &&
      outermost !== undefined &&
      !leavesOf(outermost.group.particles).some((leaf) => matches(leaf, tag))
    );
  }

  #enter(group: Group, target: Record<string, unknown>): void {
    const { key } = group;
    if (key === null) {
      this.#rounds.push(roundOf(group, target));
    } else {
      const own = {};
      itemsOf(target, key).push(own);
      this.#rounds.push(roundOf(group, own));
    }
  }

  /**
   * Ends a round (an occurrence of a group). The next element doesn't belong to the round, but it may begin the next
   * round of the same group.
   */
  #endRound(round: Round, tag: Tag): void {
    const { group } = round;
    const isAgain = group.key !== null && round.round < group.maxOccurs && beginsWith(group, tag);
    if (!isAgain) {
      if (this.#rounds.length === 1) {
        finish(round);
        throw new UnexpectedXml('an element that is not allowed here');
      }
      finish(round);
      this.#rounds.pop();
      this.#markRead(this.#rounds.at(-1));
      return;
    }
    finishContent(round);
    const around = this.#rounds.at(-2);
    round.target = {};
    itemsOf(around?.target ?? this.#value, group.key).push(round.target);
    round.position = group.compositor === 'choice' ? -1 : 0;
    round.count = 0;
    round.round += 1;
    round.seen.clear();
  }

  /** Marks a nested group as complete, in the open round of the group around it. */
  #markRead(around: Round | undefined): void {
    if (around?.group.compositor === 'sequence') {
      around.position += 1;
      around.count = 0;
    } else if (around !== undefined) {
      around.count = 1;
    }
  }
}
