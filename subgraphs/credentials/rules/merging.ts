import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Patron } from '../../../adapters/patrons/port.ts';
import type { MergeRefusal, PatronMerges } from '../../../store/journal/port.ts';
import { isCardOf } from '../../library/smart-id.ts';
import { credentialKinds, kindTraits } from './cards/kinds.ts';
import { type CredentialProblem, problem, wrongStateOf } from './problem.ts';

/**
 * The input fields of a merge: the record that is given up (leaving), and the record that the reader keeps (staying).
 */
export const leavingField = 'leavingPatronId';
export const stayingField = 'stayingPatronId';

export interface MergedRecord {
  /** Null if the registry has no such patron. */
  readonly patron: Patron | null;
  readonly merges: PatronMerges;
  readonly cards: readonly Credential[];
}

/**
 * The reasons against merging the leaving record into the one that stays. The identity card number is not moved,
 * because a document belongs to one record (R7). If only the leaving record has it, the merge is refused, because the
 * reader's smart identity card could not be enrolled again.
 */
export function mergeProblems(leaving: MergedRecord, staying: MergedRecord): CredentialProblem[] {
  if (leaving.patron === null || staying.patron === null) {
    return [
      ...(leaving.patron === null ? [problem('NOT_FOUND', leavingField)] : []),
      ...(staying.patron === null ? [problem('NOT_FOUND', stayingField)] : []),
    ];
  }
  const isLost = identityNumberOf(leaving.patron) !== null && identityNumberOf(staying.patron) === null;
  return [
    ...chainProblems(leaving.merges, staying.merges),
    ...suspendedProblems(leaving, staying),
    ...(leaving.patron.status === 'CLOSED' ? [problem('PATRON_CLOSED', leavingField)] : []),
    ...(staying.patron.status === 'CLOSED' ? [problem('PATRON_CLOSED', stayingField)] : []),
    ...(isLost ? [problem('IDENTITY_ON_LEAVING_RECORD', leavingField)] : []),
  ];
}

/**
 * The problem if a suspended record would be merged into an active one. The reader's new cards would not be blocked, so
 * the merge would end the suspension. A leaving record that is already merged is not checked, because its own merge
 * suspended it.
 */
function suspendedProblems(leaving: MergedRecord, staying: MergedRecord): CredentialProblem[] {
  const isEnded = leaving.patron?.status === 'SUSPENDED' && staying.patron?.status === 'ACTIVE';
  return isEnded && leaving.merges.into === null ? [wrongStateOf('LIFT_BEFORE_MERGING', leavingField)] : [];
}

function chainProblems(leaving: PatronMerges, staying: PatronMerges): CredentialProblem[] {
  return [
    ...(leaving.into === null ? [] : [mergeRefusals.LEAVING_MERGED]),
    ...(leaving.from.length === 0 ? [] : [mergeRefusals.OTHERS_MERGED]),
    ...(staying.into === null ? [] : [mergeRefusals.STAYING_MERGED]),
  ];
}

export const mergeRefusals: Readonly<Record<MergeRefusal, CredentialProblem>> = {
  LEAVING_MERGED: problem('ALREADY_MERGED', leavingField),
  OTHERS_MERGED: problem('MERGE_CHAIN', leavingField),
  STAYING_MERGED: problem('MERGE_CHAIN', stayingField),
};

const identityNumberOf = ({ identityDocuments }: Patron): string | null =>
  identityDocuments.find(({ kind }) => kind === 'HKID')?.number ?? null;

/** The cards of the leaving record that have not ended. The merge ends them. */
export const cardsToEnd = (cards: readonly Credential[]): readonly Credential[] =>
  cards.filter(({ state }) => state === 'ACTIVE' || state === 'LOST');

type CardToIssue =
  | { readonly kind: 'LIBRARY_CARD' }
  | { readonly kind: 'SMART_ID'; readonly identityNumber: string; readonly dateOfIssue: string };

/**
 * The new cards to issue to the record that stays: one of each kind that the leaving record has in use. A kind is left
 * out if a card of the record that stays prevents another one (R7). A smart identity card is enrolled again only if the
 * record that stays has its identity number.
 */
export function cardsToIssue(leaving: MergedRecord, staying: MergedRecord): readonly CardToIssue[] {
  const ownNumber = staying.patron === null ? null : identityNumberOf(staying.patron);
  return credentialKinds.flatMap((kind): readonly CardToIssue[] => {
    const card = leaving.cards.find((one) => one.kind === kind && one.state === 'ACTIVE');
    const isHeld = staying.cards.some((one) => one.kind === kind && kindTraits[kind].isHeldWhile[one.state]);
    if (card === undefined || isHeld) {
      return [];
    }
    if (kind === 'LIBRARY_CARD') {
      return [{ kind }];
    }
    const { dateOfIssue } = card;
    return ownNumber !== null && dateOfIssue !== null && isCardOf(card, ownNumber)
      ? [{ kind, identityNumber: ownNumber, dateOfIssue }]
      : [];
  });
}
