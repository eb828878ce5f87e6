/** The form of an application, and the input that the page sends. */
import type { CredentialKind } from '@patron-graph/kit/public';
import { isDay } from '../scanning/numbers.ts';
import { addressLineCount } from './contact-fields.tsx';

export interface ApplicationForm {
  readonly wants: readonly CredentialKind[];
  readonly englishName: string;
  readonly chineseName: string;
  readonly dateOfBirth: string;
  readonly identityNumber: string;
  readonly smartIdDateOfIssue: string;
  readonly birthCertificateNumber: string;
  readonly addressLines: readonly string[];
  /** Only used at a counter. */
  readonly addressProofShown: boolean;
  readonly telephone: string;
  readonly email: string;
  /** Whether the applicant needs a guarantor. */
  readonly isMinor: boolean;
  readonly guarantorName: string;
  readonly guarantorTelephone: string;
  readonly signedOn: string;
  readonly allowsSmartId: boolean;
}

export const emptyApplication: ApplicationForm = {
  wants: [],
  englishName: '',
  chineseName: '',
  dateOfBirth: '',
  identityNumber: '',
  smartIdDateOfIssue: '',
  birthCertificateNumber: '',
  addressLines: Array.from({ length: addressLineCount }, () => ''),
  addressProofShown: false,
  telephone: '',
  email: '',
  isMinor: false,
  guarantorName: '',
  guarantorTelephone: '',
  signedOn: '',
  allowsSmartId: true,
};

/**
 * The form, filled in with the library's data about a patron. It requests a library card for a patron with a smart
 * identity card, and a smart identity card for any other patron.
 */
export const knownApplication = ({
  name,
  dateOfBirth,
  guarantor,
  credentials,
}: {
  readonly name: { readonly english: string | null; readonly chinese: string | null } | null;
  readonly dateOfBirth: string | null;
  readonly guarantor: { readonly name: string; readonly telephone: string | null } | null;
  readonly credentials: readonly { readonly __typename: 'LibraryCard' | 'SmartIdCard' }[] | null;
}): ApplicationForm => ({
  ...emptyApplication,
  englishName: name?.english ?? '',
  chineseName: name?.chinese ?? '',
  dateOfBirth: dateOfBirth ?? '',
  guarantorName: guarantor?.name ?? '',
  guarantorTelephone: guarantor?.telephone ?? '',
  wants: credentials?.some(({ __typename }) => __typename === 'SmartIdCard')
    ? ['LIBRARY_CARD']
    : ['SMART_ID'],
});

/** The paths of the form's fields, as in the problems that the graph reports. */
export type FieldPath =
  | 'wants'
  | `applicant.${'englishName' | 'chineseName' | 'dateOfBirth' | 'identityNumber' | 'smartIdDateOfIssue' | 'birthCertificateNumber' | 'addressLines' | 'addressProofShown' | 'telephone' | 'email'}`
  | `guarantor.${'name' | 'telephone' | 'signedOn' | 'allowsSmartId'}`;

interface FieldProblem {
  readonly message: string;
  readonly field: readonly string[] | null;
}

/**
 * The messages by the path of the form's field. A problem with a part of a field's value, such as one line of the
 * address, belongs to the field.
 */
export function messagesByField(problems: readonly FieldProblem[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { field, message } of problems) {
    const path = (field ?? [])
      .filter((part) => part !== 'input')
      .slice(0, 2)
      .join('.');
    const before = found.get(path);
    found.set(path, before === undefined || before === message ? message : `${before} ${message}`);
  }
  return found;
}

/** The fields that the page checks before it sends the application. */
export type CheckedPath =
  | 'wants'
  | `applicant.${'englishName' | 'dateOfBirth' | 'smartIdDateOfIssue'}`
  | `guarantor.${'name' | 'signedOn'}`;

/** The fields that would make the graph reject the request: empty required fields, and wrong days. */
export function missingFields(form: ApplicationForm): readonly CheckedPath[] {
  return [
    ...(form.wants.length === 0 ? (['wants'] as const) : []),
    ...(form.englishName.trim() === '' ? (['applicant.englishName'] as const) : []),
    ...(!isDay(form.dateOfBirth) ? (['applicant.dateOfBirth'] as const) : []),
    ...(form.smartIdDateOfIssue !== '' && !isDay(form.smartIdDateOfIssue)
      ? (['applicant.smartIdDateOfIssue'] as const)
      : []),
    ...(form.isMinor && form.guarantorName.trim() === '' ? (['guarantor.name'] as const) : []),
    ...(form.isMinor && !isDay(form.signedOn) ? (['guarantor.signedOn'] as const) : []),
  ];
}

/** How the application is submitted, and who applies. */
export interface Applying {
  readonly channel: 'COUNTER' | 'INTERNET';
  /**
   * Null for a person who isn't registered. For registered patrons, the library already has the address and telephone.
   */
  readonly patronId: string | null;
}

interface ApplicationGuarantor {
  readonly name: string;
  readonly telephone?: string | undefined;
  readonly signedOn: string;
  readonly allowsSmartId: boolean;
}

/** The schema's `SubmitApplicationInput`, without its reference. Empty fields are left out. */
export interface ApplicationInput {
  readonly channel: 'COUNTER' | 'INTERNET';
  readonly patronId?: string | undefined;
  readonly wants: readonly CredentialKind[];
  readonly applicant: {
    readonly englishName: string;
    readonly dateOfBirth: string;
    readonly addressLines?: readonly string[] | undefined;
    readonly addressProofShown?: true | undefined;
  } & Partial<Readonly<Record<OptionalText, string>>>;
  readonly guarantor?: ApplicationGuarantor | undefined;
}

const optionalTexts = [
  ...(['chineseName', 'identityNumber', 'smartIdDateOfIssue', 'birthCertificateNumber'] as const),
  ...(['telephone', 'email'] as const),
] as const;
type OptionalText = (typeof optionalTexts)[number];

export function applicationInput(form: ApplicationForm, { channel, patronId }: Applying): ApplicationInput {
  const { wants, isMinor } = form;
  const lines = form.addressLines.map((line) => line.trim()).filter((line) => line !== '');
  return {
    channel,
    patronId: patronId ?? undefined,
    wants,
    applicant: {
      englishName: form.englishName.trim(),
      dateOfBirth: form.dateOfBirth,
      ...filled(form),
      addressLines: lines.length > 0 ? lines : undefined,
      addressProofShown: form.addressProofShown || undefined,
    },
    guarantor: isMinor ? guarantorOf(form) : undefined,
  };
}

const guarantorOf = (form: ApplicationForm): ApplicationGuarantor => ({
  name: form.guarantorName.trim(),
  telephone: form.guarantorTelephone.trim() || undefined,
  signedOn: form.signedOn,
  allowsSmartId: form.allowsSmartId,
});

const filled = (form: ApplicationForm): Partial<Record<OptionalText, string>> =>
  Object.fromEntries(
    optionalTexts.map((name) => [name, form[name].trim()]).filter(([, text]) => text !== ''),
  );
