import type { AttributeDeclaration, NamespaceConstraint, ValueConstraint } from '../../contract-types.ts';
import { xs } from '../../tables/xsd-types.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import { type Component, expandedName } from './components.ts';
import { at, type SchemaContext } from './context.ts';
import { constraintOf, intersectionOf } from './namespace-constraints.ts';

const XML = 'http://www.w3.org/XML/1998/namespace';

/**
 * The attributes that a type, extension or attribute group declares itself, without inherited ones. Their keys may
 * still change.
 */
export interface OwnAttributes {
  /** By expanded name. Null for an attribute of the base that this type removes. */
  readonly declared: ReadonlyMap<string, AttributeDeclaration | null>;
  readonly anyAttribute: NamespaceConstraint | null;
}

/**
 * Reads the attributes inside a node and inside its attribute groups. A type without a name gets a name that begins
 * with `owner`.
 */
export function readAttributes(inside: Component, owner: string, context: SchemaContext): OwnAttributes {
  const declared = new Map<string, AttributeDeclaration | null>();
  const collector = new Collector(declared, owner, context);
  const anyAttribute = collector.collect(inside, []);
  return { declared, anyAttribute };
}

class Collector {
  readonly #declared: Map<string, AttributeDeclaration | null>;
  readonly #owner: string;
  readonly #context: SchemaContext;

  constructor(declared: Map<string, AttributeDeclaration | null>, owner: string, context: SchemaContext) {
    this.#declared = declared;
    this.#owner = owner;
    this.#context = context;
  }

  /**
   * Collects the attributes inside a node and inside its attribute groups. Returns the namespaces that their wildcards
   * allow, or null if there is no wildcard. `groups` are the enclosing attribute groups. A reference to one of them is
   * an error, because no group may contain itself.
   */
  collect(inside: Component, groups: readonly XmlNode[]): NamespaceConstraint | null {
    for (const node of inside.node.all('attribute')) {
      this.#attribute(at(node, inside));
    }
    const own = inside.node.first('anyAttribute');
    let constraint = own === undefined ? null : constraintOf(at(own, inside));
    for (const node of inside.node.all('attributeGroup')) {
      const reference = this.#context.components.nameOf(node.attribute('ref') ?? '', at(node, inside));
      const group = this.#context.components.find('attributeGroup', reference, node);
      if (groups.includes(group.node)) {
        throw new ContractError('an attribute group that contains itself', node);
      }
      const more = this.collect(group, [...groups, group.node]);
      constraint =
        constraint !== null && more !== null ? intersectionOf(constraint, more) : (constraint ?? more);
    }
    return constraint;
  }

  #attribute(use: Component): void {
    const reference = use.node.attribute('ref');
    const declaration = reference === undefined ? use : this.#referred(reference, use);
    const local = declaration?.node.attribute('name') ?? reference?.split(':')[1] ?? '';
    if (local === '') {
      throw new ContractError('an attribute without a name', use.node);
    }
    const namespace =
      reference === undefined ? localNamespace(use) : (declaration?.document.namespace ?? XML);
    const name = expandedName(namespace, local);
    if (use.node.attribute('use') === 'prohibited') {
      this.#declared.set(name, null);
      return;
    }
    this.#declared.set(name, {
      key: local,
      name: local,
      namespace,
      type: declaration === null ? xs.anySimpleType : this.#typeOf(declaration, local),
      required: use.node.attribute('use') === 'required',
      constraint:
        valueConstraintOf(use.node) ?? (declaration === null ? null : valueConstraintOf(declaration.node)),
    });
  }

  /**
   * The declaration of the attribute that a reference names. Null for an attribute of XML itself, such as `xml:lang`.
   */
  #referred(reference: string, use: Component): Component | null {
    const name = this.#context.components.nameOf(reference, use);
    return name.startsWith(`{${XML}}`) ? null : this.#context.components.find('attribute', name, use.node);
  }

  #typeOf(declaration: Component, local: string) {
    const type = declaration.node.attribute('type');
    if (type !== undefined) {
      return this.#context.simpleTypeOf(type, declaration);
    }
    return declaration.node.first('simpleType') === undefined
      ? xs.anySimpleType
      : this.#context.ownSimpleType(declaration, `${this.#owner}_${local}`);
  }
}

function localNamespace({ node, document }: Component): string {
  const form = node.attribute('form') ?? document.node.attribute('attributeFormDefault');
  return form === 'qualified' ? document.namespace : '';
}

/** The default or fixed value of an element or attribute. Null if it has neither. */
export function valueConstraintOf(node: XmlNode): ValueConstraint | null {
  const fixed = node.rawAttribute('fixed');
  if (fixed !== undefined) {
    return { kind: 'fixed', text: fixed };
  }
  const byDefault = node.rawAttribute('default');
  return byDefault === undefined ? null : { kind: 'default', text: byDefault };
}
