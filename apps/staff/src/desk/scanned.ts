/** Parses the input of a barcode scanner or a card reader in the desk's field. */
import { isCardNumber, isItemNumber, readDate, readNumber } from '@patron-graph/ui';
import type { CredentialPresented } from '../operations.generated.ts';

export type Scanned =
  | { readonly kind: 'card'; readonly card: CredentialPresented }
  | { readonly kind: 'item'; readonly itemNumber: string }
  /** The identity number, from a card reader that sends the date of issue in another line. */
  | { readonly kind: 'identityNumber'; readonly identityNumber: string }
  /** The text is the number of neither a card nor a copy. For example, two numbers may have run together. */
  | { readonly kind: 'unreadable' };

/**
 * The identity number and the date of issue of a smart identity card (R6), as a card reader types them: `A123456(3)
 * 2019-02-20`.
 */
const smartId = /^(?<identityNumber>[A-Z]{1,2}\d{6}\(?[\dA]\)?)(?:[\s,;|]+(?<date>\S+))?$/;

/**
 * Parses a scan. Accepts full-width letters and digits. The graph verifies the check digit.
 *
 * @param before the identity number in the previous line; null if there was none
 */
export function readScanned(text: string, before: string | null = null): Scanned {
  const line = text.normalize('NFKC').trim().toUpperCase();
  const { identityNumber = before, date } = smartId.exec(line)?.groups ?? { date: line };
  if (identityNumber !== null && date === undefined) {
    return { kind: 'identityNumber', identityNumber };
  }
  const dateOfIssue = readDate(date ?? '');
  if (identityNumber !== null && dateOfIssue !== null) {
    return { kind: 'card', card: { smartId: { identityNumber, dateOfIssue } } };
  }
  const number = readNumber(text);
  if (isCardNumber(number)) {
    return { kind: 'card', card: { libraryCardNumber: number } };
  }
  return isItemNumber(number) ? { kind: 'item', itemNumber: number } : { kind: 'unreadable' };
}

/**
 * Parses lines one after the other, because some card readers send a card in two lines. The first of the two lines is
 * never shown.
 */
export function createReader(): (text: string) => Scanned {
  let before: string | null = null;
  return (text) => {
    const scanned = readScanned(text, before);
    before = scanned.kind === 'identityNumber' ? scanned.identityNumber : null;
    return scanned;
  };
}

/** The text of a row on the screen, with identity numbers replaced. An identity number must not stay on the screen. */
export const withoutIdentityNumbers = (text: string): string =>
  text.normalize('NFKC').replaceAll(/[A-Z]{1,2}\d{6}\(?[\dA]?\)?/gi, '…');
