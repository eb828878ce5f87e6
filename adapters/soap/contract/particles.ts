/** The allowed elements of a type's content, and the keys of its values. */
import type {
  ComplexType,
  ElementDeclaration,
  Group,
  NamespaceConstraint,
  Particle,
  Wildcard,
} from './contract-types.ts';

/** A particle that is an element or a wildcard, not a group. */
export type Leaf = ElementDeclaration | Wildcard;

export const isLeaf = (particle: Particle): particle is Leaf => particle.kind !== 'group';

/** The name of an element in a document. The namespace `uri` is empty if there is none. */
interface ElementName {
  readonly local: string;
  readonly uri: string;
}

/** Whether a wildcard allows the namespace. The empty text is no namespace. */
export const allows = ({ kind, namespaces }: NamespaceConstraint, uri: string): boolean =>
  namespaces.includes(uri) === (kind === 'only');

export function matches(leaf: Leaf, tag: ElementName): boolean {
  return leaf.kind === 'element'
    ? leaf.name === tag.local && leaf.namespace === tag.uri
    : allows(leaf.allowed, tag.uri);
}

/** Properties of a group that follow from the schema alone. They are computed once for each group. */
interface Shape {
  /** Whether the group may occur without any element. */
  readonly isEmptiable: boolean;
  /** The elements and wildcards with which the group can begin. */
  readonly first: readonly Leaf[];
}

const shapes = new WeakMap<Group, Shape>();

function shapeOf(group: Group): Shape {
  const knownShape = shapes.get(group);
  if (knownShape !== undefined) {
    return knownShape;
  }
  const shape: Shape = {
    isEmptiable: group.minOccurs === 0 || isContentEmptiable(group),
    first: firstOf(group),
  };
  shapes.set(group, shape);
  return shape;
}

function isContentEmptiable({ compositor, particles }: Group): boolean {
  return compositor === 'choice'
    ? particles.length === 0 || particles.some(isEmptiable)
    : particles.every(isEmptiable);
}

function firstOf({ compositor, particles }: Group): Leaf[] {
  // A sequence can begin with its first required particle, or with one of the optional particles before it.
  const last = compositor === 'sequence' ? particles.findIndex((particle) => !isEmptiable(particle)) : -1;
  return particles
    .slice(0, last === -1 ? particles.length : last + 1)
    .flatMap((particle) => (isLeaf(particle) ? [particle] : shapeOf(particle).first));
}

export const isEmptiable = (particle: Particle): boolean =>
  isLeaf(particle) ? particle.minOccurs === 0 : shapeOf(particle).isEmptiable;

/** Whether the particle can begin with the element. */
export const beginsWith = (particle: Particle, tag: ElementName): boolean =>
  isLeaf(particle) ? matches(particle, tag) : shapeOf(particle).first.some((leaf) => matches(leaf, tag));

/** The name of a particle's first named element, for messages. `an element` if there is none. */
export const nameOf = (particle: Particle): string =>
  (isLeaf(particle) ? particle.name : shapeOf(particle).first.find(({ name }) => name !== '')?.name) ||
  'an element';

/** All leaves of particles, at any depth. */
export const leavesOf = (particles: readonly Particle[]): Leaf[] =>
  particles.flatMap((particle) => (isLeaf(particle) ? [particle] : leavesOf(particle.particles)));

/**
 * The keys of a particle's values. A group without a key has no value of its own: its members are properties of the
 * enclosing object.
 */
export function keysOf(particle: Particle): readonly string[] {
  if (isLeaf(particle)) {
    return [particle.key];
  }
  return particle.key === null ? particle.particles.flatMap(keysOf) : [particle.key];
}

/** The particles of a complex type. Empty for a text and for mixed content. */
export function particlesOf({ content }: ComplexType): readonly Particle[] {
  switch (content.kind) {
    case 'sequence':
    case 'choice':
      return content.elements;
    case 'group':
      return [content.group];
    case 'simple':
    case 'mixed':
      return [];
    default:
      return content satisfies never;
  }
}
