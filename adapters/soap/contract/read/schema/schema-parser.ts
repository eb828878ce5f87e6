import {
  type ComplexType,
  type ElementDeclaration,
  type Particle,
  type SchemaType,
  type SimpleType,
  XSD,
} from '../../contract-types.ts';
import { derives } from '../../derivation.ts';
import { anyType, complete, declared } from '../../tables/complex.ts';
import { xs, xsdType } from '../../tables/xsd-types.ts';
import type { ContractDocuments } from '../documents/contract-documents.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import { readComplexType } from './complex-type.ts';
import { type Component, Components } from './components.ts';
import { at, type BaseType, type SchemaContext } from './context.ts';
import { identifierOf, Names } from './names.ts';
import { readGlobalElement } from './particles.ts';
import { readSimpleType } from './simple-type.ts';

/** A complex type, and whether its content has been read. */
interface Shell {
  readonly type: ComplexType;
  readonly component: Component;
  state: 'waiting' | 'reading' | 'read';
  particle: Particle | null;
}

/**
 * Reads the schemas of a contract into the codec's tables. Types may refer to each other in circles. So each complex
 * type is first created without content, as a *shell*, and a queue fills the shells later. A type that is wrong or not
 * supported is kept with its error, and only the operations that use it fail.
 */
export class SchemaParser implements SchemaContext {
  readonly components: Components;
  /** Types that could not be read. */
  readonly failures = new Map<SchemaType, ContractError>();
  /** The types that have a name in a schema and have been reached so far, by expanded name. */
  readonly types = new Map<string, SchemaType>();
  readonly #names: Names;
  /** The names in the codec's tables, for the types that have a name in a schema. */
  readonly #typeNames = new Map<string, string>();
  readonly #shells = new Map<SchemaType, Shell>();
  readonly #queue: Shell[] = [];
  /** Types inside elements, by node and namespace: a schema may be included under several namespaces. */
  readonly #ownTypes = new Map<XmlNode, Map<string, SchemaType>>();
  readonly #simpleUnderway = new Set<string>();
  readonly #substitutes: ReadonlyMap<string, readonly string[]>;

  /** `reserved` are names that no type may have in the tables. */
  constructor(documents: ContractDocuments, reserved: Iterable<string>) {
    this.components = new Components(documents);
    this.#names = new Names(reserved);
    for (const name of this.components.all('type').keys()) {
      this.#typeNames.set(name, this.#names.take(identifierOf(name.slice(name.indexOf('}') + 1))));
    }
    this.#substitutes = this.#findSubstitutes();
  }

  /** The element that a reference names, at the top level of a schema. */
  element(reference: string, from: Component): ElementDeclaration {
    const name = this.components.nameOf(reference, from);
    return readGlobalElement(this.components.find('element', name, from.node), this);
  }

  /** A name in the tables for a type that has no name in the schema. */
  newName(wanted: string): string {
    return this.#names.take(identifierOf(wanted));
  }

  /** Reads all types of the schemas, because a document can name any derived type with `xsi:type`. */
  readAll(): void {
    for (const [name, component] of this.components.all('type')) {
      if (!this.components.isRedefined('type', name)) {
        this.#named(name, component.node);
      }
    }
  }

  /** Reads the content of all types. Afterwards each type is complete, or it is in `failures`. */
  finish(): void {
    for (let shell = this.#queue.pop(); shell !== undefined; shell = this.#queue.pop()) {
      this.#read(shell);
    }
    const all = [...this.types.values()];
    for (const type of all) {
      if (type.kind === 'complex' && all.some((other) => other !== type && derives(other, type))) {
        Object.assign(type, { isPolymorphic: true });
      }
    }
  }

  typeOf(reference: string, from: Component): SchemaType {
    return this.#named(this.components.nameOf(reference, from), from.node);
  }

  simpleTypeOf(reference: string, from: Component): SimpleType {
    const type = this.typeOf(reference, from);
    const failure = this.failures.get(type);
    if (failure !== undefined) {
      throw failure;
    }
    if (type.kind === 'complex' || type.kind === 'any') {
      throw new ContractError(`${reference} is not a simple type`, from.node);
    }
    return type;
  }

  ownType(component: Component, name: string): SchemaType {
    const { node } = component;
    const byNamespace = this.#ownTypes.get(node) ?? new Map<string, SchemaType>();
    this.#ownTypes.set(node, byNamespace);
    const known = byNamespace.get(component.document.namespace);
    if (known !== undefined) {
      return known;
    }
    const complex = node.first('complexType');
    const type =
      complex === undefined
        ? this.ownSimpleType(component, name)
        : this.#shellOf(at(complex, component), this.#names.take(name));
    byNamespace.set(component.document.namespace, type);
    return type;
  }

  ownSimpleType(component: Component, name: string): SimpleType {
    const node = component.node.first('simpleType');
    if (node === undefined) {
      throw new ContractError(`xsd:${component.node.local} without a type`, component.node);
    }
    return readSimpleType(at(node, component), this.newName(name), this);
  }

  baseOf(reference: string, from: Component): BaseType {
    const type = this.typeOf(reference, from);
    const shell = this.#shells.get(type);
    if (shell === undefined) {
      const failure = this.failures.get(type);
      if (failure !== undefined) {
        throw failure;
      }
      return { type, particle: null };
    }
    if (shell.state === 'reading') {
      throw new ContractError(`${reference} is derived from itself`, from.node);
    }
    this.#read(shell);
    const failure = this.failures.get(type);
    if (failure !== undefined) {
      throw failure;
    }
    return { type, particle: shell.particle };
  }

  substitutesOf(elementName: string): readonly Component[] {
    const found = new Set<string>();
    const visit = (head: string): void => {
      for (const member of this.#substitutes.get(head) ?? []) {
        if (!found.has(member)) {
          found.add(member);
          visit(member);
        }
      }
    };
    visit(elementName);
    found.delete(elementName);
    return [...found].flatMap((name) => this.components.all('element').get(name) ?? []);
  }

  #named(name: string, from: XmlNode): SchemaType {
    const known = this.types.get(name) ?? this.#builtIn(name);
    if (known !== undefined) {
      return known;
    }
    const component = this.components.find('type', name, from);
    const tableName = this.#typeNames.get(name) ?? name;
    const type =
      component.node.local === 'complexType'
        ? this.#shellOf(component, tableName)
        : this.#simple(component, name, tableName);
    this.types.set(name, type);
    return type;
  }

  #builtIn(name: string): SchemaType | undefined {
    if (!name.startsWith(`{${XSD}}`)) {
      return undefined;
    }
    const local = name.slice(XSD.length + 2);
    return local === 'anyType' ? anyType : xsdType(local);
  }

  #simple(component: Component, name: string, tableName: string): SimpleType {
    if (this.#simpleUnderway.has(name)) {
      throw new ContractError(`${name} is derived from itself`, component.node);
    }
    this.#simpleUnderway.add(name);
    try {
      return readSimpleType(component, tableName, this);
    } catch (error) {
      if (!(error instanceof ContractError)) {
        throw error;
      }
      const failed: SimpleType = { ...xs.string, name: tableName };
      this.failures.set(failed, error);
      return failed;
    } finally {
      this.#simpleUnderway.delete(name);
    }
  }

  #shellOf(component: Component, name: string): ComplexType {
    const shell: Shell = { type: declared(name), component, state: 'waiting', particle: null };
    this.#shells.set(shell.type, shell);
    this.#queue.push(shell);
    return shell.type;
  }

  #read(shell: Shell): void {
    if (shell.state !== 'waiting') {
      return;
    }
    shell.state = 'reading';
    try {
      const { type, particle } = readComplexType(shell.component, shell.type.name, this);
      complete(shell.type, type);
      shell.particle = particle;
    } catch (error) {
      if (!(error instanceof ContractError)) {
        throw error;
      }
      this.failures.set(shell.type, error);
    }
    shell.state = 'read';
  }

  /** The direct members of each substitution group, by the expanded name of its head. */
  #findSubstitutes(): ReadonlyMap<string, readonly string[]> {
    const members = new Map<string, string[]>();
    for (const [name, component] of this.components.all('element')) {
      const head = component.node.attribute('substitutionGroup');
      if (head !== undefined) {
        const headName = this.components.nameOf(head, component);
        members.set(headName, [...(members.get(headName) ?? []), name]);
      }
    }
    return members;
  }
}
