import { useIsInGraph } from '@patron-graph/ui';
import { PaymentMethodsDocument } from './operations.generated.ts';

/** The views in the order of the navigation. Views with `isOpen` are also for people who are not signed in. */
export const links = [
  { name: 'home', to: '/', isOpen: false },
  { name: 'catalogue', to: '/catalogue', isOpen: true },
  { name: 'cards', to: '/cards', isOpen: false },
  { name: 'charges', to: '/charges', isOpen: false },
  { name: 'contact', to: '/contact', isOpen: false },
  { name: 'requests', to: '/requests', isOpen: false },
  { name: 'access', to: '/access', isOpen: false },
  { name: 'apply', to: '/apply', isOpen: true },
  { name: 'progress', to: '/progress', isOpen: true },
] as const;

/**
 * Returns a function that says whether the library offers the view of a link. Without a payment system, there is no
 * view of charges.
 */
export function useOffered(): (link: { readonly name: (typeof links)[number]['name'] }) => boolean {
  const hasPayments = useIsInGraph(PaymentMethodsDocument);
  return ({ name }) => hasPayments || name !== 'charges';
}

/** Views that are only for people who are signed in, and not in the navigation. Other views link to these views. */
export const innerViews: readonly string[] = ['/pay'];

/**
 * The views that have their own entry in the bar at the bottom of a phone's screen. The entry *More* leads to the
 * others.
 */
const tabPaths: readonly string[] = ['/', '/catalogue', '/cards'];

export const tabLinks = links.filter(({ to }) => tabPaths.includes(to));
export const moreLinks = links.filter(({ to }) => !tabPaths.includes(to));

/** The groups of `moreLinks` on the page *More*, by the names of the views. */
export const moreGroups = [
  { title: 'myAccount', names: ['charges', 'contact'] },
  { title: 'myRecord', names: ['requests', 'access'] },
  { title: 'applications', names: ['apply', 'progress'] },
] as const satisfies readonly {
  readonly title: string;
  readonly names: readonly (typeof links)[number]['name'][];
}[];
