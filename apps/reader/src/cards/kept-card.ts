/**
 * The card that the reader keeps on this device, to show it without a network. The card is stored in the browser's
 * cache as a small page, which contains no other data of the reader. The service worker shows this page when the
 * readers' page can't be loaded.
 */

const cacheName = 'kept-card';
const keptPath = '/my/kept-card';
const workerPath = '/my/service-worker.js';
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** Trusted Types, section 2.3. Absent in browsers that lack Trusted Types. */
const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };

/**
 * The only Trusted Types policy that the Content-Security-Policy of the readers' pages allows
 * (`edge/web/web-pages.ts`).
 */
const policy = trustedTypes?.createPolicy('service-worker', { createScriptURL: () => workerPath });
const workerUrl = policy?.createScriptURL(workerPath) ?? workerPath;

/** The files that give the kept page its look. */
const look = ['/theme/style.css', '/theme/mark'];

/** Whether this browser can keep a card. Browsers can't in some private windows. */
export const canKeepCards = (): boolean => 'serviceWorker' in navigator && 'caches' in globalThis;

/** The number of the kept card. Null if none is kept. */
export async function keptNumber(): Promise<string | null> {
  const kept = canKeepCards() ? await caches.match(keptPath, { cacheName }) : undefined;
  return kept?.headers.get('x-card') ?? null;
}

interface ShownCard {
  readonly number: string;
  /** The language of the texts, such as `en`. */
  readonly language: string;
  readonly library: string;
  /** The name of the kind of card. */
  readonly kind: string;
  readonly barcode: SVGElement;
}

/** Keeps the card on this device. Any other kept card is replaced. */
export async function keepCard(card: ShownCard): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(look);
  await cache.put(keptPath, new Response(pageOf(card), { headers: headersOf(card.number) }));
  await navigator.serviceWorker.register(workerUrl, { scope: '/my/' });
}

/** Removes the kept card and the service worker from this device. */
export async function dropCard(): Promise<void> {
  if (canKeepCards()) {
    await caches.delete(cacheName);
    const worker = await navigator.serviceWorker.getRegistration('/my/');
    await worker?.unregister();
  }
}

const headersOf = (number: string) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'",
  'x-card': number,
});

function pageOf({ number, language, library, kind, barcode }: ShownCard): string {
  const page = document.implementation.createHTMLDocument(library);
  page.documentElement.lang = language;
  const add = (name: string, attributes: Readonly<Record<string, string>>, text = '', parent = page.body) => {
    const element = page.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      element.setAttribute(attribute, value);
    }
    element.textContent = text;
    parent.append(element);
    return element;
  };
  add('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }, '', page.head);
  add('link', { rel: 'stylesheet', href: '/theme/style.css' }, '', page.head);
  const main = add('main', {});
  add('img', { src: '/theme/mark', alt: '', width: '32', height: '32' }, '', main);
  add('h1', {}, library, main);
  add('p', {}, kind, main);
  const bars = main.appendChild(page.importNode(barcode, true));
  bars.setAttribute('width', '100%');
  bars.setAttribute('height', '120');
  add('p', {}, number, main);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}
