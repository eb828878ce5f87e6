/**
 * How a person is reached: what people type, in the form that the systems keep, and what is wrong with it. The vendors'
 * contracts take any text and bound none, but for four lines of address: the other bounds are ours, well above what is
 * real. Lengths are in UTF-16 units. What is wrong is said in words that would help and that quote nothing (R30).
 */

/** Lines of an address that the registry takes. */
export const addressLineLimit = 4;
const longest = { addressLine: 100, email: 254 } as const;

/** White space of any kind and amount is one space, and none at the ends. */
export function oneLine(typed: string): string {
  return typed.replace(/\s+/g, ' ').trim();
}

/**
 * True where every character stands for itself. Control characters, line separators, half characters and what Unicode calls no
 * character can't be kept or sent. Nor is what formats other characters and is not seen itself taken: marks of direction, by
 * which a name reads otherwise than it is written, or widths of zero, by which two that look alike are different.
 */
export function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(text);
}

/** True for up to `most` units of plain text. */
export function isText(text: string, most: number): boolean {
  return text.length <= most && isPlain(text);
}

/** The text in the form that `parse` gives it; null where it is absent, null or empty: the systems store no empty text. */
export function optionalText(
  typed: string | null | undefined,
  parse: (typed: string) => string,
): string | null {
  const text = typed == null ? '' : parse(typed);
  return text === '' ? null : text;
}

/** Each in one line, without the empty ones. */
export function addressLinesOf(typed: readonly string[]): string[] {
  return typed.map(oneLine).filter((line) => line !== '');
}

/** What is wrong with the lines of an address, or null. */
export function addressFault(lines: readonly string[]): string | null {
  if (lines.length > addressLineLimit) {
    return `An address has ${addressLineLimit} lines at most: put the rest into fewer.`;
  }
  return lines.every((line) => isText(line, longest.addressLine))
    ? null
    : `A line of an address is plain text of up to ${longest.addressLine} characters, none of them invisible.`;
}

/**
 * The digits, after a plus where there was one; Hong Kong's own country code is left out, so that a number is searched
 * for as it is dialled here. What is no telephone number stays one.
 */
export function telephoneOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s().\p{Pd}\p{Cf}]/gu, '')
    .replace(/^(?:\+|00)852(?=[0-9]{8}$)/, '');
}

/** What is wrong with a telephone number, or null. */
export function telephoneFault(telephone: string): string | null {
  return /^\+?[0-9]{7,15}$/.test(telephone)
    ? null
    : 'A telephone number has 7 to 15 digits, for one abroad after a plus and the country code.';
}

/** What is wrong with an e-mail address, or null. Whether anyone reads it, only a message can tell. */
export function emailFault(email: string): string | null {
  const hasForm = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email);
  return hasForm && isText(email, longest.email)
    ? null
    : `An e-mail address has one @ and a domain after it, in up to ${longest.email} characters.`;
}
