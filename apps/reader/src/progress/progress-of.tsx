import { Button, Empty, Loaded, Section, useQuery, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ProgressDocument } from '../operations.generated.ts';
import { ApplicationState } from './application-state.tsx';
import { progressTexts } from './texts.ts';

/** The state of the application with this receipt. The receipt is a secret code, so it is never part of a URL. */
export function ProgressOf({ receipt }: { readonly receipt: string }): ReactNode {
  const texts = useTexts(progressTexts);
  const answer = useQuery(ProgressDocument, { receipt });
  return (
    <Section title={texts.standing} actions={<Button onClick={answer.reload}>{texts.again}</Button>}>
      <Loaded answer={answer}>
        {({ applicationProgress }, missing) =>
          applicationProgress === null ? (
            missing.length === 0 && <Empty>{texts.none}</Empty>
          ) : (
            <ApplicationState application={applicationProgress} />
          )
        }
      </Loaded>
    </Section>
  );
}
