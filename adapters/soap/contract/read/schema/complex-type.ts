import type {
  AttributeDeclaration,
  ComplexType,
  Content,
  NamespaceConstraint,
  Particle,
  SchemaType,
  SimpleType,
} from '../../contract-types.ts';
import { isLeaf } from '../../particles.ts';
import { anyType, group } from '../../tables/complex.ts';
import { ContractError } from '../documents/contract-error.ts';
import { readAttributes } from './attributes.ts';
import type { Component } from './components.ts';
import { at, type BaseType, type SchemaContext } from './context.ts';
import { Names } from './names.ts';
import { unionOf } from './namespace-constraints.ts';
import { isTrue, readContent } from './particles.ts';
import { restrictedBy } from './simple-type.ts';
import { simplified, uncountable, withKeys } from './simplify.ts';

/**
 * A complex type, and the tree of its elements before their values got keys. Types that extend this type need the tree.
 */
export interface ReadComplexType {
  readonly type: ComplexType;
  readonly particle: Particle | null;
}

/** What a type consists of, before keys are assigned. */
interface Parts {
  readonly base: SchemaType;
  readonly text: SimpleType | null;
  readonly isMixed: boolean;
  readonly particle: Particle | null;
  readonly attributes: readonly AttributeDeclaration[];
  readonly anyAttribute: NamespaceConstraint | null;
}

/**
 * Reads an `xsd:complexType`. `name` is the type's name in the tables.
 *
 * @throws {ContractError} The type has something that is wrong or not supported.
 */
export function readComplexType(component: Component, name: string, context: SchemaContext): ReadComplexType {
  const parts = partsOf(component, name, context);
  const particle = parts.particle === null ? null : simplified(parts.particle);
  const blurred = particle === null ? null : uncountable(particle);
  if (blurred !== null) {
    throw new ContractError('a repeated group whose rounds can not be told apart', component.node);
  }
  const names = new Names();
  const keyed = particle === null ? null : withKeys(particle, names, () => new Names());
  const type: ComplexType = {
    kind: 'complex',
    name,
    content: contentOf(parts, keyed),
    attributes: parts.attributes.map((attribute) => ({ ...attribute, key: names.take(attribute.name) })),
    anyAttribute: parts.anyAttribute,
    base: parts.base.kind === 'any' ? null : parts.base,
    isAbstract: isTrue(component.node.attribute('abstract')),
    isPolymorphic: false,
  };
  return { type, particle };
}

function contentOf({ text, isMixed }: Parts, particle: Particle | null): Content {
  if (text !== null) {
    return { kind: 'simple', type: text };
  }
  if (isMixed) {
    return { kind: 'mixed' };
  }
  if (particle === null) {
    return { kind: 'sequence', elements: [] };
  }
  if (isLeaf(particle)) {
    return { kind: 'sequence', elements: [particle] };
  }
  const { compositor, particles, minOccurs, maxOccurs } = particle;
  const leaves = particles.filter(isLeaf);
  if (minOccurs === 1 && maxOccurs === 1 && leaves.length === particles.length) {
    const elements = leaves.filter((leaf) => leaf.kind === 'element');
    if (compositor === 'sequence') {
      return { kind: 'sequence', elements: leaves };
    }
    const isPlain = elements.every((element) => element.minOccurs === 1 && element.maxOccurs === 1);
    if (compositor === 'choice' && isPlain && elements.length === leaves.length) {
      return { kind: 'choice', elements };
    }
  }
  return { kind: 'group', group: particle };
}

function partsOf(component: Component, name: string, context: SchemaContext): Parts {
  const { node } = component;
  const simple = node.first('simpleContent');
  const complex = node.first('complexContent');
  const inner = simple ?? complex;
  const isMixed = isTrue(inner?.attribute('mixed')) || isTrue(node.attribute('mixed'));
  if (inner === undefined) {
    const own = readAttributes(component, name, context);
    return {
      base: anyType,
      text: null,
      isMixed,
      particle: readContent(component, name, context),
      attributes: [...own.declared.values()].filter((attribute) => attribute !== null),
      anyAttribute: own.anyAttribute,
    };
  }
  const derivation = inner.first('extension', 'restriction');
  if (derivation === undefined) {
    throw new ContractError(`xsd:${inner.local} without extension or restriction`, inner);
  }
  const inside = at(derivation, component);
  return simple === undefined
    ? derivedParts(inside, name, isMixed, context)
    : textParts(inside, name, context);
}

/** The parts of a type that contains elements and is derived from another type. */
function derivedParts(inside: Component, name: string, isMixed: boolean, context: SchemaContext): Parts {
  const base = context.baseOf(inside.node.attribute('base') ?? '', inside);
  const own = readContent(inside, name, context);
  const attributes = attributesOf(base, inside, name, context);
  if (base.type.kind !== 'any' && (base.type.kind !== 'complex' || base.type.content.kind === 'simple')) {
    throw new ContractError('elements in a type that is derived from a text', inside.node);
  }
  const baseIsMixed = base.type.kind === 'complex' && base.type.content.kind === 'mixed';
  const isExtension = inside.node.local === 'extension';
  return {
    base: base.type,
    text: null,
    isMixed: isMixed || (isExtension && baseIsMixed),
    particle: isExtension ? inSequence(base.particle, own) : own,
    ...attributes,
  };
}

function inSequence(first: Particle | null, second: Particle | null): Particle | null {
  return first !== null && second !== null ? group('sequence', [first, second]) : (first ?? second);
}

/** The parts of a type that contains a text and attributes. */
function textParts(inside: Component, name: string, context: SchemaContext): Parts {
  const { node } = inside;
  const base = context.baseOf(node.attribute('base') ?? '', inside);
  const baseText = textOf(base.type);
  const own = node.first('simpleType');
  const restricted = own === undefined ? baseText : context.ownSimpleType(inside, `${name}_value`);
  if (restricted === null) {
    throw new ContractError('a text in a type that is derived from one with elements', node);
  }
  const text =
    node.local === 'restriction'
      ? restrictedBy(restricted, inside, context.newName(`${name}_value`), context)
      : restricted;
  return {
    base: base.type,
    text,
    isMixed: false,
    particle: null,
    ...attributesOf(base, inside, name, context),
  };
}

function textOf(type: SchemaType): SimpleType | null {
  if (type.kind === 'complex') {
    return type.content.kind === 'simple' ? type.content.type : null;
  }
  return type.kind === 'any' ? null : type;
}

/** The attributes of a derived type: those of its base, after the type has added, changed or removed some. */
function attributesOf(
  { type }: BaseType,
  inside: Component,
  name: string,
  context: SchemaContext,
): Pick<Parts, 'attributes' | 'anyAttribute'> {
  const own = readAttributes(inside, name, context);
  const inherited = type.kind === 'complex' ? type.attributes : [];
  const all = new Map<string, AttributeDeclaration | null>(
    inherited.map((attribute) => [`{${attribute.namespace}}${attribute.name}`, attribute]),
  );
  for (const [attributeName, attribute] of own.declared) {
    all.set(attributeName, attribute);
  }
  const inheritedAny = type.kind === 'complex' ? type.anyAttribute : null;
  return {
    attributes: [...all.values()].filter((attribute) => attribute !== null),
    anyAttribute:
      inside.node.local === 'extension' ? eitherOf(inheritedAny, own.anyAttribute) : own.anyAttribute,
  };
}

const eitherOf = (
  a: NamespaceConstraint | null,
  b: NamespaceConstraint | null,
): NamespaceConstraint | null => (a !== null && b !== null ? unionOf(a, b) : (a ?? b));
