import { createContext, type ReactNode, useContext, useLayoutEffect, useRef } from 'react';

const InRegion = createContext(false);

/** The role of a message. Undefined inside an `OutcomeRegion`, because screen readers read out the region as a whole. */
export function useMessageRole<Role extends string>(role: Role): Role | undefined {
  return useContext(InRegion) ? undefined : role;
}

/**
 * The region for the outcome of an operation. It is rendered before the outcome is known, because screen readers read
 * out only changes of an existing region. If the pressed button disappears, the region takes the focus.
 */
export function OutcomeRegion({
  isDone,
  children,
}: {
  readonly isDone: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const mayTakeFocus = useRef(false);
  useLayoutEffect(() => {
    mayTakeFocus.current = isDone;
  }, [isDone]);
  // This effect runs at each rendering, because the button may disappear later, when its list is read again. It is a
  // layout effect, because it must move the focus before `useKeptFocus` notices that the focus is lost.
  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (mayTakeFocus.current && isLost) {
      mayTakeFocus.current = false;
      element.current?.focus();
    }
  });
  return (
    <div ref={element} className="outcome" role="status" tabIndex={-1}>
      <InRegion value={true}>{children}</InRegion>
    </div>
  );
}
