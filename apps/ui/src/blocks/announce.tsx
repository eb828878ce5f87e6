import {
  createContext,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
  useContext,
  useEffect,
  useState,
} from 'react';

const SaidContext = createContext<Dispatch<SetStateAction<string>> | null>(null);

/**
 * Has the region that `Announce` within it writes to. A screen reader reads out what changes in a region that is there already, and
 * mostly not a region that comes with its text. A modal dialog has one of its own: the rest of the page is silent meanwhile.
 */
export function LiveRegion({ children }: { readonly children: ReactNode }): ReactNode {
  const [said, setSaid] = useState('');
  return (
    <SaidContext value={setSaid}>
      {children}
      <p className="hidden" role="status" aria-live="polite">
        {said}
      </p>
    </SaidContext>
  );
}

/** Read out by screen readers whenever it changes; not visible. It is gone with the component. */
export function Announce({ children }: { readonly children: string }): ReactNode {
  const setSaid = useContext(SaidContext);
  if (setSaid === null) {
    throw new Error('Announce is for what a LiveRegion has rendered');
  }
  useEffect(() => {
    if (children !== '') {
      setSaid(children);
    }
    return () => setSaid((said) => (said === children ? '' : said));
  }, [children, setSaid]);
  return null;
}
