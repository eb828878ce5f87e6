/** Running systems and their callers. They exist while the tests of a file run. */
import { beforeAll, beforeEach } from 'vitest';
import type { TokenClaims } from '../../gateway/access/development.ts';
import { openedForEachTest, openedForTests } from '../support/set-up/opened-for-tests.ts';
import { type RunningSystem, startSystem } from './running-system.ts';

export const systemForTests = (...args: Parameters<typeof startSystem>): RunningSystem =>
  openedForTests(() => startSystem(...args));

export const systemForEachTest = (...args: Parameters<typeof startSystem>): RunningSystem =>
  openedForEachTest(() => startSystem(...args));

/** A caller of the graph. It is also a value for the options of `ask`, `read`, `mutate` and `change`. */
export interface Caller {
  readonly token: string;
}

export const callerForTests = (system: RunningSystem, claims: Partial<TokenClaims>): Caller =>
  signedBy(beforeAll, system, claims);

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
