import type { Particle, SchemaType } from '../../../adapters/soap/contract/contract-types.ts';
import {
  allows,
  isEmptiable,
  isLeaf,
  type Leaf,
  leavesOf,
  particlesOf,
} from '../../../adapters/soap/contract/particles.ts';

/**
 * Whether the next element does not always show which particle of the type it is. XML Schema does not allow this (part
 * 1, section 3.8.6, Unique Particle Attribution), but libxml2 accepts some such schemas. Counts are not looked at, so
 * `A{2}, A` is ambiguous here.
 */
export function isAmbiguous(type: SchemaType): boolean {
  if (type.kind !== 'complex') {
    return false;
  }
  const particles = particlesOf(type);
  const isChoice = type.content.kind === 'choice';
  if (isChoice ? overlap(particles.flatMap(firstOf)) : sequenceIsAmbiguous(particles, [])) {
    return true;
  }
  // Elements of one name must have one type.
  const leaves = leavesOf(particles);
  return leaves.some((leaf, at) =>
    leaves.slice(at + 1).some((other) => isSame(leaf, other) && typeOf(leaf) !== typeOf(other)),
  );
}

const typeOf = (leaf: Leaf): unknown => (leaf.kind === 'element' ? leaf.type : null);

const isSame = (a: Leaf, b: Leaf): boolean =>
  a.kind === 'element' && b.kind === 'element' && a.name === b.name && a.namespace === b.namespace;

/** `follow` are the leaves that can come behind the particles. */
function sequenceIsAmbiguous(particles: readonly Particle[], follow: readonly Leaf[]): boolean {
  return particles.some((particle, at) => {
    const behind = followOf(particles.slice(at + 1), follow);
    const own = firstOf(particle);
    if ((isEmptiable(particle) || particle.maxOccurs > particle.minOccurs) && overlap([...own, ...behind])) {
      return true;
    }
    return !isLeaf(particle) && groupIsAmbiguous(particle, behind);
  });
}

function groupIsAmbiguous(group: Extract<Particle, { kind: 'group' }>, follow: readonly Leaf[]): boolean {
  const { compositor, particles, maxOccurs } = group;
  const again = maxOccurs > 1 ? [...follow, ...firstOf(group)] : follow;
  if (compositor === 'sequence') {
    return sequenceIsAmbiguous(particles, again);
  }
  return (
    overlap(particles.flatMap(firstOf)) ||
    particles.some((particle) => {
      const others = again.filter((leaf) => particle.maxOccurs === 1 || !leavesOf([particle]).includes(leaf));
      return isLeaf(particle)
        ? particle.maxOccurs > 1 && overlap([particle, ...others])
        : groupIsAmbiguous(particle, others);
    })
  );
}

function followOf(rest: readonly Particle[], follow: readonly Leaf[]): Leaf[] {
  const found: Leaf[] = [];
  for (const particle of rest) {
    found.push(...firstOf(particle));
    if (!isEmptiable(particle)) {
      return found;
    }
  }
  return [...found, ...follow];
}

function firstOf(particle: Particle): Leaf[] {
  if (isLeaf(particle)) {
    return [particle];
  }
  return particle.compositor === 'sequence'
    ? followOf(particle.particles, [])
    : particle.particles.flatMap(firstOf);
}

/** Whether two different leaves can be the same element. */
const overlap = (leaves: readonly Leaf[]): boolean =>
  leaves.some((leaf, at) =>
    leaves
      .slice(at + 1)
      .some((other) => other !== leaf && (isSame(leaf, other) || isInWildcard(leaf, other))),
  );

function isInWildcard(a: Leaf, b: Leaf): boolean {
  if (a.kind === 'element') {
    return b.kind === 'wildcard' && allows(b.allowed, a.namespace);
  }
  return b.kind === 'wildcard' || allows(a.allowed, b.namespace);
}
