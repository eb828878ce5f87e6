import type { CredentialKind } from '@patron-graph/kit/public';
import { type ReactNode, useId } from 'react';
import { Checkbox } from '../blocks/checkbox.tsx';
import { DateField } from '../blocks/date-field.tsx';
import { Field, type FieldProps } from '../blocks/field.tsx';
import { FieldError } from '../blocks/field-error.tsx';
import { useTexts } from '../language/language.tsx';
import { Section } from '../page/page.tsx';
import type { ApplicationForm, Applying, FieldPath } from './application-form.ts';
import { applicationTexts } from './application-texts.ts';
import { AddressFields, EmailField, TelephoneField } from './contact-fields.tsx';

export interface FieldsProps {
  readonly form: ApplicationForm;
  change(fields: Partial<ApplicationForm>): void;
  /** Error messages by the path of their field. */
  readonly messages: ReadonlyMap<string, string>;
  /** The id of the element for the field at a path. */
  idOf(path: FieldPath): string;
}

const kinds = Object.keys({
  LIBRARY_CARD: true,
  SMART_ID: true,
} satisfies Record<CredentialKind, true>) as readonly CredentialKind[];

export function WantsFields({ form, change, messages, idOf }: FieldsProps): ReactNode {
  const texts = useTexts(applicationTexts);
  const id = useId();
  const message = messages.get('wants');
  return (
    <Section title={texts.wants}>
      <fieldset className={message === undefined ? 'group' : 'group wrong'}>
        <legend className="hidden">{texts.wants}</legend>
        <FieldError id={id}>{message}</FieldError>
        {kinds.map((kind, index) => (
          <div key={kind}>
            <Checkbox
              id={index === 0 ? idOf('wants') : undefined}
              label={texts[kind]}
              checked={form.wants.includes(kind)}
              errorId={message === undefined ? undefined : id}
              onChange={(checked) =>
                change({ wants: kinds.filter((one) => (one === kind ? checked : form.wants.includes(one))) })
              }
            />
          </div>
        ))}
      </fieldset>
    </Section>
  );
}

type TextName = keyof typeof applicationTexts &
  {
    [Name in keyof ApplicationForm]: ApplicationForm[Name] extends string ? Name : never;
  }[keyof ApplicationForm];

const days: ReadonlySet<TextName> = new Set(['dateOfBirth', 'smartIdDateOfIssue', 'signedOn']);

/**
 * Returns a function that renders the field for the text or day `name` of the application. `at` is the field's path in
 * the problems that the graph reports.
 */
function useTextField({ form, change, messages, idOf }: FieldsProps) {
  const texts = useTexts(applicationTexts);
  return (
    name: TextName,
    at: FieldPath,
    options: Omit<Partial<FieldProps>, 'ref' | 'value' | 'onChange'>,
  ): ReactNode => {
    const Control = days.has(name) ? DateField : Field;
    return (
      <Control
        {...options}
        id={idOf(at)}
        label={texts[name]}
        value={form[name]}
        onChange={(text) => change({ [name]: text })}
        error={messages.get(at)}
      />
    );
  };
}

export function ApplicantFields({
  applying: { channel, patronId },
  ...fields
}: FieldsProps & { readonly applying: Applying }): ReactNode {
  const texts = useTexts(applicationTexts);
  const field = useTextField(fields);
  const isAtCounter = channel === 'COUNTER';
  return (
    <Section title={texts.applicant}>
      {field('englishName', 'applicant.englishName', {
        required: true,
        hint: texts.englishNameHint,
        autoComplete: isAtCounter ? 'off' : 'name',
        maxLength: 100,
      })}
      {field('chineseName', 'applicant.chineseName', { required: false, maxLength: 100 })}
      {field('dateOfBirth', 'applicant.dateOfBirth', {
        required: true,
        autoComplete: isAtCounter ? 'off' : 'bday',
      })}
      {field('identityNumber', 'applicant.identityNumber', {
        required: false,
        hint: texts.identityNumberHint,
        autoCapitalize: 'characters',
        spellCheck: false,
        maxLength: 20,
      })}
      {field('smartIdDateOfIssue', 'applicant.smartIdDateOfIssue', {
        required: false,
        hint: texts.dateOfIssueHint,
      })}
      {field('birthCertificateNumber', 'applicant.birthCertificateNumber', {
        required: false,
        hint: texts.birthCertificateHint,
        spellCheck: false,
        maxLength: 30,
      })}
      {patronId === null && <WayToReach {...fields} isAtCounter={isAtCounter} />}
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

/** The confirmation that a proof of address was shown. Only staff can give it. */
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
      <FieldError id={id}>{error}</FieldError>
    </div>
  );
}

export function GuarantorFields(fields: FieldsProps): ReactNode {
  const texts = useTexts(applicationTexts);
  const field = useTextField(fields);
  const { form, change, messages } = fields;
  return (
    <Section title={texts.guarantor}>
      <p>{texts.guarantorText}</p>
      <Checkbox label={texts.isMinor} checked={form.isMinor} onChange={(isMinor) => change({ isMinor })} />
      <FieldError>{messages.get('guarantor')}</FieldError>
      {form.isMinor && (
        <>
          {field('guarantorName', 'guarantor.name', { required: true, maxLength: 100 })}
          {field('guarantorTelephone', 'guarantor.telephone', {
            required: false,
            type: 'tel',
            maxLength: 30,
          })}
          {field('signedOn', 'guarantor.signedOn', { required: true })}
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
