import { fileURLToPath } from 'node:url';

/**
 * The path of a file that can be used as `BRANCHES_FILE`. The file lists the library branches of the seed's copies and
 * holds.
 */
export const simulatedBranchesFile: string = fileURLToPath(new URL('./branches.json', import.meta.url));

export const BRANCH_CODES = ['HKCL', 'NPPL', 'STCL', 'TSTPL'] as const;
