import {
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type Particle,
} from '../../../soap/contract/contract-types.ts';
import { isLeaf, particlesOf } from '../../../soap/contract/particles.ts';
import { isSimple, membersOf } from '../../members.ts';
import { sampleOf } from '../../samples.ts';
import { property } from '../values.ts';

export class Prefixes {
  readonly #byNamespace = new Map<string, string>();

  nameOf({ namespace, name }: Pick<ElementDeclaration, 'namespace' | 'name'>): string {
    return namespace === '' ? name : `${this.prefixOf(namespace)}:${name}`;
  }

  prefixOf(namespace: string): string {
    const prefix = this.#byNamespace.get(namespace) ?? `n${this.#byNamespace.size}`;
    this.#byNamespace.set(namespace, prefix);
    return prefix;
  }

  /** The declarations of all namespaces that have got a prefix so far. */
  get declarations(): string {
    return [...this.#byNamespace]
      .map(([uri, prefix]) => ` xmlns:${prefix}="${uri.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
      .join('');
  }
}

/** The maximum depth of a sample. A type that requires itself has no finite sample. */
const maxDepth = 8;

/**
 * Writes TypeScript expressions that make XML. A *hole* is the expression for the element at a path. Of the other
 * elements, optional ones are left out, and required ones are samples.
 */
export class Markup {
  readonly #prefixes: Prefixes;

  constructor(prefixes: Prefixes) {
    this.#prefixes = prefixes;
  }

  /** The expressions for the content of a type. At `path`, the expression `hole` stands instead of a sample element. */
  contentWithHole(
    type: ElementDeclaration['type'],
    path: readonly string[],
    hole: string,
    depth = 0,
  ): string[] {
    if (type.kind !== 'complex') {
      return [];
    }
    return particlesOf(type).flatMap((particle) =>
      this.#particle(particle, path, hole, depth, type.content.kind === 'choice'),
    );
  }

  #particle(
    particle: Particle,
    path: readonly string[],
    hole: string,
    depth: number,
    isChoice: boolean,
  ): string[] {
    if (!isLeaf(particle)) {
      return particle.particles.flatMap((inner) =>
        this.#particle(inner, path, hole, depth, isChoice || particle.compositor === 'choice'),
      );
    }
    if (particle.kind === 'wildcard') {
      return [];
    }
    const [key, ...rest] = path;
    if (particle.key !== key) {
      return isChoice || particle.minOccurs === 0 ? [] : [quoted(this.sample(particle, 1, depth + 1))];
    }
    if (rest.length === 0) {
      return [hole];
    }
    const name = this.#prefixes.nameOf(particle);
    return [
      quoted(`<${name}>`),
      ...this.contentWithHole(particle.type, rest, hole, depth + 1),
      quoted(`</${name}>`),
    ];
  }

  /** A sample of an element, as XML. @throws TypeError for an abstract type, and below `maxDepth`. */
  sample(element: ElementDeclaration, number: number, depth = 0): string {
    const name = this.#prefixes.nameOf(element);
    const { type } = element;
    if (type.kind !== 'complex') {
      return `<${name}>${escaped(sampleOf(element, number))}</${name}>`;
    }
    if (depth > maxDepth || type.isAbstract) {
      throw new TypeError(`${element.name}: no sample of ${type.name}: write its template by hand`);
    }
    const attributes = type.attributes
      .filter(({ required }) => required)
      .map((attribute) => ` ${attribute.name}="${escaped(sampleOf(attribute, number))}"`);
    const text =
      type.content.kind === 'simple'
        ? escaped(sampleOf({ name: element.name, type: type.content.type }, number))
        : '';
    return `<${name}${attributes.join('')}>${text}${this.#sampleContent(type, number, depth)}</${name}>`;
  }

  #sampleContent(type: ComplexType, number: number, depth: number): string {
    const particles = particlesOf(type);
    const needed = type.content.kind === 'choice' ? particles.slice(0, 1) : particles;
    return needed.map((particle) => this.#sampleParticle(particle, number, depth)).join('');
  }

  #sampleParticle(particle: Particle, number: number, depth: number): string {
    if (particle.minOccurs === 0 || particle.kind === 'wildcard') {
      return '';
    }
    if (isLeaf(particle)) {
      return this.sample(particle, number, depth + 1).repeat(Math.max(1, particle.minOccurs));
    }
    const needed = particle.compositor === 'choice' ? particle.particles.slice(0, 1) : particle.particles;
    return needed
      .map((inner) => this.#sampleParticle(inner, number, depth))
      .join('')
      .repeat(particle.minOccurs);
  }

  /** The expressions that make a record's XML. They read the texts of its simple members from a variable `row`. */
  record(type: ComplexType): string[] {
    const attributes = type.attributes.map(
      ({ name, key }) => `attributeText(${quoted(name)}, row${property(key)})`,
    );
    const content = particlesOf(type).flatMap((particle) =>
      this.#recordParticle(particle, type.content.kind === 'choice'),
    );
    return ["'<'", 'name', 'more', ...attributes, "'>'", ...content, "'</'", 'name', "'>'"];
  }

  /** `isChoice`: whether the particle is an option of a choice. */
  #recordParticle(particle: Particle, isChoice: boolean): string[] {
    if (!isLeaf(particle)) {
      const isOfChoice = isChoice || particle.compositor === 'choice';
      return particle.particles.flatMap((inner) => this.#recordParticle(inner, isOfChoice));
    }
    if (particle.kind === 'wildcard') {
      return [];
    }
    if (!isSimple(particle.type)) {
      return isChoice || particle.minOccurs === 0 ? [] : [quoted(this.sample(particle, 1, 1))];
    }
    const name = quoted(this.#prefixes.nameOf(particle));
    const value = `row${property(particle.key)}`;
    if (isRepeated(particle)) {
      return [`each(${value}, (value) => tag(${name}, value))`];
    }
    if (isChoice || particle.minOccurs === 0) {
      return [`optionalTag(${name}, ${value})`];
    }
    return [particle.nillable ? `nillableTag(${name}, ${value})` : `tag(${name}, ${value})`];
  }
}

/** The members of a record that have simple values. The simulator's rows contain only these members. */
export const rowMembers = (type: ComplexType) => membersOf(type).filter((member) => isSimple(member.type));

export const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
