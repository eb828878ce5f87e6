/** Parses the text that was typed or scanned into the search for patrons. */
import { isItemNumber, readNumber } from '@patron-graph/ui';

export type Wanted =
  | { readonly kind: 'card'; readonly libraryCardNumber: string }
  | { readonly kind: 'copy'; readonly itemNumber: string }
  | { readonly kind: 'operation'; readonly code: string }
  | { readonly kind: 'patron'; readonly id: string }
  | { readonly kind: 'telephone'; readonly telephone: string }
  /** `code` is set if the name may also be an operation's code. */
  | { readonly kind: 'name'; readonly name: string; readonly code: string | null };

/** The shortest name that can be searched: two characters, or one Chinese character. */
const shortestName = /^(?:[^\p{Script=Han}].+|.*\p{Script=Han}.*)$/u;

/** An operation's short code: eight characters of Crockford's base 32. */
const shortCode = /^[0-9A-HJKMNP-TV-Z]{8}$/;

/**
 * Parses a search. 14 digits are the number of a copy if they begin with 3, and otherwise of a card. Eight digits are a
 * telephone number, with or without spaces and dashes (`readNumber`). `P0000001` is a patron number, and `7K2M9QXR` an
 * operation's code. Any other text is a name or a part of a name. A text of eight letters may be a name or a code. Null
 * if the text is too short to search for, or is a part of a number.
 */
export function readWanted(text: string): Wanted | null {
  const line = text.normalize('NFKC').trim();
  const digits = readNumber(text);
  if (isItemNumber(digits)) {
    return { kind: 'copy', itemNumber: digits };
  }
  if (/^\d{14}$/.test(digits)) {
    return { kind: 'card', libraryCardNumber: digits };
  }
  if (/^P\d{7}$/.test(digits)) {
    return { kind: 'patron', id: digits };
  }
  if (/^\d{8}$/.test(digits)) {
    return { kind: 'telephone', telephone: digits };
  }
  const code = shortCode.test(digits) ? digits : null;
  if (code !== null && /\d/.test(code)) {
    return { kind: 'operation', code };
  }
  // Other texts that consist of digits are incomplete numbers.
  const isPartOfNumber = /^P?\d*$/.test(digits) && /\d/.test(digits);
  return isPartOfNumber || !shortestName.test(line) ? null : { kind: 'name', name: line, code };
}
