import { isXmlText } from '../contract/simple/xml-text.ts';
import { malformed } from './unexpected-xml.ts';

/** Normalizes line ends, as XML prescribes. */
export const withLineFeeds = (text: string): string =>
  text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;

/** An ampersand that doesn't begin a reference to a character. */
const badReference = /&(?!(?:lt|gt|amp|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)/;

/**
 * Replaces the references in a text by their characters. A megabyte can hold 200,000 references, so named references
 * are replaced without a function call for each. The text is split at the numeric references first. So the character of
 * a numeric reference can't become part of a named reference:
 *
 *     '&#38;lt; &amp;'  →  split: ['', '38', 'lt; &amp;']  →  '&' + 'lt; &'  →  '&lt; &'
 *
 * @throws {UnexpectedXml} An ampersand begins no reference, or XML doesn't allow the character.
 */
export function withoutReferences(text: string): string {
  if (badReference.test(text)) {
    throw malformed();
  }
  if (!text.includes('&#')) {
    return withoutNamedReferences(text);
  }
  const characters = new Map<string, string>();
  return text
    .split(/&#([^;]+);/)
    .map((part, index) => (index % 2 === 0 ? withoutNamedReferences(part) : characterOf(part, characters)))
    .join('');
}

function withoutNamedReferences(text: string): string {
  return text.includes('&')
    ? text
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&apos;', "'")
        // `&amp;` is replaced last, because the result may look like the beginning of another reference.
        .replaceAll('&amp;', '&')
    : text;
}

/**
 * The character of a numeric reference such as `65` or `x41`. `cachedCharacters` contains the characters of earlier
 * references.
 */
function characterOf(number: string, cachedCharacters: Map<string, string>): string {
  const cachedCharacter = cachedCharacters.get(number);
  if (cachedCharacter !== undefined) {
    return cachedCharacter;
  }
  const code = number.startsWith('x') ? Number.parseInt(number.slice(1), 16) : Number(number);
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\u0000';
  if (!isXmlText(character)) {
    throw malformed();
  }
  cachedCharacters.set(number, character);
  return character;
}

/**
 * Normalizes the value of an attribute, as XML prescribes: references are replaced by their characters, and literal
 * white space becomes spaces.
 */
export const attributeValue = (raw: string): string =>
  /[&\t\r\n]/.test(raw) ? withoutReferences(raw.replace(/\r\n/g, ' ').replace(/[\t\r\n]/g, ' ')) : raw;
