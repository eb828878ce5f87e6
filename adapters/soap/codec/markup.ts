import { isXmlText } from '../contract/simple/xml-text.ts';
import { attributeValue, withLineFeeds, withoutReferences } from './character-data.ts';
import { malformed, UnexpectedXml } from './unexpected-xml.ts';
import {
  type Attribute,
  type BareTag,
  mayBind,
  namespaceOf,
  outermost,
  Scope,
  splitName,
  type Tag,
} from './xml-names.ts';

/**
 * Receives the content of a document, in its order. Each `open` has a matching `close`. Everything is between the
 * `open` and the `close` of the root.
 */
export interface MarkupHandler {
  open(tag: Tag): void;
  /** The text of one element may come in several pieces. */
  text(text: string): void;
  close(): void;
  /**
   * An element without attributes that contains only a text, which may be empty. One call replaces `open`, `text` and
   * `close`. Most elements are of this kind. `<b/>`, and elements with references in their text, take separate calls.
   */
  leaf(tag: Tag, text: string): void;
}

/**
 * Maximum number of attributes of one tag, including declarations of namespaces. No message has more, and a document
 * full of attributes would take seconds.
 */
const maxAttributes = 100;

const xmlDeclaration =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/y;
const nameText = /[^ \t\r\n<>"'/=&]+/y;
const attributeText = /[ \t\r\n]+([^ \t\r\n<>"'/=&]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /[ \t\r\n]*(\/?)>/y;

/**
 * Scans a document of XML 1.0 with namespaces, tag by tag. Its time grows linearly with the text, as long as elements
 * are not deeply nested. The handler limits the depth.
 *
 *     <a x="1">T<b/><c>U</c></a>  →  open(a, x="1"), text('T'), open(b), close(), leaf(c, 'U'), close()
 *
 * We have our own scanner because saxes, which reads character by character, took half of the time of a call (decision
 * 7).
 *
 * @throws {UnexpectedXml} The document is not well-formed, or it has something that SOAP forbids: a processing
 *   instruction, or a document type declaration (and with it every entity but the five predefined ones).
 */
export function scanMarkup(text: string, handler: MarkupHandler): void {
  if (!isXmlText(text)) {
    throw malformed();
  }
  new Scanner(text, handler).scan();
}

interface WrittenAttribute {
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
}

interface OpenElement {
  /** The name as written in the document, with its prefix. */
  readonly name: string;
  /** The namespace bindings outside the element. They apply again after the element's end tag. */
  readonly outerScope: Scope;
}

const EXCLAMATION = 0x21;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const QUESTION = 0x3f;

class Scanner {
  readonly #text: string;
  readonly #handler: MarkupHandler;
  readonly #openElements: OpenElement[] = [];
  #scope = outermost();
  #hasRoot = false;
  #lastBareTag: BareTag | null = null;
  /** The position of the next character that needs decoding, such as `&`. The document's length if there is none. */
  #special = -1;

  constructor(text: string, handler: MarkupHandler) {
    this.#text = text;
    this.#handler = handler;
  }

  scan(): void {
    const text = this.#text;
    let at = this.#afterDeclaration();
    while (at < text.length) {
      const start = nextMarkup(text, at);
      const end = start === -1 ? text.length : start;
      if (end > at) {
        this.#characters(at, end);
      }
      at = start === -1 ? end : this.#markup(start);
    }
    if (!this.#hasRoot || this.#openElements.length > 0) {
      throw malformed();
    }
  }

  #afterDeclaration(): number {
    if (!/^<\?xml[ \t\r\n]/.test(this.#text)) {
      return 0;
    }
    xmlDeclaration.lastIndex = 0;
    const match = xmlDeclaration.exec(this.#text);
    if (match === null) {
      throw malformed();
    }
    if ((match[1] ?? match[2]) !== '1.0') {
      throw new UnexpectedXml('not XML 1.0');
    }
    return xmlDeclaration.lastIndex;
  }

  #characters(from: number, to: number): void {
    const raw = this.#text.slice(from, to);
    if (this.#openElements.length === 0) {
      if (/[^ \t\r\n]/.test(raw)) {
        throw malformed();
      }
      return;
    }
    if (this.#isPlain(from, to)) {
      this.#handler.text(raw);
      return;
    }
    if (raw.includes(']]>')) {
      throw malformed();
    }
    this.#handler.text(withoutReferences(withLineFeeds(raw)));
  }

  /** Whether the text between the positions needs no decoding. */
  #isPlain(from: number, to: number): boolean {
    if (this.#special < from) {
      special.lastIndex = from;
      this.#special = special.exec(this.#text)?.index ?? this.#text.length;
    }
    return this.#special >= to;
  }

  /** Reads the markup that begins with `<` at position `at`. Returns the position after the markup. */
  #markup(at: number): number {
    switch (this.#text.charCodeAt(at + 1)) {
      case SLASH:
        return this.#endTag(at + 2);
      case EXCLAMATION:
        return this.#declaration(at);
      case QUESTION:
        throw new UnexpectedXml('a processing instruction');
      default:
        return this.#startTag(at + 1);
    }
  }

  #startTag(at: number): number {
    if (this.#openElements.length === 0 && this.#hasRoot) {
      throw malformed();
    }
    this.#hasRoot = true;
    const bare = this.#guess(at) ?? this.#bareTag(at);
    if (bare === null) {
      return this.#tagWithAttributes(at);
    }
    if (this.#lastBareTag !== null) {
      this.#lastBareTag.next = bare;
    }
    this.#lastBareTag = bare;
    const end = at + bare.text.length;
    if (this.#text.charCodeAt(end) === SLASH) {
      this.#enter(bare.tag, bare.text, this.#scope, true);
      return end + 2;
    }
    const afterLeaf = this.#leaf(bare, end + 1);
    if (afterLeaf !== null) {
      return afterLeaf;
    }
    this.#enter(bare.tag, bare.text, this.#scope, false);
    return end + 1;
  }

  /**
   * Reads the rest of an element that contains only plain text. Its start tag ends before position `from`. Returns the
   * position after the end tag. Null for any other element, which is then read tag by tag.
   */
  #leaf({ text: name, tag }: BareTag, from: number): number | null {
    const text = this.#text;
    const end = nextMarkup(text, from);
    const after = end + 2 + name.length;
    const isLeaf =
      end !== -1 &&
      text.charCodeAt(end + 1) === SLASH &&
      text.charCodeAt(after) === GREATER &&
      text.startsWith(name, end + 2) &&
      this.#isPlain(from, end);
    if (!isLeaf) {
      return null;
    }
    this.#handler.leaf(tag, text.slice(from, end));
    return after + 1;
  }

  /**
   * Guesses the tag at `at`: the one that followed the previous tag at its last occurrence. Null if the guess is wrong.
   * In a list of records it is nearly always right, and saves slicing the tag's name and looking it up.
   */
  #guess(at: number): BareTag | null {
    const guess = this.#lastBareTag?.next ?? null;
    if (guess === null || guess.scope !== this.#scope || !this.#text.startsWith(guess.text, at)) {
      return null;
    }
    const end = at + guess.text.length;
    const after = this.#text.charCodeAt(end);
    const isWhole = after === GREATER || (after === SLASH && this.#text.charCodeAt(end + 1) === GREATER);
    return isWhole ? guess : null;
  }

  /** The tag at position `at`. Null if it has attributes, or if its name is not valid. */
  #bareTag(at: number): BareTag | null {
    const end = this.#find('>', at);
    const isEmpty = this.#text.charCodeAt(end - 1) === SLASH;
    return this.#scope.bareTag(this.#text.slice(at, isEmpty ? end - 1 : end));
  }

  #tagWithAttributes(at: number): number {
    const name = this.#match(nameText, at)[0];
    const declared = new Map<string, string>();
    const written: WrittenAttribute[] = [];
    let from = nameText.lastIndex;
    for (;;) {
      attributeText.lastIndex = from;
      const match = attributeText.exec(this.#text);
      if (match === null) {
        break;
      }
      if (written.length + declared.size === maxAttributes) {
        throw new UnexpectedXml(`more than ${maxAttributes} attributes`);
      }
      from = attributeText.lastIndex;
      const split = splitName(match[1] ?? '');
      if (split === null) {
        throw malformed();
      }
      const value = attributeValue(match[2] ?? match[3] ?? '');
      const declaredPrefix = split.prefix === 'xmlns' ? split.local : match[1] === 'xmlns' ? '' : null;
      if (declaredPrefix === null) {
        written.push({ ...split, value });
      } else if (declared.has(declaredPrefix) || !mayBind(declaredPrefix, value)) {
        throw malformed();
      } else {
        declared.set(declaredPrefix, namespaceOf(value));
      }
    }
    const isEmpty = this.#match(tagEnd, from)[1] === '/';
    const end = tagEnd.lastIndex;
    const scope = declared.size === 0 ? this.#scope : new Scope(this.#scope, declared);
    const element = scope.elementName(name);
    if (element === null) {
      throw malformed();
    }
    this.#enter({ ...element, attributes: attributesIn(scope, written), scope }, name, scope, isEmpty);
    return end;
  }

  #enter(tag: Tag, name: string, scope: Scope, isEmpty: boolean): void {
    this.#handler.open(tag);
    if (isEmpty) {
      this.#handler.close();
    } else {
      this.#openElements.push({ name, outerScope: this.#scope });
      this.#scope = scope;
    }
  }

  #endTag(at: number): number {
    const open = this.#openElements.pop();
    if (open === undefined || !this.#text.startsWith(open.name, at)) {
      throw malformed();
    }
    const after = at + open.name.length;
    const end = this.#text.charCodeAt(after) === GREATER ? after : this.#find('>', after);
    if (end > after && /[^ \t\r\n]/.test(this.#text.slice(after, end))) {
      throw malformed();
    }
    this.#scope = open.outerScope;
    this.#handler.close();
    return end + 1;
  }

  /** Reads a comment or a CDATA section, and rejects a document type. */
  #declaration(at: number): number {
    const text = this.#text;
    if (text.startsWith('<!--', at)) {
      const end = this.#find('--', at + 4);
      if (text[end + 2] !== '>') {
        throw malformed();
      }
      return end + 3;
    }
    if (text.startsWith('<![CDATA[', at) && this.#openElements.length > 0) {
      const end = this.#find(']]>', at + 9);
      this.#handler.text(withLineFeeds(text.slice(at + 9, end)));
      return end + 3;
    }
    if (text.startsWith('<!DOCTYPE', at)) {
      throw new UnexpectedXml('a document type declaration');
    }
    throw malformed();
  }

  #find(what: string, from: number): number {
    const position = this.#text.indexOf(what, from);
    if (position === -1) {
      throw malformed();
    }
    return position;
  }

  #match(pattern: RegExp, at: number): RegExpExecArray {
    pattern.lastIndex = at;
    const match = pattern.exec(this.#text);
    if (match === null) {
      throw malformed();
    }
    return match;
  }
}

/**
 * The position of the next `<` at or after `from`. -1 if there is none. Most texts are short. Short texts are searched
 * in a loop, because `indexOf` is slow in a document with Chinese characters.
 */
function nextMarkup(text: string, from: number): number {
  const until = Math.min(from + shortText, text.length);
  for (let at = from; at < until; at += 1) {
    if (text.charCodeAt(at) === LESS) {
      return at;
    }
  }
  return text.indexOf('<', until);
}

/** Up to this length, in characters, a text is searched character by character. */
const shortText = 40;

const special = /[&\r]|\]\]>/g;

/**
 * Resolves the prefixes of attributes in the scope of their own tag. No two attributes may have the same expanded name.
 */
function attributesIn(scope: Scope, written: readonly WrittenAttribute[]): Attribute[] {
  const expandedNames = new Set<string>();
  return written.map(({ prefix, local, value }) => {
    const name = scope.attributeName(prefix, local);
    const key = `{${name?.uri}}${local}`;
    if (name === null || expandedNames.has(key)) {
      throw malformed();
    }
    expandedNames.add(key);
    return { ...name, value };
  });
}
