import type { ReactNode } from 'react';
import { useMessageRole } from './outcome-region.tsx';

export type Tone = 'neutral' | 'good' | 'warning' | 'bad';

/** A box with a message. Screen readers read a `bad` message at once. */
export function Notice({
  tone = 'neutral',
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
}): ReactNode {
  const role = useMessageRole(tone === 'bad' ? 'alert' : 'status');
  return (
    <div className={`notice ${tone}`} role={role}>
      {title !== undefined && <strong className="notice-title">{title}</strong>}
      {children}
    </div>
  );
}

/** A label of one or two words for a state. */
export const Badge = ({
  tone = 'neutral',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}): ReactNode => <span className={`badge ${tone}`}>{children}</span>;
