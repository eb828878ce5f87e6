import type { CredentialKind, CredentialState } from '../../../../adapters/credentials/port.ts';

/** The facts about a kind of card that the rules depend on. */
export interface KindTraits {
  /**
   * R7: whether a card in that state keeps its patron from being issued another of the same kind. A lost smart identity card
   * does: it waits for its replacement (R18), and card management enrols no identity number twice.
   */
  readonly isHeldWhile: Readonly<Record<CredentialState, boolean>>;
  /** R10, R11: whether the card's number is printed on a library information card. */
  readonly hasInformationCard: boolean;
  /** R18: whether the loss form asks what is to happen on replacement. */
  readonly asksOnReplacement: boolean;
  /** R19: true where the replacement is a new card with a new number. R18: false where the same number works again. */
  readonly isReplacedByNewNumber: boolean;
  /** R29: whether a station can replace the card. If not, only staff can. */
  readonly isReplacedAtStations: boolean;
  /** R5, R18: whether the card is an identity document, recognised by its number and its date of issue. */
  readonly isIdentityDocument: boolean;
  /** R13, R21: how a card of this kind ends. */
  readonly endsBy: 'SURRENDER' | 'DISCONTINUATION';
}

/** Start here to add a kind of card. Rules that are more than a fact have tables by kind of their own. */
export const kindTraits: Readonly<Record<CredentialKind, KindTraits>> = {
  LIBRARY_CARD: {
    isHeldWhile: { ACTIVE: true, LOST: false, SURRENDERED: false, CLOSED: false },
    hasInformationCard: false,
    asksOnReplacement: false,
    isReplacedByNewNumber: true,
    isReplacedAtStations: false,
    isIdentityDocument: false,
    endsBy: 'SURRENDER',
  },
  SMART_ID: {
    isHeldWhile: { ACTIVE: true, LOST: true, SURRENDERED: false, CLOSED: false },
    hasInformationCard: true,
    asksOnReplacement: true,
    isReplacedByNewNumber: false,
    isReplacedAtStations: true,
    isIdentityDocument: true,
    endsBy: 'DISCONTINUATION',
  },
};

export const credentialKinds = Object.keys(kindTraits) as readonly CredentialKind[];
