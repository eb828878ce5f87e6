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

/** The search parameters of an address. A code of digits stays a text. */
const searchOf = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

function textOf(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value]] : [],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/**
 * Loads all views once the page is shown. Later the server may have the files of a newer release, and a page that must load
 * again for them loses what was typed or scanned.
 */
export async function loadViews(views: readonly View[]): Promise<void> {
  await Promise.allSettled(views.map(({ component }) => component.preload?.()));
}

/** What stands in place of a view. */
export interface Substitutes {
  readonly loading: () => ReactNode;
  /** For a view that has failed. */
  readonly failed: () => ReactNode;
  /** For an address that leads to no view. */
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
    // Another patron's page must keep nothing of the one before.
    defaultRemountDeps: ({ params }) => params,
  });
}
