import { waitAs } from '../../../platform/telemetry/request-scope.ts';
import { hongKongDay, hongKongInstant } from '../../library/calendar.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { type AgeBand, ageBandOn } from '../../library/person.ts';
import { recordThatStays } from '../../operations/merged-records.ts';
import { endOfSignIns } from '../../operations/sign-ins/end-of-sign-ins.ts';
import { badInput } from '../../runtime/pagination.ts';
import { pseudonymOf } from '../partners/pseudonym.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { isInGoodStanding } from '../rules/cards/verification.ts';

/** The SDL's `ReaderStanding`. */
export interface ReaderStanding {
  readonly pseudonym: string;
  readonly inGoodStanding: boolean;
  /** A reader who signed in at this time or before must sign in again. Null if no sign-in has been ended. */
  readonly signInAgainSince: string | null;
  /** The one sign-in at or before `signInAgainSince` that is still valid. Null if there is none. */
  readonly exceptSignInId: string | null;
  /** The patron's age group today; null if the registry has no date of birth. */
  readonly ageBand: AgeBand | null;
  /**
   * Always null. Sign-in services before release 0.3 still request this field, and expect the time of the sign-in that
   * is still valid. Newer ones use `exceptSignInId`.
   */
  readonly exceptSignedInAt: null;
}

/**
 * The maximum length of a partner's name, in characters. A partner without a name has its client id as its name. The
 * configuration of issuers has the same maximum for client ids.
 */
const maxPartnerLength = 1000;

/**
 * The current standing of a patron, for a partner to whom the patron signed in. The standing is good if the patron's
 * record is active and a card is in use, as in `verifyPatron`. No number and no PIN are needed. If the record was
 * merged into another after the sign-in, the standing and the pseudonym are those of the record that stays (R28). If
 * the record is closed, all sign-ins have ended.
 * @throws GraphQLError BAD_USER_INPUT if a partner can't have this name, or if a patron can't have this number.
 */
export async function readerStanding(
  { cards, patrons, merged, pseudonymKey, changes }: CredentialServices,
  { patronId, partner, now }: { readonly patronId: string; readonly partner: string; readonly now: Date },
  signal: AbortSignal,
): Promise<ReaderStanding> {
  if (partner.length < 1 || partner.length > maxPartnerLength) {
    throw badInput(`\`partner\` must have 1 to ${maxPartnerLength} characters.`);
  }
  if (!isVendorNumber(patronId)) {
    throw badInput('`patronId` must have 1 to 64 characters, none of them a control character.');
  }
  // The sign-in service sends these requests for all readers. So queues treat each patron as a caller of their own, and
  // many requests for one patron don't delay the others.
  waitAs(patronId);
  const recordId = await recordThatStays(merged, patronId);
  const [[patron = null], [held = []], endByChange] = await Promise.all([
    patrons.findMany([recordId], signal),
    cards.cardsByPatron([recordId], signal),
    endOfSignIns(changes, patronId),
  ]);
  // A patron who was erased has a closed record, and no changes in the journal. So a closed record by itself ends all
  // sign-ins.
  const isClosed = patron?.status === 'CLOSED';
  const ended = isClosed ? { before: hongKongInstant(now), exceptSignInId: null } : endByChange;
  const hasCardInUse = held.some(({ state }) => state === 'ACTIVE');
  return {
    pseudonym: pseudonymOf(pseudonymKey, partner, recordId),
    inGoodStanding: patron !== null && isInGoodStanding[patron.status] && hasCardInUse,
    signInAgainSince: ended?.before ?? null,
    exceptSignInId: ended?.exceptSignInId ?? null,
    ageBand: patron?.dateOfBirth == null ? null : ageBandOn(hongKongDay(now), patron.dateOfBirth),
    exceptSignedInAt: null,
  };
}
