import { WSSE } from './plugins/ws-security.ts';
import { UpstreamError, type UpstreamReason } from './port.ts';

/**
 * The meaning of a vendor's code, in the words of a port. A refusal is a value, because the system is healthy. A
 * failure becomes an `UpstreamError` with the reason in `failed`.
 */
export type CodeMeaning<Refusal extends string> =
  | { readonly refused: Refusal }
  | { readonly failed: UpstreamReason };

/** The refusals in a table that maps codes to meanings. */
export type RefusalIn<Table> = Extract<Table[keyof Table], { readonly refused: string }>['refused'];

/**
 * The reason with which a read rejects. A read can't be refused, and its outcome is never unknown. So a refusal,
 * `outcome-unknown` and an unknown code become `rejected`.
 */
export function reasonForRead(meaning: CodeMeaning<string> | undefined): UpstreamReason {
  if (meaning === undefined || 'refused' in meaning || meaning.failed === 'outcome-unknown') {
    return 'rejected';
  }
  return meaning.failed;
}

/** WS-Security 1.1.1, section 12: the system does not accept our user, password or signature, and has done nothing. */
const refusedCredentials = ['FailedAuthentication', 'InvalidSecurityToken', 'FailedCheck'].map(
  (name) => `{${WSSE}}${name}`,
);

/** Whether a fault says that the system does not accept our credentials. */
export const refusesCredentials = ({ subcode }: { readonly subcode: string | null }): boolean =>
  subcode !== null && refusedCredentials.includes(subcode);

/**
 * The result of a change. `INVALID` if the contract has no form for its request: the request is not sent, because the
 * vendor would refuse it as not valid.
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
