import './keys.css';
import { useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { sheetTexts } from './sheet-texts.ts';

const everywhere = [
  ['/', 'find'],
  ['F2', 'lend'],
  ['F4', 'takeBack'],
  ['?', 'sheet'],
] as const;

const atDesk = [
  ['F7', 'smartId'],
  ['F8', 'renewAll'],
  ['F9', 'slip'],
  ['F10', 'whole'],
  ['Esc', 'end'],
] as const;

export function KeySheet(): ReactNode {
  const texts = useTexts(sheetTexts);
  return (
    <>
      <KeyList heading={texts.everywhere} keys={everywhere} />
      <KeyList heading={texts.atDesk} keys={atDesk} />
    </>
  );
}

function KeyList({
  heading,
  keys,
}: {
  readonly heading: string;
  readonly keys: readonly (readonly [key: string, does: keyof typeof sheetTexts])[];
}): ReactNode {
  const texts = useTexts(sheetTexts);
  return (
    <>
      <h3>{heading}</h3>
      <dl className="facts keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{texts[does]}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
