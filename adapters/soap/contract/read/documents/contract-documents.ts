import { XSD } from '../../contract-types.ts';
import { type Catalogue, findFile, readText } from './catalogue.ts';
import { ContractError } from './contract-error.ts';
import { MalformedDocument, parseDocument, type XmlNode } from './xml-node.ts';

const WSDL = 'http://schemas.xmlsoap.org/wsdl/';

/** A schema, and the namespace that its components are in. */
export interface SchemaDocument {
  readonly node: XmlNode;
  readonly namespace: string;
  /** Whether the schema names no namespace, and takes the namespace of the schema that includes it ("chameleon"). */
  readonly isChameleon: boolean;
}

/** A reference to a document that was not found. */
export interface MissingDocument {
  readonly node: XmlNode;
  readonly namespace: string | undefined;
}

/** All documents of a contract. Each document is read once, even if several documents refer to it. */
export interface ContractDocuments {
  readonly definitions: readonly XmlNode[];
  readonly schemas: readonly SchemaDocument[];
  readonly missing: readonly MissingDocument[];
}

/**
 * Reads a WSDL or a schema, and everything that it imports and includes, from disk. An imported or included document
 * counts as missing if it is malformed, or neither a WSDL nor a schema.
 *
 * @throws {ContractError} `file` is not a WSDL or a schema.
 * @throws {MalformedDocument} `file` is not well-formed.
 */
export function readDocuments(file: URL, catalogue: Catalogue = new Map()): ContractDocuments {
  const collector = new DocumentCollector(catalogue);
  collector.read(file);
  return collector;
}

/**
 * The files of a contract: the WSDL and everything that it imports and includes.
 *
 * @throws the same errors as `readDocuments`
 */
export function filesOf(file: URL): URL[] {
  const collector = new DocumentCollector(new Map());
  collector.read(file);
  return collector.files;
}

/** The maximum number of documents. No contract has as many. */
const maxDocuments = 2_000;

class DocumentCollector implements ContractDocuments {
  readonly definitions: XmlNode[] = [];
  readonly schemas: SchemaDocument[] = [];
  readonly missing: MissingDocument[] = [];
  readonly #catalogue: Catalogue;
  readonly #parsed = new Map<string, XmlNode>();
  /**
   * The documents that were visited, each with its namespace. A chameleon schema takes the namespace of the schema that
   * includes it, so it is visited once for each of these namespaces.
   */
  readonly #visited = new Set<string>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** The files that were read, in the order of reading. */
  get files(): URL[] {
    return [...this.#parsed.keys()].map((href) => new URL(href));
  }

  read(file: URL): void {
    const root = this.#parse(file);
    if (root.local === 'definitions' && root.uri === WSDL) {
      this.#visitDefinitions(root, file);
    } else if (root.local === 'schema' && root.uri === XSD) {
      this.#visitSchema(root, file, root.attribute('targetNamespace') ?? '');
    } else {
      throw new ContractError(`neither a WSDL 1.1 nor an XML schema, but ${root.local}`, root);
    }
  }

  #parse(file: URL): XmlNode {
    const parsed = this.#parsed.get(file.href);
    if (parsed !== undefined) {
      return parsed;
    }
    if (this.#parsed.size >= maxDocuments) {
      throw new MalformedDocument(`more than ${maxDocuments} documents`);
    }
    const name = decodeURIComponent(file.pathname.split('/').at(-1) ?? '');
    const root = parseDocument(readText(file, name), name);
    this.#parsed.set(file.href, root);
    return root;
  }

  #visitDefinitions(root: XmlNode, file: URL): void {
    if (this.#isVisited(file, '')) {
      return;
    }
    this.definitions.push(root);
    for (const node of root.all('import')) {
      this.#follow(node, file, node.attribute('location'), node.attribute('namespace'));
    }
    for (const schema of root.all('types').flatMap(({ children }) => children)) {
      if (schema.local === 'schema' && schema.uri === XSD) {
        this.#addSchema(schema, file, schema.attribute('targetNamespace') ?? '');
      }
    }
  }

  #visitSchema(root: XmlNode, file: URL, namespace: string): void {
    if (!this.#isVisited(file, namespace)) {
      this.#addSchema(root, file, namespace);
    }
  }

  #addSchema(node: XmlNode, file: URL, namespace: string): void {
    const isChameleon = node.attribute('targetNamespace') === undefined && namespace !== '';
    this.schemas.push({ node, namespace, isChameleon });
    for (const reference of node.all('import', 'include', 'redefine')) {
      const location = reference.attribute('schemaLocation');
      if (reference.local === 'import') {
        this.#follow(reference, file, location, reference.attribute('namespace'));
      } else {
        this.#follow(reference, file, location, undefined, namespace);
      }
    }
  }

  /**
   * Visits the document that a reference names. `including` is the namespace of the schema that includes the document.
   */
  #follow(
    reference: XmlNode,
    referrer: URL,
    location: string | undefined,
    namespace: string | undefined,
    including?: string,
  ): void {
    const file = findFile(referrer, location, namespace, this.#catalogue);
    const root = file === null ? null : this.#parseOrMiss(file);
    if (file === null || root === null) {
      this.missing.push({ node: reference, namespace: including ?? namespace });
    } else if (root.local === 'definitions' && root.uri === WSDL) {
      this.#visitDefinitions(root, file);
    } else if (root.local === 'schema' && root.uri === XSD) {
      this.#visitSchema(root, file, root.attribute('targetNamespace') ?? including ?? '');
    } else {
      this.missing.push({ node: reference, namespace: including ?? namespace });
    }
  }

  /**
   * Parses a file. Null if the file is not well-formed, or not valid text in its encoding. The file then counts as
   * missing.
   */
  #parseOrMiss(file: URL): XmlNode | null {
    try {
      return this.#parse(file);
    } catch (error) {
      if (error instanceof MalformedDocument) {
        return null;
      }
      throw error;
    }
  }

  #isVisited(file: URL, namespace: string): boolean {
    const key = `${namespace} ${file.href}`;
    const isVisited = this.#visited.has(key);
    this.#visited.add(key);
    return isVisited;
  }
}
