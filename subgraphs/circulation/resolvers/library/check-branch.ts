import type { Branches } from '../../../library/branches.ts';
import { isVendorNumber } from '../../../library/card-and-identity-numbers.ts';
import { badInput } from '../../../runtime/pagination.ts';

/**
 * Requires that the library has a branch with this code. Without this check, the list for a mistyped code would be
 * empty, as if the branch had no loans or holds. The form of the code is checked, because the database does not accept
 * every text.
 * @throws GraphQLError BAD_USER_INPUT if the library has no such branch
 */
export function checkBranch(code: string, branches: Branches): void {
  if (!isVendorNumber(code) || !branches.allows(code)) {
    throw badInput('`filter.branch` must be the code of a branch, as in `HKCL`: `branches` lists them.');
  }
}
