import type { Loan } from '../../adapters/circulation/port.ts';
import type { Operation } from '../../adapters/journal/port.ts';
import type { Caller } from '../caller.ts';
import type { Lending } from './lending.ts';
import { moveOwnHold } from './own-hold.ts';
import { type Performed, perform, sendingOf } from './perform.ts';
import { Refusal } from './problems.ts';
import { type ReaderPresented, readerPresented, requireReader } from './reader.ts';
import { send } from './send.ts';
import { readLoans } from './standing.ts';

export interface RenewLoanInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly loanId: string;
}

/** Renews one loan of the reader's, on whichever card it is (R23): at the limit, too (R14). */
export function renewLoan(
  lending: Lending,
  caller: Caller,
  input: RenewLoanInput,
  signal: AbortSignal,
): Promise<Performed> {
  requireReader(caller, input.reader);
  const { sendBy, ...sending } = sendingOf(lending);
  const requested = { kind: 'RENEW_LOAN', input, ...sending };
  return perform(lending, caller, requested, async (operation) => {
    const patronId = await readerPresented(lending, caller, input.reader, signal);
    const { rows } = await readLoans(lending, patronId, signal);
    const loan = rows.find(({ id }) => id === input.loanId);
    if (loan === undefined) throw new Refusal('LOAN_NOT_FOUND');
    return await sendRenewal(lending, operation, sendBy, patronId, loan);
  });
}

/** Asks once more where it was a hold of the patron's own that stood in the way (R23). */
export function sendRenewal(
  lending: Lending,
  operation: Operation,
  sendBy: number,
  patronId: string,
  loan: Loan,
): Promise<Performed> {
  return send(lending, operation, sendBy, async (mayDepart, signal) => {
    const renew = () => lending.circulation.renew(loan.id, operation.id, signal, mayDepart);
    const change = await renew();
    const isWanted = 'refused' in change && change.refused === 'WANTED_BY_ANOTHER';
    return isWanted && (await moveOwnHold(lending, operation, patronId, loan, signal))
      ? await renew()
      : change;
  });
}
