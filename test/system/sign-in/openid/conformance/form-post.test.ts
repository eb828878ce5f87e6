/** The OpenID Foundation's plan `oidcc-formpost-basic-certification-test-plan`, point by point. `points.ts` has its modules. */
import { afterEach, beforeAll, test } from 'vitest';
import { openedForTests } from '../../../../support/set-up/opened-for-tests.ts';
import { madeUpReaders } from '../../../../support/sign-in/made-up-readers.ts';
import { startSignInOfTests } from '../../../../support/sign-in/running-sign-in.ts';
import { Bench, basicPoints } from './points.ts';

let passedMs = 0;
const signIn = openedForTests(() =>
  startSignInOfTests({ graph: madeUpReaders(), now: () => Date.now() + passedMs }),
);
let bench: Bench;
beforeAll(() => {
  bench = new Bench(signIn, 'form_post', (ms) => {
    passedMs += ms;
  });
});
afterEach(() => {
  passedMs = 0;
});

test.each(basicPoints)('$module: $requires', ({ check }) => check(bench));
