import {
  type AttributeDeclaration,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type NamespaceConstraint,
  type Particle,
  type SchemaType,
  type TypesByName,
  type Wildcard,
  type XmlTree,
} from '../../../adapters/soap/contract/contract-types.ts';
import { derives } from '../../../adapters/soap/contract/derivation.ts';
import { isEmptiable, particlesOf } from '../../../adapters/soap/contract/particles.ts';
import { readSimple } from '../../../adapters/soap/contract/simple/simple-values.ts';
import { pick } from '../random.ts';
import { NoValue, randomSimple } from './random-texts.ts';

/** Deeper values get no optional members, so that recursive types end. */
const depthOfOptionals = 5;
const maxDepth = 30;
const maxElements = 2_000;

/**
 * A random value of an element, by its tables: what the encoder takes, and the decoder gives.
 *
 * @throws {NoValue} None was found.
 */
export function randomMessage(
  element: ElementDeclaration,
  random: () => number,
  types: TypesByName = new Map(),
): unknown {
  return new Generator(random, types).valueOf(element, 1);
}

type Target = Record<string, unknown>;

class Generator {
  readonly #random: () => number;
  readonly #types: TypesByName;
  #elements = 0;

  constructor(random: () => number, types: TypesByName) {
    this.#random = random;
    this.#types = types;
  }

  valueOf(element: ElementDeclaration, depth: number): unknown {
    this.#elements += 1;
    if (depth > maxDepth || this.#elements > maxElements) {
      throw new NoValue('too large');
    }
    const { type, nillable, constraint } = element;
    if (nillable && this.#isTaken(0.2)) {
      return this.#nil(type);
    }
    if (constraint?.kind === 'fixed' && type.kind !== 'complex' && type.kind !== 'any') {
      return readSimple(type, constraint.text);
    }
    return this.#typed(type, depth);
  }

  #isTaken(likelihood: number): boolean {
    return this.#random() < likelihood;
  }

  #nil(type: SchemaType): unknown {
    const attributes: Target = {};
    if (type.kind === 'complex' && type.isAbstract) {
      this.#derived(type);
    }
    if (type.kind === 'complex') {
      this.#attributes(type, attributes);
    }
    return Object.keys(attributes).length === 0 ? null : { $nil: true, ...attributes };
  }

  #typed(declared: SchemaType, depth: number): unknown {
    if (declared.kind === 'any') {
      return this.#tree('urn:any', 1);
    }
    if (declared.kind !== 'complex') {
      return randomSimple(declared, this.#random);
    }
    const type = declared.isPolymorphic || declared.isAbstract ? this.#derived(declared) : declared;
    const target: Target = declared.isPolymorphic ? { $type: type.name } : {};
    this.#attributes(type, target);
    if (type.content.kind === 'simple') {
      target.$value = randomSimple(type.content.type, this.#random);
    } else if (type.content.kind === 'mixed') {
      target.$content = [];
    } else {
      const isChoice = type.content.kind === 'choice';
      const members = particlesOf(type);
      for (const member of isChoice ? [pick(this.#random, members)] : members) {
        this.#particle(member, target, depth);
      }
    }
    return target;
  }

  #derived(declared: ComplexType): ComplexType {
    const concrete = [declared, ...this.#types.values()].filter(
      (type) => type.kind === 'complex' && !type.isAbstract && derives(type, declared),
    );
    const found = concrete.length === 0 ? undefined : pick(this.#random, concrete);
    if (found?.kind !== 'complex') {
      throw new NoValue(`no type is derived from ${declared.name}`);
    }
    return found;
  }

  #attributes(type: ComplexType, target: Target): void {
    for (const attribute of type.attributes) {
      // A default is there although the document does not have it.
      if (attribute.required || attribute.constraint !== null || this.#isTaken(0.5)) {
        target[attribute.key] = this.#attribute(attribute);
      }
    }
    if (type.anyAttribute !== null && this.#isTaken(0.3)) {
      const namespace = this.#foreign(type.anyAttribute);
      if (namespace !== null) {
        target.$attributes = { [namespace === '' ? 'other' : `{${namespace}}other`]: 'v' };
      }
    }
  }

  #attribute({ type, constraint }: AttributeDeclaration): unknown {
    return constraint?.kind === 'fixed'
      ? readSimple(type, constraint.text)
      : randomSimple(type, this.#random);
  }

  #particle(particle: Particle, target: Target, depth: number): void {
    if (particle.kind === 'group') {
      this.#group(particle, target, depth);
      return;
    }
    const single = () =>
      particle.kind === 'wildcard' ? this.#wildcard(particle) : this.valueOf(particle, depth + 1);
    if (isRepeated(particle)) {
      target[particle.key] = Array.from({ length: this.#count(particle, depth) }, single);
    } else if (particle.minOccurs > 0 || (depth <= depthOfOptionals && this.#isTaken(0.6))) {
      target[particle.key] = single();
    }
  }

  #count({ minOccurs, maxOccurs }: Particle, depth: number): number {
    const more = depth > depthOfOptionals ? 0 : Math.min(3, maxOccurs - minOccurs);
    return minOccurs + Math.floor(this.#random() * (more + 1));
  }

  #group(group: Extract<Particle, { kind: 'group' }>, target: Target, depth: number): void {
    if (group.key !== null) {
      target[group.key] = Array.from({ length: this.#count(group, depth) }, () => {
        const round: Target = {};
        this.#members(group, round, depth);
        return round;
      });
    } else if (group.minOccurs > 0 || (depth <= depthOfOptionals && this.#isTaken(0.6))) {
      this.#members(group, target, depth);
    }
  }

  #members(
    { compositor, particles }: Extract<Particle, { kind: 'group' }>,
    target: Target,
    depth: number,
  ): void {
    if (compositor !== 'choice') {
      for (const member of particles) {
        this.#particle(member, target, depth);
      }
    } else if (particles.length > 0) {
      const emptiable = particles.filter(isEmptiable);
      this.#particle(
        pick(this.#random, depth > maxDepth / 2 && emptiable.length > 0 ? emptiable : particles),
        target,
        depth,
      );
    }
  }

  #wildcard({ allowed }: Wildcard): XmlTree {
    const namespace = this.#foreign(allowed);
    if (namespace === null) {
      throw new NoValue('a wildcard that allows nothing');
    }
    return this.#tree(namespace, 1);
  }

  #tree(namespace: string, depth: number): XmlTree {
    const inside = depth < 3 && this.#isTaken(0.4) ? [this.#tree(namespace, depth + 1)] : [];
    return {
      name: namespace === '' ? 'Other' : `{${namespace}}Other`,
      attributes: this.#isTaken(0.3) ? { a: 'x & y' } : {},
      children: this.#isTaken(0.5) ? ['text', ...inside] : inside,
    };
  }

  /** A namespace that the contract has no element of. Null if only namespaces of the contract are allowed. */
  #foreign({ kind, namespaces }: NamespaceConstraint): string | null {
    if (kind === 'except') {
      return 'urn:foreign';
    }
    return namespaces.find((uri) => uri === '' || uri.startsWith('urn:foreign')) ?? null;
  }
}
