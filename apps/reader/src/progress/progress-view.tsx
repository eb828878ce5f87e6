import { Button, Field, Form, Page, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ProgressOf } from './progress-of.tsx';
import { progressTexts } from './texts.ts';

/** A field for the receipt of an application, and the state of this application. Nobody needs to sign in for this. */
export function ProgressView(): ReactNode {
  const texts = useTexts(progressTexts);
  const [typed, setTyped] = useState('');
  const [receipt, setReceipt] = useState<string | null>(null);
  return (
    <Page title={texts.title}>
      <Form className="card row" noValidate onSubmit={() => setReceipt(typed.trim())}>
        <Field
          label={texts.receipt}
          hint={texts.hint}
          error={receipt === '' ? texts.missing : undefined}
          spellCheck={false}
          autoCapitalize="none"
          maxLength={500}
          value={typed}
          onChange={setTyped}
        />
        <Button type="submit" kind="primary">
          {texts.show}
        </Button>
      </Form>
      {receipt !== null && receipt !== '' && <ProgressOf receipt={receipt} />}
    </Page>
  );
}
