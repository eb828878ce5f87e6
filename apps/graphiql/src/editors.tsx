import {
  ExecuteButton,
  HeaderEditor,
  QueryEditor,
  ResponseEditor,
  useGraphiQL,
  useGraphiQLActions,
  VariableEditor,
} from '@graphiql/react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Explanation } from './explanation.ts';
import { ExplanationView } from './explanation-view.tsx';
import type { ListedOperation } from './setup.ts';

type Opened = Pick<ListedOperation, 'text' | 'variables'>;

/**
 * Returns a function that opens an operation in the tab that has it, or else in a new tab. `linked` is opened as soon
 * as the editors are ready.
 */
export function useOpen(linked: Opened | null): (operation: Opened) => void {
  const { addTab, changeTab, updateActiveTabValues } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL((state) => ({
    tabs: state.tabs,
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  const open = ({ text, variables }: Opened) => {
    const known = tabs.findIndex((tab) => tab.query === text);
    if (known >= 0) {
      changeTab(known);
      return;
    }
    addTab();
    queryEditor?.setValue(text);
    variableEditor?.setValue(variables);
    updateActiveTabValues({ query: text, variables });
  };
  const isOpened = useRef(false);
  const isReady = queryEditor !== undefined && variableEditor !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the editors are ready.
  useEffect(() => {
    if (linked !== null && isReady && !isOpened.current) {
      isOpened.current = true;
      open(linked);
    }
  }, [isReady]);
  return open;
}

export function Editors({ explanation }: { readonly explanation: Explanation | null }): ReactNode {
  const [tool, setTool] = useState<'variables' | 'headers'>('variables');
  const [result, setResult] = useState<'answer' | 'plan'>('answer');
  const { prettifyEditors } = useGraphiQLActions();
  return (
    <main>
      <Tabs />
      <section className="query" aria-label="Operation">
        <div className="tools">
          <ExecuteButton />
          <button type="button" onClick={() => prettifyEditors()}>
            Format
          </button>
        </div>
        <div className="editor">
          <QueryEditor />
        </div>
        <Switch
          label="Beside the operation"
          options={{ variables: 'Variables', headers: 'Headers' }}
          chosen={tool}
          onChoose={setTool}
        />
        <div className="editor small" hidden={tool !== 'variables'}>
          <VariableEditor />
        </div>
        <div className="editor small" hidden={tool !== 'headers'}>
          <HeaderEditor />
        </div>
      </section>
      <section className="result" aria-label="Result">
        <Switch
          label="Result"
          options={{ answer: 'Answer', plan: 'Plan and SOAP calls' }}
          chosen={result}
          onChoose={setResult}
        />
        <div className="editor" hidden={result !== 'answer'}>
          <ResponseEditor />
        </div>
        <div className="explanation" hidden={result !== 'plan'}>
          <ExplanationView explanation={explanation} />
        </div>
      </section>
    </main>
  );
}

/** A row of buttons that chooses one of several things to show. */
function Switch<Choice extends string>({
  label,
  options,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly options: Readonly<Record<Choice, string>>;
  readonly chosen: Choice;
  readonly onChoose: (choice: Choice) => void;
}): ReactNode {
  return (
    <fieldset className="switch" aria-label={label}>
      {(Object.entries(options) as [Choice, string][]).map(([choice, text]) => (
        <button key={choice} type="button" aria-pressed={chosen === choice} onClick={() => onChoose(choice)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}

function Tabs(): ReactNode {
  const { addTab, changeTab, closeTab } = useGraphiQLActions();
  const { tabs, activeTabIndex } = useGraphiQL((state) => ({
    tabs: state.tabs,
    activeTabIndex: state.activeTabIndex,
  }));
  return (
    <nav aria-label="Open operations">
      <ul>
        {tabs.map(({ id, title }, index) => (
          <li key={id}>
            <button
              type="button"
              aria-current={index === activeTabIndex ? 'page' : undefined}
              onClick={() => changeTab(index)}
            >
              {title}
            </button>
            {tabs.length > 1 && (
              <button type="button" aria-label={`Close ${title}`} onClick={() => closeTab(index)}>
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
      <button type="button" aria-label="New operation" onClick={() => addTab()}>
        +
      </button>
    </nav>
  );
}
