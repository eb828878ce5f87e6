/** The interface `Credential` and its two types. */
import type { Credential } from '../../../adapters/credentials/port.ts';
import { maskIdentityNumber } from '../../library/numbers.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext } from '../context.ts';
import { statusOf } from '../rules/cards/status.ts';

/** A station identifies a card, and so learns its number, status and patron, and no more (R29). */
export const identifies: readonly Scope[] = ['credentials:read', 'station'];

const cardReference = (
  { libraryCardNumber }: { libraryCardNumber: string },
  context: CredentialsContext,
): Promise<Credential | null> => context.cardsByNumber.load(libraryCardNumber);

/** For the card's patron and whoever holds one of the scopes. */
function cardField<T>(
  read: (card: Credential, context: CredentialsContext) => T,
  scopes: readonly Scope[] = ['credentials:read'],
) {
  return (card: Credential, _args: unknown, context: CredentialsContext): T => {
    requireRead(context.caller, card.patronId, scopes);
    return read(card, context);
  };
}

const sharedFields = {
  __resolveReference: cardReference,
  patron: cardField((card) => ({ id: card.patronId }), identifies),
  status: cardField(
    async (card, context) =>
      // Only a closed library card's status depends on the patron's other cards.
      statusOf(card, card.state === 'CLOSED' ? await context.cardsByPatron.load(card.patronId) : []),
    identifies,
  ),
  issuedOn: cardField((card) => card.issuedOn),
  closedOn: cardField((card) => card.closedOn),
};

export const cardResolvers = {
  Credential: {
    __resolveReference: cardReference,
    __resolveType: (card: Credential) => (card.kind === 'LIBRARY_CARD' ? 'LibraryCard' : 'SmartIdCard'),
  },
  LibraryCard: sharedFields,
  SmartIdCard: {
    ...sharedFields,
    maskedIdentityNumber: cardField((card) =>
      card.identityNumber === null ? null : maskIdentityNumber(card.identityNumber),
    ),
    dateOfIssue: cardField((card) => card.dateOfIssue),
    onReplacement: cardField((card) => card.onReplacement),
    informationCardPrintedOn: cardField((card) => card.informationCardPrintedOn),
  },
};
