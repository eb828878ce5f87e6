import { decoded } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ApplicationView } from './applications/application-view.tsx';
import { ApplyAtCounter } from './applications/apply-at-counter.tsx';
import { QueueView } from './applications/queue-view.tsx';
import { HoldShelfView } from './circulation/hold-shelf-view.tsx';
import { OverdueView } from './circulation/overdue-view.tsx';
import { DeskPage } from './desk/desk-page.tsx';
import { FindView } from './find/find-view.tsx';
import { FindingsView } from './findings/findings-view.tsx';
import { LossesView } from './losses/losses-view.tsx';
import { NoticesView } from './notices/notices-view.tsx';
import { OperationsView } from './operations/operations-view.tsx';
import { PatronPage } from './patron/patron-page.tsx';
import { StationsView } from './stations/stations-view.tsx';
import type { texts } from './texts.ts';
import { TodayView } from './today/today-view.tsx';

/** A view and the pattern of its paths. For a path such as `/patrons/:id`, the view gets the value of `id`. */
interface Route {
  readonly path: string;
  /** The text of the view's link in the navigation. Null for a view that is reached only from other views. */
  readonly link: keyof typeof texts | null;
  view(values: Readonly<Record<string, string>>): ReactNode;
}

/** The routes in the order of their links. The first route that matches the path shows its view. */
export const routes: readonly Route[] = [
  { path: '/', link: 'today', view: () => <TodayView /> },
  { path: '/desk', link: 'desk', view: () => <DeskPage /> },
  { path: '/patrons', link: 'patrons', view: () => <FindView /> },
  { path: '/patrons/:id', link: null, view: ({ id = '' }) => <PatronPage id={id} /> },
  { path: '/overdue', link: 'overdue', view: () => <OverdueView /> },
  { path: '/hold-shelf', link: 'holdShelf', view: () => <HoldShelfView /> },
  { path: '/applications', link: 'applications', view: () => <QueueView /> },
  { path: '/applications/new', link: null, view: () => <ApplyAtCounter patronId={null} /> },
  { path: '/patrons/:id/apply', link: null, view: ({ id = '' }) => <ApplyAtCounter patronId={id} /> },
  { path: '/applications/:id', link: null, view: ({ id = '' }) => <ApplicationView id={id} /> },
  { path: '/losses', link: 'losses', view: () => <LossesView /> },
  { path: '/operations', link: 'operations', view: () => <OperationsView /> },
  { path: '/findings', link: 'findings', view: () => <FindingsView /> },
  { path: '/notices', link: 'notices', view: () => <NoticesView /> },
  { path: '/stations', link: 'stations', view: () => <StationsView /> },
];

/** The values of the pattern's names in the path; null if the path doesn't match. */
function valuesOf(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const names = pattern.split('/');
  const parts = path.split('/');
  const fits =
    names.length === parts.length &&
    names.every((name, index) => (name.startsWith(':') ? parts[index] !== '' : name === parts[index]));
  if (!fits) {
    return null;
  }
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    if (name.startsWith(':')) {
      const value = decoded(parts[index] ?? '');
      if (value === null) {
        return null;
      }
      values[name.slice(1)] = value;
    }
  }
  return values;
}

/** The view for a path; undefined if there is none. */
export function viewAt(path: string): ReactNode | undefined {
  for (const { path: pattern, view } of routes) {
    const values = valuesOf(pattern, path);
    if (values !== null) {
      return view(values);
    }
  }
  return undefined;
}
