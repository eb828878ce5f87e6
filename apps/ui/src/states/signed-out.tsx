import type { ReactNode } from 'react';
import { Page } from '../blocks/page.tsx';
import { useLanguage, useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { hrefOf, usePath, useSearch } from '../routing/location.ts';
import { useSessionControl } from '../session/session-provider.tsx';
import { Notice } from './notice.tsx';

/** How signing in may have come to nothing, as the server says it in the address: `/staff/?signIn=cancelled`. */
const ends = {
  cancelled: 'signInCancelled',
  failed: 'signInFailed',
  unavailable: 'signInUnavailable',
} as const;

/** Nobody is signed in, or not any more: a way to sign in, and back to this place. */
export function SignedOut({
  children,
  below,
  onSignIn,
}: {
  readonly children?: ReactNode;
  /** What must not be lost with the session, such as work that was not sent. */
  readonly below?: ReactNode;
  /** Called before the page is left for the sign-in. */
  onSignIn?(): void;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const { session } = useSessionControl();
  const hasEnded = session.state === 'signedOut' && session.hasEnded;
  return (
    <Page title={hasEnded ? texts.sessionEnded : texts.signedOut}>
      <div className="card narrow">
        <SignInEnd />
        <p>{children ?? (hasEnded ? texts.sessionEndedText : texts.signedOutText)}</p>
        <SignInLink className="button primary" onClick={onSignIn} />
      </div>
      {below}
    </Page>
  );
}

/** Says how signing in has ended, where it came to nothing and the address says so. */
export function SignInEnd(): ReactNode {
  const texts = useTexts(uiTexts);
  const end = useSearch().get('signIn');
  return isEnd(end) && <Notice tone="warning">{texts[ends[end]]}</Notice>;
}

/** Leads to the sign-in, in the page's language, and from there back to this place. */
export function SignInLink({
  children,
  ...attributes
}: {
  /** By default “Sign in”. */
  readonly children?: ReactNode;
  readonly className?: string;
  readonly 'aria-label'?: string;
  readonly onClick?: (() => void) | undefined;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const { language } = useLanguage();
  const { area } = useSessionControl();
  // The server takes a path alone: what is behind it may be anything.
  const query = new URLSearchParams({ to: hrefOf(usePath()), language });
  return (
    <a {...attributes} href={`${area}/sign-in?${query}`} data-elsewhere="">
      {children ?? texts.signIn}
    </a>
  );
}

const isEnd = (text: string | null): text is keyof typeof ends => text !== null && Object.hasOwn(ends, text);
