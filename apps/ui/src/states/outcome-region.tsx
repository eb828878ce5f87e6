import { createContext, type ReactNode, useContext, useLayoutEffect, useRef } from 'react';

const InRegion = createContext(false);

/** The role of a message: none in a region, which is read out as a whole. */
export function useMessageRole<Role extends string>(role: Role): Role | undefined {
  return useContext(InRegion) ? undefined : role;
}

/**
 * The place of what is told of an act. It is there before its content, so that screen readers read that out; and where the pressed
 * button goes with the act, it takes the focus, which would otherwise be lost.
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
  // At each rendering, and before `useKeptFocus`: the button may go later, when the list that it stands in is read again.
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
