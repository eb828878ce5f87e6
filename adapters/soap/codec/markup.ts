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

/** Told what a document consists of. `open` and `close` come in pairs; one pair is around all others, and all text. */
export interface MarkupHandler {
  open(tag: Tag): void;
  /** May come in pieces. */
  text(text: string): void;
  close(): void;
}

/** Why a document is refused. */
export class UnexpectedXml extends Error {}

const malformed = (): UnexpectedXml => new UnexpectedXml('not well-formed');

/** Of one tag, declarations of namespaces among them. No message has more, and a document full of them takes seconds. */
const mostAttributes = 100;

/** All else may stand in XML 1.0, surrogates in pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const xmlDeclaration =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/y;
const nameText = /[^ \t\r\n<>"'/=&]+/y;
const attributeText = /[ \t\r\n]+([^ \t\r\n<>"'/=&]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /[ \t\r\n]*(\/?)>/y;

/**
 * Reads a document of XML 1.0 with namespaces, tag by tag. Throws `UnexpectedXml` for what is not well-formed, and for what
 * SOAP forbids: a document type, with it all entities but the five, and processing instructions. Takes time in proportion
 * to the text as long as elements are few in one another; the handler bounds that.
 *
 * Ours, because a parser that goes character by character (saxes) was half of what a call costs: decision 7.
 */
export function scanMarkup(text: string, handler: MarkupHandler): void {
  if (forbidden.test(text) || !text.isWellFormed()) {
    throw malformed();
  }
  new Scanner(text, handler).scan();
}

/** An element that is open: its name as it stands, and what held around it. */
interface Open {
  readonly name: string;
  readonly around: Scope;
}

const EXCLAMATION = 0x21;
const SLASH = 0x2f;
const GREATER = 0x3e;
const QUESTION = 0x3f;

class Scanner {
  readonly #text: string;
  readonly #handler: MarkupHandler;
  readonly #open: Open[] = [];
  #scope = outermost();
  #hasRoot = false;
  #last: BareTag | null = null;
  /** Where the next character is that text may not be taken with as it stands; beyond the end where there is none. */
  #special = -1;

  constructor(text: string, handler: MarkupHandler) {
    this.#text = text;
    this.#handler = handler;
  }

  scan(): void {
    const text = this.#text;
    let at = this.#afterDeclaration();
    while (at < text.length) {
      const start = text.indexOf('<', at);
      const end = start === -1 ? text.length : start;
      if (end > at) {
        this.#characters(at, end);
      }
      at = start === -1 ? end : this.#markup(start);
    }
    if (!this.#hasRoot || this.#open.length > 0) {
      throw malformed();
    }
  }

  #afterDeclaration(): number {
    if (!/^<\?xml[ \t\r\n]/.test(this.#text)) {
      return 0;
    }
    xmlDeclaration.lastIndex = 0;
    const found = xmlDeclaration.exec(this.#text);
    if (found === null) {
      throw malformed();
    }
    if ((found[1] ?? found[2]) !== '1.0') {
      throw new UnexpectedXml('not XML 1.0');
    }
    return xmlDeclaration.lastIndex;
  }

  #characters(from: number, to: number): void {
    const raw = this.#text.slice(from, to);
    if (this.#open.length === 0) {
      if (/[^ \t\r\n]/.test(raw)) {
        throw malformed();
      }
      return;
    }
    if (this.#special < from) {
      special.lastIndex = from;
      this.#special = special.exec(this.#text)?.index ?? this.#text.length;
    }
    if (this.#special < to && raw.includes(']]>')) {
      throw malformed();
    }
    this.#handler.text(this.#special < to ? expanded(withLineFeeds(raw)) : raw);
  }

  /** Takes what begins with the `<` there, and gives where it ends. */
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
    if (this.#open.length === 0 && this.#hasRoot) {
      throw malformed();
    }
    this.#hasRoot = true;
    const bare = this.#guess(at) ?? this.#bareTag(at);
    if (bare === null) {
      return this.#tagWithAttributes(at);
    }
    if (this.#last !== null) {
      this.#last.next = bare;
    }
    this.#last = bare;
    const end = at + bare.text.length;
    const isEmpty = this.#text.charCodeAt(end) === SLASH;
    this.#enter(bare.tag, bare.text, this.#scope, isEmpty);
    return isEmpty ? end + 2 : end + 1;
  }

  /** The tag that came after the last one before, if it does so again: nothing is cut out and looked up then. */
  #guess(at: number): BareTag | null {
    const guess = this.#last?.next ?? null;
    if (guess === null || guess.scope !== this.#scope || !this.#text.startsWith(guess.text, at)) {
      return null;
    }
    const end = at + guess.text.length;
    const after = this.#text.charCodeAt(end);
    const isWhole = after === GREATER || (after === SLASH && this.#text.charCodeAt(end + 1) === GREATER);
    return isWhole ? guess : null;
  }

  /** Null where the tag is none without attributes. */
  #bareTag(at: number): BareTag | null {
    const end = this.#find('>', at);
    const isEmpty = this.#text.charCodeAt(end - 1) === SLASH;
    return this.#scope.bareTag(this.#text.slice(at, isEmpty ? end - 1 : end));
  }

  #tagWithAttributes(at: number): number {
    const name = this.#match(nameText, at)[0];
    const declared = new Map<string, string>();
    const given: { prefix: string; local: string; value: string }[] = [];
    let from = nameText.lastIndex;
    for (;;) {
      attributeText.lastIndex = from;
      const found = attributeText.exec(this.#text);
      if (found === null) {
        break;
      }
      if (given.length + declared.size === mostAttributes) {
        throw new UnexpectedXml(`more than ${mostAttributes} attributes`);
      }
      from = attributeText.lastIndex;
      const split = splitName(found[1] ?? '');
      if (split === null) {
        throw malformed();
      }
      const value = attributeValue(found[2] ?? found[3] ?? '');
      const binds = split.prefix === 'xmlns' ? split.local : found[1] === 'xmlns' ? '' : null;
      if (binds === null) {
        given.push({ ...split, value });
      } else if (declared.has(binds) || !mayBind(binds, value)) {
        throw malformed();
      } else {
        declared.set(binds, namespaceOf(value));
      }
    }
    const isEmpty = this.#match(tagEnd, from)[1] === '/';
    const end = tagEnd.lastIndex;
    const scope = declared.size === 0 ? this.#scope : new Scope(this.#scope, declared);
    const element = scope.elementName(name);
    if (element === null) {
      throw malformed();
    }
    this.#enter({ ...element, attributes: attributesIn(scope, given) }, name, scope, isEmpty);
    return end;
  }

  #enter(tag: Tag, name: string, scope: Scope, isEmpty: boolean): void {
    this.#handler.open(tag);
    if (isEmpty) {
      this.#handler.close();
    } else {
      this.#open.push({ name, around: this.#scope });
      this.#scope = scope;
    }
  }

  #endTag(at: number): number {
    const open = this.#open.pop();
    if (open === undefined || !this.#text.startsWith(open.name, at)) {
      throw malformed();
    }
    const after = at + open.name.length;
    const end = this.#text.charCodeAt(after) === GREATER ? after : this.#find('>', after);
    if (end > after && /[^ \t\r\n]/.test(this.#text.slice(after, end))) {
      throw malformed();
    }
    this.#scope = open.around;
    this.#handler.close();
    return end + 1;
  }

  /** A comment, a CDATA section, or a document type. */
  #declaration(at: number): number {
    const text = this.#text;
    if (text.startsWith('<!--', at)) {
      const end = this.#find('--', at + 4);
      if (text[end + 2] !== '>') {
        throw malformed();
      }
      return end + 3;
    }
    if (text.startsWith('<![CDATA[', at) && this.#open.length > 0) {
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
    const found = this.#text.indexOf(what, from);
    if (found === -1) {
      throw malformed();
    }
    return found;
  }

  #match(what: RegExp, at: number): RegExpExecArray {
    what.lastIndex = at;
    const found = what.exec(this.#text);
    if (found === null) {
      throw malformed();
    }
    return found;
  }
}

const special = /[&\r]|\]\]>/g;

/** As XML has lines end. */
const withLineFeeds = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/** What is no reference to a character, though it begins like one. */
const badReference = /&(?!(?:lt|gt|amp|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)/;

/**
 * The text that references stand in. A megabyte has room for two hundred thousand of them, so nothing is called for each
 * but for those by number; these go apart, so that what one stands for is not taken for the beginning of a name.
 */
function expanded(text: string): string {
  if (badReference.test(text)) {
    throw malformed();
  }
  if (!text.includes('&#')) {
    return withNamed(text);
  }
  const characters = new Map<string, string>();
  return text
    .split(/&#([^;]+);/)
    .map((part, index) => (index % 2 === 0 ? withNamed(part) : numbered(part, characters)))
    .join('');
}

function withNamed(text: string): string {
  return text.includes('&')
    ? text
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&apos;', "'")
        // Last: what it stands for may be what begins another's name.
        .replaceAll('&amp;', '&')
    : text;
}

/** The character of a number, as in `65` or `x41`; `known` has those that were looked up before. */
function numbered(number: string, known: Map<string, string>): string {
  const before = known.get(number);
  if (before !== undefined) {
    return before;
  }
  const code = number.startsWith('x') ? Number.parseInt(number.slice(1), 16) : Number(number);
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\u0000';
  if (forbidden.test(character) || !character.isWellFormed()) {
    throw malformed();
  }
  known.set(number, character);
  return character;
}

/** White space that stands as it is becomes spaces. */
const attributeValue = (raw: string): string =>
  /[&\t\r\n]/.test(raw) ? expanded(raw.replace(/\r\n/g, ' ').replace(/[\t\r\n]/g, ' ')) : raw;

/** By the scope of their own tag. No two may come to the same name. */
function attributesIn(
  scope: Scope,
  given: readonly { readonly prefix: string; readonly local: string; readonly value: string }[],
): Attribute[] {
  const seen = new Set<string>();
  return given.map(({ prefix, local, value }) => {
    const name = scope.attributeName(prefix, local);
    const key = `{${name?.uri}}${local}`;
    if (name === null || seen.has(key)) {
      throw malformed();
    }
    seen.add(key);
    return { ...name, value };
  });
}
