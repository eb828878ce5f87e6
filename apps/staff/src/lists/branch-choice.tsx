import { Choice, createTexts, Loaded, useQuery, useSearchParameters, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { useOwnBranch } from '../branch/the-branch.ts';
import { BranchNamesDocument } from '../operations.generated.ts';
import { type Address, everything, textIn } from './address.ts';

const branchTexts = createTexts({
  branch: { en: 'Branch', 'zh-Hant': '分館' },
  all: { en: 'All branches', 'zh-Hant': '所有分館' },
  choose: { en: 'Choose a branch', 'zh-Hant': '請選擇分館' },
  none: { en: 'The library has not listed its branches.', 'zh-Hant': '圖書館尚未列出分館。' },
});

interface BranchSearch {
  readonly branch?: string | undefined;
}

const readBranch = ({ branch }: Address): BranchSearch => ({ branch: textIn(branch) });

/**
 * A choice of one of the library's branches. It is kept in the view's address: `?branch=HKCL`, or `?branch=*` for all.
 * By default it is the branch where the member of staff works, or all branches if there is none. This default is also
 * written to the address, so that the link shows a colleague in another branch the same list.
 *
 * `children` gets the branch's code, or null for all branches. If `isRequired`, the list can't show all branches, and
 * null means that no branch is chosen yet.
 */
export function BranchChoice({
  isRequired = false,
  children,
}: {
  readonly isRequired?: boolean;
  children(branch: string | null, choice: ReactNode): ReactNode;
}): ReactNode {
  const texts = useTexts(branchTexts);
  const [{ branch: wanted = null }, change] = useSearchParameters(readBranch);
  const own = useOwnBranch();
  const answer = useQuery(BranchNamesDocument);
  return (
    <Loaded answer={answer}>
      {({ branches }) => {
        const codes = (branches ?? []).map(({ code }) => code);
        const listed = (code: string | null) => (code !== null && codes.includes(code) ? code : null);
        const branch = wanted === everything && !isRequired ? null : (listed(wanted) ?? listed(own));
        const none = isRequired
          ? branch === null && { value: everything, text: texts.choose }
          : { value: everything, text: texts.all };
        const options = [
          ...(none === false ? [] : [none]),
          ...(branches ?? []).map(({ code, name }) => ({ value: code, text: name })),
        ];
        const choose = (next: string) => change({ branch: next });
        return (
          <>
            {wanted === null && branch !== null && <Chosen branch={branch} onChosen={choose} />}
            {children(
              branch,
              codes.length === 0 ? (
                <p>{texts.none}</p>
              ) : (
                <Choice
                  label={texts.branch}
                  value={branch ?? everything}
                  options={options}
                  onChange={choose}
                />
              ),
            )}
          </>
        );
      }}
    </Loaded>
  );
}

/** Writes the default branch to the address if nobody has chosen one. */
function Chosen({
  branch,
  onChosen,
}: {
  readonly branch: string;
  readonly onChosen: (branch: string) => void;
}): ReactNode {
  const choose = useEffectEvent(() => onChosen(branch));
  useEffect(() => choose(), []);
  return null;
}
