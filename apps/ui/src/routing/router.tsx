import {
  type AsyncRouteComponent,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import type { ComponentType, ReactNode } from 'react';

export interface View {
  /** The pattern of the view's paths below the page's area, such as `/patrons/$id`. */
  readonly path: string;
  readonly component: AsyncRouteComponent<object>;
}

/**
 * A view whose code is loaded when the view is opened, or when the pointer is over a link to it.
 *
 * @param name the component's name among the module's exports
 */
export const view = <Name extends string>(
  path: string,
  load: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
): View => ({ path, component: lazyRouteComponent(load, name) });

/**
 * The search parameters of an address. All values are strings. TanStack Router's own parser would turn a code that
 * consists of digits into a number.
 */
const searchOf = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

function textOf(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value]] : [],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/**
 * Loads all views after the page is shown. Later, the server may have only the files of a newer release. The page would
 * have to load again to get those files, and would lose what was typed or scanned.
 */
export async function loadViews(views: readonly View[]): Promise<void> {
  await Promise.allSettled(views.map(({ component }) => component.preload?.()));
}

/** The components that replace a view. */
export interface Substitutes {
  readonly loading: () => ReactNode;
  /** Replaces a view that has failed. */
  readonly failed: () => ReactNode;
  /** Shown for an address that leads to no view. */
  readonly missing: () => ReactNode;
}

/**
 * The router of a page (TanStack Router), for paths below the page's area.
 *
 * @param frame shows what is around the views, with the open view as its `Outlet`
 */
export function createPageRouter(
  area: string,
  views: readonly View[],
  frame: () => ReactNode,
  instead: Substitutes,
) {
  const root = createRootRoute({ component: frame });
  return createRouter({
    routeTree: root.addChildren(
      views.map(({ path, component }) => createRoute({ getParentRoute: () => root, path, component })),
    ),
    basepath: area,
    parseSearch: searchOf,
    stringifySearch: textOf,
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingComponent: instead.loading,
    defaultErrorComponent: instead.failed,
    defaultNotFoundComponent: instead.missing,
    // When the path's values change, the view is mounted again, so that no data of another patron remains.
    defaultRemountDeps: ({ params }) => params,
  });
}
