import { SaxesParser } from 'saxes';
import { collapse } from '../../simple/xml-text.ts';

/** An element of a WSDL or a schema, with its file and line. Texts are left out. */
export class XmlNode {
  readonly local: string;
  readonly uri: string;
  /** The file's name, for messages. */
  readonly file: string;
  readonly line: number;
  readonly children: XmlNode[] = [];
  readonly #attributes: ReadonlyMap<string, string>;
  readonly #prefixes: ReadonlyMap<string, string>;
  readonly #parent: XmlNode | null;

  constructor(
    name: { readonly local: string; readonly uri: string },
    location: { readonly file: string; readonly line: number },
    attributes: ReadonlyMap<string, string>,
    prefixes: ReadonlyMap<string, string>,
    parent: XmlNode | null,
  ) {
    this.local = name.local;
    this.uri = name.uri;
    this.file = location.file;
    this.line = location.line;
    this.#attributes = attributes;
    this.#prefixes = prefixes;
    this.#parent = parent;
  }

  /**
   * The value of an attribute with its white space collapsed. `name` is `{namespace}name` for an attribute with a
   * prefix.
   */
  attribute(name: string): string | undefined {
    const value = this.#attributes.get(name);
    return value === undefined ? undefined : collapse(value);
  }

  /** An attribute as it is written. */
  rawAttribute(name: string): string | undefined {
    return this.#attributes.get(name);
  }

  /**
   * The namespace of a prefix at this node. Undefined if the prefix is not bound. The empty prefix always has a
   * namespace, which may be empty.
   */
  namespaceOf(prefix: string): string | undefined {
    for (let node: XmlNode | null = this; node !== null; node = node.#parent) {
      const uri = node.#prefixes.get(prefix);
      if (uri !== undefined) {
        return uri;
      }
    }
    return prefix === '' ? '' : undefined;
  }

  /** The children that have one of these local names and are in the same namespace as this node. */
  all(...names: readonly string[]): XmlNode[] {
    return this.children.filter(({ local, uri }) => uri === this.uri && names.includes(local));
  }

  first(...names: readonly string[]): XmlNode | undefined {
    return this.all(...names)[0];
  }
}

/** The text is not well-formed XML. */
export class MalformedDocument extends Error {
  override readonly name = 'MalformedDocument';
}

/**
 * Parses a WSDL or a schema. `file` is its name for messages.
 *
 * @throws {MalformedDocument} The text is not well-formed, or has no element.
 */
export function parseDocument(text: string, file: string): XmlNode {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: XmlNode[] = [];
  let root: XmlNode | undefined;
  let line = 1;
  parser.on('error', (error) => {
    throw new MalformedDocument(`${file}: ${error.message}`);
  });
  parser.on('opentagstart', () => {
    line = parser.line;
  });
  parser.on('opentag', (tag) => {
    const parent = open.at(-1) ?? null;
    const attributes = new Map(
      Object.values(tag.attributes)
        .filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
        .map(({ uri, local, value }) => [uri === '' ? local : `{${uri}}${local}`, value]),
    );
    const node = new XmlNode(tag, { file, line }, attributes, new Map(Object.entries(tag.ns)), parent);
    parent?.children.push(node);
    root ??= node;
    open.push(node);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text.replace(/^\ufeff/, '')).close();
  if (root === undefined) {
    throw new MalformedDocument(`${file}: no element`);
  }
  return root;
}
