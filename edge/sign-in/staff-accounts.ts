/** Made-up accounts of staff, for demonstrations alone: real staff sign in at the library's own provider. */
import { createHash, timingSafeEqual } from 'node:crypto';

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
      const isRight = equal(password, known?.[1] ?? '') && known !== undefined;
      return isRight ? user : null;
    },
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const equal = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
