import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { FieldError } from './field-error.tsx';

export interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  readonly label: string;
  /** The expected format of the value. */
  readonly hint?: string | undefined;
  /** The error message about the value. */
  readonly error?: string | undefined;
  readonly value: string;
  onChange(value: string): void;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A text field with its label. With `required={false}` the label says that the field is optional. */
export function Field({ label, hint, error, onChange, id, className = '', ...rest }: FieldProps): ReactNode {
  const texts = useTexts(uiTexts);
  const ownId = useId();
  const inputId = id ?? ownId;
  const notes = [hint !== undefined && `${inputId}-hint`, error !== undefined && `${inputId}-error`].filter(
    (note) => note !== false,
  );
  return (
    <div className={`field ${className}`}>
      <label htmlFor={inputId}>
        {label}
        {rest.required === false && <span className="quiet"> ({texts.optional})</span>}
      </label>
      {hint !== undefined && (
        <span className="hint" id={`${inputId}-hint`}>
          {hint}
        </span>
      )}
      <input
        autoComplete="off"
        {...rest}
        id={inputId}
        aria-describedby={notes.length === 0 ? undefined : notes.join(' ')}
        aria-invalid={error !== undefined || undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      <FieldError id={`${inputId}-error`}>{error}</FieldError>
    </div>
  );
}
