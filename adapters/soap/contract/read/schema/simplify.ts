/** Makes particles smaller without changing what they allow, and assigns the keys of their values. */
import type { Group, Particle } from '../../contract-types.ts';
import { isEmptiable, isLeaf } from '../../particles.ts';
import type { Names } from './names.ts';

/**
 * The same content with fewer groups. Null if nothing is left.
 *
 *     sequence( sequence( A, B ), choice{0,1}( C? ) )  →  sequence( A, B, C? )
 *     sequence{0,∞}( A )                               →  A{0,∞}
 */
export function simplified(particle: Particle): Particle | null {
  if (isLeaf(particle)) {
    return particle;
  }
  const particles = particle.particles
    .map(simplified)
    .filter((member) => member !== null)
    .flatMap((member) => (isInlined(member, particle) ? member.particles : [member]));
  const [only, another] = particles;
  if (only === undefined) {
    return null;
  }
  const group = withoutRuns({ ...particle, particles });
  return optionalOnce((another === undefined ? mergedWith(only, group) : null) ?? group);
}

/**
 * If a group can occur any number of times, a member that can fill a round (an occurrence) alone need not repeat within
 * one round. Another round has the same effect: `choice{0,∞}( A{1,3}, B )` allows the same as `choice{0,∞}( A, B )`.
 */
function withoutRuns(group: Group): Group {
  return group.maxOccurs === Number.POSITIVE_INFINITY ? withAlone(group, onceAtMost) : group;
}

const onceAtMost = (member: Particle): Particle =>
  member.minOccurs <= 1 && member.maxOccurs > 1 ? { ...member, maxOccurs: 1 } : member;

/**
 * Applies `change` to each member that can fill a round (an occurrence) of the group alone. In a member that is a group
 * and occurs at most once, the members are changed by the same rule.
 */
function withAlone(group: Group, change: (member: Particle) => Particle): Group {
  const particles = group.particles
    .map((member, position) => {
      if (!isAlone(group, position)) {
        return member;
      }
      return isLeaf(member) || member.maxOccurs > 1 ? change(member) : withAlone(member, change);
    })
    .flatMap((member) => (isInlined(member, group) ? member.particles : [member]));
  return { ...group, particles };
}

/**
 * The members that can each be all of one occurrence of the group. A nested group that occurs at most once is
 * replaced by its own members of this kind.
 */
const aloneIn = (group: Group): Particle[] =>
  group.particles
    .filter((_member, position) => isAlone(group, position))
    .flatMap((member) => (isLeaf(member) || member.maxOccurs > 1 ? [member] : aloneIn(member)));

/** Whether a member is a nested group whose members can replace it in the enclosing group, with the same meaning. */
const isInlined = (member: Particle, around: Group): member is Group =>
  !isLeaf(member) &&
  member.minOccurs === 1 &&
  member.maxOccurs === 1 &&
  member.compositor === around.compositor &&
  around.compositor !== 'all';

/**
 * Replaces a group by its only member: `sequence{0,∞}( A )` becomes `A{0,∞}`. The member gets a range of occurrences
 * that means the same. Null if there is no such range.
 */
function mergedWith(member: Particle, { minOccurs, maxOccurs }: Group): Particle | null {
  // In each round of the group, the member occurs as often as its range allows. The possible sums over all rounds must
  // have no gap.
  //   A{2,3} in a group{1,2}: one round has 2 to 3, and two rounds have 4 to 6, so the range is 2 to 6.
  //   A{3} in a group{1,2}: one round has 3, and two rounds have 6, so there is no range.
  const reach = minOccurs === 0 ? 0 : minOccurs * (member.maxOccurs - member.minOccurs);
  const hasGap = minOccurs !== maxOccurs && member.minOccurs > reach + 1;
  return hasGap
    ? null
    : {
        ...member,
        minOccurs: member.minOccurs * minOccurs,
        maxOccurs: member.maxOccurs * maxOccurs,
      };
}

/** If an optional group can also be empty, makes it required. The meaning stays the same. */
function optionalOnce(particle: Particle): Particle {
  if (isLeaf(particle) || particle.minOccurs > 0 || particle.maxOccurs > 1) {
    return particle;
  }
  const required: Group = { ...particle, minOccurs: 1 };
  return isEmptiable(required) ? required : particle;
}

/** Gives each value its key: names of elements, `$any` for wildcards, `$items` for repeated groups. */
export function withKeys(particle: Particle, names: Names, createNames: () => Names): Particle {
  if (isLeaf(particle)) {
    return particle.kind === 'element'
      ? { ...particle, key: names.take(particle.name) }
      : { ...particle, key: names.take('$any') };
  }
  if (particle.maxOccurs === 1) {
    return {
      ...particle,
      particles: particle.particles.map((member) => withKeys(member, names, createNames)),
    };
  }
  const inside = createNames();
  return {
    ...particle,
    key: names.take('$items'),
    particles: particle.particles.map((member) => withKeys(member, inside, createNames)),
  };
}

/**
 * Finds a repeated group whose rounds (occurrences) the decoder can't count: the document doesn't show where each round
 * begins. The decoder puts as many elements as possible into each round. So in a valid document it could find too few
 * rounds, or too few elements in the last round. Null if the decoder can count all rounds.
 */
export function uncountable(particle: Particle): Group | null {
  if (isLeaf(particle)) {
    return null;
  }
  const inside = particle.particles.map(uncountable).find((found) => found !== null);
  if (inside !== undefined) {
    return inside;
  }
  const minRounds = isEmptiable(particle) ? 0 : particle.minOccurs;
  const isUncountable =
    particle.maxOccurs > 1 &&
    aloneIn(particle).some(
      ({ minOccurs, maxOccurs }) =>
        maxOccurs > 1 &&
        minOccurs !== maxOccurs &&
        (minRounds > 1 || (minOccurs > 1 && maxOccurs !== Number.POSITIVE_INFINITY)),
    );
  return isUncountable ? particle : null;
}

/** Whether the member at this position can fill a round of the group alone. */
const isAlone = ({ compositor, particles }: Group, position: number): boolean =>
  compositor === 'choice' || particles.every((other, at) => at === position || isEmptiable(other));
