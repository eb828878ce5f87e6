/** Parses the input of a barcode scanner or a card reader in the desk's field. */
import { isCardNumber, isItemNumber, readDate, readNumber } from '@patron-graph/ui';
import type { CredentialPresented } from '../operations.generated.ts';

export type Scanned =
  | { readonly kind: 'card'; readonly card: CredentialPresented }
  | { readonly kind: 'item'; readonly itemNumber: string }
  /** The text is neither a card's number nor a copy's. For example, two numbers may have run together. */
  | { readonly kind: 'unreadable' };

/**
 * The identity number and the date of issue of a smart identity card (R6), as a card reader types them: `A123456(3)
 * 2019-02-20`.
 */
const smartId = /^(?<identityNumber>[A-Z]{1,2}\d{6}\(?[\dA]\)?)[\s,;|]+(?<date>\S+)$/;

/**
 * Parses a scan. Accepts full-width letters and digits. The graph checks the check digit, without a call to any legacy
 * system.
 */
export function readScanned(text: string): Scanned {
  const line = text.normalize('NFKC').trim().toUpperCase();
  const { identityNumber, date = '' } = smartId.exec(line)?.groups ?? {};
  const dateOfIssue = readDate(date);
  if (identityNumber !== undefined && dateOfIssue !== null) {
    return { kind: 'card', card: { smartId: { identityNumber, dateOfIssue } } };
  }
  const number = readNumber(text);
  if (isCardNumber(number)) {
    return { kind: 'card', card: { libraryCardNumber: number } };
  }
  return isItemNumber(number) ? { kind: 'item', itemNumber: number } : { kind: 'unreadable' };
}
