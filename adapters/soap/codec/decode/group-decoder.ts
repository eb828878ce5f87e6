import {
  type ComplexType,
  type ElementDeclaration,
  type Group,
  isRepeated,
  type Particle,
} from '../../contract/contract-types.ts';
import {
  beginsWith,
  isEmptiable,
  isLeaf,
  type Leaf,
  leavesOf,
  matches,
  nameOf,
} from '../../contract/particles.ts';
import { type ElementDecoder, isBlank } from '../read-xml.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';
import { readAttributes } from './attributes.ts';
import { skipElement } from './leaf-decoders.ts';
import type { MessageDecoder, ValueReceiver } from './message-decoder.ts';

/** One round of a group that is open. */
interface Round {
  readonly group: Group;
  /** The object with the members of this round. */
  target: Record<string, unknown>;
  /** The position in a sequence, or what was chosen of a choice: -1 before. */
  position: number;
  /** How often the leaf at the position occurred. 1 for a group that has been read. */
  count: number;
  /** The number of this round, from 1. */
  round: number;
  /** The positions of an `all` group that were seen. */
  readonly seen: Set<number>;
}

/**
 * Decodes the elements of groups in groups. XML Schema demands that the next element alone shows what it is, so the
 * groups that are open at one time are a stack, and nothing is tried twice.
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

  /** Ends a round that the element is no part of. The element may begin the group's next round. */
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
    itemsOf(around?.target ?? this.#value, group.key ?? '').push(round.target);
    round.position = group.compositor === 'choice' ? -1 : 0;
    round.count = 0;
    round.round += 1;
    round.seen.clear();
  }

  /** Moves the group around a group that has been read on. */
  #markRead(around: Round | undefined): void {
    if (around?.group.compositor === 'sequence') {
      around.position += 1;
      around.count = 0;
    } else if (around !== undefined) {
      around.count = 1;
    }
  }
}

/** A sequence of one group, so that the outermost group, too, has a group around it. */
const arounds = new WeakMap<Group, Group>();
function aroundOf(group: Group): Group {
  const known = arounds.get(group);
  if (known !== undefined) {
    return known;
  }
  const around: Group = {
    kind: 'group',
    compositor: 'sequence',
    key: null,
    particles: [group],
    minOccurs: 1,
    maxOccurs: 1,
  };
  arounds.set(group, around);
  return around;
}

const roundOf = (group: Group, target: Record<string, unknown>): Round => ({
  group,
  target,
  position: group.compositor === 'choice' ? -1 : 0,
  count: 0,
  round: 1,
  seen: new Set(),
});

function itemsOf(target: Record<string, unknown>, key: string): unknown[] {
  target[key] ??= [];
  return target[key] as unknown[];
}

/** The leaf that the element is, or the group that it begins. Null if the round has no place for it. */
function nextIn(round: Round, tag: Tag): Particle | null {
  switch (round.group.compositor) {
    case 'sequence':
      return nextInSequence(round, tag);
    case 'choice':
      return nextInChoice(round, tag);
    case 'all':
      return nextInAll(round, tag);
    default:
      return round.group.compositor satisfies never;
  }
}

function nextInSequence(round: Round, tag: Tag): Particle | null {
  const { particles } = round.group;
  for (let particle = particles[round.position]; particle !== undefined; particle = particles[round.position]) {
    if (beginsWith(particle, tag) && round.count < particle.maxOccurs) {
      round.count += isLeaf(particle) ? 1 : 0;
      return particle;
    }
    leave(round, particle);
  }
  return null;
}

function nextInChoice(round: Round, tag: Tag): Particle | null {
  const { particles } = round.group;
  if (round.position === -1) {
    round.position = particles.findIndex((particle) => beginsWith(particle, tag));
    const chosen = particles[round.position];
    round.count = chosen !== undefined && isLeaf(chosen) ? 1 : 0;
    return chosen ?? null;
  }
  const chosen = particles[round.position];
  if (chosen === undefined || !isLeaf(chosen) || !matches(chosen, tag) || round.count >= chosen.maxOccurs) {
    return null;
  }
  round.count += 1;
  return chosen;
}

function nextInAll(round: Round, tag: Tag): Particle | null {
  const position = round.group.particles.findIndex(
    (particle, at) => !round.seen.has(at) && beginsWith(particle, tag),
  );
  round.seen.add(position);
  return round.group.particles[position] ?? null;
}

/** Moves a sequence on from its current particle. Throws if that occurred too few times. */
function leave(round: Round, particle: Particle): void {
  if (isLeaf(particle) ? round.count < particle.minOccurs : !isEmptiable(particle)) {
    throw new UnexpectedXml(`${nameOf(particle)} is missing`);
  }
  if (round.count === 0) {
    fillAbsent(particle, round.target);
  }
  round.position += 1;
  round.count = 0;
}

/** Gives repeated members that did not come their empty arrays. A group that may be left out gets nothing. */
function fillAbsent(particle: Particle, target: Record<string, unknown>): void {
  if (isLeaf(particle)) {
    if (isRepeated(particle)) {
      itemsOf(target, particle.key);
    }
  } else if (particle.key !== null) {
    itemsOf(target, particle.key);
  } else if (particle.minOccurs > 0) {
    const { compositor, particles } = particle;
    const empty = compositor === 'choice' ? particles.filter(isEmptiable).slice(0, 1) : particles;
    for (const member of empty) {
      fillAbsent(member, target);
    }
  }
}

/** Ends the last round of a group. Throws if anything is missing. */
function finish(round: Round): void {
  finishContent(round);
  const { group } = round;
  // Rounds without an element can't be seen, so they may be missing.
  if (round.round < group.minOccurs && !isEmptiable({ ...group, minOccurs: 1 })) {
    throw new UnexpectedXml(`${nameOf(group)} is missing`);
  }
}

function finishContent(round: Round): void {
  const { group, target } = round;
  const { particles } = group;
  switch (group.compositor) {
    case 'sequence':
      for (let next = particles[round.position]; next !== undefined; next = particles[round.position]) {
        leave(round, next);
      }
      return;
    case 'choice':
      finishChoice(round);
      return;
    case 'all':
      for (const [at, particle] of particles.entries()) {
        if (!round.seen.has(at)) {
          if (!isEmptiable(particle)) {
            throw new UnexpectedXml(`${nameOf(particle)} is missing`);
          }
          fillAbsent(particle, target);
        }
      }
      return;
    default:
      group.compositor satisfies never;
  }
}

function finishChoice({ group, position, count, target }: Round): void {
  const chosen = group.particles[position];
  if (chosen === undefined) {
    if (!group.particles.some(isEmptiable)) {
      throw new UnexpectedXml('no element of the choice');
    }
    fillAbsent({ ...group, minOccurs: 1, key: null }, target);
  } else if (isLeaf(chosen) && count < chosen.minOccurs) {
    throw new UnexpectedXml(`${nameOf(chosen)} is missing`);
  }
}
