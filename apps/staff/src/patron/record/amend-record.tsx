import { useMutation, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { DeskAmendPatronDocument, type PatronField } from '../../operations.generated.ts';
import { type AmendProps, useAmendment } from './amend.ts';
import { AmendForm } from './amend-form.tsx';
import { recordTexts } from './record-texts.ts';

/**
 * Changes names, date of birth, documents and guarantor. The change applies to the version of the record that was read.
 * If somebody else has changed the record since, the graph refuses the change.
 */
export function AmendRecord({ patron, reload, onClose }: AmendProps): ReactNode {
  const texts = useTexts(recordTexts);
  const { id: patronId, version, name, dateOfBirth, guarantor } = patron;
  const amendment = useAmendment({
    englishName: name?.english ?? '',
    chineseName: name?.chinese ?? '',
    dateOfBirth: dateOfBirth ?? '',
    identityNumber: '',
    birthCertificateNumber: '',
    guarantorName: guarantor?.name ?? '',
    guarantorTelephone: guarantor?.telephone ?? '',
  } as const satisfies Record<string, string>);
  const { typed, isChanged, given, cleared } = amendment;
  const act = useMutation(DeskAmendPatronDocument, ({ amendPatron }) => amendPatron);
  const changedGuarantor = isChanged('guarantorName') || isChanged('guarantorTelephone');
  const newGuarantor =
    typed.guarantorName.trim() === ''
      ? undefined
      : { name: typed.guarantorName, telephone: typed.guarantorTelephone.trim() || undefined };
  const changed = (name: keyof typeof typed) => (isChanged(name) ? typed[name] : undefined);
  const variables = () => ({
    input: {
      patronId,
      version,
      englishName: changed('englishName'),
      chineseName: given('chineseName'),
      dateOfBirth: changed('dateOfBirth'),
      identityNumber: changed('identityNumber'),
      birthCertificateNumber: changed('birthCertificateNumber'),
      guarantor: changedGuarantor ? newGuarantor : undefined,
      clear: cleared<PatronField>({
        chineseName: 'CHINESE_NAME',
        guarantorName: 'GUARANTOR',
        guarantorTelephone: 'GUARANTOR_TELEPHONE',
      }),
    },
  });
  return (
    <AmendForm
      act={act}
      amendment={amendment}
      variables={variables}
      intro={<p>{texts.amendRecordText}</p>}
      reload={reload}
      onClose={onClose}
    >
      {(field) => (
        <>
          {field('englishName', texts.englishName, { hint: texts.englishNameHint, required: true })}
          {field('chineseName', texts.chineseName)}
          {field('dateOfBirth', texts.dateOfBirth, { isDay: true, required: true })}
          {field('identityNumber', texts.identityNumber, { hint: texts.identityNumberHint })}
          {field('birthCertificateNumber', texts.birthCertificateNumber)}
          {field('guarantorName', texts.guarantorName, { problem: 'guarantor' })}
          {field('guarantorTelephone', texts.guarantorTelephone, { problem: 'guarantor' })}
        </>
      )}
    </AmendForm>
  );
}
