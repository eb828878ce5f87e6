/** Names and namespaces (Namespaces in XML 1.0, third edition). */

const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

const start =
  'A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}' +
  '\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}';
const ncName = `[${start}][${start}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}]*`;
const qName = new RegExp(`^(?:(${ncName}):)?(${ncName})$`, 'u');

/** A name as a namespace makes it; `uri` is empty for one that is in none. */
export interface Name {
  readonly local: string;
  readonly uri: string;
}

export interface Attribute extends Name {
  readonly value: string;
}

/** A start tag. */
export interface Tag extends Name {
  /** Declarations of namespaces are none of them. */
  readonly attributes: readonly Attribute[];
}

export interface SplitName {
  /** Empty where there is none. */
  readonly prefix: string;
  readonly local: string;
}

/** Null for what is no name. */
export function splitName(text: string): SplitName | null {
  const known = names.get(text);
  if (known !== undefined) {
    return known;
  }
  const [, prefix = '', local] = qName.exec(text) ?? [];
  if (local === undefined) {
    return null;
  }
  const name = { prefix, local: canonical(local) };
  keep(names, canonical(text), name);
  return name;
}

/** Of the documents before: systems use the same few names again and again. */
const names = new Map<string, SplitName>();
const namespaces = new Map<string, string>();
const mostKept = 1_000;
/** Characters. A longer one is no vendor's, and a document may be full of one. */
const longestKept = 200;

function keep<Value>(kept: Map<string, Value>, text: string, value: Value): void {
  if (text.length > longestKept) {
    return;
  }
  // Names that never come again shall not keep out those that do.
  if (kept.size >= mostKept) {
    kept.clear();
  }
  kept.set(text, value);
}

/** The one string for that namespace, so that comparing it costs little. */
export function namespaceOf(text: string): string {
  const known = namespaces.get(text);
  if (known !== undefined) {
    return known;
  }
  const uri = canonical(text);
  keep(namespaces, uri, uri);
  return uri;
}

/**
 * The same text as V8 keeps a property's name: once for all, and in a byte a character, though it was cut out of a document
 * that takes two. To compare it with the contract's costs a tenth then; and it keeps no document from being forgotten, as
 * a piece of one does.
 */
const canonical = (text: string): string => Object.keys({ [text]: null })[0] ?? text;

/** A start tag without attributes, and how it stands in the document. */
export interface BareTag {
  readonly text: string;
  readonly tag: Tag;
  readonly scope: Scope;
  /** The one that came after it the last time: most likely it does so again. */
  next: BareTag | null;
}

/** What prefixes mean between a start tag that declares some and its end tag. */
export class Scope {
  readonly #outer: Scope | null;
  readonly #bindings: ReadonlyMap<string, string>;
  /** By their text: most of a document's tags are the same few. */
  readonly #bare = new Map<string, BareTag>();

  constructor(outer: Scope | null, bindings: ReadonlyMap<string, string>) {
    this.#outer = outer;
    this.#bindings = bindings;
  }

  /** The tag of that text; null where it is not a name, or has a prefix that means nothing. */
  bareTag(text: string): BareTag | null {
    const known = this.#bare.get(text);
    if (known !== undefined) {
      return known;
    }
    const name = this.elementName(text);
    if (name === null) {
      return null;
    }
    const bare: BareTag = { text, tag: { ...name, attributes: [] }, scope: this, next: null };
    this.#bare.set(text, bare);
    return bare;
  }

  elementName(text: string): Name | null {
    const name = splitName(text);
    // `xmlns` is for declarations only.
    if (name === null || name.prefix === 'xmlns') {
      return null;
    }
    const uri = this.#lookUp(name.prefix) ?? (name.prefix === '' ? '' : null);
    return uri === null ? null : { local: name.local, uri };
  }

  /** An attribute without a prefix is in no namespace. */
  attributeName(prefix: string, local: string): Name | null {
    const uri = prefix === '' ? '' : this.#lookUp(prefix);
    return uri === undefined ? null : { local, uri };
  }

  #lookUp(prefix: string): string | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#outer) {
      const uri = scope.#bindings.get(prefix);
      if (uri !== undefined) {
        return uri;
      }
    }
    return undefined;
  }
}

/** The scope around a document. */
export const outermost = (): Scope => new Scope(null, new Map([['xml', XML]]));

/** Whether a declaration may give the prefix that meaning; an empty prefix stands for the default namespace. */
export function mayBind(prefix: string, uri: string): boolean {
  if (prefix === 'xml' || uri === XML) {
    return prefix === 'xml' && uri === XML;
  }
  // To take a prefix's meaning away is of version 1.1.
  return prefix !== 'xmlns' && uri !== XMLNS && (uri !== '' || prefix === '');
}
