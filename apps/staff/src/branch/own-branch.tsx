import { Choice, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { BranchNamesDocument } from '../operations.generated.ts';
import { branchOptions } from './branch-options.ts';
import { branchTexts } from './texts.ts';
import { notAtBranch, theBranch, useBranchChoice, useOwnBranch } from './the-branch.ts';

/** Changes the choice of `BranchStep`. Renders nothing if the library lists no branches. */
export function OwnBranch(): ReactNode {
  const texts = useTexts(branchTexts);
  const choice = useBranchChoice();
  const branch = useOwnBranch();
  const branches = useQuery(BranchNamesDocument).data?.branches ?? null;
  return choice === null || branches?.length === 0 ? null : (
    <section className="own-branch" aria-label={texts.label}>
      <Choice
        label={texts.label}
        value={choice}
        options={[...branchOptions(branches, branch), { value: notAtBranch, text: texts.notAtBranch }]}
        onChange={(chosen) => theBranch.choose(chosen)}
      />
    </section>
  );
}
