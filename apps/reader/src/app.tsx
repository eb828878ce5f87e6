import {
  ErrorBoundary,
  Navigation,
  Page,
  SignedOut,
  SignInEnd,
  SignInLink,
  usePath,
  useSession,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { AccessView } from './access/access-view.tsx';
import { ApplyView } from './apply/apply-view.tsx';
import { CardsView } from './cards/cards-view.tsx';
import { CatalogueView } from './catalogue/catalogue-view.tsx';
import { ContactView } from './contact/contact-view.tsx';
import { drafts } from './drafts.ts';
import { HomeView } from './home/home-view.tsx';
import { ProgressView } from './progress/progress-view.tsx';
import { RequestsView } from './requests/requests-view.tsx';
import { texts as frameTexts } from './texts.ts';

interface View {
  /** The key of the view's name in the texts. */
  readonly name: 'home' | 'catalogue' | 'cards' | 'contact' | 'requests' | 'access' | 'apply' | 'progress';
  readonly path: string;
  /** Whether the view is also for people who are not signed in. */
  readonly isOpen: boolean;
  /** `patronId` is null if nobody is signed in. */
  show(patronId: string | null): ReactNode;
}

/** Shows a view to a signed-in reader, and asks everybody else to sign in. */
const forReader =
  (show: (patronId: string) => ReactNode): View['show'] =>
  (patronId) =>
    patronId === null ? <SignInFirst /> : show(patronId);

const views: readonly View[] = [
  { name: 'home', path: '/', isOpen: false, show: forReader((patronId) => <HomeView patronId={patronId} />) },
  {
    name: 'catalogue',
    path: '/catalogue',
    isOpen: true,
    show: (patronId) => <CatalogueView patronId={patronId} />,
  },
  { name: 'cards', path: '/cards', isOpen: false, show: forReader(() => <CardsView />) },
  {
    name: 'contact',
    path: '/contact',
    isOpen: false,
    show: forReader((patronId) => <ContactView patronId={patronId} />),
  },
  {
    name: 'requests',
    path: '/requests',
    isOpen: false,
    show: forReader((patronId) => <RequestsView patronId={patronId} />),
  },
  { name: 'access', path: '/access', isOpen: false, show: forReader(() => <AccessView />) },
  {
    name: 'apply',
    path: '/apply',
    isOpen: true,
    // After a reader's session has ended, the form must not continue as that of a person who isn't registered.
    show: (patronId) =>
      patronId === null && drafts.hasOwner() ? <SignInFirst /> : <ApplyView patronId={patronId} />,
  },
  { name: 'progress', path: '/progress', isOpen: true, show: () => <ProgressView /> },
];

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  const { patronId } = useSession();
  if (patronId !== null) {
    // Drafts must get their owner before any view reads its draft.
    drafts.belongTo(patronId);
  }
  const view = views.find((one) => one.path === path);
  return (
    <>
      <Navigation
        label={texts.views}
        items={views.map(({ name, path: to }) => ({ to, text: texts[name] }))}
      />
      {patronId === null && view?.isOpen && !drafts.hasOwner() && <SignInAside />}
      {/* The key drops a view's state when the path or the person changes. */}
      <ErrorBoundary key={`${path} ${patronId}`}>
        {view?.show(patronId) ?? (
          <Page title={texts.noSuchPage}>
            <p>{texts.noSuchPageText}</p>
          </Page>
        )}
      </ErrorBoundary>
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
