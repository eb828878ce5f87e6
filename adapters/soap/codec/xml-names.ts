/** Names and namespaces, by the recommendation Namespaces in XML 1.0 (third edition). */

const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

const start =
  'A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}' +
  '\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}';
const ncName = `[${start}][${start}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}]*`;
const qName = new RegExp(`^(?:(${ncName}):)?(${ncName})$`, 'u');

/** An expanded name. `uri` is the namespace. It is empty for a name in no namespace. */
export interface Name {
  readonly local: string;
  readonly uri: string;
}

export const isNamed = (name: Name, local: string, uri: string): boolean =>
  name.local === local && name.uri === uri;

export interface Attribute extends Name {
  readonly value: string;
}

/** A start tag. */
export interface Tag extends Name {
  /** The attributes, without declarations of namespaces. */
  readonly attributes: readonly Attribute[];
  /** The namespaces of the prefixes inside the element, for values that are names. */
  readonly scope: Scope;
}

export interface SplitName {
  /** Empty for a name without a prefix. */
  readonly prefix: string;
  readonly local: string;
}

/** Splits a qualified name into prefix and local part. Null if the text is not a name. */
export function splitName(text: string): SplitName | null {
  const cachedName = names.get(text);
  if (cachedName !== undefined) {
    return cachedName;
  }
  const [, prefix = '', local] = qName.exec(text) ?? [];
  if (local === undefined) {
    return null;
  }
  const name = { prefix, local: canonical(local) };
  cache(names, canonical(text), name);
  return name;
}

/** The names and namespaces of earlier documents. A system uses the same few names in every document. */
const names = new Map<string, SplitName>();
const namespaces = new Map<string, string>();
const maxCached = 1_000;
/**
 * The maximum length of a cached text, in characters. No vendor's name is longer, but a name in a document can have any
 * length.
 */
const maxCachedLength = 200;

function cache<Value>(values: Map<string, Value>, text: string, value: Value): void {
  if (text.length > maxCachedLength) {
    return;
  }
  // A full cache is emptied, so that it can't stay full of names that never occur again.
  if (values.size >= maxCached) {
    values.clear();
  }
  values.set(text, value);
}

/** Returns one shared string for each namespace, because V8 compares a string with itself at once. */
export function namespaceOf(text: string): string {
  const cachedUri = namespaces.get(text);
  if (cachedUri !== undefined) {
    return cachedUri;
  }
  const uri = canonical(text);
  cache(namespaces, uri, uri);
  return uri;
}

/**
 * Returns the same text as an internalized string. V8 keeps one copy of each property name, with one byte a character,
 * even if the document has two bytes a character. Comparing this copy with the contract's names takes a tenth of the
 * time. Unlike a slice of the document, the copy doesn't keep the whole document in memory.
 */
const canonical = (text: string): string => Object.keys({ [text]: null })[0] ?? text;

/** A start tag without attributes, and its name as written in the document. */
export interface BareTag {
  readonly text: string;
  readonly tag: Tag;
  readonly scope: Scope;
  /** The start tag that followed this tag at its last occurrence. Most likely the same tag follows again. */
  next: BareTag | null;
}

/** The namespaces of the prefixes that one element declares. `#outer` is the scope of the elements around it. */
export class Scope {
  readonly #outer: Scope | null;
  readonly #bindings: ReadonlyMap<string, string>;
  /** The start tags without attributes, by their text. A document repeats a few tags. */
  readonly #bareTags = new Map<string, BareTag>();

  constructor(outer: Scope | null, bindings: ReadonlyMap<string, string>) {
    this.#outer = outer;
    this.#bindings = bindings;
  }

  /** The start tag with the name `text`. Null if the text is not a name, or if its prefix is not bound. */
  bareTag(text: string): BareTag | null {
    const cachedTag = this.#bareTags.get(text);
    if (cachedTag !== undefined) {
      return cachedTag;
    }
    const name = this.elementName(text);
    if (name === null) {
      return null;
    }
    const bare: BareTag = { text, tag: { ...name, attributes: [], scope: this }, scope: this, next: null };
    this.#bareTags.set(text, bare);
    return bare;
  }

  elementName(text: string): Name | null {
    const name = splitName(text);
    // The prefix `xmlns` is only for declarations.
    if (name === null || name.prefix === 'xmlns') {
      return null;
    }
    const uri = this.namespaceOf(name.prefix);
    return uri === undefined ? null : { local: name.local, uri };
  }

  /** An attribute without a prefix is in no namespace. */
  attributeName(prefix: string, local: string): Name | null {
    const uri = prefix === '' ? '' : this.namespaceOf(prefix);
    return uri === undefined ? null : { local, uri };
  }

  /**
   * The namespace of a prefix. Undefined if the prefix is not bound. The empty prefix stands for the default namespace,
   * which is empty if none is declared.
   */
  namespaceOf(prefix: string): string | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#outer) {
      const uri = scope.#bindings.get(prefix);
      if (uri !== undefined) {
        return uri;
      }
    }
    return prefix === '' ? '' : undefined;
  }
}

/** The scope outside a document's root. */
export const outermost = (): Scope => new Scope(null, new Map([['xml', XML]]));

/** Whether a declaration may bind the prefix to the namespace. An empty prefix stands for the default namespace. */
export function mayBind(prefix: string, uri: string): boolean {
  if (prefix === 'xml' || uri === XML) {
    return prefix === 'xml' && uri === XML;
  }
  // An empty namespace would unbind the prefix. Version 1.0 of Namespaces in XML doesn't allow it.
  return prefix !== 'xmlns' && uri !== XMLNS && (uri !== '' || prefix === '');
}
