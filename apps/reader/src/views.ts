import { type View, view } from '@patron-graph/ui';

export const views: readonly View[] = [
  view('/', () => import('./home/home-view.tsx'), 'HomeView'),
  view('/catalogue', () => import('./catalogue/catalogue-view.tsx'), 'CatalogueView'),
  view('/cards', () => import('./cards/cards-view.tsx'), 'CardsView'),
  view('/charges', () => import('./charges/charges-view.tsx'), 'ChargesView'),
  view('/pay', () => import('./pay/pay-view.tsx'), 'PayView'),
  view('/contact', () => import('./contact/contact-view.tsx'), 'ContactView'),
  view('/requests', () => import('./requests/requests-view.tsx'), 'RequestsView'),
  view('/access', () => import('./access/access-view.tsx'), 'AccessView'),
  view('/apply', () => import('./apply/apply-view.tsx'), 'ApplyView'),
  view('/more', () => import('./tab-bar/more-view.tsx'), 'MoreView'),
  view('/progress', () => import('./progress/progress-view.tsx'), 'ProgressView'),
];
