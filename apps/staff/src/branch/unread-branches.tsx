import { GraphError } from '@patron-graph/kit';
import { Failed, type QueryResult } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { BranchNamesQuery } from '../operations.generated.ts';

/** The reason why the branches could not be read, with a button that reads them again. */
export const UnreadBranches = ({
  answer: { error, missing, reload },
}: {
  readonly answer: QueryResult<BranchNamesQuery>;
}): ReactNode => (
  <Failed
    error={error ?? new GraphError('the branches could not be read', { missing, status: 200 })}
    onRetry={reload}
  />
);
