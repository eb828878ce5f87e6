/** Made-up accounts of staff, for demonstrations alone: real staff sign in at the library's own provider. */
import { isSameSecret } from '../server/same-secret.ts';

export interface StaffAccounts {
  /** The user's name; null where name or password is wrong. */
  authenticate(user: string, password: string): string | null;
}

/** Their passwords are no secret. The configuration refuses them in production. */
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
