import { type ReactNode, useId } from 'react';
import { Checkbox } from '../blocks/checkbox.tsx';
import { Field } from '../blocks/field.tsx';
import { Section } from '../blocks/page.tsx';
import { useTexts } from '../language/language.tsx';
import type { ApplicationForm, AppliedKind, Applying, FieldPath } from './application-form.ts';
import { applicationTexts } from './application-texts.ts';
import { AddressFields, EmailField, TelephoneField } from './contact-fields.tsx';

export interface FieldsProps {
  readonly form: ApplicationForm;
  change(fields: Partial<ApplicationForm>): void;
  /** What is wrong, by the path of the field. */
  readonly messages: ReadonlyMap<string, string>;
}

const kinds: readonly AppliedKind[] = ['LIBRARY_CARD', 'SMART_ID'];

export function WantsFields({ form, change, messages }: FieldsProps): ReactNode {
  const texts = useTexts(applicationTexts);
  const id = useId();
  const message = messages.get('wants');
  return (
    <Section title={texts.wants}>
      {kinds.map((kind) => (
        <div key={kind}>
          <Checkbox
            label={texts[kind]}
            checked={form.wants.includes(kind)}
            errorId={message === undefined ? undefined : id}
            onChange={(checked) =>
              change({ wants: kinds.filter((one) => (one === kind ? checked : form.wants.includes(one))) })
            }
          />
        </div>
      ))}
      {message !== undefined && (
        <p className="error" role="alert" id={id}>
          {message}
        </p>
      )}
    </Section>
  );
}

export function ApplicantFields({
  form,
  change,
  messages,
  applying: { channel, patronId },
}: FieldsProps & { readonly applying: Applying }): ReactNode {
  const texts = useTexts(applicationTexts);
  const at = (path: FieldPath) => messages.get(path);
  const day = { type: 'date', max: '9999-12-31' } as const;
  return (
    <Section title={texts.applicant}>
      <Field
        required
        label={texts.englishName}
        hint={texts.englishNameHint}
        autoComplete={channel === 'COUNTER' ? 'off' : 'name'}
        maxLength={100}
        value={form.englishName}
        onChange={(englishName) => change({ englishName })}
        error={at('applicant.englishName')}
      />
      <Field
        required={false}
        label={texts.chineseName}
        maxLength={100}
        value={form.chineseName}
        onChange={(chineseName) => change({ chineseName })}
        error={at('applicant.chineseName')}
      />
      <Field
        required
        {...day}
        label={texts.dateOfBirth}
        autoComplete={channel === 'COUNTER' ? 'off' : 'bday'}
        value={form.dateOfBirth}
        onChange={(dateOfBirth) => change({ dateOfBirth })}
        error={at('applicant.dateOfBirth')}
      />
      <Field
        required={false}
        label={texts.identityNumber}
        hint={texts.identityNumberHint}
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={20}
        value={form.identityNumber}
        onChange={(identityNumber) => change({ identityNumber })}
        error={at('applicant.identityNumber')}
      />
      <Field
        required={false}
        {...day}
        label={texts.dateOfIssue}
        hint={texts.dateOfIssueHint}
        value={form.smartIdDateOfIssue}
        onChange={(smartIdDateOfIssue) => change({ smartIdDateOfIssue })}
        error={at('applicant.smartIdDateOfIssue')}
      />
      <Field
        required={false}
        label={texts.birthCertificateNumber}
        hint={texts.birthCertificateHint}
        spellCheck={false}
        maxLength={30}
        value={form.birthCertificateNumber}
        onChange={(birthCertificateNumber) => change({ birthCertificateNumber })}
        error={at('applicant.birthCertificateNumber')}
      />
      {patronId === null && (
        <WayToReach form={form} change={change} messages={messages} isAtCounter={channel === 'COUNTER'} />
      )}
    </Section>
  );
}

function WayToReach({
  form,
  change,
  messages,
  isAtCounter,
}: FieldsProps & { readonly isAtCounter: boolean }): ReactNode {
  const at = (path: FieldPath) => messages.get(path);
  return (
    <>
      <AddressFields
        required
        lines={form.addressLines}
        onChange={(addressLines) => change({ addressLines })}
        error={at('applicant.addressLines')}
      />
      {isAtCounter && (
        <ProofOfAddress
          checked={form.addressProofShown}
          onChange={(addressProofShown) => change({ addressProofShown })}
          error={at('applicant.addressProofShown')}
        />
      )}
      <TelephoneField
        required={false}
        value={form.telephone}
        onChange={(telephone) => change({ telephone })}
        error={at('applicant.telephone')}
      />
      <EmailField
        required={false}
        value={form.email}
        onChange={(email) => change({ email })}
        error={at('applicant.email')}
      />
    </>
  );
}

/** Only staff may say so. */
function ProofOfAddress({
  checked,
  error,
  onChange,
}: {
  readonly checked: boolean;
  readonly error: string | undefined;
  onChange(checked: boolean): void;
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const id = useId();
  return (
    <div className="field">
      <Checkbox
        label={texts.addressProofShown}
        checked={checked}
        errorId={error === undefined ? undefined : id}
        onChange={onChange}
      />
      {error !== undefined && (
        <span className="error" role="alert" id={id}>
          {error}
        </span>
      )}
    </div>
  );
}

export function GuarantorFields({ form, change, messages }: FieldsProps): ReactNode {
  const texts = useTexts(applicationTexts);
  const at = (path: FieldPath | 'guarantor') => messages.get(path);
  return (
    <Section title={texts.guarantor}>
      <p>{texts.guarantorText}</p>
      <Checkbox label={texts.isMinor} checked={form.isMinor} onChange={(isMinor) => change({ isMinor })} />
      {at('guarantor') !== undefined && (
        <p className="error" role="alert">
          {at('guarantor')}
        </p>
      )}
      {form.isMinor && (
        <>
          <Field
            required
            label={texts.guarantorName}
            maxLength={100}
            value={form.guarantorName}
            onChange={(guarantorName) => change({ guarantorName })}
            error={at('guarantor.name')}
          />
          <Field
            required={false}
            label={texts.guarantorTelephone}
            type="tel"
            maxLength={30}
            value={form.guarantorTelephone}
            onChange={(guarantorTelephone) => change({ guarantorTelephone })}
            error={at('guarantor.telephone')}
          />
          <Field
            required
            type="date"
            max="9999-12-31"
            label={texts.signedOn}
            value={form.signedOn}
            onChange={(signedOn) => change({ signedOn })}
            error={at('guarantor.signedOn')}
          />
          <Checkbox
            label={texts.allowsSmartId}
            checked={form.allowsSmartId}
            onChange={(allowsSmartId) => change({ allowsSmartId })}
          />
        </>
      )}
    </Section>
  );
}
