import { fileURLToPath } from 'node:url';

/** The path of a file in the form of `BRANCHES_FILE`. It has the branches of the seed's copies and holds. */
export const simulatedBranchesFile: string = fileURLToPath(new URL('./branches.json', import.meta.url));

/** The branch codes in `branches.json`. */
export const BRANCH_CODES = ['HKCL', 'NPPL', 'STCL', 'TSTPL'] as const;
