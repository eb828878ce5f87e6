import type { ContractDocuments } from '../documents/contract-documents.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import { type Component, expandedName } from '../schema/components.ts';

type Kind = 'message' | 'portType' | 'binding';

/** The messages, port types, bindings and services of all WSDL documents of a library. */
export class Definitions {
  readonly #roots: readonly XmlNode[];
  readonly #byName = new Map<string, Component>();

  constructor({ definitions }: ContractDocuments) {
    this.#roots = definitions;
    for (const root of definitions) {
      const namespace = root.attribute('targetNamespace') ?? '';
      const document = { node: root, namespace, isChameleon: false };
      for (const node of root.all('message', 'portType', 'binding')) {
        const key = `${node.local} ${expandedName(namespace, node.attribute('name') ?? '')}`;
        if (!this.#byName.has(key)) {
          this.#byName.set(key, { node, document });
        }
      }
    }
  }

  /** The bindings, in the order of their documents. */
  get bindings(): Component[] {
    return [...this.#byName.values()].filter(({ node }) => node.local === 'binding');
  }

  get services(): XmlNode[] {
    return this.#roots.flatMap((root) => root.all('service'));
  }

  /** @throws {ContractError} There is no such definition. */
  find(kind: Kind, reference: string, from: XmlNode): Component {
    const separator = reference.indexOf(':');
    const uri = from.namespaceOf(separator === -1 ? '' : reference.slice(0, separator)) ?? '';
    const found = this.#byName.get(`${kind} ${expandedName(uri, reference.slice(separator + 1))}`);
    if (found === undefined) {
      throw new ContractError(`no ${kind} ${reference}`, from);
    }
    return found;
  }
}
