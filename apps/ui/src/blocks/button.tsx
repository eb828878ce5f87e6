import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary`: the main action of a view or form, one in each. `danger`: an action that can't be undone. */
  readonly kind?: 'plain' | 'primary' | 'danger';
  /** Under way: it can't be pressed again, and keeps the focus. */
  readonly busy?: boolean;
}

/** `type` defaults to `button`; the button that sends a form has `type="submit"`. */
export function Button({
  kind = 'plain',
  busy = false,
  type = 'button',
  className = '',
  onClick,
  'aria-disabled': ariaDisabled,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      className={`button ${kind} ${className}`}
      aria-disabled={busy || ariaDisabled}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) {
          event.preventDefault();
        } else {
          onClick?.(event);
        }
      }}
    />
  );
}
