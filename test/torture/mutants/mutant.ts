import type { Discrepancy } from '../../../store/journal/port.ts';
import { everything, patient, type Scenario } from '../scenario.ts';

/** A copy of the program with one mistake, which the checker must catch. */
export interface Mutant {
  /** The path of the changed file, from the root of the source tree. */
  readonly file: string;
  /** The replacements. Each `from` occurs exactly once in the file. */
  readonly edits: readonly { readonly from: string; readonly to: string }[];
  /** A scenario that reveals the mistake quickly. */
  readonly scenario: Scenario;
  /** The discrepancy that the mutant's own books must find (`npm run books`); null if its books can't find the mistake. */
  readonly inBooks: Discrepancy | null;
}

/** A short run without faults. Each mutant adds the fault that reveals its mistake. */
export const aimed: Scenario = {
  ...everything,
  operations: 1_000_000,
  seconds: 40,
  stations: 16,
  sip2Stations: 0,
  subscribers: 0,
  patienceMs: patient,
  patrons: 2,
  operationsEach: 1_000,
  legacyFaults: {},
  killEveryMs: null,
  databaseEveryMs: null,
  freezeEveryMs: null,
  deskEveryMs: null,
  replaceEveryMs: null,
  turnEveryMs: null,
  mergeAfterMs: null,
  jumpEveryMs: null,
  crashesWithWrongClock: false,
  stepEveryMs: null,
  mixesDropTimes: false,
};
