import { Choice, createTexts, useQuery, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect } from 'react';
import { BranchNamesDocument } from '../operations.generated.ts';
import { theBranch, useOwnBranch } from './the-branch.ts';

const ownBranchTexts = createTexts({
  label: { en: 'You work at', 'zh-Hant': '工作地點' },
  none: { en: 'Choose…', 'zh-Hant': '請選擇' },
});

/** The choice of the branch where this member of staff works. */
export function OwnBranch(): ReactNode {
  const texts = useTexts(ownBranchTexts);
  const branch = useOwnBranch();
  const { data } = useQuery(BranchNamesDocument);
  const branches = data?.branches ?? null;
  // The library may have closed the branch after it was chosen. The graph would reject the code of a closed branch.
  const isListed = branches === null || branches.some(({ code }) => code === branch);
  useEffect(() => {
    if (!isListed) {
      theBranch.forget();
    }
  }, [isListed]);
  const options = branches ?? (branch === null ? [] : [{ code: branch, name: branch }]);
  return (
    <section aria-label={texts.label}>
      <Choice
        label={texts.label}
        value={branch ?? ''}
        options={[
          { value: '', text: texts.none },
          ...options.map(({ code, name }) => ({ value: code, text: name })),
        ]}
        onChange={(value) => theBranch.choose(value === '' ? null : value)}
      />
    </section>
  );
}
