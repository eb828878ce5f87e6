/** Reads and renews a reader's loans, by card number and PIN. */
import { type Graph, GraphError, type MissingValue, missingAt, newReference } from '@patron-graph/kit';
import {
  type CardAndPin,
  LoansByPinDocument,
  type LoansByPinQuery,
  RenewDocument,
  type RenewMutation,
} from '../operations.generated.ts';
import { isRejected, settleSoon } from './settle.ts';

export type LoanByPin = NonNullable<LoansByPinQuery['readerLoans']>['edges'][number]['node'];
type RenewPayload = NonNullable<RenewMutation['renewLoans']>;
type RenewalSent = RenewPayload['renewals'][number];
export type LoanRenewal = RenewalSent & { readonly loan: NonNullable<RenewalSent['loan']> };

export type LoansRead =
  | { readonly state: 'read'; readonly loans: readonly LoanByPin[]; readonly total: number }
  /** `reason` is null if the library hasn't answered. */
  | { readonly state: 'failed'; readonly reason: MissingValue | null };

/** Reads the reader's loans. A failure is one of the states, so this function never rejects with a GraphError. */
export async function readLoans(graph: Graph, reader: CardAndPin): Promise<LoansRead> {
  try {
    const { data, missing } = await graph.ask(LoansByPinDocument, { reader });
    if (data.readerLoans === null) {
      return { state: 'failed', reason: missingAt(missing, ['readerLoans']) ?? null };
    }
    const { edges, totalCount: total } = data.readerLoans;
    return { state: 'read', loans: edges.map(({ node }) => node), total };
  } catch (error) {
    if (error instanceof GraphError) {
      return { state: 'failed', reason: error.missing[0] ?? null };
    }
    throw error;
  }
}

/**
 * The outcome of renewing some loans: for all of them together, and for each loan. `sent` means that there is no answer
 * yet.
 */
export interface Renewals {
  readonly state: 'sent' | 'unsettled' | 'done' | 'refused' | 'unknown';
  readonly code: string | null;
  readonly outcomes: readonly LoanRenewal[];
  /** The messages of the rules that refused the renewal. */
  readonly messages: readonly string[];
  /** The errors of a rejected request. */
  readonly missing: readonly MissingValue[];
}

/**
 * Renews the loans. Until all are settled, `onUnsettled` gets the outcomes that are already known. Resolves to the
 * outcome, even if it is unknown. Never rejects.
 */
export async function renewLoans(
  graph: Graph,
  reader: CardAndPin,
  loanIds: readonly string[],
  { signal, onUnsettled }: { readonly signal: AbortSignal; onUnsettled(renewals: Renewals): void },
): Promise<Renewals> {
  const input = { reference: newReference(), reader: { cardAndPin: reader }, loanIds };
  try {
    const payload = await settleSoon(
      () => graph.ask(RenewDocument, { input }),
      ({ renewLoans: renewed }) => renewed,
      {
        signal,
        onUnsettled: (unsettled) => onUnsettled(renewalsOf(unsettled, 'unsettled')),
      },
    );
    return renewalsOf(payload, payload.operation.state === 'DONE' ? 'done' : 'refused');
  } catch (error) {
    if (isRejected(error)) {
      return { ...nothing, state: 'refused', missing: error.missing };
    }
    return { ...nothing, state: 'unknown' };
  }
}

const nothing = { code: null, outcomes: [], messages: [], missing: [] };

export const renewalsSent: Renewals = { ...nothing, state: 'sent' };

const renewalsOf = ({ operation, renewals, problems }: RenewPayload, state: Renewals['state']): Renewals => ({
  state,
  code: operation.code,
  // `loan` is null if the copy was returned before the answer. Its outcome is left out.
  outcomes: renewals.flatMap(({ loan, ...outcome }) => (loan === null ? [] : [{ ...outcome, loan }])),
  messages: problems.map(({ message }) => message),
  missing: [],
});
