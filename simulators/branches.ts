import { fileURLToPath } from 'node:url';

/** The branches that the seed's copies and holds name, in the form of `BRANCHES_FILE`. */
export const simulatedBranchesFile: string = fileURLToPath(new URL('./branches.json', import.meta.url));

/** The codes in that file. */
export const BRANCH_CODES = ['HKCL', 'NPPL', 'STCL', 'TSTPL'] as const;
