import { UpstreamError, type UpstreamReason } from './port.ts';

/**
 * What a vendor's code means in the words of a port. A refusal is a value: the system works, and says no. A failure
 * becomes an `UpstreamError` with that reason.
 */
export type CodeMeaning<Refusal extends string> =
  | { readonly refused: Refusal }
  | { readonly failed: UpstreamReason };

/** The refusals that stand in a table from code to meaning. */
export type RefusalIn<Table> = Extract<Table[keyof Table], { readonly refused: string }>['refused'];

/**
 * The reason that a read rejects with. A refusal means nothing to a read, and the outcome of a read is never unknown: both are
 * `rejected`. So is a code that is not in the table.
 */
export function reasonForRead(meaning: CodeMeaning<string> | undefined): UpstreamReason {
  if (meaning === undefined || 'refused' in meaning || meaning.failed === 'outcome-unknown') {
    return 'rejected';
  }
  return meaning.failed;
}

/**
 * The result of a change; `INVALID` where the contract has no form for its request. Such a request is not sent: the vendor
 * would refuse it as not valid.
 */
export async function orInvalid<Result>(
  change: () => Promise<Result>,
): Promise<Result | { readonly refused: 'INVALID' }> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof UpstreamError && error.reason === 'unencodable') {
      return { refused: 'INVALID' };
    }
    throw error;
  }
}
