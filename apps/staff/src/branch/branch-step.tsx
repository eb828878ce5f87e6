import { Loading, useQuery } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { BranchNamesDocument } from '../operations.generated.ts';
import { notAtBranch, theBranch, useBranchChoice } from './the-branch.ts';

/** Most pages are opened after the choice, and don't load this screen. */
const AskBranch = lazy(async () => ({ default: (await import('./ask-branch.tsx')).AskBranch }));

/**
 * Asks where the member of staff works before it shows `children`. It does not ask again until the sign-out, unless the
 * library closes the branch: the graph would reject the branch's code. The address does not change meanwhile. A library
 * that has not listed its branches has nothing to ask.
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
