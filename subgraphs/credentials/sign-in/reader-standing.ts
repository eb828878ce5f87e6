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
  /** A reader who signed in before this time must sign in again. */
  readonly signInAgainSince: string | null;
}

/**
 * Changes that end sign-ins, by their names in the audit. After such a change, another person may know the PIN, or have
 * the card.
 */
const endingFields = ['credential.pin', 'credential.status'];

/** The maximum length of a partner's name, in characters. The configuration of issuers has the same limit. */
const maxPartnerLength = 1000;

/**
 * The current standing of a patron, for a partner to whom they signed in. It is the same as in `verifyPatron`, but
 * without a number and a PIN. The patron's record must be active, and a card must be in use.
 * @throws GraphQLError BAD_USER_INPUT if a partner can't have this name, or if a patron can't have this number.
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
