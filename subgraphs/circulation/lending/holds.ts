import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import type { Branches } from '../../library/branches.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { isText } from '../../library/contact.ts';
import { preferredCard } from '../../library/preferred-card.ts';
import type { ReaderPresented } from '../../library/reader-presented.ts';
import { preparedFirst } from '../../operations/change-times.ts';
import { cardKey } from '../../operations/locks.ts';
import type { Caller } from '../../runtime/caller.ts';
import { noHoldPlace } from '../rules/free-places.ts';
import { refused } from '../rules/problems.ts';
import { refusalOfLockedCard } from './find-card.ts';
import {
  createPinVerifier,
  findPatron,
  identifyPatron,
  requireGoodStanding,
  requirePatronAccess,
} from './identify-patron.ts';
import { readHolds } from './loan-snapshot.ts';
import { allowSending, reservePlace, type SendPermission } from './reserve.ts';
import { type LendingPayload, runOperation, sendAndSettle } from './run-operation.ts';
import type { LendingServices } from './services.ts';

export interface PlaceHoldInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  /** The card on which the hold is placed. The default is described at {@link cardToReserveOn}. */
  readonly libraryCardNumber?: string | null;
  readonly titleNumber: string;
  readonly pickupBranch: string;
}

export interface CancelHoldInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly holdId: string;
}

/**
 * Places a hold of a title on a card in use. A patron may reserve each title once, and has one limit for all cards
 * together (R25). As for a loan, a place is reserved first.
 * @throws GraphQLError FORBIDDEN or UNAUTHENTICATED if the caller may not act for the reader.
 */
export function placeHold(
  services: LendingServices,
  caller: Caller,
  input: PlaceHoldInput,
  branches: Branches,
  signal: AbortSignal,
): Promise<LendingPayload> {
  const { titleNumber, pickupBranch } = input;
  requirePatronAccess(caller, input.reader);
  const { patronId: given = null } = input.reader;
  const details = isVendorNumber(titleNumber) ? { titleNumber } : null;
  const requested = { kind: 'PLACE_HOLD', input, details, patronId: given, ...preparedFirst };
  return runOperation(services, caller, requested, async (operation, patron) => {
    if (!isBranchOf(branches, pickupBranch)) {
      throw refused('BRANCH_NOT_FOUND');
    }
    if (!isVendorNumber(titleNumber)) {
      throw refused('TITLE_NOT_FOUND');
    }
    const patronId = await identifyPatron(services, caller, input.reader, patron, signal);
    const libraryCardNumber = await cardToReserveOn(services, patronId, input, signal);
    patron.learn(patronId, { libraryCardNumber });
    const card = { patronId, libraryCardNumber };
    const permission = await reserveHoldPlace(services, operation, card, titleNumber, signal);
    if (permission.kind === 'settled') {
      return { operation: permission.operation, done: null };
    }
    const { id } = operation;
    return await sendAndSettle(services, permission, 'HOLD_PLACED', (maySend, sending) =>
      services.circulation.placeHold(libraryCardNumber, titleNumber, pickupBranch, id, sending, maySend),
    );
  });
}

/**
 * Reserves a place for the new hold. Requires that the patron is in good standing, that the card is in use, and that no
 * operation has locked the card (R17).
 * @param replacedId the id of a hold that the new one replaces. It doesn't count against the limit.
 */
export function reserveHoldPlace(
  services: LendingServices,
  operation: Operation,
  { patronId, libraryCardNumber }: Pick<Credential, 'patronId' | 'libraryCardNumber'>,
  titleNumber: string,
  signal: AbortSignal,
  replacedId: string | null = null,
): Promise<SendPermission> {
  return reservePlace(services, operation, {
    patronId,
    kind: 'HOLD',
    libraryCardNumber,
    subject: titleNumber,
    async read() {
      const [holds, isLocked] = await Promise.all([
        readHolds(services, patronId, signal, () => requireGoodStanding(services, patronId, signal)),
        services.journal.isLocked(cardKey(libraryCardNumber)),
      ]);
      const now = holds.cards.find((card) => card.libraryCardNumber === libraryCardNumber);
      if (now?.state !== 'ACTIVE') {
        throw refused('CREDENTIAL_NOT_ACTIVE');
      }
      if (isLocked) {
        throw await refusalOfLockedCard(services, { patronId });
      }
      return holds;
    },
    noPlace: (holds, places) =>
      noHoldPlace(
        holds.filter(({ id }) => id !== replacedId),
        places,
        { libraryCardNumber, titleNumber },
      ),
  });
}

/**
 * Chooses the card for a hold: the given card, or else the card whose PIN was given, or else the patron's card for
 * telephone and web (R10). The card's state is checked later, when the holds are read.
 * @throws OperationRefused CREDENTIAL_NOT_FOUND for another patron's card; NO_CARD_IN_USE
 */
async function cardToReserveOn(
  { cards }: LendingServices,
  patronId: string,
  { reader, libraryCardNumber }: PlaceHoldInput,
  signal: AbortSignal,
): Promise<string> {
  const named = libraryCardNumber ?? reader.cardAndPin?.libraryCardNumber;
  const [own = []] = await cards.cardsByPatron([patronId], signal);
  if (named === undefined) {
    const preferred = preferredCard(own);
    if (preferred === null) {
      throw refused('NO_CARD_IN_USE', { patronId });
    }
    return preferred.libraryCardNumber;
  }
  if (!own.some((card) => card.libraryCardNumber === named)) {
    throw refused('CREDENTIAL_NOT_FOUND', { patronId, field: ['libraryCardNumber'] });
  }
  return named;
}

/** Cancels a hold on any of the patron's cards. The hold must not be over. */
export function cancelHold(
  services: LendingServices,
  caller: Caller,
  input: CancelHoldInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  const { reader, holdId } = input;
  requirePatronAccess(caller, reader);
  const { patronId: given = null } = reader;
  const requested = { kind: 'CANCEL_HOLD', input, patronId: given, ...preparedFirst };
  return runOperation(services, caller, requested, async (operation, patron) => {
    const patronId = await findPatron(services, reader, createPinVerifier(services, caller), patron);
    if (!isVendorNumber(patronId) || !isVendorNumber(holdId)) {
      throw refused('HOLD_NOT_FOUND');
    }
    const { rows } = await readHolds(services, patronId, signal);
    const hold = rows.find(({ id }) => id === holdId);
    if (hold === undefined) {
      throw refused('HOLD_NOT_FOUND');
    }
    const { titleNumber, libraryCardNumber } = hold;
    const about = { titleNumber, libraryCardNumber };
    const permission = await allowSending(services, operation, patronId, about);
    if (permission.kind === 'settled') {
      return { operation: permission.operation, done: null };
    }
    return await sendAndSettle(services, permission, 'HOLD_CANCELLED', (maySend, sending) =>
      services.circulation.cancelHold(holdId, operation.id, sending, maySend),
    );
  });
}

/**
 * The maximum length of a branch's code, in UTF-16 units. Circulation sets no limit. Its branch codes have four
 * letters, such as `HKCL`.
 */
const maxBranchLength = 20;

/**
 * Whether the library has a branch with this code. If the library lists no branches, any text that can be a code is
 * accepted.
 */
export const isBranchOf = (branches: Branches, code: string): boolean =>
  code.trim() !== '' && isText(code, maxBranchLength) && branches.allows(code);
