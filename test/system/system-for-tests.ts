/** Running systems and their callers, which exist while the tests of a file run. */
import { beforeAll, beforeEach } from 'vitest';
import type { TokenClaims } from '../../gateway/access/development.ts';
import { openedForEachTest, openedForTests } from '../support/set-up/opened-for-tests.ts';
import { type RunningSystem, startSystem } from './running-system.ts';

/** One system for the tests of a file. */
export const systemForTests = (...args: Parameters<typeof startSystem>): RunningSystem =>
  openedForTests(() => startSystem(...args));

/** A new system for each test. */
export const systemForEachTest = (...args: Parameters<typeof startSystem>): RunningSystem =>
  openedForEachTest(() => startSystem(...args));

/** Who asks: options for `ask`, `read`, `mutate` and `change`. */
export interface Caller {
  readonly token: string;
}

/** A caller of a system for all tests. */
export const callerForTests = (system: RunningSystem, claims: Partial<TokenClaims>): Caller =>
  signedBy(beforeAll, system, claims);

/** A caller of a system for each test. */
export const callerForEachTest = (system: RunningSystem, claims: Partial<TokenClaims>): Caller =>
  signedBy(beforeEach, system, claims);

function signedBy(
  before: (sign: () => Promise<void>) => void,
  system: RunningSystem,
  claims: Partial<TokenClaims>,
): Caller {
  let token = '';
  before(async () => {
    token = await system.token(claims);
  });
  return {
    get token() {
      return token;
    },
  };
}
