import { Facts, formatDay, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { ShownApplication } from './shown-application.ts';
import { applicationTexts } from './texts.ts';

/** The application's data about the applicant and the guarantor. Identity numbers are masked. */
export function ApplicantFacts({
  applicant,
  guarantor,
}: {
  readonly applicant: NonNullable<ShownApplication['applicant']>;
  readonly guarantor: ShownApplication['guarantor'];
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const { language } = useLanguage();
  const { smartIdDateOfIssue: issuedOn } = applicant;
  return (
    <>
      <Facts
        facts={[
          [texts.name, [applicant.englishName, applicant.chineseName].filter(Boolean).join(' ')],
          [texts.identityNumber, applicant.maskedIdentityNumber],
          [texts.birthCertificate, applicant.maskedBirthCertificateNumber],
          [texts.dateOfBirth, formatDay(applicant.dateOfBirth, language)],
          [texts.dateOfIssue, issuedOn === null ? null : formatDay(issuedOn, language)],
          [texts.address, applicant.address],
          [texts.addressProof, applicant.addressProofShown ? texts.shown : texts.notShown],
          [texts.telephone, applicant.telephone],
          [texts.email, applicant.email],
        ]}
      />
      {guarantor !== null && (
        <>
          <h3>{texts.guarantor}</h3>
          <Facts
            facts={[
              [texts.name, guarantor.name],
              [texts.telephone, guarantor.telephone],
              [texts.signedOn, formatDay(guarantor.signedOn, language)],
              [texts.allowsSmartId, guarantor.allowsSmartId ? texts.yes : texts.no],
            ]}
          />
        </>
      )}
    </>
  );
}
