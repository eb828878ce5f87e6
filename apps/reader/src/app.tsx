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
import { innerViews, links, useOffered } from './links.ts';
import { TabBar } from './tab-bar/tab-bar.tsx';
import { texts as frameTexts } from './texts.ts';

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  const { patronId } = useSession();
  if (patronId !== null) {
    // What was typed into forms is kept as drafts, which belong to this reader from now on. Views read drafts when they
    // render, so this comes first.
    drafts.belongTo(patronId);
  }
  const isOpen = links.some((link) => link.to === path && link.isOpen);
  const isClosed = innerViews.includes(path) || links.some((link) => link.to === path && !link.isOpen);
  const hasNeverSignedIn = patronId === null && !drafts.hasOwner();
  // `/apply` is open to everybody. But a reader whose session ends on it must sign in again, or the form would become
  // one for an unregistered person.
  const isForReaders = isClosed || (path === '/apply' && !hasNeverSignedIn);
  return (
    <>
      <Navigation
        label={texts.views}
        items={links.filter(useOffered()).map(({ name, to }) => ({ to, text: texts[name] }))}
      />
      <TabBar />
      {isOpen && hasNeverSignedIn && <SignInAside />}
      {/* When the person changes, the new key drops the view's state. */}
      <Fragment key={patronId}>{patronId === null && isForReaders ? <SignInFirst /> : <Outlet />}</Fragment>
    </>
  );
}

/**
 * A box beside views that are open to everybody. It contains a link to sign in and, if the last sign-in failed, the
 * reason.
 */
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
