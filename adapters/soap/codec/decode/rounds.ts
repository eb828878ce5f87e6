/**
 * Rounds of groups: a round is one occurrence of a group of the schema. While an element is decoded, its open rounds
 * show which element may come next, and what is missing.
 */
import { type Group, isRepeated, type Particle } from '../../contract/contract-types.ts';
import { beginsWith, isEmptiable, isLeaf, matches, nameOf } from '../../contract/particles.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';

/** An open round: one occurrence of a group. */
export interface Round {
  readonly group: Group;
  /** The object that gets the values of the round's elements. */
  target: Record<string, unknown>;
  /** The position of a sequence's current particle, or of the particle chosen in a choice. -1 before one is chosen. */
  position: number;
  /**
   * In a sequence or choice, how often the particle at `position` has occurred. For a group in a choice: 1 after the
   * group has been read.
   */
  count: number;
  /** The number of this round, from 1. */
  round: number;
  /** In an `all` group, the positions of the elements that have occurred. */
  readonly seen: Set<number>;
}

/** Wraps each outermost group in an artificial sequence, so that every group of the schema has an enclosing group. */
const arounds = new WeakMap<Group, Group>();
export function aroundOf(group: Group): Group {
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

export const roundOf = (group: Group, target: Record<string, unknown>): Round => ({
  group,
  target,
  position: group.compositor === 'choice' ? -1 : 0,
  count: 0,
  round: 1,
  seen: new Set(),
});

export function itemsOf(target: Record<string, unknown>, key: string): unknown[] {
  target[key] ??= [];
  return target[key] as unknown[];
}

/**
 * The member of the round's group that begins with this element: an element declaration or a nested group. Null if the
 * element is not allowed here.
 */
export function nextIn(round: Round, tag: Tag): Particle | null {
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
  for (
    let particle = particles[round.position];
    particle !== undefined;
    particle = particles[round.position]
  ) {
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

/** Moves a sequence on from its current particle. Throws if the particle occurred too few times. */
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

/**
 * Prepares the result for a particle that did not occur: its repeated elements and repeated groups (those with a key)
 * get empty arrays. The members of an optional group without a key stay unset.
 */
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

/** Completes a group after its last round. Throws if an element or a round is missing. */
export function finish(round: Round): void {
  finishContent(round);
  const { group } = round;
  // Empty occurrences of a group leave no trace in a document. So a group that may be empty never has too few of them.
  if (round.round < group.minOccurs && !isEmptiable({ ...group, minOccurs: 1 })) {
    throw new UnexpectedXml(`${nameOf(group)} is missing`);
  }
}

export function finishContent(round: Round): void {
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
