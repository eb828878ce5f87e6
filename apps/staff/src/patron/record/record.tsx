import { DialogButton, Facts, formatDay, Missing, Section, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { documentKindWords } from '../../words.ts';
import { missingOf, type SectionProps } from '../patron.ts';
import { AmendContact } from './amend-contact.tsx';
import { AmendRecord } from './amend-record.tsx';
import { recordTexts } from './record-texts.ts';
import { WholeNumbers } from './whole-numbers.tsx';

/**
 * The registry's record of the patron. Whole identity numbers are read only on request, because each reading is audited
 * (R27).
 */
export function RecordSection({ patron, missing, reload }: SectionProps): ReactNode {
  const texts = useTexts(recordTexts);
  const documentKinds = useTexts(documentKindWords);
  const { language } = useLanguage();
  const { contact, dateOfBirth, identityDocuments, guarantor, version } = patron;
  if (version === null) {
    return (
      <Section title={texts.record}>
        <Missing at={missingOf(missing, 'version')} />
      </Section>
    );
  }
  const facts: readonly (readonly [string, ReactNode])[] = [
    [texts.dateOfBirth, dateOfBirth === null ? texts.none : formatDay(dateOfBirth, language)],
    [
      texts.documents,
      (identityDocuments ?? []).map(({ kind, masked }) => `${documentKinds[kind]} ${masked}`).join(', ') ||
        texts.none,
    ],
    [
      texts.guarantor,
      guarantor === null ? texts.none : [guarantor.name, guarantor.telephone].filter(Boolean).join(', '),
    ],
    [texts.address, <Address key="address" contact={contact} />],
    [texts.telephone, contact?.telephone ?? texts.none],
    [texts.email, contact?.email ?? texts.none],
  ];
  return (
    <Section
      title={texts.record}
      actions={
        <>
          <DialogButton label={texts.showNumbers}>{() => <WholeNumbers patronId={patron.id} />}</DialogButton>
          <DialogButton label={texts.amendContact}>
            {(close) => <AmendContact patron={{ ...patron, version }} reload={reload} onClose={close} />}
          </DialogButton>
          <DialogButton label={texts.amendRecord}>
            {(close) => <AmendRecord patron={{ ...patron, version }} reload={reload} onClose={close} />}
          </DialogButton>
        </>
      }
    >
      <Facts facts={facts} />
    </Section>
  );
}

function Address({ contact }: { readonly contact: SectionProps['patron']['contact'] }): ReactNode {
  const texts = useTexts(recordTexts);
  if (contact === null || contact.addressLines.length === 0) {
    return texts.none;
  }
  return (
    <>
      {contact.addressLines.map((line) => (
        <span className="line" key={line}>
          {line}
        </span>
      ))}
      <span className="quiet">{contact.addressProven ? texts.addressProven : texts.addressNotProven}</span>
    </>
  );
}
