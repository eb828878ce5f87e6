import type { BranchNamesQuery } from '../operations.generated.ts';

export type Branches = NonNullable<BranchNamesQuery['branches']>;

/**
 * The branches as options of a `Choice`. While the branches are not read, `branches` is null, and the chosen branch is
 * the only option.
 */
export const branchOptions = (branches: Branches | null, chosen: string | null) =>
  (branches ?? (chosen === null ? [] : [{ code: chosen, name: chosen }])).map(({ code, name }) => ({
    value: code,
    text: name,
  }));
