import { XSD } from '../../contract-types.ts';
import type { ContractDocuments, SchemaDocument } from '../documents/contract-documents.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';

/**
 * The kinds of components that others refer to. Simple and complex types are one kind, because no two of them may have
 * the same name.
 */
export type ComponentKind = 'element' | 'type' | 'group' | 'attribute' | 'attributeGroup';

const kinds: Readonly<Record<string, ComponentKind>> = {
  element: 'element',
  simpleType: 'type',
  complexType: 'type',
  group: 'group',
  attribute: 'attribute',
  attributeGroup: 'attributeGroup',
};

/** A node of a schema, and the schema that contains it. The schema gives the namespace and the defaults. */
export interface Component {
  readonly node: XmlNode;
  readonly document: SchemaDocument;
}

export const expandedName = (namespace: string, local: string): string => `{${namespace}}${local}`;

/** The components at the top level of all schemas, by kind and expanded name. */
export class Components {
  readonly #documents: ContractDocuments;
  readonly #byKind = new Map<ComponentKind, Map<string, Component>>();
  /** Components in an `xsd:redefine`. */
  readonly #redefined = new Map<string, XmlNode>();

  constructor(documents: ContractDocuments) {
    this.#documents = documents;
    for (const document of documents.schemas) {
      for (const node of document.node.children) {
        if (node.uri === XSD && node.local === 'redefine') {
          for (const child of node.children) {
            this.#redefined.set(this.#keyOf(child, document), node);
          }
        } else {
          this.#add(node, document);
        }
      }
    }
  }

  #add(node: XmlNode, document: SchemaDocument): void {
    const kind = node.uri === XSD ? kinds[node.local] : undefined;
    if (kind === undefined) {
      return;
    }
    const named = this.#byKind.get(kind) ?? new Map<string, Component>();
    this.#byKind.set(kind, named);
    const name = expandedName(document.namespace, node.attribute('name') ?? '');
    // A contract may have a document twice, under two names. The second definition is ignored.
    if (!named.has(name)) {
      named.set(name, { node, document });
    }
  }

  #keyOf(node: XmlNode, document: SchemaDocument): string {
    return `${kinds[node.local]} ${expandedName(document.namespace, node.attribute('name') ?? '')}`;
  }

  /** The components of a kind, in the order of their documents. */
  all(kind: ComponentKind): ReadonlyMap<string, Component> {
    return this.#byKind.get(kind) ?? new Map();
  }

  /** The expanded name that a reference stands for. @throws {ContractError} The prefix is not declared. */
  nameOf(reference: string, { node, document }: Component): string {
    const at = reference.indexOf(':');
    const uri = node.namespaceOf(at === -1 ? '' : reference.slice(0, at));
    if (uri === undefined) {
      throw new ContractError(`the prefix of ${reference} is not declared`, node);
    }
    const namespace = uri === '' && document.isChameleon ? document.namespace : uri;
    return expandedName(namespace, reference.slice(at + 1));
  }

  /** Whether an `xsd:redefine` changes the component. Redefinitions are not supported. */
  isRedefined(kind: ComponentKind, name: string): boolean {
    return this.#redefined.has(`${kind} ${name}`);
  }

  /** @throws {ContractError} There is no such component, or an `xsd:redefine` changes it. */
  find(kind: ComponentKind, name: string, from: XmlNode): Component {
    const redefinition = this.#redefined.get(`${kind} ${name}`);
    if (redefinition !== undefined) {
      throw new ContractError(`xsd:redefine of ${name}`, redefinition);
    }
    const component = this.#byKind.get(kind)?.get(name);
    if (component !== undefined) {
      return component;
    }
    const namespace = name.slice(1, name.indexOf('}'));
    const missing = this.#documents.missing.find((document) => document.namespace === namespace);
    const why = missing === undefined ? '' : `: no document for ${missing.node.file}:${missing.node.line}`;
    throw new ContractError(`no ${kind} ${name}${why}`, from);
  }
}
