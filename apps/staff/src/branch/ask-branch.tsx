import './ask-branch.css';
import { Button, createTexts, Empty, Field, Form, Page, type QueryResult, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { BranchNamesQuery } from '../operations.generated.ts';
import type { Branches } from './branch-options.ts';
import { branchTexts } from './texts.ts';
import { notAtBranch, theBranch } from './the-branch.ts';
import { UnreadBranches } from './unread-branches.tsx';
import { useArrowKeys } from './use-arrow-keys.ts';

const askTexts = createTexts({
  title: { en: 'Where do you work today?', 'zh-Hant': '你今天在哪裡工作？' },
  hint: {
    en: 'Your lists begin with this branch, and copies are returned here. You can change it at the top of each page.',
    'zh-Hant': '各清單會先顯示此分館，歸還的館藏亦在此登記。你可隨時在頁頂更改。',
  },
  branches: { en: 'Branches', 'zh-Hant': '分館' },
  find: { en: 'Find a branch', 'zh-Hant': '尋找分館' },
  findHint: {
    en: 'If one branch is left, press Enter to choose it.',
    'zh-Hant': '只剩一間分館時，按 Enter 即可選擇。',
  },
  noneFound: { en: 'No branch has this name.', 'zh-Hant': '沒有此名稱的分館。' },
  notAtBranchHint: {
    en: 'Lists show all branches. Returns need a branch.',
    'zh-Hant': '清單顯示所有分館。歸還館藏須先選擇分館。',
  },
  goOn: { en: 'Go on without a branch', 'zh-Hant': '不選分館並繼續' },
});

/** With more branches than this, there is a field to find one. */
const manyBranches = 12;

const withoutBranch = () => theBranch.choose(notAtBranch);

/** Asks for the branch. If the branches could not be read, shows the reason, and a button to go on without a branch. */
export function AskBranch({ answer }: { readonly answer: QueryResult<BranchNamesQuery> }): ReactNode {
  const texts = useTexts(askTexts);
  const branches = answer.data?.branches ?? null;
  return (
    <Page title={texts.title}>
      {branches === null ? (
        <>
          <UnreadBranches answer={answer} />
          <Button onClick={withoutBranch}>{texts.goOn}</Button>
        </>
      ) : (
        <Choices branches={branches} />
      )}
    </Page>
  );
}

function Choices({ branches }: { readonly branches: Branches }): ReactNode {
  const texts = useTexts(askTexts);
  const { notAtBranch: none } = useTexts(branchTexts);
  const [text, setText] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useArrowKeys(list);
  useEffect(() => field.current?.focus(), []);
  const hintId = useId();
  const wanted = text.trim().toLowerCase();
  const found = branches.filter(({ name }) => name.toLowerCase().includes(wanted));
  const chooseOnlyOne = () => {
    const [first, ...others] = found;
    if (first !== undefined && others.length === 0) {
      theBranch.choose(first.code);
    }
  };
  return (
    <div className="card narrow branch-step">
      <p>{texts.hint}</p>
      {branches.length > manyBranches && (
        <Form onSubmit={chooseOnlyOne}>
          <Field
            ref={field}
            type="search"
            label={texts.find}
            hint={texts.findHint}
            value={text}
            onChange={setText}
          />
        </Form>
      )}
      {found.length === 0 && <Empty>{texts.noneFound}</Empty>}
      <ul ref={list} className="plain-list" aria-label={texts.branches}>
        {found.map(({ code, name }) => (
          <li key={code}>
            <Button onClick={() => theBranch.choose(code)}>{name}</Button>
          </li>
        ))}
        <li>
          <Button aria-describedby={hintId} onClick={withoutBranch}>
            {none}
          </Button>
          <p id={hintId} className="hint">
            {texts.notAtBranchHint}
          </p>
        </li>
      </ul>
    </div>
  );
}
