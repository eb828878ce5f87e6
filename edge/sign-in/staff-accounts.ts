/** Built-in staff accounts, only for demonstrations. Real staff sign in at the library's own provider. */
import { isSameSecret } from '../server/same-secret.ts';

export interface StaffAccounts {
  /** The user's name; null if the name or the password is wrong. */
  authenticate(user: string, password: string): string | null;
}

/** These passwords are public. The configuration refuses these accounts in production. */
export const demonstrationStaff: StaffAccounts = staffOf([
  ['chan', 'demonstration'],
  ['lee', 'demonstration'],
]);

function staffOf(accounts: readonly (readonly [string, string])[]): StaffAccounts {
  return {
    authenticate(user, password) {
      const known = accounts.find(([name]) => name === user);
      const isRight = isSameSecret(known?.[1] ?? '', password) && known !== undefined;
      return isRight ? user : null;
    },
  };
}
