import type { Credential, CredentialKind } from '../../../adapters/credentials/port.ts';
import { maskIdentityNumber } from '../../library/card-and-identity-numbers.ts';
import { needsProof } from '../../operations/visits/proof.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext } from '../context.ts';
import { statusOf } from '../rules/cards/status.ts';

/** With any of these scopes, a caller may look up a card. A station sees only its number, status and patron (R29). */
export const identifyScopes: readonly Scope[] = ['credentials:read', 'station'];

/** For each kind of card, the GraphQL type that implements the interface `Credential`. */
const typeNames: Readonly<Record<CredentialKind, 'LibraryCard' | 'SmartIdCard'>> = {
  LIBRARY_CARD: 'LibraryCard',
  SMART_ID: 'SmartIdCard',
};

/**
 * A card. `isShown` says whether the caller has shown the card, which is needed to borrow. It is absent unless the caller
 * looked the card up, by its number or by a reading of the card.
 */
export interface ShownCard extends Credential {
  readonly isShown?: boolean;
}

const cardReference = (
  { libraryCardNumber }: { libraryCardNumber: string },
  context: CredentialsContext,
): Promise<Credential | null> => context.cardsByNumber.load(libraryCardNumber);

/**
 * The resolver of a field that the card's patron may read, and callers with one of the scopes (R27). A page has many
 * cards, so there is a promise only if something must be loaded first.
 */
function cardField<T>(
  read: (card: ShownCard, context: CredentialsContext) => T,
  scopes: readonly Scope[] = ['credentials:read'],
) {
  return (card: ShownCard, _args: unknown, context: CredentialsContext): T | Promise<T> => {
    const readAs = (owner: string): T => {
      requireRead(context.caller, owner, scopes);
      return read(card, context);
    };
    const owner = ownerOf(card, context);
    return typeof owner === 'string' ? readAs(owner) : owner.then(readAs);
  };
}

/**
 * The patron who may read the card as its owner. If the card is on a record that was merged into the caller's record,
 * this is the caller.
 */
function ownerOf({ patronId }: Credential, { caller, merges }: CredentialsContext): string | Promise<string> {
  if (caller.patronId === null || caller.patronId === patronId) {
    return patronId;
  }
  return merges.load(patronId).then(({ into }) => into ?? patronId);
}

const sharedFields = {
  __resolveReference: cardReference,
  patron: cardField(
    (card, { caller }) =>
      card.isShown !== true && needsProof(caller, card.patronId) ? null : { id: card.patronId },
    identifyScopes,
  ),
  status: cardField(
    // The patron's other cards are read only for a closed card, because only its status depends on them.
    (card, context) =>
      card.state === 'CLOSED'
        ? context.cardsByPatron.load(card.patronId).then((cards) => statusOf(card, cards))
        : statusOf(card, []),
    identifyScopes,
  ),
  issuedOn: cardField((card) => card.issuedOn),
  closedOn: cardField((card) => card.closedOn),
};

export const cardResolvers = {
  Credential: {
    __resolveReference: cardReference,
    __resolveType: (card: Credential) => typeNames[card.kind],
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
