import '@patron-graph/ui/style.css';
import './style.css';
import { mountPage } from '@patron-graph/ui';
import { App } from './app.tsx';
import { dropCard } from './cards/kept-card.ts';
import { dropGivenCode, keepGivenCode } from './charges/given-code.ts';
import { dropPayments } from './charges/kept-payments.ts';
import { forgetRequests } from './requests/requests.ts';
import { texts } from './texts.ts';
import { views } from './views.ts';

function forget(): void {
  forgetRequests();
  dropPayments();
  dropGivenCode();
  void dropCard();
}

keepGivenCode();

// Signed-out people get the same component, so that an open form keeps its state when the session ends.
mountPage({ area: '/my', texts, views, app: <App />, signedOut: <App />, onSignOut: forget });
