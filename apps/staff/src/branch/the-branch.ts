/**
 * The code of the branch where this member of staff works, such as `HKCL`. The desk returns copies at this branch, and
 * lists first show this branch. All tabs of the browser share the choice. The choice is forgotten at sign-out.
 */
import { createStoredChoice, useStoredChoice } from '../stored-choice.ts';

export const theBranch = createStoredChoice(
  localStorage,
  'staff-branch',
  (text): text is string => text !== '',
);

export const useOwnBranch = (): string | null => useStoredChoice(theBranch);
