import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /**
   * `primary`: the main action. A view or form has only one. `danger`: opens a dialog for an action that can't be
   * undone. `sure`: the button in that dialog that runs the action.
   */
  readonly kind?: 'plain' | 'primary' | 'danger' | 'sure' | undefined;
  /** Whether the action is under way. The button then can't be pressed again, but it keeps the focus. */
  readonly busy?: boolean;
}

/** The default `type` is `button`. The button that sends a form needs `type="submit"`. */
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
