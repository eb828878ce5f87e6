import { type Content, type ElementDeclaration, isRepeated, type Particle } from '../contract-types.ts';
import { isEmptiable, isLeaf, keysOf, type Leaf, leavesOf } from '../particles.ts';
import { propertyName } from './literals.ts';

/**
 * The parts of a TypeScript object type: its properties, and other types (such as unions) that are intersected with
 * them.
 */
export interface Members {
  readonly properties: readonly string[];
  readonly others: readonly string[];
}

/**
 * A choice with more members becomes an object type with optional members. A union of alternatives that exclude each
 * other would grow with the square of their number.
 */
const maxOptions = 30;

export const objectType = ({ properties, others }: Members): string =>
  [properties.length > 0 || others.length === 0 ? `{ ${properties.join('; ')} }` : '', ...others]
    .filter((part) => part !== '')
    .join(' & ');

/** The members of a complex type's object for its elements. `valueType` gives the type of an element's value. */
export function contentMembers(
  content: Extract<Content, { kind: 'sequence' | 'choice' | 'group' }>,
  valueType: (element: ElementDeclaration) => string,
): Members {
  const writer = new MemberWriter(valueType);
  switch (content.kind) {
    case 'sequence':
      return writer.sequence(content.elements);
    case 'choice':
      return writer.choice(content.elements, false);
    case 'group':
      return writer.members(content.group);
    default:
      return content satisfies never;
  }
}

class MemberWriter {
  readonly #valueType: (element: ElementDeclaration) => string;

  constructor(valueType: (element: ElementDeclaration) => string) {
    this.#valueType = valueType;
  }

  members(particle: Particle): Members {
    if (isLeaf(particle)) {
      return { properties: [this.#property(particle, particle.minOccurs > 0)], others: [] };
    }
    if (particle.key !== null) {
      const round = objectType(this.members({ ...particle, key: null, minOccurs: 1, maxOccurs: 1 }));
      return { properties: [`readonly ${particle.key}: readonly (${round})[]`], others: [] };
    }
    if (particle.compositor === 'choice') {
      return this.choice(
        particle.particles,
        particle.minOccurs === 0 || particle.particles.some(isEmptiable),
      );
    }
    const all = this.sequence(particle.particles);
    return particle.minOccurs > 0 || particle.maxOccurs > 1
      ? all
      : { properties: [], others: [`(${objectType(all)} | ${absent(keysOf(particle))})`] };
  }

  sequence(particles: readonly Particle[]): Members {
    const members = particles.map((particle) => this.members(particle));
    return {
      properties: members.flatMap(({ properties }) => properties),
      others: members.flatMap(({ others }) => others),
    };
  }

  choice(particles: readonly Particle[], isOptional: boolean): Members {
    if (particles.length > maxOptions) {
      const leaves = leavesOf(particles).map((leaf) => this.#property(leaf, false));
      return { properties: leaves, others: [] };
    }
    const keys = particles.flatMap(keysOf);
    const options = particles.map((particle) => {
      const own = keysOf(particle);
      const members = this.members(
        isLeaf(particle) ? { ...particle, minOccurs: Math.max(1, particle.minOccurs) } : particle,
      );
      const others = keys.filter((key) => !own.includes(key)).map(never);
      return `\n  | ${objectType({ ...members, properties: [...members.properties, ...others] })}`;
    });
    const none = isOptional ? `\n  | ${absent(keys)}` : '';
    return { properties: [], others: [`(${options.join('')}${none})`] };
  }

  #property(leaf: Leaf, isRequired: boolean): string {
    const single = leaf.kind === 'element' ? this.#valueType(leaf) : 'XmlTree';
    const name = propertyName(leaf.key);
    if (isRepeated(leaf)) {
      return `readonly ${name}: readonly ${single.includes('|') ? `(${single})` : single}[]`;
    }
    return isRequired ? `readonly ${name}: ${single}` : `readonly ${name}?: ${single} | undefined`;
  }
}

const never = (key: string): string => `readonly ${propertyName(key)}?: never`;

const absent = (keys: readonly string[]): string => `{ ${keys.map(never).join('; ')} }`;
