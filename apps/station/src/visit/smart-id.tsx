import { Button, Field, Form, Page, readDate, useTexts } from '@patron-graph/ui';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { SmartIdPresented } from '../operations.generated.ts';
import { visitTexts } from '../texts/visit.ts';

/**
 * A form for the identity number and date of issue that a card reader types, each followed by Enter or Tab. The fields
 * are masked, because people behind the reader can see the screen.
 */
export function SmartIdForm({
  onRead,
  onBack,
}: {
  onRead(facts: SmartIdPresented): void;
  onBack(): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const number = useRef<HTMLInputElement>(null);
  const date = useRef<HTMLInputElement>(null);
  const [identityNumber, setIdentityNumber] = useState('');
  const [dateOfIssue, setDateOfIssue] = useState('');
  const [error, setError] = useState<string>();
  useLayoutEffect(() => number.current?.focus(), []);
  const submit = () => {
    const [readIdentityNumber = '', dateText = ''] = [number.current?.value.trim(), date.current?.value];
    if (document.activeElement === number.current && readIdentityNumber !== '') {
      date.current?.focus();
      return;
    }
    const readDateOfIssue = readDate(dateText);
    setIdentityNumber('');
    setDateOfIssue('');
    if (readIdentityNumber === '' || readDateOfIssue === null) {
      setError(texts.readAgain);
      number.current?.focus();
      return;
    }
    onRead({ identityNumber: readIdentityNumber, dateOfIssue: readDateOfIssue });
  };
  return (
    <Page title={texts.smartId} actions={<Button onClick={onBack}>{texts.back}</Button>}>
      <p>{texts.smartIdText}</p>
      <Form className="card narrow" onSubmit={submit} noValidate>
        <Field
          ref={number}
          className="secret"
          label={texts.identityNumber}
          maxLength={20}
          spellCheck={false}
          error={error}
          value={identityNumber}
          onChange={setIdentityNumber}
        />
        <Field
          ref={date}
          className="secret"
          label={texts.dateOfIssue}
          hint={texts.dateOfIssueHint}
          maxLength={12}
          value={dateOfIssue}
          onChange={setDateOfIssue}
        />
        <Button type="submit" kind="primary">
          {texts.next}
        </Button>
      </Form>
    </Page>
  );
}
