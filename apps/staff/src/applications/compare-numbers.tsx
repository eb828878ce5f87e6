import { formatDay, LoadedField, Section, Table, useLanguage, useQuery, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect } from 'react';
import { OnRequest } from '../lists/on-request.tsx';
import { CompareNumbersDocument, type CompareNumbersQuery } from '../operations.generated.ts';
import { applicationTexts } from './texts.ts';

/**
 * The whole identity numbers of the application and of the record, side by side. They are read only on request, because
 * each reading is audited.
 */
export function CompareNumbers({ id, onShown }: { readonly id: string; onShown(): void }): ReactNode {
  const texts = useTexts(applicationTexts);
  return (
    <Section title={texts.numbers}>
      <p className="quiet">{texts.numbersHint}</p>
      <OnRequest label={texts.showNumbers}>
        <Numbers id={id} onShown={onShown} />
      </OnRequest>
    </Section>
  );
}

function Numbers({ id, onShown }: { readonly id: string; onShown(): void }): ReactNode {
  const answer = useQuery(CompareNumbersDocument, { id });
  const areShown = answer.data?.application?.applicant != null;
  useEffect(() => {
    if (areShown) {
      onShown();
    }
  }, [areShown, onShown]);
  return (
    <LoadedField answer={answer} field="application">
      {(application) => <Comparison application={application} />}
    </LoadedField>
  );
}

function Comparison({
  application: { applicant, patron },
}: {
  readonly application: NonNullable<CompareNumbersQuery['application']>;
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const { language } = useLanguage();
  const recorded = (kind: string) =>
    patron?.identityDocuments?.find((document) => document.kind === kind)?.number ?? '—';
  const dayOf = (day: string | null | undefined) => (day == null ? '—' : formatDay(day, language));
  return (
    <Table
      caption={texts.numbers}
      hidesCaption
      rows={[
        [texts.identityNumber, applicant?.identityNumber ?? '—', recorded('HKID')] as const,
        [texts.birthCertificate, applicant?.birthCertificateNumber ?? '—', recorded('BIRTH_CERTIFICATE')],
        [texts.dateOfBirth, dayOf(applicant?.dateOfBirth), dayOf(patron?.dateOfBirth)],
      ]}
      keyOf={([name]) => name}
      columns={[
        { heading: texts.numbers, cell: ([name]) => name },
        { heading: texts.inApplication, cell: ([, filledIn]) => <span className="number">{filledIn}</span> },
        { heading: texts.inRecord, cell: ([, , inRecord]) => <span className="number">{inRecord}</span> },
      ]}
    />
  );
}
