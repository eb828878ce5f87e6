import { Button, Field, Form, Notice, Page, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { stationTexts } from '../texts/station.ts';
import { enrol } from './use-station.ts';

const errorOf = { wrong: 'wrongCode', tooMany: 'tooManyCodes', failed: 'enrolFailed' } as const;

/** The page of a machine that is not enrolled. It contains the field for the enrolment code. */
export function EnrolPage({
  wasEnrolled,
  onEnrolled,
}: {
  readonly wasEnrolled: boolean;
  onEnrolled(): Promise<void>;
}): ReactNode {
  const texts = useTexts(stationTexts);
  const [code, setCode] = useState('');
  const [state, setState] = useState<'idle' | 'sending' | keyof typeof errorOf>('idle');
  const submit = async () => {
    if (code.trim() === '' || state === 'sending') {
      return;
    }
    setState('sending');
    const outcome = await enrol(code);
    if (outcome === 'enrolled') {
      await onEnrolled();
      return;
    }
    setState(outcome);
  };
  const error = state === 'idle' || state === 'sending' ? undefined : texts[errorOf[state]];
  return (
    <Page title={wasEnrolled ? texts.wasRevoked : texts.notEnrolled}>
      {wasEnrolled && <Notice tone="bad">{texts.wasRevokedText}</Notice>}
      <p>{texts.notEnrolledText}</p>
      <Form className="card narrow" onSubmit={() => void submit()} noValidate>
        <Field
          label={texts.code}
          hint={texts.codeHint}
          error={error}
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          value={code}
          onChange={setCode}
        />
        <Button type="submit" kind="primary" busy={state === 'sending'}>
          {texts.enrol}
        </Button>
      </Form>
    </Page>
  );
}
