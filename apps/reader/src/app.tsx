import {
  Navigation,
  SignedOut,
  SignInEnd,
  SignInLink,
  usePath,
  useSession,
  useTexts,
} from '@patron-graph/ui';
import { Outlet } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { drafts } from './drafts.ts';
import { texts as frameTexts } from './texts.ts';

/** The views in the order of the navigation. The open ones are also for people who are not signed in. */
const links = [
  { name: 'home', to: '/', isOpen: false },
  { name: 'catalogue', to: '/catalogue', isOpen: true },
  { name: 'cards', to: '/cards', isOpen: false },
  { name: 'contact', to: '/contact', isOpen: false },
  { name: 'requests', to: '/requests', isOpen: false },
  { name: 'access', to: '/access', isOpen: false },
  { name: 'apply', to: '/apply', isOpen: true },
  { name: 'progress', to: '/progress', isOpen: true },
] as const;

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  const { patronId } = useSession();
  if (patronId !== null) {
    // Drafts must get their owner before any view reads its draft.
    drafts.belongTo(patronId);
  }
  const link = links.find(({ to }) => to === path);
  const isStranger = patronId === null && !drafts.hasOwner();
  // After a reader's session has ended, the form must not continue as that of a person who isn't registered.
  const isForReaders = link?.isOpen === false || (path === '/apply' && !isStranger);
  return (
    <>
      <Navigation label={texts.views} items={links.map(({ name, to }) => ({ to, text: texts[name] }))} />
      {link?.isOpen && isStranger && <SignInAside />}
      {/* The key drops a view's state when the person changes. */}
      <Fragment key={patronId}>{patronId === null && isForReaders ? <SignInFirst /> : <Outlet />}</Fragment>
    </>
  );
}

/** A box beside views that are open to everybody, with a link to sign in. If the last sign-in failed, it says why. */
function SignInAside(): ReactNode {
  const texts = useTexts(frameTexts);
  return (
    <aside className="sign-in-aside" aria-label={texts.signIn}>
      <SignInEnd />
      <p>
        {texts.notSignedIn} <SignInLink />
      </p>
    </aside>
  );
}

function SignInFirst(): ReactNode {
  const texts = useTexts(frameTexts);
  return (
    <SignedOut onSignIn={drafts.store}>{drafts.isEmpty() ? texts.signInFor : texts.keptForReturn}</SignedOut>
  );
}
