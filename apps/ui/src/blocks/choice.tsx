import { type ReactNode, useId } from 'react';
import { FieldError } from './field-error.tsx';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: NoInfer<Value>; readonly text: string }[];
  onChange(value: NoInfer<Value>): void;
  /** Shows all options as radio buttons instead of a list. Use it for a few short options. */
  readonly open?: boolean;
  /** Whether a form needs another value than `''`. Only for a list. */
  readonly required?: boolean;
  /** The error message about the value. Only for a list. */
  readonly error?: string | undefined;
}

export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
  open = false,
  required = false,
  error,
}: ChoiceProps<Value>): ReactNode {
  const id = useId();
  if (open) {
    return (
      <fieldset className="choice">
        <legend>{label}</legend>
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={id}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.text}
          </label>
        ))}
      </fieldset>
    );
  }
  const choose = (text: string) => {
    const chosen = options.find((option) => option.value === text);
    if (chosen !== undefined) {
      onChange(chosen.value);
    }
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        required={required}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        aria-invalid={error !== undefined || undefined}
        onChange={(event) => choose(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </div>
  );
}
