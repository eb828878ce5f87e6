import type { CardRow } from '../../simulators/tables/store.ts';
import type { CredentialPresented } from '../../subgraphs/circulation/lending/find-card.ts';

/**
 * The input that presents a card for a loan. A library card is presented by its number, a smart identity card by the
 * data that is read from it (R6, R11).
 */
export const presentedCard = ({
  cardNo,
  hkid,
  dateOfIssue,
}: Pick<CardRow, 'cardNo' | 'hkid' | 'dateOfIssue'>): CredentialPresented =>
  hkid === null || dateOfIssue === null
    ? { libraryCardNumber: cardNo }
    : { smartId: { identityNumber: hkid, dateOfIssue } };
