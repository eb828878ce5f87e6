/** Reads what a barcode scanner or a card reader has typed into the desk's field. */
import type { CredentialPresented } from '../operations.generated.ts';

export type Scanned =
  | { readonly kind: 'card'; readonly card: CredentialPresented }
  | { readonly kind: 'item'; readonly itemNumber: string }
  /** No number of a card or a copy, such as two of them that ran together. */
  | { readonly kind: 'unreadable' };

/** 14 digits. The library's numbers of cards begin with 2, and those of copies with 3. */
const number = /^\d{14}$/;
/** The two facts of a smart identity card (R6), as a card reader types them: `A123456(3) 2019-02-20`. */
const smartId = /^([A-Z]{1,2}\d{6}\(?[\dA]\)?)[\s,;|]+(\d{4}-\d\d-\d\d)$/;

/**
 * Accepts full-width letters and digits, and spaces within a number. The graph checks the check digit, without a call to any system.
 */
export function readScanned(text: string): Scanned {
  const line = text.normalize('NFKC').trim().toUpperCase();
  const [, identityNumber, dateOfIssue] = smartId.exec(line) ?? [];
  if (identityNumber !== undefined && dateOfIssue !== undefined) {
    return { kind: 'card', card: { smartId: { identityNumber, dateOfIssue } } };
  }
  const digits = line.replaceAll(/\s/g, '');
  if (!number.test(digits)) {
    return { kind: 'unreadable' };
  }
  return digits.startsWith('2')
    ? { kind: 'card', card: { libraryCardNumber: digits } }
    : { kind: 'item', itemNumber: digits };
}
