import {
  drafts,
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
import { links } from './links.ts';
import { PlacesBar } from './places/places-bar.tsx';
import { texts as frameTexts } from './texts.ts';

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  const { patronId } = useSession();
  if (patronId !== null) {
    // Drafts must get their owner before any view reads its draft.
    drafts.belongTo(patronId);
  }
  const isOpen = links.some((link) => link.to === path && link.isOpen);
  const isClosed = links.some((link) => link.to === path && !link.isOpen);
  const isStranger = patronId === null && !drafts.hasOwner();
  // After a reader's session has ended, the form must not continue as that of a person who isn't registered.
  const isForReaders = isClosed || (path === '/apply' && !isStranger);
  return (
    <>
      <Navigation label={texts.views} items={links.map(({ name, to }) => ({ to, text: texts[name] }))} />
      <PlacesBar />
      {isOpen && isStranger && <SignInAside />}
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
  return <SignedOut>{drafts.isEmpty() ? texts.signInFor : texts.keptForReturn}</SignedOut>;
}
