import type { Session } from '../session.ts';
import type { Station } from '../terminals/terminals.ts';

/**
 * The card that a reader shows at a station. The card is identified by its number, or by the identity number and date
 * of issue that a card reader has read.
 */
export type PresentedCard =
  | { readonly kind: 'number'; readonly number: string }
  | {
      readonly kind: 'smart-id';
      readonly smartId: { readonly identityNumber: string; readonly dateOfIssue: string };
    };

/**
 * Accepts a smart identity card only if the terminal's entry names the two fields for such cards, and only over TLS. An
 * identity number must never be sent in clear text.
 */
export function presentedCard(
  fields: ReadonlyMap<string, string>,
  { terminal: { smartIdFields }, isSecure }: Pick<Session<Station>, 'terminal' | 'isSecure'>,
): PresentedCard {
  const identityNumber = smartIdFields === null ? undefined : fields.get(smartIdFields.identityNumber);
  const dateOfIssue = smartIdFields === null ? undefined : fields.get(smartIdFields.dateOfIssue);
  return isSecure && identityNumber && dateOfIssue
    ? { kind: 'smart-id', smartId: { identityNumber, dateOfIssue } }
    : { kind: 'number', number: fields.get('AA') ?? '' };
}
