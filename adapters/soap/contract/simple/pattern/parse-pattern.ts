import { categories, classEscapes, codeOf, type Escape, literal, singleEscapes } from './escapes.ts';
import { PatternError, type PatternNode } from './syntax-tree.ts';
import { blockRanges } from './unicode-blocks.ts';

/** No pattern that a person writes by hand is nearly as long or as deeply nested. */
const maxLength = 10_000;
const maxNesting = 100;

/**
 * Parses a regular expression of XML Schema. Unlike in JavaScript, the expression always matches the whole value, and
 * `^` and `$` are ordinary characters. Classes can be subtracted (`[a-z-[aeiou]]`), and `\i`, `\c` and blocks exist.
 *
 *     'P[0-9]{7}'  →  sequence( set [P], repeat(set [0-9], 7, 7) )
 *
 * @throws {PatternError} The text is not a regular expression of XML Schema. The message names the position.
 */
export function parsePattern(source: string): PatternNode {
  if (source.length > maxLength) {
    throw new PatternError(`a pattern of more than ${maxLength} characters`);
  }
  return new Parser(source).parse();
}

class Parser {
  /** The code points of the pattern. */
  readonly #characters: readonly string[];
  #at = 0;
  #nesting = 0;

  constructor(source: string) {
    this.#characters = Array.from(source);
  }

  parse(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#characters.length) {
      throw this.#error();
    }
    return node;
  }

  #choice(): PatternNode {
    this.#nest();
    const options = [this.#sequence()];
    while (this.#skip('|')) {
      options.push(this.#sequence());
    }
    this.#nesting -= 1;
    const [only, second] = options;
    return only !== undefined && second === undefined ? only : { kind: 'choice', options };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      items.push(this.#quantified(this.#atom()));
    }
    return { kind: 'sequence', items };
  }

  #atom(): PatternNode {
    const character = this.#take();
    switch (character) {
      case '(': {
        const body = this.#choice();
        if (!this.#skip(')')) {
          throw this.#error();
        }
        return body;
      }
      case '[':
        return { kind: 'set', source: this.#class() };
      case '.':
        return { kind: 'set', source: '[^\\n\\r]' };
      case '\\':
        return { kind: 'set', source: `[${this.#escape().source}]` };
      default:
        if ('?*+]{}'.includes(character)) {
          throw this.#error();
        }
        return { kind: 'set', source: `[${literal(character)}]` };
    }
  }

  #quantified(body: PatternNode): PatternNode {
    switch (this.#peek()) {
      case '?':
        this.#at += 1;
        return { kind: 'repeat', body, min: 0, max: 1 };
      case '*':
        this.#at += 1;
        return { kind: 'repeat', body, min: 0, max: Number.POSITIVE_INFINITY };
      case '+':
        this.#at += 1;
        return { kind: 'repeat', body, min: 1, max: Number.POSITIVE_INFINITY };
      case '{':
        this.#at += 1;
        return { kind: 'repeat', body, ...this.#range() };
      default:
        return body;
    }
  }

  /** Reads `{n}`, `{n,}` or `{n,m}` after its `{`. */
  #range(): { readonly min: number; readonly max: number } {
    const min = this.#number();
    if (this.#skip('}')) {
      return { min, max: min };
    }
    if (!this.#skip(',')) {
      throw this.#error();
    }
    if (this.#skip('}')) {
      return { min, max: Number.POSITIVE_INFINITY };
    }
    const max = this.#number();
    if (!this.#skip('}') || max < min) {
      throw this.#error();
    }
    return { min, max };
  }

  #number(): number {
    let digits = '';
    for (let next = this.#peek(); next !== undefined && /^[0-9]$/.test(next); next = this.#peek()) {
      digits += this.#take();
    }
    if (digits === '' || digits.length > 9) {
      throw this.#error();
    }
    return Number(digits);
  }

  /** Reads a character class after its `[`, and writes it in JavaScript's syntax. A subtraction is its last member. */
  #class(): string {
    this.#nest();
    const isNegative = this.#skip('^');
    let members = '';
    for (;;) {
      if (this.#peek() === '-' && this.#peek(1) === '[') {
        this.#at += 2;
        const subtracted = this.#class();
        if (members === '' || !this.#skip(']')) {
          throw this.#error();
        }
        this.#nesting -= 1;
        return `[[${isNegative ? '^' : ''}${members}]--${subtracted}]`;
      }
      if (members !== '' && this.#skip(']')) {
        this.#nesting -= 1;
        return `[${isNegative ? '^' : ''}${members}]`;
      }
      members += this.#member();
    }
  }

  /** A character, a range or an escape inside a class. */
  #member(): string {
    const first = this.#classCharacter();
    // `-` before the end of the class, or before a subtraction, is a character of its own.
    if (this.#peek() !== '-' || this.#peek(1) === ']' || this.#peek(1) === '[') {
      return first.source;
    }
    if (first.character === null) {
      throw this.#error();
    }
    this.#at += 1;
    const last = this.#classCharacter();
    if (last.character === null || codeOf(last.character) < codeOf(first.character)) {
      throw this.#error();
    }
    return `${first.source}-${last.source}`;
  }

  #classCharacter(): Escape {
    const character = this.#take();
    if (character === '\\') {
      return this.#escape();
    }
    if (character === '[' || character === ']') {
      throw this.#error();
    }
    return { source: literal(character), character };
  }

  /** Reads an escape after its backslash. */
  #escape(): Escape {
    const letter = this.#take();
    const source = classEscapes[letter];
    if (source !== undefined) {
      return { source, character: null };
    }
    if (letter === 'p' || letter === 'P') {
      return { source: this.#property(letter), character: null };
    }
    const character = singleEscapes[letter] ?? (/^[\\|.?*+(){}\-[\]^$/]$/.test(letter) ? letter : undefined);
    if (character === undefined) {
      throw this.#error();
    }
    return { source: literal(character), character };
  }

  #property(letter: string): string {
    const end = this.#characters.indexOf('}', this.#at);
    if (!this.#skip('{') || end === -1) {
      throw this.#error();
    }
    const name = this.#characters.slice(this.#at, end).join('');
    const ranges = name.startsWith('Is') ? blockRanges(name.slice(2)) : undefined;
    this.#at = end + 1;
    if (ranges !== undefined) {
      return `[${letter === 'P' ? '^' : ''}${ranges}]`;
    }
    if (!categories.has(name)) {
      throw this.#error();
    }
    return `[\\${letter}{${name}}]`;
  }

  #nest(): void {
    this.#nesting += 1;
    if (this.#nesting > maxNesting) {
      throw new PatternError('a pattern that is nested too deeply');
    }
  }

  #peek(ahead = 0): string | undefined {
    return this.#characters[this.#at + ahead];
  }

  #take(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) {
      throw this.#error();
    }
    this.#at += 1;
    return character;
  }

  #skip(character: string): boolean {
    const isNext = this.#peek() === character;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }

  #error(): PatternError {
    return new PatternError(`a pattern with an error before its character ${this.#at + 1}`);
  }
}
