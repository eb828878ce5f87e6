import { type View, view } from '@patron-graph/ui';

export const views: readonly View[] = [
  view('/', () => import('./today/today-view.tsx'), 'TodayView'),
  view('/desk', () => import('./desk/desk-page.tsx'), 'DeskPage'),
  view('/patrons', () => import('./find/find-view.tsx'), 'FindView'),
  view('/patrons/$id', () => import('./patron/patron-page.tsx'), 'PatronPage'),
  view('/patrons/$id/apply', () => import('./applications/apply-at-counter.tsx'), 'ApplyAtCounter'),
  view('/overdue', () => import('./circulation/overdue-view.tsx'), 'OverdueView'),
  view('/owing', () => import('./charges/owing-view.tsx'), 'OwingView'),
  view('/hold-shelf', () => import('./circulation/hold-shelf-view.tsx'), 'HoldShelfView'),
  view('/applications', () => import('./applications/queue-view.tsx'), 'QueueView'),
  view('/applications/new', () => import('./applications/apply-at-counter.tsx'), 'ApplyAtCounter'),
  view('/applications/$id', () => import('./applications/application-view.tsx'), 'ApplicationView'),
  view('/losses', () => import('./losses/losses-view.tsx'), 'LossesView'),
  view('/operations', () => import('./operations/operations-view.tsx'), 'OperationsView'),
  view('/findings', () => import('./findings/findings-view.tsx'), 'FindingsView'),
  view('/notices', () => import('./notices/notices-view.tsx'), 'NoticesView'),
  view('/stations', () => import('./stations/stations-view.tsx'), 'StationsView'),
];
