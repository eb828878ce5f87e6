import { type ElementDeclaration, type Occurring, type Particle, XSD } from '../../contract-types.ts';
import { anyType, element, group, wildcard } from '../../tables/complex.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import { valueConstraintOf } from './attributes.ts';
import { type Component, expandedName } from './components.ts';
import { at, type SchemaContext } from './context.ts';
import { identifierOf } from './names.ts';
import { constraintOf } from './namespace-constraints.ts';

const compositors = ['sequence', 'choice', 'all', 'group'] as const;

/**
 * Reads the particle inside a node: its sequence, choice, all or group. Null if it has none. The particle is not
 * simplified yet, and has no keys. A type without a name gets a name that begins with `owner`.
 */
export function readContent(inside: Component, owner: string, context: SchemaContext): Particle | null {
  const node = inside.node.first(...compositors);
  return node === undefined ? null : new ParticleParser(owner, context).particle(at(node, inside), []);
}

export function readGlobalElement(component: Component, context: SchemaContext): ElementDeclaration {
  return new ParticleParser('', context).global(component);
}

class ParticleParser {
  readonly #owner: string;
  readonly #context: SchemaContext;

  constructor(owner: string, context: SchemaContext) {
    this.#owner = owner;
    this.#context = context;
  }

  /**
   * Reads one particle. Null if the particle may not occur. Throws a `ContractError` for a node that is not a particle.
   * `groups` are the enclosing groups. A reference to one of them is an error, because no group may contain itself.
   */
  particle(component: Component, groups: readonly XmlNode[]): Particle | null {
    const { node } = component;
    const occurrence = occurrenceOf(node);
    if (occurrence.maxOccurs === 0) {
      return null;
    }
    switch (node.local) {
      case 'element':
        return this.#element(component, occurrence);
      case 'any':
        return wildcard('$any', constraintOf(component), occurrence);
      case 'group':
        return this.#groupReference(component, occurrence, groups);
      case 'sequence':
      case 'choice':
      case 'all':
        return group(node.local, this.#particlesIn(component, groups), occurrence);
      default:
        throw new ContractError(`xsd:${node.local} inside a group`, node);
    }
  }

  #particlesIn(component: Component, groups: readonly XmlNode[]): Particle[] {
    return component.node
      .all('element', 'any', ...compositors)
      .map((node) => this.particle(at(node, component), groups))
      .filter((particle) => particle !== null);
  }

  #groupReference(component: Component, occurrence: Occurring, groups: readonly XmlNode[]): Particle | null {
    const { components } = this.#context;
    const reference = components.nameOf(component.node.attribute('ref') ?? '', component);
    const definition = components.find('group', reference, component.node);
    if (groups.includes(definition.node)) {
      throw new ContractError('a group that contains itself', component.node);
    }
    const model = definition.node.first('sequence', 'choice', 'all');
    if (model === undefined) {
      throw new ContractError('a group without sequence, choice or all', definition.node);
    }
    const content = this.particle(at(model, definition), [...groups, definition.node]);
    return content === null ? null : group('sequence', [content], occurrence);
  }

  #element(component: Component, occurrence: Occurring): Particle {
    const reference = component.node.attribute('ref');
    if (reference === undefined) {
      return { ...this.#local(component), ...occurrence };
    }
    const name = this.#context.components.nameOf(reference, component);
    if (name === expandedName(XSD, 'schema')) {
      // A .NET DataSet contains its own schema as an element.
      return element('schema', XSD, anyType, occurrence);
    }
    const head = this.#context.components.find('element', name, component.node);
    const members = this.#context.substitutesOf(name);
    const options = [head, ...members].filter(({ node }) => node.attribute('abstract') !== 'true');
    const [only, another] = options.map((option) => this.global(option));
    if (only === undefined) {
      throw new ContractError(`no element can stand for the abstract ${name}`, component.node);
    }
    if (another === undefined) {
      return { ...only, ...occurrence };
    }
    return group(
      'choice',
      options.map((option) => this.global(option)),
      occurrence,
    );
  }

  #local(component: Component): ElementDeclaration {
    const { node, document } = component;
    const form = node.attribute('form') ?? document.node.attribute('elementFormDefault');
    return this.#declaration(component, form === 'qualified' ? document.namespace : '', this.#owner);
  }

  global(component: Component): ElementDeclaration {
    return this.#declaration(component, component.document.namespace, '');
  }

  #declaration(component: Component, namespace: string, owner: string): ElementDeclaration {
    const { node } = component;
    const name = node.attribute('name');
    if (name === undefined) {
      throw new ContractError('an element without a name', node);
    }
    const constraint = valueConstraintOf(node);
    return {
      ...element(name, namespace, this.#typeOf(component, owner === '' ? name : `${owner}_${name}`), {
        nillable: isTrue(node.attribute('nillable')),
      }),
      constraint,
    };
  }

  #typeOf(component: Component, wantedName: string): ElementDeclaration['type'] {
    const { node } = component;
    const reference = node.attribute('type');
    if (reference !== undefined) {
      return this.#context.typeOf(reference, component);
    }
    if (node.first('complexType', 'simpleType') !== undefined) {
      return this.#context.ownType(component, identifierOf(wantedName));
    }
    const head = node.attribute('substitutionGroup');
    if (head !== undefined) {
      const name = this.#context.components.nameOf(head, component);
      return this.#typeOf(this.#context.components.find('element', name, node), wantedName);
    }
    return anyType;
  }
}

export const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1';

function occurrenceOf(node: XmlNode): Occurring {
  const min = countOf(node, 'minOccurs');
  const max =
    node.attribute('maxOccurs') === 'unbounded' ? Number.POSITIVE_INFINITY : countOf(node, 'maxOccurs');
  if (min > max) {
    throw new ContractError('minOccurs is greater than maxOccurs', node);
  }
  return { minOccurs: min, maxOccurs: max };
}

function countOf(node: XmlNode, name: 'minOccurs' | 'maxOccurs'): number {
  const text = node.attribute(name) ?? '1';
  if (!/^[0-9]{1,15}$/.test(text)) {
    throw new ContractError(`${name} is not a count`, node);
  }
  return Number(text);
}
