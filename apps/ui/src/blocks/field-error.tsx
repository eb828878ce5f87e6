import type { ReactNode } from 'react';

/** The error message of a field. Renders nothing if there is none. */
export const FieldError = ({
  id,
  children,
}: {
  /** The id for the field's `aria-describedby`. */
  readonly id?: string;
  readonly children: string | undefined;
}): ReactNode =>
  children !== undefined && (
    <span className="error" id={id} role="alert">
      {children}
    </span>
  );
