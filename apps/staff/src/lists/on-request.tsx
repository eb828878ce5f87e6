import { Button, type ButtonProps } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';

/** A button that renders `children` after it was pressed. Use it for data whose readings are audited. */
export function OnRequest({
  label,
  kind = 'plain',
  children,
}: Pick<ButtonProps, 'kind'> & { readonly label: string; readonly children: ReactNode }): ReactNode {
  const [isShown, setShown] = useState(false);
  return isShown ? (
    children
  ) : (
    <Button kind={kind} onClick={() => setShown(true)}>
      {label}
    </Button>
  );
}
