import { Button, DateField, DialogButton, Field, Form, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import type { CredentialPresented } from '../operations.generated.ts';
import { deskTexts } from './texts.ts';

/** A form for the identity number and date of issue of a smart identity card (R6), for desks without a card reader. */
export function SmartIdByHand({ onCard }: { onCard(card: CredentialPresented): void }): ReactNode {
  const texts = useTexts(deskTexts);
  return (
    <DialogButton
      label={texts.readSmartId}
      title={texts.readSmartIdTitle}
      name={texts.readSmartId}
      aria-keyshortcuts="F7"
    >
      {(close) => (
        <FactsForm
          onCard={(card) => {
            close();
            onCard(card);
          }}
        />
      )}
    </DialogButton>
  );
}

/** The form is a separate component, so that its state is dropped when the dialog closes. */
function FactsForm({ onCard }: { onCard(card: CredentialPresented): void }): ReactNode {
  const texts = useTexts(deskTexts);
  const [identityNumber, setNumber] = useState('');
  const [dateOfIssue, setDate] = useState('');
  return (
    <Form onSubmit={() => onCard({ smartId: { identityNumber, dateOfIssue } })}>
      <p>{texts.readSmartIdText}</p>
      <Field
        label={texts.identityNumber}
        required
        maxLength={30}
        value={identityNumber}
        onChange={setNumber}
      />
      <DateField label={texts.dateOfIssue} required value={dateOfIssue} onChange={setDate} />
      <Button type="submit" kind="primary">
        {texts.useCard}
      </Button>
    </Form>
  );
}
