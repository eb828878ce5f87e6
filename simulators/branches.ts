import { fileURLToPath } from 'node:url';

/** The path of a file for `BRANCHES_FILE`. It lists the branches that the seed uses. */
export const simulatedBranchesFile: string = fileURLToPath(new URL('./branches.json', import.meta.url));

export const BRANCH_CODES = ['HKCL', 'NPPL', 'STCL', 'TSTPL'] as const;
