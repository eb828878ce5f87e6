import { Button, Choice, Field, Form, Section, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import type { IdentityDocumentInput, IdentityDocumentKind } from '../operations.generated.ts';
import { documentKindWords } from '../words.ts';
import { HitOfDocument } from './hits.tsx';
import { findTexts } from './texts.ts';

/**
 * Finds a patron by an identity document. The search is sent only when the form is submitted, because each look-up is
 * audited.
 */
export function DocumentSearch({
  opens,
  onAsk,
  onChange,
}: {
  /** Whether to open the only hit as soon as it is found. */
  readonly opens: boolean;
  onAsk(): void;
  /** Called when the kind or the number of the document is changed. */
  onChange(): void;
}): ReactNode {
  const texts = useTexts(findTexts);
  const kinds = useTexts(documentKindWords);
  const [kind, setKind] = useState<IdentityDocumentKind>('HKID');
  const [number, setNumber] = useState('');
  const [asked, setAsked] = useState<{
    readonly document: IdentityDocumentInput;
    readonly count: number;
  } | null>(null);
  return (
    <Section title={texts.byDocument}>
      <p className="quiet">{texts.audited}</p>
      <Form
        onSubmit={() => {
          onAsk();
          setAsked((before) => ({ document: { kind, number }, count: (before?.count ?? 0) + 1 }));
          // The number must not stay on a screen that others can see.
          setNumber('');
        }}
      >
        <Choice
          label={texts.kind}
          open
          value={kind}
          options={(['HKID', 'BIRTH_CERTIFICATE'] as const).map((value) => ({ value, text: kinds[value] }))}
          onChange={(next) => {
            onChange();
            setKind(next);
          }}
        />
        <div className="row">
          <Field
            label={texts.documentNumber}
            hint={texts.documentHint}
            value={number}
            required
            onChange={(next) => {
              onChange();
              setNumber(next);
            }}
          />
          <Button type="submit">{texts.lookUp}</Button>
        </div>
      </Form>
      {asked !== null && <HitOfDocument key={asked.count} document={asked.document} opens={opens} />}
    </Section>
  );
}
