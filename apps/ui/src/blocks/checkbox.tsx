import { type ReactNode, useId } from 'react';

export function Checkbox({
  id: givenId,
  label,
  checked,
  onChange,
  hidesLabel = false,
  disabled = false,
  errorId,
}: {
  /** The id of the input. By default, a generated id. */
  readonly id?: string | undefined;
  readonly label: string;
  readonly checked: boolean;
  onChange(checked: boolean): void;
  /** Hides the label, for tables whose heading has the same text. */
  readonly hidesLabel?: boolean;
  readonly disabled?: boolean;
  /** The id of the element with the error message. */
  readonly errorId?: string | undefined;
}): ReactNode {
  const ownId = useId();
  const id = givenId ?? ownId;
  return (
    <span className="checkbox">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
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
