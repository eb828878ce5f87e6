import type { ReactNode } from 'react';
import { drafts } from '../drafts/drafts.ts';
import { useLanguage, useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { Page } from '../page/page.tsx';
import { usePath, useSearchParameters } from '../routing/use-address.ts';
import { useSessionControl } from '../session/session-provider.tsx';
import { Notice } from './notice.tsx';

/** The texts for a failed sign-in. The server puts the reason into the address: `/staff/?signIn=cancelled`. */
const ends = {
  cancelled: 'signInCancelled',
  failed: 'signInFailed',
  unavailable: 'signInUnavailable',
} as const;

/**
 * A message that nobody is signed in, with a link to the sign-in. After the sign-in, the browser returns to this view.
 */
export function SignedOut({
  children,
  below,
}: {
  readonly children?: ReactNode;
  /** Content that must stay visible when the session ends, such as unsent work. */
  readonly below?: ReactNode;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const { session } = useSessionControl();
  const hasEnded = session.state === 'signedOut' && session.hasEnded;
  return (
    <Page title={hasEnded ? texts.sessionEnded : texts.signedOut}>
      <div className="card narrow">
        <SignInEnd />
        <p>{children ?? (hasEnded ? texts.sessionEndedText : texts.signedOutText)}</p>
        <SignInLink className="button primary" />
      </div>
      {below}
    </Page>
  );
}

/** Shows why the sign-in failed, if the address contains a reason. */
export function SignInEnd(): ReactNode {
  const texts = useTexts(uiTexts);
  const end = useSearchParameters(readEnd)[0].signIn;
  return end !== null && <Notice tone="warning">{texts[ends[end]]}</Notice>;
}

/**
 * A link to sign in, in the page's language. After the sign-in, the browser returns to this view, and forms have their
 * drafts again.
 */
export function SignInLink({
  children,
  ...attributes
}: {
  /** The text of the link. The default is “Sign in”. */
  readonly children?: ReactNode;
  readonly className?: string;
  readonly 'aria-label'?: string;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const { language } = useLanguage();
  const { area } = useSessionControl();
  // Only the path is sent, because the server does not accept a query or a fragment.
  const query = new URLSearchParams({ to: `${area}${usePath()}`, language });
  return (
    <a {...attributes} href={`${area}/sign-in?${query}`} onClick={drafts.store}>
      {children ?? texts.signIn}
    </a>
  );
}

const isEnd = (value: unknown): value is keyof typeof ends =>
  typeof value === 'string' && Object.hasOwn(ends, value);

const readEnd = ({
  signIn,
}: Readonly<Record<string, unknown>>): { readonly signIn: keyof typeof ends | null } => ({
  signIn: isEnd(signIn) ? signIn : null,
});
