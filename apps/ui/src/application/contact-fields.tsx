import type { ReactNode } from 'react';
import { Field, type FieldProps } from '../blocks/field.tsx';
import { createTexts, useTexts } from '../language/language.tsx';

const fieldTexts = createTexts({
  address: {
    en: (line: number) => `Address, line ${line}`,
    'zh-Hant': (line: number) => `地址（第 ${line} 行）`,
  },
  telephone: { en: 'Telephone', 'zh-Hant': '電話' },
  email: { en: 'E-mail', 'zh-Hant': '電郵' },
});

/** The number of address lines in the library's systems. */
export const addressLineCount = 4;

/** The lines of an address. Only the first line can be required. */
export function AddressFields({
  lines,
  required,
  error,
  onChange,
}: {
  readonly lines: readonly string[];
  readonly required?: true;
  readonly error: string | undefined;
  onChange(lines: readonly string[]): void;
}): ReactNode {
  const texts = useTexts(fieldTexts);
  return lines.map((line, index) => (
    <Field
      // biome-ignore lint/suspicious/noArrayIndexKey: only their order distinguishes the lines.
      key={index}
      required={index === 0 ? required : false}
      label={texts.address(index + 1)}
      autoComplete={index < 3 ? `address-line${index + 1}` : 'off'}
      maxLength={100}
      value={line}
      onChange={(text) => onChange(lines.with(index, text))}
      error={index === 0 ? error : undefined}
    />
  ));
}

type ContactFieldProps = Pick<FieldProps, 'value' | 'required' | 'error' | 'onChange'>;

export function TelephoneField(props: ContactFieldProps): ReactNode {
  const { telephone } = useTexts(fieldTexts);
  return <Field {...props} label={telephone} type="tel" autoComplete="tel" maxLength={30} />;
}

export function EmailField(props: ContactFieldProps): ReactNode {
  const { email } = useTexts(fieldTexts);
  return <Field {...props} label={email} type="email" autoComplete="email" maxLength={254} />;
}
