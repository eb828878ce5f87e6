import { type ReactNode, useId } from 'react';

/** Yes or no. */
export function Checkbox({
  label,
  checked,
  onChange,
  hidesLabel = false,
  errorId,
}: {
  readonly label: string;
  readonly checked: boolean;
  onChange(checked: boolean): void;
  /** The label is for screen readers only: for a table, where the heading says the same. */
  readonly hidesLabel?: boolean;
  /** The id of the element that says what is wrong. */
  readonly errorId?: string | undefined;
}): ReactNode {
  const id = useId();
  return (
    <span className="checkbox">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-invalid={errorId !== undefined || undefined}
        aria-describedby={errorId}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id} className={hidesLabel ? 'hidden' : undefined}>
        {label}
      </label>
    </span>
  );
}
