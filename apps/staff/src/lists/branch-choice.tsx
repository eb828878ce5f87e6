import { Choice, createTexts, Loaded, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { BranchNamesDocument } from '../operations.generated.ts';
import { useSearchValue } from './search-value.ts';

const branchTexts = createTexts({
  branch: { en: 'Branch', 'zh-Hant': '分館' },
  all: { en: 'All branches', 'zh-Hant': '所有分館' },
  none: { en: 'The library has not listed its branches.', 'zh-Hant': '圖書館尚未列出分館。' },
});

/**
 * A choice of one of the library's branches, kept in the view's address (`?branch=HKCL`). `children` gets the branch's
 * code, or null for all branches. With `isRequired` one branch must be chosen, and the default is the first one.
 */
export function BranchChoice({
  isRequired = false,
  children,
}: {
  readonly isRequired?: boolean;
  children(branch: string | null, choice: ReactNode): ReactNode;
}): ReactNode {
  const texts = useTexts(branchTexts);
  const [wanted, choose] = useSearchValue('branch');
  const answer = useQuery(BranchNamesDocument);
  return (
    <Loaded answer={answer}>
      {({ branches }) => {
        const codes = (branches ?? []).map(({ code }) => code);
        const chosen = wanted !== null && codes.includes(wanted) ? wanted : null;
        const branch = isRequired ? (chosen ?? codes[0] ?? null) : chosen;
        const options = [
          ...(isRequired ? [] : [{ value: '', text: texts.all }]),
          ...(branches ?? []).map(({ code, name }) => ({ value: code, text: name })),
        ];
        return children(
          branch,
          options.length === 0 ? (
            <p>{texts.none}</p>
          ) : (
            <Choice label={texts.branch} value={branch ?? ''} options={options} onChange={choose} />
          ),
        );
      }}
    </Loaded>
  );
}
