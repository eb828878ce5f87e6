/**
 * The branch where this member of staff works, if any. The desk returns copies at this branch, and lists show this
 * branch at first. All tabs of the browser share the choice. It is forgotten at sign-out.
 */
import { createStoredChoice, useStoredChoice } from '../stored-choice.ts';

/** Stored in place of a code if somebody works at no branch, such as at headquarters. No code has a space. */
export const notAtBranch = 'not at a branch';

/** A code such as `HKCL`, or `notAtBranch`. */
export const theBranch = createStoredChoice(
  localStorage,
  'staff-branch',
  (text): text is string => text !== '',
);

const codeIn = (choice: string | null): string | null => (choice === notAtBranch ? null : choice);

/** The code of the branch, or `notAtBranch`. Null if nothing is chosen. */
export const useBranchChoice = (): string | null => useStoredChoice(theBranch);

/** The code of the branch. Null if this member of staff works at no branch. */
export const ownBranch = (): string | null => codeIn(theBranch.current());

/** As `ownBranch`, in a component. */
export const useOwnBranch = (): string | null => codeIn(useBranchChoice());
