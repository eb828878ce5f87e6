import { type ReactNode, useState } from 'react';
import { Button } from '../blocks/button.tsx';
import { FieldError } from '../blocks/field-error.tsx';
import { type Language, useLanguage, useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { LibraryBrand } from '../page/library-brand.tsx';
import { Link } from '../routing/link.tsx';
import { useSession, useSessionControl } from './session-provider.tsx';

/** The page's header: the names of the library and the page, the language switch, and the person who is signed in. */
export function Header({ title }: { readonly title: string }): ReactNode {
  return (
    <header className="top">
      <Link to="/" className="brand">
        <LibraryBrand place={title} />
      </Link>
      <div className="who">
        <LanguageSwitch />
        <WhoIsSignedIn />
      </div>
    </header>
  );
}

/** A button with the name of the other language, in that language. */
export function LanguageSwitch(): ReactNode {
  const texts = useTexts(uiTexts);
  const { language, setLanguage } = useLanguage();
  const other: Language = language === 'en' ? 'zh-Hant' : 'en';
  return (
    <Button lang={other} className="quiet-button" onClick={() => setLanguage(other)}>
      {texts.otherLanguage}
    </Button>
  );
}

function WhoIsSignedIn(): ReactNode {
  const texts = useTexts(uiTexts);
  const { session } = useSessionControl();
  const { name, patronId, signOut } = useSession();
  const [state, setState] = useState<'idle' | 'sending' | 'failed'>('idle');
  if (session.state !== 'signedIn') {
    return null;
  }
  const leave = () => {
    setState('sending');
    signOut().catch(() => setState('failed'));
  };
  const who = name ?? patronId;
  return (
    <>
      {who !== null && (
        <span className="name">
          <span className="hidden">{texts.signedInAs(who)}</span>
          <span aria-hidden="true">{who}</span>
        </span>
      )}
      <Button className="quiet-button" busy={state === 'sending'} onClick={leave}>
        {texts.signOut}
      </Button>
      <FieldError>{state === 'failed' ? texts.failedText : undefined}</FieldError>
    </>
  );
}
