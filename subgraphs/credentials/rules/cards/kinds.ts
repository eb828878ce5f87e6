import type { CredentialKind, CredentialState } from '../../../../adapters/credentials/port.ts';

/** The facts about a kind of card that the rules depend on. */
export interface KindTraits {
  /**
   * Whether a card in this state prevents its patron from getting another one of the same kind (R7). A lost smart
   * identity card does, because it waits for its replacement (R18), and card management enrols no identity number
   * twice.
   */
  readonly isHeldWhile: Readonly<Record<CredentialState, boolean>>;
  /** Whether the card's number is printed on a library information card (R10, R11). */
  readonly hasInformationCard: boolean;
  /** Whether a loss report must say what happens when the card is replaced (R18). */
  readonly requiresOnReplacement: boolean;
  /** True if the replacement is a new card with a new number (R19). False if the same number works again (R18). */
  readonly isReplacedByNewNumber: boolean;
  /** Whether a station can replace the card (R29). If not, only staff can. */
  readonly isReplacedAtStations: boolean;
  /** Whether the card is an identity document, which is recognised by its number and its date of issue (R5, R18). */
  readonly isIdentityDocument: boolean;
  /** The way in which a card of this kind ends (R13, R21). */
  readonly endsBy: 'SURRENDER' | 'DISCONTINUATION';
}

/**
 * The facts about each kind of card. Start here to add a kind. Rules that need more than a fact have their own tables
 * by kind.
 */
export const kindTraits: Readonly<Record<CredentialKind, KindTraits>> = {
  LIBRARY_CARD: {
    isHeldWhile: { ACTIVE: true, LOST: false, SURRENDERED: false, CLOSED: false },
    hasInformationCard: false,
    requiresOnReplacement: false,
    isReplacedByNewNumber: true,
    isReplacedAtStations: false,
    isIdentityDocument: false,
    endsBy: 'SURRENDER',
  },
  SMART_ID: {
    isHeldWhile: { ACTIVE: true, LOST: true, SURRENDERED: false, CLOSED: false },
    hasInformationCard: true,
    requiresOnReplacement: true,
    isReplacedByNewNumber: false,
    isReplacedAtStations: true,
    isIdentityDocument: true,
    endsBy: 'DISCONTINUATION',
  },
};

export const credentialKinds = Object.keys(kindTraits) as readonly CredentialKind[];
