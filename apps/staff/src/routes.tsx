import type { ReactNode } from 'react';
import { ApplicationView } from './applications/application-view.tsx';
import { ApplyAtCounter } from './applications/apply-at-counter.tsx';
import { QueueView } from './applications/queue-view.tsx';
import { HoldShelfView } from './circulation/hold-shelf-view.tsx';
import { OverdueView } from './circulation/overdue-view.tsx';
import { DeskPage } from './desk/desk-page.tsx';
import { FindView } from './find/find-view.tsx';
import { LossesView } from './losses/losses-view.tsx';
import { NoticesView } from './notices/notices-view.tsx';
import { OperationsView } from './operations/operations-view.tsx';
import { PatronPage } from './patron/patron-page.tsx';
import { StationsView } from './stations/stations-view.tsx';
import { TodayView } from './today/today-view.tsx';

/** A view and the pattern of its paths. For a path such as `/patrons/:id`, the view gets the value of `id`. */
interface Route {
  readonly path: string;
  view(values: Readonly<Record<string, string>>): ReactNode;
}

/** The routes in the order in which they are tried. The first one that matches shows its view. */
const routes: readonly Route[] = [
  { path: '/', view: () => <TodayView /> },
  { path: '/desk', view: () => <DeskPage /> },
  { path: '/patrons', view: () => <FindView /> },
  { path: '/patrons/:id', view: ({ id = '' }) => <PatronPage id={id} /> },
  { path: '/overdue', view: () => <OverdueView /> },
  { path: '/hold-shelf', view: () => <HoldShelfView /> },
  { path: '/applications', view: () => <QueueView /> },
  { path: '/applications/new', view: () => <ApplyAtCounter patronId={null} /> },
  { path: '/patrons/:id/apply', view: ({ id = '' }) => <ApplyAtCounter patronId={id} /> },
  { path: '/applications/:id', view: ({ id = '' }) => <ApplicationView id={id} /> },
  { path: '/losses', view: () => <LossesView /> },
  { path: '/operations', view: () => <OperationsView /> },
  { path: '/notices', view: () => <NoticesView /> },
  { path: '/stations', view: () => <StationsView /> },
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
  return Object.fromEntries(
    names.flatMap((name, index) =>
      name.startsWith(':') ? [[name.slice(1), decodeURIComponent(parts[index] ?? '')]] : [],
    ),
  );
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
