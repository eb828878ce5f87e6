import {
  type ComplexType,
  type ElementDeclaration,
  type Group,
  isRepeated,
  type Particle,
} from '../../contract/contract-types.ts';
import { allows, isEmptiable, isLeaf, keysOf, type Leaf, nameOf } from '../../contract/particles.ts';
import { rejectUnknown } from './attributes.ts';
import { risen, Unencodable } from './encode-error.ts';
import { objectOf, ownValue, treeText } from './tree.ts';

type ObjectValue = Readonly<Record<string, unknown>>;

/**
 * Writes the elements of one particle: an element, a group or a wildcard. The object contains the values of the
 * elements. Throws an `Unencodable`.
 */
type MemberEncoder = (object: ObjectValue) => string;
type CompileElement = (element: ElementDeclaration) => (value: unknown) => string;

export function compileContent({ content }: ComplexType, compileElement: CompileElement): MemberEncoder {
  switch (content.kind) {
    case 'sequence':
      return sequenceEncoder(content.elements, compileElement);
    case 'choice':
      return choiceEncoder(content.elements, compileElement);
    case 'group':
      return particleEncoder(content.group, compileElement);
    case 'simple':
    case 'mixed':
      return () => '';
    default:
      return content satisfies never;
  }
}

function particleEncoder(particle: Particle, compileElement: CompileElement): MemberEncoder {
  if (isLeaf(particle)) {
    return leafEncoder(particle, compileElement);
  }
  const content =
    particle.compositor === 'choice'
      ? choiceEncoder(particle.particles, compileElement)
      : sequenceEncoder(particle.particles, compileElement);
  if (particle.key !== null) {
    return roundsEncoder(particle, particle.key, content);
  }
  const keys = keysOf(particle);
  return particle.minOccurs === 0 ? (object) => (hasAny(object, keys) ? content(object) : '') : content;
}

const hasAny = (object: ObjectValue, keys: readonly string[]): boolean =>
  keys.some((key) => ownValue(object, key) !== undefined);

function sequenceEncoder(particles: readonly Particle[], compileElement: CompileElement): MemberEncoder {
  const members = particles.map((particle) => particleEncoder(particle, compileElement));
  return (object) => {
    let text = '';
    for (const encode of members) {
      text += encode(object);
    }
    return text;
  };
}

function choiceEncoder(particles: readonly Particle[], compileElement: CompileElement): MemberEncoder {
  const options = particles.map((particle) => ({
    keys: keysOf(particle),
    encode: particleEncoder(particle, compileElement),
  }));
  const isOptional = particles.length === 0 || particles.some(isEmptiable);
  const expected = `expected exactly one of ${particles.flatMap(keysOf).join(', ')}`;
  return (object) => {
    const [chosen, another] = options.filter(({ keys }) => hasAny(object, keys));
    if (chosen !== undefined && another === undefined) {
      return chosen.encode(object);
    }
    if (another !== undefined || !isOptional) {
      throw new Unencodable(expected);
    }
    return '';
  };
}

/** Encodes a group that can occur more than once. The value is an array with one object for each occurrence (round). */
function roundsEncoder(group: Group, key: string, encodeRound: MemberEncoder): MemberEncoder {
  const { minOccurs, maxOccurs } = group;
  const check = rejectUnknown(group.particles.flatMap(keysOf));
  // Empty occurrences of a group leave no trace in a document. So a group that may be empty never has too few of them.
  const min = isEmptiable(group) ? 0 : minOccurs;
  return (object) => {
    const rounds = itemsOf(ownValue(object, key), key, min, maxOccurs);
    return rounds
      .map((round, index) => {
        try {
          const members = objectOf(round);
          check(members);
          return encodeRound(members);
        } catch (error) {
          throw risen(error, `${key}[${index + 1}]`);
        }
      })
      .join('');
  };
}

function leafEncoder(leaf: Leaf, compileElement: CompileElement): MemberEncoder {
  const { key, minOccurs } = leaf;
  const encode =
    leaf.kind === 'element'
      ? compileElement(leaf)
      : (value: unknown) => treeText(value, (namespace) => allows(leaf.allowed, namespace));
  const name = leaf.kind === 'element' ? leaf.key : nameOf(leaf);
  if (isRepeated(leaf)) {
    return repeatedEncoder(leaf, encode);
  }
  return (object) => {
    const value = ownValue(object, key);
    if (value === undefined) {
      if (minOccurs > 0) {
        throw new Unencodable('missing').below(name);
      }
      return '';
    }
    try {
      return encode(value);
    } catch (error) {
      throw risen(error, name);
    }
  };
}

function repeatedEncoder(
  { key, minOccurs, maxOccurs }: Leaf,
  encode: (value: unknown) => string,
): MemberEncoder {
  return (object) => {
    const items = itemsOf(ownValue(object, key), key, minOccurs, maxOccurs);
    let text = '';
    for (const [index, item] of items.entries()) {
      try {
        text += encode(item);
      } catch (error) {
        throw risen(error, `${key}[${index + 1}]`);
      }
    }
    return text;
  };
}

/**
 * Checks that the value is an array of `min` to `max` items. An empty slot of the array becomes an undefined item,
 * which no type accepts.
 */
function itemsOf(value: unknown, key: string, min: number, max: number): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new Unencodable('expected an array').below(key);
  }
  if (value.length < min || value.length > max) {
    throw new Unencodable(`expected ${min} to ${max} items`).below(key);
  }
  return Array.from<unknown>(value);
}
