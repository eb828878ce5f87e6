/**
 * The code of the branch where this member of staff works, such as `HKCL`. Copies are returned there, and lists begin
 * with it. All tabs of the browser share the choice. It is forgotten at sign-out.
 */
import { createStoredChoice, useStoredChoice } from '../stored-choice.ts';

export const theBranch = createStoredChoice(
  localStorage,
  'staff-branch',
  (text): text is string => text !== '',
);

export const useOwnBranch = (): string | null => useStoredChoice(theBranch);
