import { hongKongInstant } from '../../library/calendar.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { badInput } from '../../runtime/pagination.ts';
import { pseudonymOf } from '../partners/pseudonym.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { isInGoodStanding } from '../rules/cards/verification.ts';

/** The SDL's `ReaderStanding`. */
export interface ReaderStanding {
  readonly pseudonym: string;
  readonly inGoodStanding: boolean;
  /** A reader who signed in before this must sign in again. */
  readonly signInAgainSince: string | null;
}

/** Changes that end sign-ins, as the audit names them: another person may know the PIN, or have the card. */
const endingFields = ['credential.pin', 'credential.status'];

/** The configuration of issuers has the same limit for a partner's name, in characters. */
const maxPartnerLength = 1000;

/**
 * How a patron stands now, for a partner whom they signed in to. It is what `verifyPatron` would tell, without a number and a PIN: the
 * record is active, and a card is in use.
 * @throws GraphQLError BAD_USER_INPUT for a name that no partner has, and for text that is no patron's number.
 */
export async function readerStanding(
  { cards, patrons, pseudonymKey, changes }: CredentialServices,
  { patronId, partner }: { readonly patronId: string; readonly partner: string },
  signal: AbortSignal,
): Promise<ReaderStanding> {
  if (partner.length < 1 || partner.length > maxPartnerLength) {
    throw badInput(`\`partner\` must have 1 to ${maxPartnerLength} characters.`);
  }
  if (!isVendorNumber(patronId)) {
    throw badInput('`patronId` must have 1 to 64 characters, none of them a control character.');
  }
  const [[patron = null], [held = []], signInAgainSince] = await Promise.all([
    patrons.findMany([patronId], signal),
    cards.cardsByPatron([patronId], signal),
    changes.lastChangeOf(patronId, endingFields),
  ]);
  const hasCardInUse = held.some(({ state }) => state === 'ACTIVE');
  return {
    pseudonym: pseudonymOf(pseudonymKey, partner, patronId),
    inGoodStanding: patron !== null && isInGoodStanding[patron.status] && hasCardInUse,
    signInAgainSince: signInAgainSince === null ? null : hongKongInstant(signInAgainSince),
  };
}
