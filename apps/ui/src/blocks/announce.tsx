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
 * Contains the live region to which `Announce` writes. Screen readers read out changes in an existing region, but often
 * not the text of a new region. A modal dialog has its own region, because screen readers ignore the rest of the page
 * while the dialog is open.
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

/**
 * A text that screen readers read out whenever it changes. It is invisible, and is removed when the component is
 * unmounted.
 */
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
