import { Loading, useQuery } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { BranchNamesDocument } from '../operations.generated.ts';
import { notAtBranch, theBranch, useBranchChoice } from './the-branch.ts';

/** Loaded only when it is shown, because the branch is usually known. */
const AskBranch = lazy(async () => ({ default: (await import('./ask-branch.tsx')).AskBranch }));

/**
 * Asks where the member of staff works, and then shows `children`. Asks again after the sign-out, and if the library
 * has closed the branch, because the graph would reject its code. Doesn't ask if the library lists no branches.
 */
export function BranchStep({ children }: { readonly children: ReactNode }): ReactNode {
  const choice = useBranchChoice();
  const answer = useQuery(BranchNamesDocument);
  const branches = answer.data?.branches ?? null;
  const isListed = branches?.some(({ code }) => code === choice) ?? true;
  const isClosed = choice !== null && choice !== notAtBranch && !isListed;
  useEffect(() => {
    if (isClosed) {
      theBranch.forget();
    }
  }, [isClosed]);
  if ((choice !== null && !isClosed) || branches?.length === 0) {
    return children;
  }
  return branches === null && answer.state === 'loading' ? (
    <Loading />
  ) : (
    <Suspense fallback={<Loading />}>
      <AskBranch answer={answer} />
    </Suspense>
  );
}
