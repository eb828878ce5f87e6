import type { ReactNode } from 'react';

/** What is wrong with a field. Renders nothing where nothing is. */
export const FieldError = ({
  id,
  children,
}: {
  /** For `aria-describedby` of the field. */
  readonly id?: string;
  readonly children: string | undefined;
}): ReactNode =>
  children !== undefined && (
    <span className="error" id={id} role="alert">
      {children}
    </span>
  );
