import {
  type ElementDeclaration,
  type SchemaType,
  type TypesByName,
  XSD,
} from '../../contract/contract-types.ts';
import type { DeclarePrefix } from '../../contract/simple/atomic-values.ts';
import { xs } from '../../contract/tables/xsd-types.ts';
import { escapeAttribute } from './escape.ts';
import { reachableFrom } from './reachable.ts';

/** The prefixes of a message. All are declared at its root: `m` for the root's own namespace, then `n2`, `n3`, … */
export class Prefixes {
  readonly #prefixes = new Map<string, string>();
  readonly #qNames = new Map<SchemaType, string>();

  constructor(root: ElementDeclaration, types: TypesByName) {
    const { namespaces, named } = reachableFrom(root, types);
    for (const [qName, type] of types) {
      this.#qNames.set(type, qName);
    }
    for (const namespace of namespaces) {
      this.#add(namespace, namespace === root.namespace ? 'm' : undefined);
    }
    for (const type of named) {
      this.#add(this.#namespaceOf(type));
    }
  }

  /** The declarations, as attributes. */
  get declarations(): string {
    return [...this.#prefixes]
      .map(([namespace, prefix]) => ` xmlns:${prefix}="${escapeAttribute(namespace)}"`)
      .join('');
  }

  nameOf(local: string, namespace: string): string {
    const prefix = this.#prefixes.get(namespace);
    return prefix === undefined ? local : `${prefix}:${local}`;
  }

  typeAttribute(type: SchemaType): string {
    const local = this.#qNames.get(type)?.split('}')[1] ?? type.name.slice(type.name.indexOf(':') + 1);
    return ` xsi:type="${this.nameOf(local, this.#namespaceOf(type))}"`;
  }

  #namespaceOf(type: SchemaType): string {
    const qName = this.#qNames.get(type);
    return qName === undefined ? XSD : qName.slice(1, qName.indexOf('}'));
  }

  #add(namespace: string, prefix = `n${this.#prefixes.size + 1}`): void {
    if (namespace !== '' && !this.#prefixes.has(namespace)) {
      this.#prefixes.set(namespace, prefix);
    }
  }
}

/** The prefixes that one element declares, because its text or attributes contain qualified names. */
export class LocalPrefixes {
  readonly #prefixes = new Map<string, string>();

  readonly declare: DeclarePrefix = (namespace) => {
    const known = this.#prefixes.get(namespace);
    if (known !== undefined) {
      return known;
    }
    const prefix = `q${this.#prefixes.size + 1}`;
    this.#prefixes.set(namespace, prefix);
    return prefix;
  };

  get declarations(): string {
    return [...this.#prefixes]
      .map(([namespace, prefix]) => ` xmlns:${prefix}="${escapeAttribute(namespace)}"`)
      .join('');
  }
}

/** The built-in type of XML Schema with this name, as `$type` names it. Undefined if there is none. */
export const xsdTypeNamed = (name: string): SchemaType | undefined =>
  Object.values(xs).find((type) => type.name === name);
