import { Choice, Field, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { BranchNamesDocument } from '../operations.generated.ts';
import { branchOptions } from './branch-options.ts';
import { branchTexts } from './texts.ts';
import { UnreadBranches } from './unread-branches.tsx';

/** The choice of a branch in a form. If the library lists no branches, a text field for the branch's code. */
export function BranchField({
  label,
  value,
  error,
  required = true,
  onChange,
}: {
  readonly label: string;
  /** The branch's code. Null if none is chosen. */
  readonly value: string | null;
  readonly error?: string | undefined;
  readonly required?: boolean;
  onChange(branch: string | null): void;
}): ReactNode {
  const texts = useTexts(branchTexts);
  const answer = useQuery(BranchNamesDocument);
  const branches = answer.data?.branches ?? null;
  const change = (text: string) => onChange(text.trim() || null);
  if (branches?.length === 0) {
    return (
      <Field {...{ label, error, required }} hint={texts.noBranches} value={value ?? ''} onChange={change} />
    );
  }
  return (
    <>
      <Choice
        {...{ label, error, required }}
        value={value ?? ''}
        options={[
          ...(value === null || !required ? [{ value: '', text: texts.choose }] : []),
          ...branchOptions(branches, value),
        ]}
        onChange={change}
      />
      {branches === null && answer.state !== 'loading' && <UnreadBranches answer={answer} />}
    </>
  );
}
